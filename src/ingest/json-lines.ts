/** One JSON text a line. */
import { addProblem, stop, stopAtTooManyProblems } from './findings.ts';
import type { LinesFormat, NumberedLine, ReadContext } from './format.ts';
import { isObject, type Json, parseJson } from './json.ts';
import type { NumberedJson } from './row.ts';

/** A row of a table may have 1 MiB, and JSON may take six characters for one. */
const MAX_LINE_MIB = 8;

/** Throws `long-line` (see `stop`): what has no end would be read into memory whole. */
export function* splitLines(chunks: Iterable<string>): Generator<NumberedLine> {
  let rest = '';
  let line = 0;
  for (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { line: ++line, text };
    if (rest.length > MAX_LINE_MIB << 20) stop('long-line', { line: line + 1, mib: MAX_LINE_MIB });
  }
  if (rest) yield { line: ++line, text: rest };
}

/** The values of the lines that can be parsed, blank lines left out; the others are noted. */
export function* parseLines(lines: Iterable<NumberedLine>, { findings }: ReadContext): Generator<NumberedJson> {
  for (const { line, text } of lines) {
    if (text.trim() === '') continue;
    stopAtTooManyProblems(findings);
    const parsed = parseJson(text);
    if (parsed.ok) {
      yield { line, value: parsed.value };
      continue;
    }
    const { duplicateKey } = parsed;
    const code = duplicateKey === null ? 'bad-json-line' : 'duplicate-key';
    addProblem(findings.problems, code, line, { field: duplicateKey ?? '', found: text.slice(0, 40) });
  }
}

/** The objects of a text that has one a line; null: its first two lines are none. */
export function rowsOfLines(text: string): readonly Json[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rows = lines.map((line) => {
    const parsed = parseJson(line);
    return parsed.ok && isObject(parsed.value) ? parsed.value : null;
  });
  const isLines = rows.length > 1 && rows.slice(0, 2).every((row) => row !== null);
  return isLines ? rows.flatMap((row) => row ?? []) : null;
}

/** NDJSON: the first line is a whole row by itself, and another follows or the file says so by its shape. */
export function isLines(format: LinesFormat, head: string): boolean {
  if (!head.includes('\n')) return false;
  const [first, ...rest] = head.trimStart().split(/\r?\n/);
  const next = rest.find((line) => line.trim() !== '');
  if (!first || !next?.trimStart().startsWith('{')) return false;
  const parsed = parseJson(first);
  return parsed.ok && format.recognizes(parsed.value);
}
