/** Parses JSON with comments and trailing commas, and notes the line of every value. */
import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtOffset, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';

export interface ParsedConfig {
  readonly ok: true;
  readonly value: unknown;
  /** Line (from 1) of the value at a place such as `sources[1].url`; `''` is the whole document. */
  readonly lines: ReadonlyMap<string, number>;
}

interface ConfigSyntaxError {
  readonly ok: false;
  readonly line: number;
  /** One character only, because a secret may begin there; empty at the end of the text. For `duplicate-key` the key. */
  readonly found: string;
  readonly expected: 'value' | 'key' | ':' | ', }' | ', ]' | 'end' | 'duplicate-key' | 'comment-end';
}

/** A key that occurs twice in one object is an error. */
export function parseConfigText(text: string): ParsedConfig | ConfigSyntaxError {
  const errors: ParseError[] = [];
  const root = treeOf(text, errors);
  const lineAt = lineCounter(text);
  const [first] = errors;
  if (first || !root) {
    const offset = first?.offset ?? 0;
    const expected = first ? expectedOf(errors, root, offset) : 'value';
    return { ok: false, line: lineAt(offset), found: text.charAt(offset).trim(), expected };
  }
  const lines = new Map<string, number>();
  const twice = placeLines(root, '', lines, lineAt);
  if (twice) return { ok: false, line: lineAt(twice.offset), found: twice.value, expected: 'duplicate-key' };
  return { ok: true, value: getNodeValue(root), lines };
}

/** undefined also where brackets are nested too deeply. */
function treeOf(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const EXPECTED: Readonly<Record<string, ConfigSyntaxError['expected']>> = {
  PropertyNameExpected: 'key',
  ColonExpected: ':',
  CommaExpected: ', }',
  CloseBraceExpected: ', }',
  CloseBracketExpected: ', ]',
  EndOfFileExpected: 'end',
  UnexpectedEndOfComment: 'comment-end',
};

/** The parser skips an unknown word; the next error tells what it expected. */
function expectedOf(
  errors: readonly ParseError[],
  root: Node | undefined,
  offset: number,
): ConfigSyntaxError['expected'] {
  const codes = errors.map(({ error }) => printParseErrorCode(error));
  const telling = codes.find((code) => code !== 'InvalidSymbol');
  if (telling === undefined) return root && offset >= root.offset + root.length ? 'end' : 'value';
  const expected = EXPECTED[telling] ?? 'value';
  const node = root && findNodeAtOffset(root, offset);
  return expected === ', }' && (node?.type === 'array' || node?.parent?.type === 'array') ? ', ]' : expected;
}

/** Notes the line of every value below a node. Gives the first key that stands twice in one object. */
function placeLines(
  node: Node,
  place: string,
  lines: Map<string, number>,
  lineAt: (offset: number) => number,
): Node | null {
  lines.set(place, lineAt(node.offset));
  const keys = new Set<string>();
  for (const [i, child] of (node.children ?? []).entries()) {
    const [key, value] = node.type === 'array' ? [null, child] : (child.children ?? []);
    if (!value) continue;
    if (key && keys.has(key.value)) return key;
    if (key) keys.add(key.value);
    const twice = placeLines(value, placeOf(place, key ? key.value : i), lines, lineAt);
    if (twice) return twice;
  }
  return null;
}

/** Offsets must come in ascending order. */
function lineCounter(text: string): (offset: number) => number {
  let [line, counted] = [1, 0];
  return (offset) => {
    for (; counted < offset; counted++) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
}

/** `sources`, then `sources[1]`, then `sources[1].url`. Keys that are no plain words stand in quotation marks. */
export function placeOf(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z]\w*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
