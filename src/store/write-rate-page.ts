/** Packs rates into pages (rate-page.ts). */
import type { PageEntry } from './rate-page.ts';
import {
  CHECK_BYTES,
  checksum,
  FIRST_STYLE,
  HAS_BP,
  HAS_LINE,
  HAS_SALES,
  INCOME,
  LATER,
  LISTED,
  RAW_SHIFT,
  RAW_STYLES,
  RAW_TEXT,
} from './rate-page.ts';

/** Longer pages would spill over SQLite's own pages, which wastes most of a page each. */
const MOST_PAGE_BYTES = 900;
/** Of 54 bits. An entry has a byte and four numbers, and a time before it one more of both; a cell's text comes on top. */
const LONGEST_NUMBER_BYTES = 8;
const LONGEST_ENTRY_BYTES = 2 + 5 * LONGEST_NUMBER_BYTES;

const FIRST_BYTES = 64;

/** Packs entries into pages; of a plan that waits it takes little more room than its page will. */
export class PageWriter {
  #full: Buffer[] = [];
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #lastItem = 0;
  #lastLine = 0;
  #after = 0;
  readonly #mostBytes: number;

  constructor(mostBytes = MOST_PAGE_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** `after`: how long after the time of its page it was captured, not less than that of the one before. Gives how many bytes it took. */
  add({ itemId, measureIndex, listed, bp, sales, raw, line }: PageEntry, after = 0): number {
    if (this.#length > this.#mostBytes - LONGEST_ENTRY_BYTES) this.#endPage();
    this.#grow(LONGEST_ENTRY_BYTES);
    const from = this.#length;
    if (after !== this.#after) this.#goTo(after);
    const style = raw === null ? 0 : styleOf(raw, bp);
    this.#bytes[this.#length++] =
      (listed === 1 ? LISTED : 0) |
      (bp === null ? 0 : HAS_BP) |
      (sales === null ? 0 : HAS_SALES) |
      (line === null ? 0 : HAS_LINE) |
      (measureIndex === 1 ? INCOME : 0) |
      (style << RAW_SHIFT);
    this.#write(fold(itemId - this.#lastItem));
    this.#lastItem = itemId;
    if (bp !== null) this.#write(bp);
    if (sales !== null) this.#write(fold(sales));
    if (line !== null) {
      this.#write(fold(line - this.#lastLine));
      this.#lastLine = line;
    }
    if (style === RAW_TEXT && raw !== null) {
      const text = Buffer.from(raw);
      this.#write(text.length);
      this.#grow(text.length + LONGEST_ENTRY_BYTES);
      text.copy(this.#bytes, this.#length);
      this.#length += text.length;
    }
    return this.#length - from;
  }

  /** Hands out the pages and begins anew. */
  take(): Buffer[] {
    this.#endPage();
    const pages = this.#full;
    this.#full = [];
    return pages;
  }

  #goTo(after: number): void {
    this.#bytes[this.#length++] = LATER;
    this.#write(after);
    [this.#after, this.#lastItem, this.#lastLine] = [after, 0, 0];
  }

  #grow(room: number): void {
    if (this.#length + room <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + room));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  #write(number: number): void {
    this.#length = writeNumber(this.#bytes, this.#length, number);
  }

  #endPage(): void {
    if (this.#length > 0) this.#full.push(sealed(this.#bytes.subarray(0, this.#length)));
    this.#length = 0;
    [this.#after, this.#lastItem, this.#lastLine] = [0, 0, 0];
  }
}

function sealed(...parts: readonly Uint8Array[]): Buffer {
  const page = Buffer.concat([...parts, new Uint8Array(CHECK_BYTES)]);
  page.writeUInt16LE(checksum(page), page.length - CHECK_BYTES);
  return page;
}

/**
 * A page with the entries of another after its own, which are so much later than its time; null: it would be too long.
 * `page` has been read to its end, so that what is damaged is not sealed anew.
 */
export function extendPage(page: Uint8Array, after: number, added: Uint8Array): Buffer | null {
  if (page.length + added.length > MOST_PAGE_BYTES - LONGEST_ENTRY_BYTES) return null;
  const mark = Buffer.allocUnsafe(LONGEST_NUMBER_BYTES + 1);
  mark[0] = LATER;
  const end = writeNumber(mark, 1, after);
  return sealed(page.subarray(0, -CHECK_BYTES), mark.subarray(0, end), added.subarray(0, -CHECK_BYTES));
}

/** Seven bits a byte, the lowest first; the last one is below 128. Gives where it ends. */
function writeNumber(bytes: Buffer, at: number, number: number): number {
  let [end, rest] = [at, number];
  while (rest > 127) {
    bytes[end++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[end++] = rest;
  return end;
}

let lastStyle = 0;

function styleOf(raw: string, bp: number | null): number {
  if (bp === null) return RAW_TEXT;
  // All rates of a file are written in one way.
  if (RAW_STYLES[lastStyle]?.(bp) === raw) return FIRST_STYLE + lastStyle;
  const style = RAW_STYLES.findIndex((write) => write(bp) === raw);
  if (style < 0) return RAW_TEXT;
  lastStyle = style;
  return FIRST_STYLE + style;
}

/** Small numbers of either sign to small numbers from 0. */
function fold(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

/** For the migration: packs rows of the table that rates stood in before, into one page. */
export const PACK_RATES = {
  start: (): PageWriter => new PageWriter(Number.POSITIVE_INFINITY),
  step(
    writer: PageWriter,
    itemId: number,
    measureIndex: number,
    listed: 0 | 1,
    bp: number | null,
    sales: number | null,
    raw: string | null,
    line: number | null,
  ): void {
    writer.add({ itemId, measureIndex, listed, bp, sales, raw, line });
  },
  result: (writer: PageWriter): Buffer => Buffer.concat(writer.take()),
};
