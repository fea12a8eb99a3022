/**
 * How the rates of a plan are packed: a page holds what one snapshot after the other newly says of them, a few bytes each.
 *
 * A row of ten columns for each rate took 2.5 µs to write and 60 bytes to keep, and reading a million of them back through
 * the library took more time than judging by them. A page is written, found and read at once. What it costs: SQL does
 * not see single rates (`tkguard export` shows them).
 *
 * With a page for every day on which a plan's rate changed, a verdict took half as long again after a year.
 */
import { formatBp } from '../domain/rate.ts';
import { DamagedData } from './damage.ts';

/** What a snapshot newly says of one rate. */
export interface PageEntry {
  /** 0: the shop as a whole. */
  readonly itemId: number;
  /** In MEASURES. */
  readonly measureIndex: number;
  /** 0: from now on it is not listed. */
  readonly listed: 0 | 1;
  /** Basis points, 1 to 10,000; null: unknown. */
  readonly bp: number | null;
  readonly sales: number | null;
  /** The cell as it was written. */
  readonly raw: string | null;
  /** Where it was read; null where a late arrival made it be written again. */
  readonly line: number | null;
}

/** And when it was captured, in milliseconds. */
export interface TimedEntry extends PageEntry {
  readonly at: number;
}

/** Bits of the byte that an entry begins with; above them stands how its cell is kept. */
export const [LISTED, HAS_BP, HAS_SALES, HAS_LINE, INCOME] = [1, 2, 4, 8, 16];
export const RAW_SHIFT = 5;
/** Instead of an entry: what follows is of another time, so many milliseconds after the page's own. */
export const LATER = 7 << RAW_SHIFT;
/** Cells are mostly the rate itself in one of these ways to write it; 0: no cell, 1: its text follows. */
export const RAW_TEXT = 1;
export const RAW_STYLES: readonly ((bp: number) => string)[] = [
  formatBp,
  (bp) => `${formatBp(bp)}%`,
  (bp) => String(bp / 100),
  (bp) => `${bp / 100}%`,
  (bp) => String(bp),
];
export const FIRST_STYLE = 2;

/** A page ends with a checksum: SQLite does not see that a byte was changed, and one would be as good a rate as any other. */
export const CHECK_BYTES = 2;

export function checksum(page: Uint8Array): number {
  let sum = page.length;
  for (let i = 0; i < page.length - CHECK_BYTES; i++) sum = Math.imul(sum ^ (page[i] ?? 0), 0x9e3779b1);
  // Of its low half each step is undone by none: of one changed byte the sum is always another.
  return sum & 0xffff;
}

/** A page as it is kept. */
export interface Page {
  /** In milliseconds; nothing in it is earlier. */
  readonly at: number;
  readonly entries: Uint8Array;
  /** Nothing later is read of it. */
  readonly untilMs: number;
}

function unfold(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
}

function damaged(): DamagedData {
  return new DamagedData('a page of rates cannot be read');
}

/** Walks through the entries of a page; its fields are those of the entry that it stands on. */
export class PageCursor implements TimedEntry {
  at = 0;
  itemId = 0;
  measureIndex = 0;
  listed: 0 | 1 = 0;
  bp: number | null = null;
  sales: number | null = null;
  line: number | null = null;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #pageAt = 0;
  #untilMs = 0;
  #style = 0;
  #rawStart = 0;
  #lastLine = 0;

  /** Stands before the first entry. Throws `DamagedData` where a byte is not what was written. */
  open({ at, entries, untilMs }: Page): this {
    const end = entries.length - CHECK_BYTES;
    const sum = (entries[end] ?? 0) | ((entries[end + 1] ?? 0) << 8);
    if (end <= 0 || sum !== checksum(entries)) throw damaged();
    this.#bytes = entries.subarray(0, end);
    this.#next = 0;
    [this.#pageAt, this.#untilMs] = [at, untilMs];
    this.#begin(0);
    return this;
  }

  /** Goes to the next entry; false: there is none. Throws `DamagedData` where the page is not one that we wrote. */
  next(): boolean {
    const bytes = this.#bytes;
    if (this.#next >= bytes.length) return false;
    if (bytes[this.#next] === LATER) {
      this.#next += 1;
      this.#begin(this.#read());
    }
    if (this.at > this.#untilMs) return false;
    const bits = bytes[this.#next++] ?? 0;
    this.listed = (bits & LISTED) === 0 ? 0 : 1;
    this.measureIndex = (bits & INCOME) === 0 ? 0 : 1;
    this.itemId += unfold(this.#read());
    this.bp = (bits & HAS_BP) === 0 ? null : this.#read();
    this.sales = (bits & HAS_SALES) === 0 ? null : unfold(this.#read());
    if ((bits & HAS_LINE) === 0) this.line = null;
    else this.line = this.#lastLine += unfold(this.#read());
    this.#style = bits >> RAW_SHIFT;
    if (this.#style === RAW_TEXT) {
      const length = this.#read();
      this.#rawStart = this.#next;
      this.#next += length;
    }
    const isRate = this.bp === null ? this.#style <= RAW_TEXT : this.bp >= 1 && this.bp <= 10_000;
    if (!isRate || this.itemId < 0 || this.#next > bytes.length) throw damaged();
    return true;
  }

  #begin(after: number): void {
    this.at = this.#pageAt + after;
    this.itemId = 0;
    this.#lastLine = 0;
  }

  get raw(): string | null {
    if (this.#style === 0) return null;
    if (this.#style === RAW_TEXT) return Buffer.from(this.#bytes.subarray(this.#rawStart, this.#next)).toString();
    return RAW_STYLES[this.#style - FIRST_STYLE]?.(this.bp ?? 0) ?? null;
  }

  #read(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#next++] ?? 0;
    if (byte < 128) return byte;
    let number = byte - 128;
    for (let unit = 128; ; unit *= 128) {
      byte = bytes[this.#next++] ?? 0;
      if (byte < 128) return number + byte * unit;
      number += (byte - 128) * unit;
    }
  }
}
