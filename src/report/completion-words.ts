/**
 * Words that completion offers to a shell. Names come from exports, and a shell may run what it reads: so a word has only
 * letters, digits and `._-`, and the text beside it only those and blanks.
 */
import { cleanText } from './sanitize.ts';

/** A word, and what is shown beside it. */
export type Offer = readonly [word: string, about: string];

/** An id, with what else is known of it: its own name first. */
interface KnownName {
  readonly id: string;
  readonly names: readonly string[];
}

const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
const LONGEST = 60;

/** Ids or names that begin with what the user typed. */
export function offersOf(known: readonly KnownName[], typed: string): Offer[] {
  return known.flatMap(({ id, names }): Offer[] => {
    const word = [id, ...names.slice(0, 1)].find((text) => text.startsWith(typed));
    if (word === undefined || !HARMLESS.test(word)) return [];
    const beside = [id, ...names].filter((text) => text !== word).map(plainText);
    return [[word, beside.filter((text) => text !== '').join(', ')]];
  });
}

function plainText(text: string): string {
  const plain = cleanText(text).replace(/[^\p{L}\p{N}._ -]+/gu, ' ');
  return [...plain.replace(/ +/g, ' ').trim()].slice(0, LONGEST).join('');
}
