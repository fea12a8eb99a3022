/** Text as bytes of an encoding. */

export type TestEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

export function encodeText(text: string, encoding: TestEncoding): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'gb18030':
      return Uint8Array.from([...text].flatMap((char) => (char < '\u0080' ? [char.charCodeAt(0)] : codeOf(char))));
  }
}

/** Characters of two bytes, found by decoding all of them: Node has no encoder. */
const codes = new Map<string, readonly number[]>();

function codeOf(char: string): readonly number[] {
  if (codes.size === 0) {
    const decoder = new TextDecoder('gb18030');
    for (let a = 0x81; a < 0xff; a++)
      for (let b = 0x40; b < 0xff; b++) if (b !== 0x7f) codes.set(decoder.decode(Uint8Array.of(a, b)), [a, b]);
  }
  const code = codes.get(char);
  if (!code) throw new Error(`${char} has no code of two bytes`);
  return code;
}
