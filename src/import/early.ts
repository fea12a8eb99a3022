/** What a new membership is warned of. How long all plans stayed good is worked out once, and remembered between syncs. */
import { type EarlyWarning, earlyWarning } from '../domain/early-warning.ts';
import { lazy } from '../domain/lazy.ts';
import { type Lifetime, lifetimesOf } from '../domain/lifetimes.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { Db } from '../store/open.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import { readRemembered, remember } from '../store/remembered.ts';

/** By merchant; see `LedgerReader`. */
export type LifetimesByShop = ReadonlyMap<number, readonly Lifetime[]>;

/** To be asked while the ledger is open. */
export function openLifetimes(db: Db, reader: LedgerReader, policy: PolicyRules): () => LifetimesByShop {
  return lazy(() => recallLifetimes(db, reader, policy) ?? readLifetimes(reader, policy));
}

/** What the last sync remembered; null: nothing, or something was captured or decided since. */
export function recallLifetimes(db: Db, reader: LedgerReader, policy: PolicyRules): LifetimesByShop | null {
  const value = reader.isPast ? null : readRemembered(db, JSON.stringify(policy));
  return value === null ? null : new Map(JSON.parse(value) as [number, Lifetime[]][]);
}

export function rememberLifetimes(
  db: Db,
  path: string,
  version: unknown,
  policy: PolicyRules,
  lifetimes: () => LifetimesByShop,
): void {
  const question = JSON.stringify(policy);
  if (readRemembered(db, question) === null) remember(db, path, version, question, JSON.stringify([...lifetimes()]));
}

function readLifetimes(reader: LedgerReader, policy: PolicyRules): LifetimesByShop {
  const ofShop = new Map<number, readonly Lifetime[]>();
  for (const [shopId, ledgers] of reader.histories(reader.shopIds(true), { joinedOnly: true }))
    ofShop.set(shopId, lifetimesOf(ledgers, policy));
  return ofShop;
}

/** Null where nothing can be told. */
export function openEarly(
  lifetimes: () => LifetimesByShop,
): (shopId: number, judgement: Judgement) => EarlyWarning | null {
  const all = lazy(() => [...lifetimes().values()].flat());
  return (shopId, judgement) => earlyWarning(judgement, lifetimes().get(shopId) ?? [], all());
}
