/** A table of the page. Its script sorts it by a column of numbers; on a phone each row is a block whose cells name their column. */
import { type Html, html } from './escape.ts';

export interface HtmlColumn<R> {
  readonly heading: string;
  readonly cell: (row: R) => Html | string | null;
  /** What the column is sorted by; left out: its text. */
  readonly number?: (row: R) => number | null;
}

export function tableOf<R>(rows: readonly R[], columns: readonly HtmlColumn<R>[]): Html {
  const heads = columns.map(({ heading, number }) => html`<th scope="col"${number && NUMERIC}>${heading}</th>`);
  const lines = rows.map((row) => html`<tr>${columns.map((column, i) => cellOf(column, row, i))}</tr>`);
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table>`;
}

const NUMERIC = html` class="n"`;

function cellOf<R>({ heading, cell, number }: HtmlColumn<R>, row: R, i: number): Html {
  const shown = cell(row) ?? '—';
  if (i === 0) return html`<th scope="row">${shown}</th>`;
  return number
    ? html`<td class="n" data-is="${heading}" data-n="${number(row) ?? ''}">${shown}</td>`
    : html`<td data-is="${heading}">${shown}</td>`;
}
