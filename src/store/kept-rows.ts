/** The rows of a snapshot that were recognised as rows of the one before: what they list, and what is gone without them. */
import type { RowMarks } from '../domain/row-marks.ts';
import type { KeySet } from './key-set.ts';
import { makeKeySet } from './key-set.ts';
import type { RateKey } from './rate-key.ts';
import { keyOfScope } from './rate-key.ts';
import type { Roll } from './roll.ts';
import { SAYS } from './roll.ts';

export interface KeptRows {
  readonly rows: number;
  /** How many have a rate, and how many of these a known one. */
  readonly rates: number;
  readonly knownRates: number;
  /** Their plans, each with what its first row says (SAYS). */
  readonly plans: ReadonlyMap<number, number>;
  /** Items that they give a title. */
  readonly titled: KeySet;
  /** What their rates are of. */
  keys(): Iterable<RateKey>;
  /** Rates of the snapshot before that neither they nor the rows that were read list. */
  lost: readonly RateKey[];
}

/** `isRead`: whether a row that was read lists this rate. Gives null where a rate would be listed twice. */
export function findKeptRows(roll: Roll, marks: RowMarks, isRead: (key: RateKey) => boolean): KeptRows | null {
  const isKept = new Uint8Array(roll.count);
  const plans = new Map<number, number>();
  const titled = makeKeySet();
  const keyOf = (index: number) => keyOfScope(roll.planId(index), roll.scope(index));
  let [rows, rates, knownRates, lastTitled] = [0, 0, 0, 0];
  for (let i = 0; i < marks.count; i++) {
    const index = -1 - marks.place(i);
    if (index < 0) continue;
    const [planId, says] = [roll.planId(index), roll.says(index)];
    rows += 1;
    if (!plans.has(planId)) plans.set(planId, says);
    const item = (says & SAYS.title) === 0 ? 0 : roll.scope(index) >> 1;
    // Rows of one item mostly stand together.
    if (item !== 0 && item !== lastTitled) titled.add(item);
    lastTitled = item;
    if ((says & SAYS.rate) === 0) continue;
    if (isKept[index] === 1 || isRead(keyOf(index))) return null;
    isKept[index] = 1;
    rates += 1;
    if ((says & SAYS.knownRate) !== 0) knownRates += 1;
  }
  const lost = makeKeySet();
  for (let index = 0; index < roll.count; index++) {
    if (isKept[index] === 1 || (roll.says(index) & SAYS.rate) === 0) continue;
    const key = keyOf(index);
    if (!isRead(key)) lost.add(key);
  }
  function* keys(): Generator<RateKey> {
    for (let index = 0; index < roll.count; index++) if (isKept[index] === 1) yield keyOf(index);
  }
  return { rows, rates, knownRates, plans, titled, keys, lost: [...lost.values()] };
}
