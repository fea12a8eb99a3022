/** Judges many shops, each in the cheapest way that tells the truth. */
import type { Judgement, Question } from '../domain/verdict.ts';
import { judgeColumns, judgeShop, withoutRates } from '../domain/verdict.ts';
import type { LedgerReader } from '../store/read-ledger.ts';

export interface JudgeOptions {
  readonly account: string | null;
  /** Keep the comparisons, and the rates of each plan. */
  readonly withRates?: boolean;
}

/** One ledger is done with before the next is read: a million scopes at once would fill the memory. */
export function* judgeShops(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  { account, withRates = false }: JudgeOptions,
): Generator<Judgement> {
  const joinedOnly = question.joinedOnly === true;
  for (const shopId of shopIds) {
    const columns = withRates ? null : reader.readColumns(shopId, { account, joinedOnly });
    const judged = columns && judgeColumns(columns, question, reader.itemId);
    if (judged) yield* judged;
    else {
      for (const ledger of reader.readShop(shopId, { account, withoutSources: true, joinedOnly }))
        for (const judgement of judgeShop(ledger, question)) yield withRates ? judgement : withoutRates(judgement);
    }
  }
}
