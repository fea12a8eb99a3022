/**
 * What is offered to a shell: a word and what it is, a tab between, one a line. Words come from exports, and a shell may
 * do what it reads: only letters, digits and `._-` are ever offered, and only those and blanks are shown beside it.
 */
import { cleanText } from './sanitize.ts';

/** An id, with what else is known of it: its own name first. */
export interface KnownName {
  readonly id: string;
  readonly names: readonly string[];
}

const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
const LONGEST = 60;

/** Lines for what begins with `prefix`: the id, or the name where that is what is being typed. */
export function offerLines(known: readonly KnownName[], prefix: string): string {
  const lines = known.flatMap(({ id, names }) => {
    const word = [id, ...names.slice(0, 1)].find((text) => text.startsWith(prefix));
    if (word === undefined || !HARMLESS.test(word)) return [];
    const beside = [id, ...names].filter((text) => text !== word).map(plainText);
    return [`${word}\t${beside.filter((text) => text !== '').join(', ')}\n`];
  });
  return [...new Set(lines)].join('');
}

function plainText(text: string): string {
  const plain = cleanText(text).replace(/[^\p{L}\p{N}._ -]+/gu, ' ');
  return [...plain.replace(/ +/g, ' ').trim()].slice(0, LONGEST).join('');
}
