/** What a new membership is warned of: lifetimes are worked out when the first one is met. */
import type { EarlyWarning } from '../domain/early-warning.ts';
import { earlyWarning } from '../domain/early-warning.ts';
import type { Lifetime } from '../domain/lifetimes.ts';
import { lifetimesOf } from '../domain/lifetimes.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import { lazy } from '../store/statements.ts';

/** To be asked while the ledger is open. Null where nothing can be told. */
export function openEarly(
  reader: LedgerReader,
  policy: PolicyRules,
): (shopId: number, judgement: Judgement) => EarlyWarning | null {
  const known = lazy(() => readAll(reader, policy));
  return (shopId, judgement) => {
    const { ofShop, all } = known();
    return earlyWarning(judgement, ofShop.get(shopId) ?? [], all);
  };
}

function readAll(reader: LedgerReader, policy: PolicyRules) {
  const ofShop = new Map<number, readonly Lifetime[]>();
  for (const [shopId, ledgers] of reader.histories(reader.shopIds(true), { joinedOnly: true }))
    ofShop.set(shopId, lifetimesOf(ledgers, policy));
  return { ofShop, all: [...ofShop.values()].flat() };
}
