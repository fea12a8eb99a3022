/** Judges merchants one after the other: of one the ledger is done with before the next is read, so that memory stays flat. */
import { shopKey } from '../domain/ledger.ts';
import type { Judgement, Question } from '../domain/verdict.ts';
import { judgeShop } from '../domain/verdict.ts';
import type { LedgerReader } from '../store/read-ledger.ts';

/** `account` null: each account that knows a merchant, by its own exports. */
export function* judgeShops(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  { account }: { readonly account: string | null },
): Generator<Judgement> {
  const joinedOnly = question.joinedOnly === true;
  for (const [, ledgers] of reader.judged(shopIds, { account, joinedOnly }))
    for (const ledger of ledgers) yield* judgeShop(ledger, question);
}

/** What tells one judged plan from any other. */
export function keyOf({ account, shop, plan }: Judgement): string {
  return [account, shopKey(shop), plan.id].join('\u0000');
}
