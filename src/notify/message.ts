/** Makes messages of what is due on a channel: one, or where it is long a few; in the user's language, as things are now. */
import { hash } from 'node:crypto';
import { ALERT_KINDS, type AlertEvent, type AlertKind, byUrgency } from '../domain/alert.ts';
import { groupBy } from '../domain/group-by.ts';
import { shopKey, shopLabel } from '../domain/ledger.ts';
import { formatYuan } from '../domain/money.ts';
import { formatDay } from '../domain/time.ts';
import { messageDocument } from '../report/alert-parts.ts';
import { earlyDocument, earlySentences } from '../report/kept-part.ts';
import { EXIT_PAGE } from '../report/sanitize.ts';
import { agoText, gapText, labelOf, percentText } from '../report/values.ts';
import type { Due } from '../store/deliveries.ts';
import type { MessageKey, Translate } from '../words/index.ts';
import type { Adapter, Message } from './channel.ts';
import { harmless } from './harmless.ts';

/** A message, and the deliveries that it carries. */
export interface MessagePart extends Message {
  readonly ids: readonly number[];
}

export interface Letter {
  readonly due: readonly Due[];
  /** What other channels, or this one, could not be sent. */
  readonly dead: readonly { readonly channel: string; readonly n: number }[];
  readonly isTest: boolean;
  readonly nowMs: number;
}

const MOST_PARTS = 3;
/** For a number of parts, and for what is left out. */
const ROOM_BYTES = 200;

interface Told {
  readonly ids: readonly number[];
  readonly text: string;
}

export function composeParts(
  letter: Letter,
  { mostBytes, isMarkdown }: Pick<Adapter, 'mostBytes' | 'isMarkdown'>,
  t: Translate,
): MessagePart[] {
  const lines = linesOf(letter, t).map((line) => (isMarkdown ? { ...line, text: `- ${line.text}` } : line));
  const title = titleOf(letter, t);
  const closing = closingOf(letter, t);
  const roomBytes = mostBytes - sizeOf([title, ...closing]) - ROOM_BYTES;
  const parts = splitAt(lines, roomBytes);
  const kept = parts.slice(0, MOST_PARTS);
  const left = parts.slice(MOST_PARTS).flat();
  return kept.map((told, i): MessagePart => {
    const isLast = i === kept.length - 1;
    const ids = [...told, ...(isLast ? left : [])].flatMap((line) => line.ids);
    const more = isLast && left.length > 0 ? [t('alert.more', { n: left.length })] : [];
    const numbered = kept.length === 1 ? title : t('alert.title.part', { title, part: i + 1, parts: kept.length });
    const texts = [...told.map(({ text }) => text), ...more, ...(isLast ? closing : [])];
    const key = keyOf(letter.due.filter(({ id }) => ids.includes(id)));
    return {
      ids,
      key,
      title: numbered,
      lines: texts,
      document: messageDocument({ ...letter, key, title: numbered, lines: texts }),
    };
  });
}

function keyOf(due: readonly Due[]): string {
  const keys = due.map(({ key }) => key).sort();
  return hash('sha256', keys.join('\n')).slice(0, 32);
}

function sizeOf(lines: readonly string[]): number {
  // A channel may put a blank line between two.
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 2, 0);
}

