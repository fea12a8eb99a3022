/** The model of every command's answer, which render.ts writes in each format. Its text is not yet cleaned. */
import type { CodeOf, Translate } from '../words/index.ts';

/** `excel`: a CSV that Excel opens as UTF-8. */
export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv', 'excel', 'md'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A terminal adds colour and wraps lines; nothing else depends on it. `width` null: no terminal. */
export interface Terminal {
  readonly colour: boolean;
  readonly width: number | null;
}

/** `loud` must not be overlooked. */
export type Tone = 'exit' | 'keep' | 'review' | 'muted' | 'plain' | 'loud' | 'head';

/**
 * A line for people, indented by its depth. `lead`: the beginning of the line that gets the colour; left out: all of it.
 * `cells`: its parts, which stand below those of the lines before it.
 */
export interface TextLine {
  readonly text: string;
  readonly depth?: number;
  readonly tone?: Tone;
  readonly lead?: string;
  readonly cells?: readonly string[];
}

/** A text alone is a plain line. */
export type Line = string | TextLine;

export function textLine(line: Line): TextLine {
  return typeof line === 'string' ? { text: line } : line;
}

/** A line of parts that are aligned with those of its neighbours. The last cell is never padded. */
export function cellsLine(cells: readonly string[], depth = 0): TextLine {
  return { text: cells.filter((cell) => cell !== '').join('  '), depth, cells };
}

/** From so many columns on a terminal has room for everything. */
const WIDE = 120;

type Heading = CodeOf<'heading'>;

/** A cell of a CSV. `number` is a number as text: its minus sign is no formula. */
export type CsvValue = string | number | boolean | null | undefined | { readonly number: string };

type Keys<T> = T extends readonly (infer Item)[] ? Keys<Item> : T extends object ? `.${keyof T & string}` : '';
/** Path of a value in a row: `verdict`, `shop.keeperId`. In a list (`snapshots.account`) each different value. */
type Path<R> = { [K in keyof R & string]: `${K}${Keys<NonNullable<R[K]>>}` }[keyof R & string];
type ValueOf<R> = { of(row: R): CsvValue }['of'];

/** A path, which also names the column (`shop.keeperId`: shop_keeper_id); or a name of its own, and the value. */
export type CsvColumn<R> = Path<R> | readonly [name: string, of: Path<R> | ValueOf<R>];

/** One column of tables and Markdown (if it has a heading), columns of the CSV, or both. */
export interface FieldSpec<R> {
  readonly heading?: Heading;
  /** null is missing. Left out: the first CSV column as it is. */
  cell?(row: R, t: Translate): string | null;
  readonly align?: 'right';
  /** May be wrapped in a narrow terminal. */
  readonly shrinks?: true;
  /** Shown only where rows differ by it. */
  readonly differs?: true;
  /** Left out in a terminal of less than `WIDE` columns. */
  readonly wide?: true;
  readonly csv?: readonly CsvColumn<R>[];
}

export interface Field<R> extends Omit<FieldSpec<R>, 'csv' | 'cell'> {
  cell(row: R, t: Translate): string | null;
  /** Name, the same in every language, and value. */
  readonly csv: readonly (readonly [name: string, of: ValueOf<R>])[];
}

export function fieldsOf<R>(specs: readonly FieldSpec<R>[]): Field<R>[] {
  return specs.map(({ csv = [], ...spec }) => {
    const columns = csv.map((column) => {
      const [name, of] = typeof column === 'string' ? [nameOf(column), column] : column;
      return [name, typeof of === 'string' ? (row: R) => valueAt(row, of) : of] as const;
    });
    return { cell: (row) => cellText(columns[0]?.[1](row)), ...spec, csv: columns };
  });
}

/** `shop.keeperId` → `shop_keeper_id`. */
export function nameOf(path: string): string {
  return path.replace('.', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function valueAt(row: unknown, path: string): CsvValue {
  const step = (at: unknown, key: string): unknown =>
    Array.isArray(at) ? at.map((item) => step(item, key)) : (at as Record<string, unknown> | null | undefined)?.[key];
  const value = path.split('.').reduce(step, row);
  return Array.isArray(value) ? [...new Set(value)].join(' ') : (value as CsvValue);
}

function cellText(value: CsvValue): string | null {
  return value === null || value === undefined ? null : String(value);
}

export interface Report<R = unknown> {
  readonly t: Translate;
  /** JSON: one object, `schema` first, all keys always present, stable order. */
  readonly document: object;
  /** NDJSON: one object a line; the rows, where it is left out. */
  readonly records?: readonly object[];
  readonly rows: readonly R[];
  readonly fields: readonly Field<R>[];
  /** The rows that people see, where these are not all. */
  readonly shown?: readonly R[];
  /** Sentences below a row; in Markdown its last column. */
  details?(row: R): readonly Line[];
  tone?(row: R): Tone;
  /** What stands once above the rows of a section; null: none. Rows of a section are neighbours. */
  section?(row: R): string | null;
  /** Lines before the table. */
  readonly notes?: readonly Line[];
  /** Lines between the table and its summary. */
  readonly closing?: readonly Line[];
  readonly summary?: string;
  /** What stands in place of a table without rows. */
  readonly empty?: string;
  /** JSON to be copied as it is, after the table. */
  readonly verbatim?: { readonly heading: string; readonly text: string } | null;
  /** What people read in place of a table (in Markdown a block of code). */
  readonly text?: readonly Line[];
}

interface Column {
  readonly heading: string;
  readonly align?: 'right';
  readonly shrinks?: true;
  /** Of each row; null is missing. */
  readonly cells: readonly (string | null)[];
}

/** The columns that people see. `width`: of the terminal. */
export function columnsOf({ fields, rows: all, shown: rows = all, t }: Report, width: number | null): Column[] {
  return fields.flatMap(({ heading, cell, differs, wide, csv: _, ...look }): Column[] => {
    if (heading === undefined || (wide && width !== null && width < WIDE)) return [];
    const cells = rows.map((row) => cell(row, t));
    if (differs && new Set(cells).size < 2) return [];
    return [{ ...look, heading: t(`heading.${heading}`), cells }];
  });
}
