/** Imports what `tkguard export` wrote (domain/ledger-line.ts): wholly, or not at all. It is read strictly: only tkguard writes it. */
import { createHash } from 'node:crypto';
import { DOCUMENT_LINE, HEAD_LINE, type LedgerRow } from '../domain/ledger-line.ts';
import { type ByteSource, decodeChunks, rereadBytes, type Survey } from '../ingest/decode.ts';
import { isRefusal, type Note, type Refusal, refuse } from '../ingest/findings.ts';
import { splitLines } from '../ingest/json-lines.ts';
import type { ImportSession } from '../store/import.ts';
import { LedgerWriter } from '../store/import-ledger.ts';
import { type FileOutcome, outcomeOf } from './outcome.ts';

/** Of every version. */
const BEGINNING = Buffer.from('{"format":"tkguard/ledger@');

export function isLedger(head: Uint8Array): boolean {
  return BEGINNING.equals(head.subarray(0, BEGINNING.length));
}

export function importLedger(source: ByteSource, survey: Survey, session: ImportSession): FileOutcome {
  const of = { format: 'tkguard-ledger', encoding: 'utf-8' };
  return session.attempt(
    () => {
      const writer = new LedgerWriter(session.db, session.identities);
      const refusal =
        survey.encoding === 'utf-8' ? writeLines(rereadBytes(source, survey), writer) : refuse('bad-encoding');
      if (refusal) return outcomeOf(source.name, 'refused', { ...of, refusal });
      const { snapshots, changed, decisions } = writer;
      if (decisions > 0) session.forget();
      const rows = snapshots.reduce((sum, snapshot) => sum + snapshot.rows, 0);
      const status = snapshots.length + decisions > 0 ? 'imported' : 'known';
      const notes: Note[] = decisions > 0 ? [{ code: 'decisions', args: { n: decisions } }] : [];
      return outcomeOf(source.name, status, { ...of, snapshots, rows, changedRows: changed, notes });
    },
    ({ status }) => status === 'imported',
  );
}

function writeLines(source: ByteSource, writer: LedgerWriter): Refusal | null {
  let line = 1;
  try {
    for (const read of readLedger(source)) {
      line += 1;
      if (isRefusal(read)) return read;
      if (!writer.add(read)) return refuse('bad-ledger', { line });
    }
    writer.finish();
    return null;
  } catch (error) {
    // A constraint failed: the document contradicts itself.
    const isContradiction = error instanceof Error && 'code' in error && /^SQLITE_CONSTRAINT/.test(String(error.code));
    if (!isContradiction) throw error;
    return refuse('bad-ledger', { line });
  }
}

/** The lines, and at the end a refusal where the document is cut off or was changed: then nothing of it must be kept. */
function* readLedger(source: ByteSource): Generator<LedgerRow | Refusal> {
  const hash = createHash('sha256');
  let lines = 0;
  let isWhole: boolean | null = null;
  for (const { line, text } of splitLines(decodeChunks(source, 'utf-8'))) {
    if (line === 1 && !HEAD_LINE.safeParse(parseJson(text)).success) {
      yield refuse('ledger-version');
      return;
    }
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