function splitAt(lines: readonly Told[], roomBytes: number): Told[][] {
  const parts: Told[][] = [[]];
  let bytes = 0;
  for (const line of lines) {
    const size = sizeOf([line.text]);
    if (bytes + size > roomBytes && bytes > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(line);
    bytes += size;
  }
  return parts;
}

/** The newest of each plan, or of each kind of an account; what is bad before what is over. Plans of one shop are one line. */
function linesOf({ due, nowMs }: Letter, t: Translate): Told[] {
  const subjects = groupBy(due, ({ kind, facts: { account, shop, plan } }) =>
    JSON.stringify(shop === null ? [account, kind] : [account, shopKey(shop), plan?.id]),
  );
  const news = [...subjects.values()].flatMap((same): News[] => {
    const last = same.at(-1);
    if (last === undefined) return [];
    const opened = same.find((one) => one.alert === last.alert && one.event === 'opened');
    const event = last.event === 'worse' && opened ? 'opened' : last.event;
    return [{ ...last, event, ids: same.map(({ id }) => id) }];
  });
  news.sort((a, b) => Number(isOver(a.event)) - Number(isOver(b.event)) || byUrgency(a, b));
  const accounts = new Set(due.map(({ facts }) => facts.account)).size;
  const ofShop = groupBy(news, ({ id, kind, event, facts: { account, shop } }) =>
    JSON.stringify(shop === null ? id : [kind, event, account, shopKey(shop)]),
  );
  const lines = [...ofShop.values()].map((same): Line => {
    const [first] = same;
    const text = lineOf(first, same.length, accounts > 1, nowMs, t);
    return { ids: same.flatMap(({ ids }) => ids), text, first, plans: same.length };
  });
  return summedUp(lines, t);
}

interface Line extends Told {
  readonly first: News;
  readonly plans: number;
}

/** Of what leaves nothing to do, more shops than these are one line. */
const MOST_SHOPS = 3;

function summedUp(lines: readonly Line[], t: Translate): Told[] {
  const ofKind = groupBy(lines, ({ first: { kind, event } }) => (isOver(event) ? null : kind));
  return lines.flatMap((line): Told[] => {
    const { kind, event } = line.first;
    const same = isOver(event) ? [] : (ofKind.get(kind) ?? []);
    const isMany = (kind === 'closed' || kind === 'removed') && same.length > MOST_SHOPS;
    if (!isMany) return [line];
    if (line !== same[0]) return [];
    const plans = same.reduce((sum, one) => sum + one.plans, 0);
    const text = t('alert.summed', { what: t(`alert.kind.${kind}`), plans, shops: same.length });
    return [{ ids: same.flatMap(({ ids }) => ids), text }];
  });
}

interface News extends Due {
  readonly ids: readonly number[];
}

function isOver(event: AlertEvent): boolean {
  return event === 'resolved' || event === 'withdrawn';
}

/** `plans`: how many of the shop it stands for, of which it is the worst. */
function lineOf(
  { kind, event, facts }: News,
  plans: number,
  withAccount: boolean,
  nowMs: number,
  t: Translate,
): string {
  const { account, shop, plan, atMs, files, cut, early, fenPerDay } = facts;
  const what = t(`alert.kind.${kind}`);
  const names = [withAccount || shop === null ? account : null, shop && (shopLabel(shop) ?? '?')].flatMap((name) =>
    name === null ? [] : [harmless(name)],
  );
  if (plan && plans === 1) names.push(labelOf(plan.name && harmless(plan.name), harmless(plan.id)));
  if (plans > 1) names.push(t('alert.plans', { n: plans }));
  const who = names.join(' · ');
  if (isOver(event)) return t(event === 'resolved' ? 'alert.resolved' : 'alert.withdrawn', { what, who });
  const said = [t(event === 'worse' ? 'alert.worse' : 'alert.line', { what, who })];
  if (kind === 'stale') said.push(t('alert.stale', { ago: agoText(Math.max(0, nowMs - atMs), t) }));
  if (kind === 'held') said.push(t('alert.held', { n: files ?? 0 }));
  if (COMPARED.includes(kind) && facts.gapBp !== null)
    said.push(
      t('alert.rates', {
        special: percentText(facts.specialBp),
        general: percentText(facts.generalBp),
        gap: gapText(facts.gapBp) ?? '',
      }),
    );
  if (cut && COMPARED.includes(kind))
    said.push(
      t('alert.cut', { from: percentText(cut.fromBp), to: percentText(cut.toBp), at: formatDay(cut.atMs, t.zone) }),
    );
  if (fenPerDay !== null && fenPerDay > 0) said.push(t('alert.money', { yuan: formatYuan(fenPerDay) }));
  const earlier = kind === 'warn' ? earlyDocument(early) : null;
  // A sign without earlier plans to compare is no news to act on.
  const signs = earlier?.signs.filter(({ kept }) => kept.of > 0) ?? [];
  if (earlier) said.push(t('alert.early', { text: earlySentences({ ...earlier, signs }, t) }));
  return said.join('');
}

const COMPARED: readonly AlertKind[] = ['exit', 'exit-failed', 'pending-below', 'warn'];

function titleOf({ due, isTest }: Letter, t: Translate): string {
  const bad = due.filter(({ event }) => !isOver(event));
  const exits = bad.filter(({ kind }) => kind === 'exit' || kind === 'exit-failed');
  const n = new Set(exits.map(({ alert }) => alert)).size;
  const fen = [...new Map(exits.map(({ alert, facts }) => [alert, Math.max(facts.fenPerDay ?? 0, 0)])).values()].reduce(
    (a, b) => a + b,
    0,
  );
  const money = fen > 0 ? t('alert.title.money', { yuan: formatYuan(fen) }) : '';
  if (isTest) return t('alert.title.test');
  if (n > 0) return t('alert.title.exit', { n, money });
  const all = new Set((bad.length > 0 ? bad : due).map(({ alert }) => alert)).size;
  return t(bad.length > 0 ? 'alert.title' : 'alert.title.over', { n: all });
}

/** What to do next, how old the data is, and what did not get through. */
function closingOf({ due, dead, nowMs, isTest }: Letter, t: Translate): string[] {
  const bad = due.filter(({ event }) => !isOver(event));
  const steps = ALERT_KINDS.filter((kind) => bad.some((one) => one.kind === kind)).flatMap((kind) => nextStep(kind, t));
  const oldest = Math.min(...bad.filter(({ facts }) => facts.plan !== null).map(({ facts }) => facts.atMs));
  const age = Number.isFinite(oldest) ? [t('alert.data', { ago: agoText(Math.max(0, nowMs - oldest), t) })] : [];
  const lost = dead.map(({ channel, n }) => t('alert.dead', { channel: harmless(channel), n }));
  return [...new Set([...(isTest ? [] : steps), ...age, ...lost])];
}

const STEPS: Readonly<Record<AlertKind, MessageKey & `alert.next.${string}`>> = {
  'exit-failed': 'alert.next.exit',
  exit: 'alert.next.exit',
  removed: 'alert.next.removed',
  'pending-below': 'alert.next.pending-below',
  closed: 'alert.next.closed',
  held: 'alert.next.held',
  stale: 'alert.next.stale',
  warn: 'alert.next.warn',
};

function nextStep(kind: AlertKind, t: Translate): string[] {
  return t(STEPS[kind], { page: EXIT_PAGE } as never).split('\n');
}
