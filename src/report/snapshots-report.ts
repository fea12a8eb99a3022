/** `tkguard snapshots`: what was imported, and when. */
import type { SnapshotInfo } from '../domain/snapshot.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { explain } from './problems.ts';
import type { Column, Detail, Report } from './report.ts';

export interface SnapshotsInput {
  readonly snapshots: readonly SnapshotInfo[];
}

const DIGEST_SHOWN = 12;

export function buildSnapshotsReport({ snapshots }: SnapshotsInput, t: Translate): Report {
  const column = (key: string, heading: string, align: Column['align'] = 'left', shrinks = false): Column => ({
    key,
    heading,
    align,
    shrinks,
  });
  return {
    get document() {
      return {
        schema: 'tkguard.snapshots/1',

        snapshots: snapshots.map(snapshotDocument),
      };
    },
    get records() {
      return snapshots.map(snapshotDocument);
    },
    columns: [
      column('id', t('heading.number'), 'right'),
      column('captured', t('heading.captured')),
      column('imported', t('heading.imported')),
      column('account', t('heading.account'), 'left', true),
      column('format', t('heading.format')),
      column('rows', t('heading.rows'), 'right'),
      column('coverage', t('heading.coverage'), 'left', true),
      column('file', t('heading.file'), 'left', true),
      column('digest', t('heading.digest')),
    ],
    csvColumns: [
      'id',
      'captured_at',
      'captured_from',
      'imported_at',
      'account',
      'format',
      'coverage',
      'rows',
      'file',
      'encoding',
      'sha256',
      'held',
    ],
    get rows() {
      return snapshots.map((snapshot) => ({
        cells: {
          id: String(snapshot.id),
          captured: formatMinute(snapshot.capturedMs, t.zone),
          imported: formatMinute(snapshot.importedMs, t.zone),
          account: snapshot.account,
          format: snapshot.format,
          rows: String(snapshot.rows),
          coverage: t(`coverage.${snapshot.coverage}`),
          file: snapshot.file,
          digest: snapshot.sha256.slice(0, DIGEST_SHOWN),
        },
        values: {
          id: snapshot.id,
          captured_at: formatIso(snapshot.capturedMs),
          captured_from: snapshot.capturedFrom,
          imported_at: formatIso(snapshot.importedMs),
          account: snapshot.account,
          format: snapshot.format,
          coverage: snapshot.coverage,
          rows: snapshot.rows,
          file: snapshot.file,
          encoding: snapshot.encoding,
          sha256: snapshot.sha256,
          held: snapshot.held?.code ?? null,
        },
        details: snapshotDetails(snapshot, t),
        tone: snapshot.held ? ('review' as const) : ('plain' as const),
      }));
    },
    notes: [],
    closing: [],
    summary: t('snapshots.summary', { n: snapshots.length }),
    empty: t('snapshots.empty'),
    detailHeading: t('heading.captured-from'),
  };
}

/** A time taken from a file's date or the clock may be wrong, and what is held back does not count: that must show. */
function snapshotDetails({ id, capturedFrom, held }: SnapshotInfo, t: Translate): Detail[] {
  const details: Detail[] = [];
  if (held) {
    const { what } = explain(`error.${held.code}`, held.args, t);
    details.push({ text: `${t('snapshots.number', { id })} ${what}`, loud: true });
  }
  if (capturedFrom !== 'content') {
    details.push({ text: t('sync.dated-from', { from: t(`captured-from.${capturedFrom}`) }), loud: false });
  }
  return details;
}

function snapshotDocument(snapshot: SnapshotInfo) {
  return {
    id: snapshot.id,
    capturedAt: formatIso(snapshot.capturedMs),
    capturedFrom: snapshot.capturedFrom,
    importedAt: formatIso(snapshot.importedMs),
    account: snapshot.account,
    format: snapshot.format,
    coverage: snapshot.coverage,
    rows: snapshot.rows,
    file: snapshot.file,
    encoding: snapshot.encoding,
    sha256: snapshot.sha256,
    held: snapshot.held,
  };
}
