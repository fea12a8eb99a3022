/**
 * What a rate is of (a plan, an item or the shop as a whole, a measure) as one number: a million of them are 8 MB, and
 * comparing two is comparing numbers. 26 bits each for the rows of plan and item, one for the measure: 67 million of both.
 */
export type RateKey = number;

const ITEM_BITS = 2 ** 27;
const MOST = 2 ** 26;

/** `measureIndex`: in MEASURES. */
export function rateKeyOf(planId: number, itemId: number, measureIndex: number): RateKey {
  if (planId >= MOST || itemId >= MOST) throw new RangeError(`more than ${MOST} plans or items`);
  return planId * ITEM_BITS + itemId * 2 + measureIndex;
}

export function partsOf(key: RateKey): { planId: number; itemId: number; measureIndex: number } {
  const scope = key % ITEM_BITS;
  return { planId: (key - scope) / ITEM_BITS, itemId: scope >> 1, measureIndex: scope & 1 };
}

export function scopeOfParts({ itemId, measureIndex }: { itemId: number; measureIndex: number }): number {
  return itemId * 2 + measureIndex;
}

/** Item and measure in one number of 27 bits; half of it is the item. */
export function scopeOf(key: RateKey): number {
  return key % ITEM_BITS;
}

export function keyOfScope(planId: number, scope: number): RateKey {
  return planId * ITEM_BITS + scope;
}
