/** The one model that every command's answer is put into before it is written in some format. Text in it is not yet cleaned. */
import type { CodeOf, Translate } from '../words/index.ts';

export type OutputFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'md';
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['table', 'json', 'ndjson', 'csv', 'md'];

/** What a terminal adds, and nothing else: colour, and its width (null: not a terminal, nothing is wrapped). */
export interface Terminal {
  readonly colour: boolean;
  readonly width: number | null;
}

export type Tone = 'exit' | 'keep' | 'review' | 'muted' | 'plain';

export type Heading = CodeOf<'heading'>;

/** A cell of a CSV. `number` is text of a number that tkguard writes itself: a minus sign there is no formula. */
export type CsvValue = string | number | boolean | null | { readonly number: string };

/** Columns of the CSV in their order: English name, the same in every language, and value. */
export type Csv<R> = Readonly<Record<string, { of(row: R): CsvValue }['of']>>;

/** What a row says: a column of the table and of Markdown (one with a heading), columns of the CSV, or both. */
export interface Field<R> {
  readonly heading?: Heading;
  /** null is missing. */
  cell?(row: R, t: Translate): string | null;
  readonly align?: 'right';
  /** May be wrapped in a narrow terminal. */
  readonly shrinks?: true;
  readonly csv?: Csv<R>;
}

/** A sentence under a row; a loud one must not be overlooked. */
export type Detail = string | { readonly loud: string };

export interface Report<R = unknown> {
  readonly t: Translate;
  /** JSON: one object, `schema` first, all keys always present, stable order. */
  readonly document: object;
  /** NDJSON: one object a line; the rows, where it is left out. */
  readonly records?: readonly object[];
  readonly rows: readonly R[];
  readonly fields: readonly Field<R>[];
  /** Columns that this table does without. */
  readonly hidden?: readonly Heading[];
  details?(row: R): readonly Detail[];
  tone?(row: R): Tone;
  /** Lines before the table. */
  readonly notes?: readonly string[];
  /** Lines between the table and its summary. */
  readonly closing?: readonly string[];
  readonly summary?: string;
  /** What stands in place of a table without rows. */
  readonly empty?: string;
  /** Heading of the sentences, where they are a column (Markdown). */
  readonly detailHeading?: Heading;
  /** JSON to be copied as it is, after the table. */
  readonly verbatim?: { readonly heading: string; readonly text: string } | null;
  /** Text for people in place of a table (in Markdown a block of code), already clean; ends in a newline. */
  readonly text?: (terminal: Terminal) => string;
}

export interface Column<R> extends Field<R> {
  readonly heading: Heading;
  cell(row: R, t: Translate): string | null;
}

/** The fields that the table and Markdown show. */
export function columnsOf({ fields, hidden = [] }: Report): Column<unknown>[] {
  return fields.filter((field) => field.heading !== undefined && !hidden.includes(field.heading)) as Column<unknown>[];
}

export function csvOf<R>(fields: readonly Field<R>[]): Csv<R> {
  return Object.assign({}, ...fields.map((field) => field.csv));
}
