/** A set of keys (whole numbers above 0) in flat memory: a million are 16 MB, a third of what a Set takes. */
export interface KeySet {
  /** Whether the key is new. */
  add(key: number): boolean;
  has(key: number): boolean;
  values(): Iterable<number>;
}

/** So many are kept as a list: a typed array takes longer to make than a small file's keys to look through. */
const FEW = 8;
const FIRST_SLOTS = 16;
const NO_SLOTS = new Float64Array(0);

/** Beyond a few, open addressing: a key stands in the first free slot from where it is hashed to. 0 is a free slot. */
export function makeKeySet(): KeySet {
  const few: number[] = [];
  let slots = NO_SLOTS;
  let size = 0;
  const slotOf = (key: number): number => {
    const mask = slots.length - 1;
    let slot = hashKey(key) & mask;
    for (let held = slots[slot]; held !== 0 && held !== key; held = slots[slot]) slot = (slot + 1) & mask;
    return slot;
  };
  const addToFew = (key: number): boolean => {
    if (few.includes(key)) return false;
    size = few.push(key);
    if (size <= FEW) return true;
    slots = new Float64Array(FIRST_SLOTS);
    for (const held of few) slots[slotOf(held)] = held;
    return true;
  };
  return {
    *values() {
      if (slots === NO_SLOTS) yield* few;
      else for (const held of slots) if (held !== 0) yield held;
    },
    has: (key) => (slots === NO_SLOTS ? few.includes(key) : slots[slotOf(key)] === key),
    add(key) {
      if (slots === NO_SLOTS) return addToFew(key);
      const slot = slotOf(key);
      if (slots[slot] === key) return false;
      slots[slot] = key;
      size += 1;
      if (size * 4 > slots.length * 3) {
        const full = slots;
        slots = new Float64Array(full.length * 2);
        for (const held of full) if (held !== 0) slots[slotOf(held)] = held;
      }
      return true;
    },
  };
}

/** Mixes both halves of a number up to 2^53, so that keys of neighbours do not crowd together. */
function hashKey(key: number): number {
  const mixed = Math.imul((key >>> 0) ^ Math.imul((key / 4294967296) >>> 0, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
