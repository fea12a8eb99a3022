/** Tags of XML and HTML, by a parser that obeys no document type and expands no entity but those of single characters. */
import { Parser } from 'htmlparser2';
import { stop } from './findings.ts';

export type Attributes = Readonly<Record<string, string>>;

/** Gets the tags in their order. Names of tags are in small letters and without prefix. */
export interface MarkupReader {
  open(name: string, attributes: Attributes): void;
  /** A text may come in several pieces. */
  text?(text: string): void;
  /** `isImplied`: no end tag says so. */
  close?(name: string, isImplied: boolean): void;
}

/** Elements in each other: the parser may look through all of them at every tag. */
const MOST_DEEP = 256;
const MOST_ATTRIBUTES = 1000;
/** A cell holds 32,767. */
const MOST_CHARACTERS = 1 << 18;

/** What is still open at the end is not closed: it was cut off. */
export function readMarkup(chunks: Iterable<string>, mode: 'html' | 'xml', reader: MarkupReader): void {
  let [depth, attributes] = [0, 0];
  const parser = new Parser(
    {
      onattribute() {
        attributes += 1;
        if (attributes > MOST_ATTRIBUTES) stop('sheet-damaged');
      },
      onopentag(name, given) {
        depth += 1;
        if (depth > MOST_DEEP) stop('sheet-damaged');
        attributes = 0;
        reader.open(withoutPrefix(name), given);
      },
      ontext: (text) => reader.text?.(text),
      onclosetag(name, isImplied) {
        depth -= 1;
        reader.close?.(withoutPrefix(name), isImplied);
      },
    },
    { xmlMode: mode === 'xml', lowerCaseTags: true },
  );
  for (const chunk of chunks) parser.write(chunk);
}

/** A text with its next piece. Gives up on one that is too long for any cell. */
export function addPiece(text: string, piece: string): string {
  return text.length + piece.length > MOST_CHARACTERS ? stop('sheet-damaged') : text + piece;
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The value of an attribute, by its name without prefix; null where there is none. */
export function attributeOf(attributes: Attributes, name: string): string | null {
  const value = attributes[name];
  if (value !== undefined) return value;
  const prefixed = Object.keys(attributes).find((key) => key.endsWith(`:${name}`));
  return prefixed === undefined ? null : (attributes[prefixed] ?? null);
}
