/** Asks the gate about one shop, in the cheapest way that tells the truth. */
import type { GateAnswer, GateTarget } from '../domain/gate.ts';
import { askColumns, askGate } from '../domain/gate.ts';
import type { Question } from '../domain/verdict.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import { SHOP_ITEM } from '../store/schema.ts';

export interface AskOptions {
  readonly account: string | null;
  /** Row of the item that is asked for. */
  readonly itemId: number | null;
}

/** One answer for each account that knows the shop. */
export function askShop(
  reader: LedgerReader,
  shopId: number,
  target: GateTarget,
  question: Question,
  { account, itemId }: AskOptions,
): GateAnswer[] {
  const columns = reader.readColumns(shopId, { account, joinedOnly: true });
  if (columns) {
    const parts = reader.readShop(shopId, { account, itemId: itemId ?? SHOP_ITEM, withoutSources: true });
    const answers = parts.map((part) => askColumns(columns, part, target, question, reader.itemId));
    const known = answers.filter((answer) => answer !== null);
    if (known.length === answers.length) return known;
  }
  const ledgers = reader.readShop(shopId, { account, withoutSources: true });
  return ledgers.map((ledger) => askGate(ledger, target, question));
}
