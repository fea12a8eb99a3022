/**
 * Whether a saved answer is a whole list or one page of several: what a page does not list says nothing (formats.md
 * §1.5).
 */
import type { Coverage } from '../domain/reading.ts';
import { countCell, Fault } from './cells.ts';
import type { Findings } from './findings.ts';
import type { Json } from './json.ts';
import { at, textOf } from './json.ts';

export interface Paging {
  /** Rows of the whole list. */
  readonly items: number | null;
  readonly page: number | null;
  readonly pages: number | null;
}

/** A whole number under `path`, null where there is none. */
export function count(value: Json | undefined, ...path: readonly string[]): number | null {
  const number = countCell(textOf(at(value, ...path)));
  return number instanceof Fault ? null : number;
}

/**
 * `whole` for a complete list, else `partial` with a note. A list is complete when the answer says so: it counts no
 * more rows, and no other page, than the file has. An answer that counts neither rows nor pages is partial: even a
 * short page may be the last of several.
 */
export function coverageOf(
  whole: Coverage,
  { items, page, pages }: Paging,
  have: number,
  findings: Findings,
): Coverage {
  const counted = items !== null || pages !== null;
  if (counted && have >= (items ?? 0) && (pages ?? 1) <= 1 && (page ?? 1) <= 1) return whole;
  if (!counted) findings.notes.push({ code: 'whole-unknown', args: { have } });
  else if (items !== null && have < items) findings.notes.push({ code: 'incomplete-list', args: { have, of: items } });
  else findings.notes.push({ code: 'incomplete-pages', args: { have, pages: Math.max(pages ?? 1, page ?? 1) } });
  return 'partial';
}
