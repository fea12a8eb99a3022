import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanCsvCell, cleanText, escapeMarkdown } from '../../src/report/sanitize.ts';

const ESC = '\u001b';

test.each([
  ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
  ['cursor moves and clears', `a${ESC}[2J${ESC}[1;1Hb`, 'ab'],
  ['C1 CSI', 'a\u009b31mb', 'ab'],
  ['a title set by OSC, ended by BEL', `a${ESC}]0;pwned\u0007b`, 'ab'],
  ['an OSC 8 link, ended by ST', `${ESC}]8;;http://evil${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
  ['a DCS with its tail', `a${ESC}Pq#0;2;0;0;0${ESC}\\b`, 'ab'],
  ['C1 OSC', 'a\u009d0;x\u009cb', 'ab'],
  ['an unfinished OSC keeps the text after it', `a${ESC}]0;b`, 'a0;b'],
  ['charset switches', `a${ESC}(0b`, 'ab'],
  ['BS, BEL, NUL, DEL', 'a\b\u0007\u0000\u007fb', 'ab'],
  ['new lines and tabs', 'a\r\nb\tc\u2028d', 'a b c d'],
  ['bidi marks', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
  ['zero width and BOM', '\ufeffa\u200bb\u2060c', 'abc'],
  ['an escape that another removal would make', `${ESC}${ESC}[0m[31mx`, '31mx'],
  ['plain Chinese stays', '隆缘裳服饰旗舰店 (VIP)', '隆缘裳服饰旗舰店 (VIP)'],
])('on a screen: %s', (_, text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

const pieces = [...'\u001b[]P\\\u0007\u009b\u009c\u202e\u200f\ufeff\r\n\u0000m店=|<', '8;;', '31'];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 30 })
  .map((parts) => parts.join(''));

test.each([
  ['cleanText', cleanText],
  ['cleanCsvCell', cleanCsvCell],
  ['escapeMarkdown', escapeMarkdown],
])('%s leaves no control, bidi or zero-width character', (_, clean) => {
  fc.assert(fc.property(hostile, (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(clean(text))));
});

test('cleaning twice is cleaning once', () => {
  fc.assert(fc.property(hostile, (text) => cleanText(cleanText(text)) === cleanText(text)));
});

test.each([
  ['=cmd|calc', "'=cmd|calc"],
  ['+1', "'+1"],
  ['-1+2', "'-1+2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'=1"],
  ['\rx', "'x"],
  ['\u200b=1', "'=1"],
  ['＝1', "'＝1"],
  [' =1', "'=1"],
  ['a=1', 'a=1'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=A1,"x"', '"\'=A1,""x"""'],
  ['', ''],
])('in a CSV %j becomes %j', (text, cell) => {
  expect(cleanCsvCell(text)).toBe(cell);
});

test.each([
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['[x](javascript:alert(1))', '\\[x\\](javascript:alert(1))'],
  ['![x](http://e)', '\\!\\[x\\](http&#58;//e)'],
  ['www.evil.com', 'www&#46;evil.com'],
  ['a|b`c`*d*_e_~f~', 'a\\|b\\`c\\`\\*d\\*\\_e\\_\\~f\\~'],
  ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
  ['a\\|b', 'a\\\\\\|b'],
  ['a\n\n# b', 'a \\# b'],
])('in Markdown %j becomes %j', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('Markdown never holds a bare angle bracket, nor a bare pipe', () => {
  fc.assert(fc.property(hostile, (text) => !/[<>]|(?<!\\)(?:\\\\)*\|/.test(escapeMarkdown(text))));
});
