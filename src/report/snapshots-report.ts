/** `tkguard snapshots`: what was imported, and when. */
import type { SnapshotInfo } from '../domain/snapshot.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { DocumentOf } from './documents.ts';
import { explain } from './problems.ts';
import type { Detail, Field, Report } from './report.ts';
import { timeText } from './values.ts';

export interface SnapshotsInput {
  readonly snapshots: readonly SnapshotInfo[];
}

type SnapshotDocument = DocumentOf<'snapshots'>['snapshots'][number];

const DIGEST_SHOWN = 12;

export function buildSnapshotsReport({ snapshots }: SnapshotsInput, t: Translate): Report<SnapshotDocument> {
  const document: DocumentOf<'snapshots'> = {
    schema: 'tkguard.snapshots/1',
    snapshots: snapshots.map(snapshotDocument),
  };
  return {
    t,
    document,
    rows: document.snapshots,
    fields: FIELDS,
    details: (snapshot) => snapshotDetails(snapshot, t),
    tone: ({ held }) => (held ? 'review' : 'plain'),
    summary: t('snapshots.summary', { n: snapshots.length }),
    empty: t('snapshots.empty'),
    detailHeading: 'captured-from',
  };
}

function snapshotDocument(snapshot: SnapshotInfo): SnapshotDocument {
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

const FIELDS: readonly Field<SnapshotDocument>[] = [
  { heading: 'number', align: 'right', cell: ({ id }) => String(id), csv: { id: ({ id }) => id } },
  {
    heading: 'captured',
    cell: ({ capturedAt }, t) => timeText(capturedAt, t),
    csv: { captured_at: ({ capturedAt }) => capturedAt, captured_from: ({ capturedFrom }) => capturedFrom },
  },
  {
    heading: 'imported',
    cell: ({ importedAt }, t) => timeText(importedAt, t),
    csv: { imported_at: ({ importedAt }) => importedAt },
  },
  { heading: 'account', shrinks: true, cell: ({ account }) => account, csv: { account: ({ account }) => account } },
  { heading: 'format', cell: ({ format }) => format, csv: { format: ({ format }) => format } },
  {
    heading: 'coverage',
    shrinks: true,
    cell: ({ coverage }, t) => t(`coverage.${coverage}`),
    csv: { coverage: ({ coverage }) => coverage },
  },
  { heading: 'rows', align: 'right', cell: ({ rows }) => String(rows), csv: { rows: ({ rows }) => rows } },
  {
    heading: 'file',
    shrinks: true,
    cell: ({ file }) => file,
    csv: { file: ({ file }) => file, encoding: ({ encoding }) => encoding },
  },
  {
    heading: 'digest',
    cell: ({ sha256 }) => sha256.slice(0, DIGEST_SHOWN),
    csv: { sha256: ({ sha256 }) => sha256, held: ({ held }) => held?.code ?? null },
  },
];

/** A time taken from a file's date or the clock may be wrong, and what is held does not count: that must show. */
function snapshotDetails({ id, capturedFrom, held }: SnapshotDocument, t: Translate): Detail[] {
  const details: Detail[] = [];
  if (held)
    details.push({ loud: `${t('snapshots.number', { id })} ${explain(`error.${held.code}`, held.args, t).what}` });
  if (capturedFrom !== 'content') details.push(t('sync.dated-from', { from: t(`captured-from.${capturedFrom}`) }));
  return details;
}
