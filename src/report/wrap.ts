/** Wraps lines by their width on screen: 旗舰店 is six columns wide. */
import { strlen as widthOf } from 'cli-table3/src/utils.js';

export { widthOf };

const WIDE = '\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6';
const OPENING = '[“‘（【《「『]*';
const CLOSING = '[”’、。，；：！？）】》」』]*';
// Pieces that are not broken: a wide character or a word, with the punctuation that must stay beside it; or blanks.
const PIECES = new RegExp(`\\s+|${OPENING}(?:[${WIDE}]|[^\\s${WIDE}“‘”’]+)${CLOSING}|\\S`, 'gu');

/** Breaks at blanks and between wide characters; a word longer than the line is cut. */
export function wrapText(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = () => {
    lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const piece of text.match(PIECES) ?? []) {
    const size = widthOf(piece);
    if (used + size > width && used > 0) flush();
    if (piece.trim() === '' && used === 0) continue;
    for (const part of size > width ? Array.from(piece) : [piece]) {
      const partSize = widthOf(part);
      if (used > 0 && used + partSize > width) flush();
      line += part;
      used += partSize;
    }
  }
  if (line.trim() !== '') flush();
  return lines.length > 0 ? lines : [''];
}
