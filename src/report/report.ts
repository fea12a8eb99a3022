/** The one model that every command's answer is put into before it is written in some format. */

export type OutputFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'md';
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['table', 'json', 'ndjson', 'csv', 'md'];

/** What a terminal adds, and nothing else: colour, and its width (null: not a terminal, nothing is wrapped). */
export interface Terminal {
  readonly colour: boolean;
  readonly width: number | null;
}

export type Tone = 'exit' | 'keep' | 'review' | 'muted' | 'plain';

/** A column of the table and of Markdown; `shrinks`: may be wrapped in a narrow terminal. */
export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly align: 'left' | 'right';
  readonly shrinks: boolean;
}

export function columnOf(key: string, heading: string, align: Column['align'] = 'left', shrinks = false): Column {
  return { key, heading, align, shrinks };
}

export interface Detail {
  readonly text: string;
  /** Must not be overlooked. */
  readonly loud: boolean;
}

/** A cell of a CSV. `number` is text of a number that tkguard writes itself: a minus sign there is no formula. */
export type CsvValue = string | number | boolean | null | { readonly number: string };

export interface Row {
  /** Words for people, by column key; null is missing. */
  readonly cells: Readonly<Record<string, string | null>>;
  /** Values for the CSV, by CSV column. */
  readonly values: Readonly<Record<string, CsvValue>>;
  /** Sentences under the row. */
  readonly details: readonly Detail[];
  readonly tone: Tone;
}

/** Members may be computed when read: a format pays only for what it shows. Text in here is not yet cleaned. */
export interface Report {
  /** JSON: one object, `schema` first, all keys always present, stable order. */
  readonly document: object;
  /** NDJSON: one object a line. */
  readonly records: readonly object[];
  readonly columns: readonly Column[];
  /** English names, the same whatever the language. */
  readonly csvColumns: readonly string[];
  readonly rows: readonly Row[];
  /** Rows of the CSV, where they are not those of the table. */
  readonly csvRows?: readonly Row['values'][];
  /** Lines before the table. */
  readonly notes: readonly string[];
  /** Lines between the table and its summary. */
  readonly closing: readonly string[];
  readonly summary: string;
  /** What a table says when there are no rows. */
  readonly empty: string;
  /** Heading of the sentences, where they are a column (Markdown). */
  readonly detailHeading: string;
  /** A text to be copied, as it is, after the table. */
  readonly verbatim?: Verbatim | null;
  /** Text for people in place of a table, already clean. */
  readonly text?: (terminal: Terminal) => string;
}

export interface Verbatim {
  readonly heading: string;
  /** JSON, whose lines need no cleaning. */
  readonly text: string;
}
