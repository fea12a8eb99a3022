/** Which known words a mistyped one may have meant. */

const MOST = 3;

/**
 * The nearest of the known words, nearest first: one letter wrong, missing, too many or swapped, two in words of six
 * letters and more; or a name of which the word is a part. Empty where none is near.
 */
export function findAlike(word: string, known: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const allowed = wanted.length >= 6 ? 2 : 1;
  const near: { text: string; distance: number }[] = [];
  for (const text of known) {
    const other = text.toLowerCase();
    const isPart = wanted.length > 1 && !/^\d+$/.test(wanted) && other.includes(wanted);
    const distance = isPart ? 0 : editDistance(wanted, other, allowed);
    if (distance <= allowed) near.push({ text, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.text < b.text ? -1 : 1));
  return [...new Set(near.map(({ text }) => text))].slice(0, MOST);
}

/** Letters to change, add, drop or swap with a neighbour; more than `most` is `most + 1`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[b.length] ?? most + 1;
}
