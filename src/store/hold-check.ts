/** Whether a snapshot that was just written is to be held: the ledger before it is compared with the ledger now. */
import { addShop, FEWEST, holdsOf, mayBeMost, noUpheaval } from '../domain/hold.ts';
import type { Hold } from '../domain/snapshot.ts';
import { stateOf } from '../domain/state.ts';
import { chunksOf } from './ledger-parts.ts';
import type { Db } from './open.ts';
import { openLedgerReader } from './read-ledger.ts';

export interface Written {
  readonly account: string;
  readonly capturedMs: number;
  /** Of the shops that it speaks of. */
  readonly shopIds: ReadonlySet<number>;
  /** Rows of plans of which it says otherwise than its feed said before: what a feed repeats brings nothing new. */
  readonly news: ReadonlySet<number>;
}

/** Gives every reason why a snapshot should be held; none: it can be believed. */
export function openHoldCheck(db: Db): (written: Written) => readonly Hold[] {
  const shopsOf = db
    .prepare('SELECT DISTINCT shop_id FROM plan WHERE id IN (SELECT value FROM json_each(?)) ORDER BY shop_id')
    .pluck();
  const countJoined = db
    .prepare(
      `SELECT count(*) FROM json_each(?) n WHERE EXISTS (SELECT 1 FROM fact WHERE plan_id = n.value AND status = 'approved')`,
    )
    .pluck();

  return ({ account, capturedMs, shopIds, news }) => {
    if (news.size < FEWEST) return [];
    const plans = JSON.stringify([...news]);
    const newsShops = shopsOf.all(plans) as number[];
    if (newsShops.length < FEWEST && (countJoined.get(plans) as number) < FEWEST) return [];

    const after = openLedgerReader(db, capturedMs);
    const { merchants } = after;
    const before = openLedgerReader(db, capturedMs - 1, merchants);
    const found = noUpheaval();
    const addShops = (ids: Iterable<number>) => {
      for (const some of chunksOf([...ids])) {
        const known = new Map(before.judged(some, { account }));
        for (const [shopId, [ledger]] of after.judged(some, { account })) {
          const [was] = known.get(shopId) ?? [];
          if (was && ledger) addShop(found, stateOf(was), stateOf(ledger), capturedMs);
        }
      }
    };
    const suspects = new Set(newsShops.map(merchants.firstOf));
    addShops(suspects);
    if (!mayBeMost(found)) return [];
    // How much that is, the other shops tell.
    addShops(new Set([...shopIds].map(merchants.firstOf).filter((id) => !suspects.has(id))));
    return holdsOf(found);
  };
}
