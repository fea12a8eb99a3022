/** Takes in what `tkguard export` wrote: wholly, or not at all. */
import type { ByteSource, Survey } from '../ingest/decode.ts';
import { rereadBytes } from '../ingest/decode.ts';
import type { Refusal } from '../ingest/findings.ts';
import { isRefusal, refuse } from '../ingest/findings.ts';
import { isLedger, LEDGER_FORMAT_ID, readLedger } from '../ingest/formats/tkguard-ledger.ts';
import type { ImportSession } from '../store/import.ts';
import { LedgerWriter } from '../store/import-ledger.ts';
import type { FileOutcome, Written } from './outcome.ts';

/** null when it is something else. */
export function importLedger(source: ByteSource, survey: Survey, session: ImportSession): Written | null {
  if (!isLedger(survey.head)) return null;
  let taken: Written | null = null;
  session.attempt(() => {
    const writer = new LedgerWriter(session.db, session.identities);
    const refusal =
      survey.encoding === 'utf-8' ? writeLines(rereadBytes(source, survey), writer) : refuse('bad-encoding');
    const isNew = refusal === null && writer.snapshots.length > 0;
    taken = { outcome: outcomeOf(source.name, writer, refusal) };
    return isNew;
  });
  return taken;
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
    // It says one thing twice, or what no ledger says.
    const isContradiction = error instanceof Error && 'code' in error && /^SQLITE_CONSTRAINT/.test(String(error.code));
    if (!isContradiction) throw error;
    return refuse('bad-ledger', { line });
  }
}

function outcomeOf(file: string, { snapshots, changed }: LedgerWriter, refusal: Refusal | null): FileOutcome {
  const kept = refusal ? [] : snapshots;
  return {
    file,
    status: refusal ? 'refused' : kept.length > 0 ? 'imported' : 'known',
    format: LEDGER_FORMAT_ID,
    encoding: 'utf-8',
    snapshots: kept,
    rows: kept.reduce((sum, { rows }) => sum + rows, 0),
    changedRows: refusal ? 0 : changed,
    against: { added: 0, changed: 0, gone: 0 },
    refusal,
    problems: [],
    notes: [],
    knownSince: null,
  };
}
