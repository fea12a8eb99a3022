/** One JSON text a line. */
import { stopAtTooManyProblems } from './findings.ts';
import type { ReadContext, TextLine } from './format.ts';
import type { Json } from './json.ts';
import { isObject, parseJson } from './json.ts';

/** The values of the lines that can be parsed, blank lines left out; the others are noted. */
export function* parseLines(
  lines: Iterable<TextLine>,
  { findings }: ReadContext,
): Generator<{ readonly line: number; readonly value: Json }> {
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
    findings.problems.push({ code, locator: line, field: duplicateKey ?? '', found: text.slice(0, 40), expected: '' });
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
