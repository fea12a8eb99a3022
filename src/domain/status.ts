/** What there is to do now: what to exit, what waits, how old the data is, and what to export next. */
import { millisecondsInDay } from 'date-fns/constants';
import { compareText } from './compare-text.ts';
import { groupBy } from './group-by.ts';
import { type ShopRef, shopKey, shopLabel } from './ledger.ts';
import { type Export, neededExports } from './needed-exports.ts';
import { isStale } from './policy.ts';
import type { Question } from './question.ts';
import type { Judgement } from './verdict.ts';

/** The newest that an account has of a format. */
export interface NewestCapture {
  readonly account: string;
  readonly format: string;
  readonly capturedMs: number;
}

export interface DataAge extends NewestCapture {
  /** `soon`: within a day it is too old to judge by. */
  readonly age: 'fresh' | 'soon' | 'old';
}

/** An export to make. `shops`: whose rates are lacking; none for a list of joined plans. */
export interface NextExport {
  readonly export: Export;
  readonly account: string;
  readonly shops: readonly ShopRef[];
}

/** Whether captures are too old to judge by, or soon will be. */
export function agesOf(captures: readonly NewestCapture[], { policy, nowMs }: Question): DataAge[] {
  return captures.map((capture) => {
    const ageMs = nowMs - capture.capturedMs;
    const isSoon = isStale(ageMs + millisecondsInDay, policy);
    return { ...capture, age: isStale(ageMs, policy) ? 'old' : isSoon ? 'soon' : 'fresh' };
  });
}

/** Of each account first the list of its joined plans, then the shops, those with the most waiting plans first. */
export function nextExports(
  accounts: readonly string[],
  judgements: readonly Judgement[],
  question: Question,
): NextExport[] {
  const ofAccount = groupBy(judgements, ({ account }) => account);
  return accounts.flatMap((account) => {
    const judged = (ofAccount.get(account) ?? []).filter(({ verdict }) => verdict !== null);
    const waiting = judged.map((one) => ({ shop: one.shop, needed: neededExports(one, question) }));
    const isListNeeded = judged.length === 0 || waiting.some(({ needed }) => needed.includes('joined-plans'));
    const shops = shopsOf(waiting.filter(({ needed }) => needed.includes('rates')).map(({ shop }) => shop));
    const next: NextExport[] = [];
    if (isListNeeded) next.push({ export: 'joined-plans', account, shops: [] });
    if (shops.length > 0) next.push({ export: 'rates', account, shops });
    return next;
  });
}

function shopsOf(all: readonly ShopRef[]): ShopRef[] {
  return [...groupBy(all, shopKey).values()]
    .sort((a, b) => b.length - a.length || compareText(shopLabel(a[0]), shopLabel(b[0])))
    .map(([shop]) => shop);
}
