/** What every format gives the rest of the program. A new format is one file in formats/ and one line in formats/registry.ts. */
import type { OrderRow, RefundRow } from '../domain/order-line.ts';
import type { Coverage, Measure, Reading } from '../domain/reading.ts';
import type { RateUnit } from './cells.ts';
import type { TableRow } from './csv.ts';
import type { Findings } from './findings.ts';
import type { Json } from './json.ts';

/** What a format contains: rates by kind of plan, income rates (compared with nothing), membership, plan states; or the user's own orders. */
type Facet = 'general' | 'special' | 'event' | 'income' | 'membership' | 'state' | 'orders' | 'refunds';

/** An id that only the request of some answers has: it comes from the file's name (`seller-123.json`) or a flag. */
type NeededId = 'seller' | 'item' | 'campaign';

export type KnownIds = Readonly<Record<NeededId | 'keeper', string | null>>;

export interface ReadContext {
  readonly ids: KnownIds;
  /** Later capture times are refused: they would stay the newest for ever. */
  readonly latestMs: number;
  /** Unit of bare rates in our own tables, by the user; null: not given. */
  readonly rateUnit: RateUnit | null;
  /** All pages of its list are there, whatever it says of pages. */
  readonly isWhole?: true;
  readonly findings: Findings;
}

/** Readings of one snapshot, or a part of them: batches of the same account, time, coverage and subject belong together. */
export interface Batch {
  /** null: the content does not say. */
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly coverage: Coverage;
  /** What the snapshot is about, where it is about one thing: a shop, an item, a plan. */
  readonly subject: string;
  readonly readings: readonly Reading[];
  /** Of reports of orders, which have no readings. */
  readonly orders?: readonly OrderRow[];
  readonly refunds?: readonly RefundRow[];
}

/** A field with a rate in it, and its unit (formats.md §1.1); null: the unit is not known, so the field is not read. */
export interface RateField {
  readonly field: string;
  readonly unit: RateUnit | null;
  readonly measure: Measure;
}

/** `rateFields({ tkRate: 'percent' })` */
export function rateFields(
  units: Readonly<Record<string, RateUnit | null>>,
  measure: Measure = 'commission',
): RateField[] {
  return Object.entries(units).map(([field, unit]) => ({ field, unit, measure }));
}

/** A page parameter that selects the list and may have any value. */
export const ANY_VALUE = '*';

/** What an answer says of its list (formats.md §1.5). */
export interface Paging {
  /** Rows of the whole list. */
  readonly items: number | null;
  readonly page: number | null;
  readonly pages: number | null;
}

/** How a list comes in pages, so that they can be joined. Rows and counts stand under `data`. */
export interface ListFormat {
  /** Key of the rows. */
  readonly rows: string;
  /** Field by which one row is told from another. */
  readonly rowId: string;
  /**
   * Parameters that the alliance's own page sends for the whole list, beside paging and sessions, with their value. Any
   * other parameter, or value, may narrow the list: what was asked for so is not complete.
   */
  readonly pageParameters: Readonly<Record<string, string>>;
  pagingOf(doc: Json): Paging;
}

export interface FormatInfo {
  readonly id: string;
  readonly gives: readonly Facet[];
  /** Ids that must come from the file's name or a flag. */
  readonly needs: readonly NeededId[];
  readonly exampleName: string;
  /** Every field with a rate in it. */
  readonly rates: readonly RateField[];
  /** Where the alliance's pages load it from: ends of addresses without their parameters, or methods of the open platform. */
  readonly addresses: readonly string[];
  /** The shortest file that is one, on as few lines as can be. */
  readonly example: string;
  /** Ids of the file's name decide what the content is about: the same content with others is another export. */
  readonly isNamed?: true;
}

export const NO_INFO = { needs: [], rates: [], addresses: [] } as const;

/**
 * One JSON document, such as a saved answer of an alliance page. `recognizes` is cheap and looks at the shape alone; what `read`
 * cannot read it refuses (`stop`).
 */
export interface JsonFormat extends FormatInfo {
  readonly kind: 'json';
  /** For lists whose coverage asks for all pages. */
  readonly list?: ListFormat;
  recognizes(doc: Json): boolean;
  read(doc: Json, context: ReadContext): readonly Batch[];
}

/** A table with a header row, of any length: read row by row in flat memory. */
export interface TableFormat extends FormatInfo {
  readonly kind: 'table';
  recognizes(header: readonly string[]): boolean;
  /** What each column is read as; undefined: it is not read. */
  meaningsOf(header: readonly string[]): readonly (string | undefined)[];
  read(header: readonly string[], rows: Iterable<TableRow>, context: ReadContext): Iterable<Batch>;
}

/** One JSON object a line, of any length. */
export interface LinesFormat extends FormatInfo {
  readonly kind: 'lines';
  recognizes(firstLine: Json): boolean;
  read(lines: Iterable<NumberedLine>, context: ReadContext): Iterable<Batch>;
}

export interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

export type Format = JsonFormat | TableFormat | LinesFormat;
