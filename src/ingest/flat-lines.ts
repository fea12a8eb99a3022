/**
 * Lines of NDJSON written alike: the same keys in the same order, with texts and whole numbers for values. Of such a line
 * only the values that differ from those of the line before are looked at.
 *
 * Why: a million lines say the same dozen keys and mostly the same values; parsing each, and looking for keys that stand
 * twice, costs three times as much. Whatever is not plainly such a line is parsed (json-lines.ts): test/ingest/
 * flat-lines.test.ts proves that both say the same.
 */
import type { JsonObject } from './json.ts';
import { copyText } from './remember.ts';

export interface LineShape {
  readonly keys: readonly string[];
  /** The values as `cellText` gives them, in the order of the keys; null: the line is not of this shape. */
  read(text: string): FlatLine | null;
}

/** As of a table: see scan-table.ts. */
export interface FlatLine {
  readonly cells: readonly string[];
  readonly before: readonly string[];
  readonly again: number;
}

const LEAD = /\s*[{,]\s*"([^"\\]*)"\s*:\s*/y;
/** What stands in a file for the same value and nothing else: no fraction, no exponent, no digit too many. */
const VALUE = /"(?:[^"\\]|\\.)*"|-?[1-9]\d{0,14}(?!\d|[.eE])|0(?!\d|[.eE])|null|true|false/y;

/** The shape of a line that was parsed as `value`; null where it has none. */
export function shapeOf(text: string, value: JsonObject): LineShape | null {
  const keys = Object.keys(value);
  const leads: string[] = [];
  let at = 0;
  for (const key of keys) {
    LEAD.lastIndex = at;
    const lead = LEAD.exec(text);
    if (lead?.[1] !== key) return null;
    leads.push(lead[0]);
    VALUE.lastIndex = LEAD.lastIndex;
    if (!VALUE.test(text)) return null;
    at = VALUE.lastIndex;
  }
  const tail = text.slice(at).trimEnd();
  return keys.length > 0 && /^\s*\}$/.test(tail) ? makeShape(keys, leads, tail) : null;
}

function makeShape(keys: readonly string[], leads: readonly string[], tail: string): LineShape {
  // Of the line before: its values as they stand there, and what they say. A line end stands in none.
  let written: readonly string[] = keys.map(() => '\n');
  let said: readonly string[] = keys.map(() => '');

  function read(text: string): FlatLine | null {
    const values: string[] = new Array(keys.length);
    const cells: string[] = new Array(keys.length);
    let again = 0;
    let at = 0;
    for (let i = 0; i < leads.length; i++) {
      const lead = leads[i] ?? '';
      if (!text.startsWith(lead, at)) return null;
      at += lead.length;
      let value = written[i] ?? '';
      let cell: string | null = said[i] ?? '';
      const isAgain = text.startsWith(value, at) && !isNumeric(text.charCodeAt(at + value.length));
      if (isAgain) {
        if (i < 31) again |= 1 << i;
      } else {
        VALUE.lastIndex = at;
        if (!VALUE.test(text)) return null;
        value = text.slice(at, VALUE.lastIndex);
        cell = cellOf(value);
        if (cell === null) return null;
      }
      values[i] = value;
      cells[i] = cell;
      at += value.length;
    }
    if (!text.startsWith(tail, at) || text.slice(at + tail.length).trim() !== '') return null;
    const before = said;
    written = values;
    said = cells;
    return { cells, before, again };
  }

  return { keys, read };
}

/** What a number could go on with: 12 is not 1 again. */
function isNumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46 || code === 69 || code === 101;
}

function cellOf(value: string): string | null {
  if (value === 'null') return '';
  if (!value.startsWith('"')) return value;
  if (isPlain(value)) return copyText(value.slice(1, -1));
  try {
    return JSON.parse(value) as string;
  } catch {
    return null;
  }
}

/** No character stands in it that JSON does not allow in a text, or writes in another way. */
function isPlain(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 92) return false;
  }
  return true;
}
