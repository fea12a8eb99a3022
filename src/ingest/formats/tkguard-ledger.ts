/** What `tkguard export` writes (domain/ledger-line.ts): read strictly, since nobody but tkguard writes it. */
import { createHash } from 'node:crypto';
import type { LedgerRow } from '../../domain/ledger-line.ts';
import { DOCUMENT_LINE, LEDGER_FORMAT } from '../../domain/ledger-line.ts';
import type { ByteSource } from '../decode.ts';
import { decodeChunks } from '../decode.ts';
import type { Refusal } from '../findings.ts';
import { refuse } from '../findings.ts';
import { splitLines } from '../json-lines.ts';

export const LEDGER_FORMAT_ID = 'tkguard-ledger';

const FIRST_LINE = Buffer.from(`{"format":"${LEDGER_FORMAT}"}\n`);

export function isLedger(head: Uint8Array): boolean {
  return FIRST_LINE.equals(head.subarray(0, FIRST_LINE.length));
}

/** The lines, and at the end a refusal where the document is cut off or was changed: then nothing of it must be kept. */
export function* readLedger(source: ByteSource): Generator<LedgerRow | Refusal> {
  const hash = createHash('sha256');
  let lines = 0;
  let isWhole: boolean | null = null;
  for (const { line, text } of splitLines(decodeChunks(source, 'utf-8'))) {
    const read = line === 1 ? null : DOCUMENT_LINE.safeParse(parseJson(text));
    if (isWhole !== null || read?.success === false) {
      yield refuse('bad-ledger', { line });
      return;
    }
    if (read?.data.type === 'end') {
      isWhole = read.data.lines === lines && read.data.sha256 === hash.digest('hex');
      continue;
    }
    hash.update(`${text}\n`);
    lines = line;
    if (read) yield read.data;
  }
  if (!isWhole) yield refuse('bad-ledger', { line: lines + 1 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
