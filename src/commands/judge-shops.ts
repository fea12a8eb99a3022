/** Judges many shops, each in the cheapest way that tells the truth. */
import { shopKey } from '../domain/ledger.ts';
import { judgeColumns } from '../domain/shop-columns.ts';
import type { Judgement, Question } from '../domain/verdict.ts';
import { judgeShop, withoutRates } from '../domain/verdict.ts';
import type { LedgerReader } from '../store/read-ledger.ts';

export interface JudgeOptions {
  readonly account: string | null;
  /** Keep the comparisons, and the rates of each plan. */
  readonly withRates?: boolean;
  /** Leaves out what only whoever is shown a judgement wants to know: reasons that name items or moments, and the last change. */
  readonly isRough?: boolean;
}

export function* judgeShops(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  options: JudgeOptions,
): Generator<Judgement> {
  for (const [, judgements] of judgeEach(reader, shopIds, question, options)) yield* judgements;
}

/** As `judgeShops`, by shop. One ledger is done with before the next is read: a million scopes at once would fill the memory. */
export function* judgeEach(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  { account, withRates = false, isRough = false }: JudgeOptions,
): Generator<[shopId: number, judgements: Judgement[]]> {
  const joinedOnly = question.joinedOnly === true;
  for (const shopId of reader.inTurn(shopIds)) {
    const columns = withRates ? null : reader.readColumns(shopId, { account, joinedOnly });
    const judged = columns && judgeColumns(columns, question, isRough ? null : reader.itemId);
    yield [shopId, judged ?? judgePlainly(shopId)];
  }

  function judgePlainly(shopId: number): Judgement[] {
    const ledgers = reader.readShop(shopId, { account, withoutSources: true, joinedOnly });
    const judgements = ledgers.flatMap((ledger) => judgeShop(ledger, question));
    return withRates ? judgements : judgements.map(withoutRates);
  }
}

/**
 * As `judgeShops`, in an order of which only the first are shown: all others are judged roughly. It takes two thirds of
 * the time where twenty of ten thousand are shown, and the order must not depend on what is left out.
 */
export function judgeFirst(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  options: Omit<JudgeOptions, 'withRates' | 'isRough'>,
  { isWanted, compare, shown }: Shown,
): Judgement[] {
  const found: [shopId: number, judgement: Judgement][] = [];
  for (const [shopId, judgements] of judgeEach(reader, shopIds, question, { ...options, isRough: true }))
    for (const judgement of judgements) if (isWanted(judgement)) found.push([shopId, judgement]);
  found.sort(([, a], [, b]) => compare(a, b));
  const first = new Set(found.slice(0, shown).map(([shopId]) => shopId));
  const told = new Map<string, Judgement>();
  for (const judgement of judgeShops(
    reader,
    [...first].sort((a, b) => a - b),
    question,
    options,
  ))
    told.set(keyOf(judgement), judgement);
  return found.map(([, judgement], place) => (place < shown && told.get(keyOf(judgement))) || judgement);
}

export interface Shown {
  isWanted(judgement: Judgement): boolean;
  compare(a: Judgement, b: Judgement): number;
  readonly shown: number;
}

/** What tells one judged plan from any other. */
export function keyOf({ account, shop, plan }: Judgement): string {
  return [account, shopKey(shop), plan.id].join('\u0000');
}
