/**
 * Text from exports is hostile (design.md §5): a shop's name may hold terminal escapes, bidi marks, spreadsheet formulas,
 * HTML or links. JSON carries such text unchanged; every other output cleans it.
 */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: controls are what it removes

// String commands (OSC, DCS, SOS, PM, APC) up to their terminator, then CSI sequences, then other escapes.
const STRING_COMMAND =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/gu;
const CONTROL_SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/gu;
const SHORT_ESCAPE = /\u001b[ -/]*[0-~]/gu;
const BLANKS = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu;
// Cc: controls. Cf: bidi marks, zero-width characters, BOM, soft hyphen, tags.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
/** Without one of these there is nothing to clean: escapes begin with a control. */
const UNCLEAN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** For a screen: no controls, no escape sequences, no bidi or zero-width characters, all on one line. */
export function cleanText(text: string): string {
  if (!UNCLEAN.test(text)) return text.trim();
  return text
    .replace(STRING_COMMAND, '')
    .replace(CONTROL_SEQUENCE, '')
    .replace(SHORT_ESCAPE, '')
    .replace(BLANKS, ' ')
    .replace(INVISIBLE, '')
    .trim();
}

/** Where one exits: “推广计划管理” of pub.alimama.com, as its client links to it. Not checked against the live site (formats.md §4). */
export const EXIT_PAGE = 'https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign';

// Spreadsheets in China take full-width signs for formula starts too.
const FORMULA_START = /^[=+\-@＝＋－＠]/u;

/**
 * A text cell of a CSV (RFC 4180), cleaned as for a screen. A formula start gets an apostrophe before it. Not for our own
 * numbers.
 */
export function cleanCsvCell(text: string): string {
  const plain = cleanText(text);
  const cell = FORMULA_START.test(plain) || /^[\t\r]/.test(text) ? `'${plain}` : plain;
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  ':': '&#58;',
  '@': '&#64;',
  '.': '&#46;',
};

/** For Markdown: cleaned as for a screen; no HTML, link, image, emphasis, code or table cell can begin in it, but for our own link. */
export function escapeMarkdown(text: string): string {
  const escaped = cleanText(text)
    .split(EXIT_PAGE)
    .map((part) => part.replace(/[<>&@]|:(?=\/\/)|(?<=www)\.|[\\`*_[\]|~#$!]/giu, (c) => ENTITIES[c] ?? `\\${c}`));
  return escaped.join(`<${EXIT_PAGE}>`);
}
