/** Imports what `tkguard export` wrote: wholly, or not at all. */
import type { ByteSource, Survey } from '../ingest/decode.ts';
import { rereadBytes } from '../ingest/decode.ts';
import type { Refusal } from '../ingest/findings.ts';
import { isRefusal, refuse } from '../ingest/findings.ts';
import { LEDGER_FORMAT_ID, readLedger } from '../ingest/formats/tkguard-ledger.ts';
import type { ImportSession } from '../store/import.ts';
import { LedgerWriter } from '../store/import-ledger.ts';
import type { FileOutcome } from './outcome.ts';
import { outcomeOf } from './outcome.ts';

export function importLedger(source: ByteSource, survey: Survey, session: ImportSession): FileOutcome {
  const of = { format: LEDGER_FORMAT_ID, encoding: 'utf-8' };
  return session.attempt(
    () => {
      const writer = new LedgerWriter(session.db, session.identities);
      const refusal =
        survey.encoding === 'utf-8' ? writeLines(rereadBytes(source, survey), writer) : refuse('bad-encoding');
      if (refusal) return outcomeOf(source.name, 'refused', { ...of, refusal });
      const { snapshots, changed } = writer;
      const rows = snapshots.reduce((sum, snapshot) => sum + snapshot.rows, 0);
      const status = snapshots.length > 0 ? 'imported' : 'known';
      return outcomeOf(source.name, status, { ...of, snapshots, rows, changedRows: changed });
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
