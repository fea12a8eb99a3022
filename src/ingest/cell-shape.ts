/** How cells look, to tell the last cell of a cut-off file from a whole one. */
import { cleanCell } from './cells.ts';

/** Digits and the signs of rates, amounts, dates and times. */
const NUMERIC = /^[\d.,:/% +TZ-]*\d[\d.,:/% +TZ-]*$/;
/** Whole numbers of fewer digits are counts, of any length. */
const SHORTEST_ID = 6;

/** `16.50%` and `5.00%` are `9.99%`, `2026-11-02` is `9-99-99`: how many digits begin a number says nothing. */
function shapeOf(cell: string): string {
  return cell.replace(/\d/g, '9').replace(/^9+/, '9');
}

/**
 * A cell of the column, `others`, that shows that the last one is cut: none looks like that, and this one begins like it, as
 * `16.00` does like `16.5`; or all are ids of one length, and longer. null: it is whole, as far as can be told. Of a word a
 * beginning is no word of ours, and what is cut to nothing says nothing.
 */
export function findUnlike(last: string, others: Iterable<string>): string | null {
  const cell = cleanCell(last);
  if (!NUMERIC.test(cell)) return null;
  const shape = shapeOf(cell);
  let begun: string | null = null;
  const ids: string[] = [];
  for (const other of others) {
    const clean = cleanCell(other);
    if (!NUMERIC.test(clean)) continue;
    const otherShape = shapeOf(clean);
    if (otherShape !== shape) {
      if (otherShape.startsWith(shape)) begun ??= clean;
      continue;
    }
    const [id = clean] = ids;
    const isLongerId = shape === '9' && clean.length >= SHORTEST_ID && clean.length > cell.length;
    if (!isLongerId || id.length !== clean.length) return null;
    if (ids.length < 2) ids.push(clean);
  }
  return ids.length === 0 ? begun : (ids[1] ?? null);
}
