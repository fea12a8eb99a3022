/**
 * Tags of XML and HTML, one after another, from text in pieces. No document type is obeyed and no entity expanded but the
 * characters that stand for themselves, so that nothing in a file can grow.
 */
import { giveUpDamaged } from './sheet-limits.ts';

export interface Tag {
  /** Without prefix, in small letters. */
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  /** As they stand in the tag; `attributeOf` reads one. */
  readonly attributes: string;
  /** What stood between the last tag and this one. */
  readonly text: string;
}

/** A tag, or a text between two, that is longer is none: a cell holds 32,767 characters. */
const MAX_CHARS = 1 << 18;
const CDATA = '<![CDATA[';
const BLANK = 32;
const SLASH = 47;
const COLON = 58;
const GREATER = 62;
const EQUALS = 61;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;

/** Every tag that is whole. Gives up on one that is too long to be any. `foreignTags`: those whose content is no markup. */
export function* scanMarkup(chunks: Iterable<string>, foreignTags: readonly string[] = []): Generator<Tag> {
  let rest = '';
  let text = '';
  let foreign: string | null = null;
  for (const chunk of chunks) {
    const buffer = rest + chunk;
    let at = 0;
    for (;;) {
      const open = foreign === null ? buffer.indexOf('<', at) : indexOfEndTag(buffer, foreign, at);
      const close = open < 0 ? -1 : endOf(buffer, open);
      if (close < 0) {
        // Of a script nothing is kept but what may be half of its end tag.
        if (foreign !== null && open < 0) at = Math.max(at, buffer.length - foreign.length - 1);
        break;
      }
      if (foreign === null) text += decodeText(buffer.slice(at, open));
      at = close + 1;
      foreign = null;
      if (buffer[open + 1] === '!' || buffer[open + 1] === '?') {
        if (buffer.startsWith(CDATA, open)) text += buffer.slice(open + CDATA.length, close - 2);
        continue;
      }
      const tag = readTag(buffer.slice(open + 1, close), text);
      if (tag.kind === 'open' && foreignTags.includes(tag.name)) foreign = tag.name;
      text = '';
      yield tag;
    }
    rest = buffer.slice(at);
    if (rest.length + text.length > MAX_CHARS + chunk.length) giveUpDamaged();
  }
}

/** The value of an attribute, by its name without prefix; null where there is none. */
export function attributeOf(tag: Tag, name: string): string | null {
  const { attributes } = tag;
  // Nearly always it stands so; a million cells have three each.
  const quick = attributes.indexOf(`${name}="`);
  if (quick > 0 && isBoundary(attributes.charCodeAt(quick - 1))) {
    const start = quick + name.length + 2;
    const end = attributes.indexOf('"', start);
    if (end >= 0) return decodeText(attributes.slice(start, end));
  }
  if (quick < 0 && !attributes.includes(name)) return null;
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    if (at > 0 && !isBoundary(attributes.charCodeAt(at - 1))) continue;
    const value = /^\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/.exec(attributes.slice(at + name.length));
    if (value) return decodeText(value[1] ?? value[2] ?? value[3] ?? '');
  }
  return null;
}

function isBoundary(code: number): boolean {
  return code <= BLANK || code === COLON;
}

function readTag(body: string, text: string): Tag {
  const isClose = body.startsWith('/');
  const isEmpty = body.endsWith('/');
  const inner = body.slice(isClose ? 1 : 0, isEmpty ? -1 : undefined);
  let nameEnd = 0;
  while (nameEnd < inner.length && inner.charCodeAt(nameEnd) > BLANK && inner.charCodeAt(nameEnd) !== SLASH) nameEnd++;
  const name = inner.slice(0, nameEnd);
  return {
    name: name.slice(name.indexOf(':') + 1).toLowerCase(),
    kind: isClose ? 'close' : isEmpty ? 'empty' : 'open',
    attributes: inner.slice(nameEnd),
    text,
  };
}

/** Where the tag, comment or section that begins at `open` has its `>`; -1: not yet. */
function endOf(buffer: string, open: number): number {
  if (buffer[open + 1] === '!') {
    // Too short to tell a comment from anything else: there may be more to come.
    if (buffer.length - open < CDATA.length) return -1;
    const end = buffer.startsWith('<!--', open) ? '-->' : buffer.startsWith(CDATA, open) ? ']]>' : '>';
    const at = buffer.indexOf(end, open + 4);
    return at < 0 ? -1 : at + end.length - 1;
  }
  if (buffer.charCodeAt(open + 1) === SLASH) return buffer.indexOf('>', open);
  for (let i = open + 1; i < buffer.length; i++) {
    const code = buffer.charCodeAt(i);
    if (code === GREATER) return i;
    if ((code === DOUBLE_QUOTE || code === SINGLE_QUOTE) && buffer.charCodeAt(i - 1) === EQUALS) {
      i = buffer.indexOf(String.fromCharCode(code), i + 1);
      if (i < 0) return -1;
    }
  }
  return -1;
}

function indexOfEndTag(buffer: string, name: string, from: number): number {
  const at = buffer.slice(from).search(new RegExp(`</${name}`, 'i'));
  return at < 0 ? -1 : from + at;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decodeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
