/** The document of `tkguard report`: what other commands answer, put together for a page. */

import type { PlanChange } from '../../domain/changes.ts';
import type { RatePair } from '../../domain/history.ts';
import type { Lifetime } from '../../domain/lifetimes.ts';
import type { MerchantRecord } from '../../domain/merchant.ts';
import type { HeldFile } from '../../domain/snapshot.ts';
import type { NextExport } from '../../domain/status.ts';
import { formatIso } from '../../domain/time.ts';
import type { ItemComparison, Judgement } from '../../domain/verdict.ts';
import type { Translate } from '../../words/index.ts';
import { planChangeDocument } from '../changes-report.ts';
import { summaryOf } from '../diff-report.ts';
import type { Moments } from '../document-parts.ts';
import { heldDocument, isoOrNull, itemDocument, judgedDocument } from '../document-parts.ts';
import type { DocumentOf } from '../documents.ts';
import { stepDocument } from '../history-report.ts';
import { keptDocuments } from '../kept-part.ts';
import { merchantDocument } from '../shops-report.ts';
import { nextDocument, riskOf } from '../status-report.ts';
import { type WhyInput, whyDocument } from '../why-report.ts';

export type ReportDocument = DocumentOf<'report'>;
export type ReportPlan = ReportDocument['plans'][number];

interface PlanInput extends WhyInput {
  /** Beginning with the one that decides most, so many as shall be shown. */
  readonly comparisons: readonly ItemComparison[];
  /** At the scope of the first of them. */
  readonly pair: RatePair | null;
  readonly sinceMs: number;
}

/** Sources are looked up, so the ledger must still be open. */
export function reportPlan({ comparisons, pair, sinceMs, ...why }: PlanInput, t: Translate): ReportPlan {
  const steps = (pair?.steps ?? []).filter(({ toMs }) => toMs >= sinceMs).map(stepDocument);
  return {
    ...whyDocument({ ...why, judgement: { ...why.judgement, comparisons } }, t),
    chart: pair && steps.length > 0 ? { item: itemDocument(pair.item), steps } : null,
  };
}

/** The comparison that decides most first: what lies lowest below the general rate, by its weight, before all else. */
export function byImportance(a: ItemComparison, b: ItemComparison): number {
  const loss = ({ gapBp, weight }: ItemComparison) => Math.min(0, gapBp ?? 0) * weight;
  return Number(a.gapBp === null) - Number(b.gapBp === null) || loss(a) - loss(b) || b.weight - a.weight;
}

interface ReportInput extends Moments {
  readonly program: string;
  readonly sinceMs: number;
  readonly newestCapturedMs: number | null;
  readonly accounts: readonly string[];
  /** All that are asked for; `plans` has those that are shown. */
  readonly asked: readonly Judgement[];
  readonly plans: readonly ReportPlan[];
  readonly held: readonly HeldFile[];
  readonly next: readonly NextExport[];
  readonly merchants: readonly MerchantRecord[];
  /** Of all merchants that are asked for, shown or not. */
  readonly lifetimes: readonly Lifetime[];
  readonly changes: readonly PlanChange[];
}

export function reportDocument(input: ReportInput): ReportDocument {
  return {
    schema: 'tkguard.report/1',
    ...judgedDocument(input),
    program: input.program,
    since: formatIso(input.sinceMs),
    newestCapturedAt: isoOrNull(input.newestCapturedMs),
    accounts: input.accounts,
    summary: summaryOf(input.asked),
    ...riskOf(input.asked),
    held: heldDocument(input.held),
    next: nextDocument(input.next),
    plans: input.plans,
    ...keptDocuments(input.lifetimes, true),
    shops: input.merchants.map((merchant) => merchantDocument(merchant, true)),
    changes: input.changes.map(planChangeDocument),
  };
}
