/**
 * Names in messages. No chat robot documents an escape character, so what could mention somebody, be markup or become a link
 * gets its full-width form; on channels without markup, too.
 */
import { cleanText } from '../report/sanitize.ts';

const MOST_LENGTH = 40;
// A dot between letters makes a link of a name.
const MARKUP = /[<>*_`#[\]()|~@&\\!$]|:(?=\/\/)|\.(?=[\p{L}\p{N}])/gu;
const FULL_WIDTH = 0xfee0;

export function harmless(name: string): string {
  const clean = cleanText(name);
  const points = [...clean];
  const short = points.length > MOST_LENGTH ? `${points.slice(0, MOST_LENGTH - 1).join('')}…` : clean;
  return short.replace(MARKUP, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + FULL_WIDTH));
}
