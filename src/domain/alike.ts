/** Which known words a mistyped one may have meant. */

const MOST = 3;

/** So many letters of a word may be wrong at most. */
export const MOST_EDITS = 2;

/**
 * The nearest of the known words, nearest first: one letter wrong, missing, too many or swapped, two in words of six
 * letters and more; or a name of which the word is a part. Empty where none is near.
 */
export function findAlike(word: string, known: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const allowed = wanted.length >= 6 ? MOST_EDITS : 1;
  const mayBePart = wanted.length > 1 && !/^\d+$/.test(wanted);
  const near: { text: string; distance: number }[] = [];
  for (const text of known) {
    const other = text.toLowerCase();
    const distance = mayBePart && other.includes(wanted) ? 0 : editDistance(wanted, other, allowed);
    if (distance <= allowed) near.push({ text, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.text < b.text ? -1 : 1));
  return [...new Set(near.map(({ text }) => text))].slice(0, MOST);
}

/**
 * Letters to change, add, drop or swap with a neighbour; more than `most` is `most + 1`. Tens of thousands of ids are
 * looked through, nearly all far from the word: what follows from the first difference is soon too much, where a table of
 * all beginnings took 4 µs an id.
 */
export function editDistance(a: string, b: string, most: number, fromA = 0, fromB = 0): number {
  let i = fromA;
  let j = fromB;
  while (i < a.length && j < b.length && a.charCodeAt(i) === b.charCodeAt(j)) {
    i++;
    j++;
  }
  const leftA = a.length - i;
  const leftB = b.length - j;
  if (leftA === 0 || leftB === 0) return Math.min(leftA + leftB, most + 1);
  if (most === 0 || Math.abs(leftA - leftB) > most) return most + 1;
  const isSwapped = a.charCodeAt(i) === b.charCodeAt(j + 1) && a.charCodeAt(i + 1) === b.charCodeAt(j);
  const changed = editDistance(a, b, most - 1, i + 1, j + 1);
  const dropped = editDistance(a, b, most - 1, i + 1, j);
  const added = editDistance(a, b, most - 1, i, j + 1);
  return 1 + Math.min(changed, dropped, added, isSwapped ? editDistance(a, b, most - 1, i + 2, j + 2) : most);
}
