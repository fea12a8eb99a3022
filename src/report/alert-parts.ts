/** Alerts as scripts get them. Names are as exports have them. */
import type { AlertEvent, AlertFacts, AlertKind } from '../domain/alert.ts';
import { formatIso } from '../domain/time.ts';
import { bothRates, bpText, pick, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { earlyDocument } from './kept-part.ts';

export interface AlertShown {
  readonly kind: AlertKind;
  readonly openedMs: number;
  readonly facts: AlertFacts;
}

type AlertDocument = Omit<DocumentOf<'alert'>['events'][number], 'key' | 'event'>;

export function alertDocument({ kind, openedMs, facts }: AlertShown): AlertDocument {
  const { account, shop, plan, gapBp, cut, early, atMs, fenPerDay, files } = facts;
  return {
    kind,
    account,
    shop: shop && shopDocument(shop),
    plan: plan && pick(plan, 'id', 'name'),
    openedAt: formatIso(openedMs),
    ...bothRates(facts),
    gapBp,
    gap: bpText(gapBp),
    cut: cut && { fromBp: cut.fromBp, toBp: cut.toBp, at: formatIso(cut.atMs) },
    early: earlyDocument(early),
    dataAt: formatIso(atMs),
    fenPerDay,
    files,
  };
}

interface MessageInput {
  readonly key: string;
  readonly nowMs: number;
  readonly isTest: boolean;
  readonly title: string;
  readonly lines: readonly string[];
  readonly due: readonly (AlertShown & { readonly key: string; readonly event: AlertEvent })[];
  readonly dead: readonly { readonly channel: string; readonly n: number }[];
}

export function messageDocument({ key, nowMs, isTest, title, lines, due, dead }: MessageInput): DocumentOf<'alert'> {
  return {
    schema: 'tkguard.alert/1',
    key,
    generatedAt: formatIso(nowMs),
    test: isTest,
    title,
    lines,
    events: due.map((one) => ({ key: one.key, event: one.event, ...alertDocument(one) })),
    undelivered: dead,
  };
}
