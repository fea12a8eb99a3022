/** Which known words a mistyped one may have meant. */
import { distance } from 'fastest-levenshtein';

const MOST = 3;

/** So many letters of a word may be wrong at most. */
export const MOST_EDITS = 2;

/**
 * The nearest of the known words, nearest first: one letter wrong, missing or too many, two in words of six letters and
 * more (swapped letters are two); or a name of which the word is a part. Empty where none is near.
 */
export function similarNames(word: string, known: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const allowed = wanted.length >= 6 ? MOST_EDITS : 1;
  const mayBePart = wanted.length > 1 && !/^\d+$/.test(wanted);
  const near: { readonly text: string; readonly edits: number }[] = [];
  for (const text of new Set(known)) {
    const other = text.toLowerCase();
    if (mayBePart && other.includes(wanted)) near.push({ text, edits: 0 });
    // Of two letters a wrong one makes another word: `cn` is not `en`.
    else if (wanted.length < 3 && other.length === wanted.length) continue;
    else if (Math.abs(other.length - wanted.length) <= allowed) {
      const edits = distance(wanted, other);
      if (edits <= allowed) near.push({ text, edits });
    }
  }
  near.sort((a, b) => a.edits - b.edits || (a.text < b.text ? -1 : 1));
  return near.slice(0, MOST).map(({ text }) => text);
}
