/** `tkguard snapshots`: what was imported, and when. */
import { isGuessed, type SnapshotInfo } from '../domain/snapshot.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { pick, spanDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { explain } from './explain.ts';
import { spanLines } from './phrases.ts';
import { fieldsOf, type Line, type Report } from './report.ts';
import { guessesText, timeText } from './values.ts';

type SnapshotDocument = DocumentOf<'snapshots'>['snapshots'][number];

const DIGEST_SHOWN = 12;

export function buildSnapshotsReport(snapshots: readonly SnapshotInfo[], t: Translate): Report<SnapshotDocument> {
  const document: DocumentOf<'snapshots'> = {
    schema: 'tkguard.snapshots/1',
    snapshots: snapshots.map(snapshotDocument),
  };
  const from = guessesText(
    snapshots.map(({ capturedFrom }) => capturedFrom),
    t,
  );
  return {
    t,
    document,
    rows: document.snapshots,
    fields: FIELDS,
    details: (snapshot) => snapshotDetails(snapshot, t),
    tone: ({ held }) => (held ? 'review' : 'plain'),
    closing: from === null ? [] : [t('snapshots.guessed', { from })],
    summary: t('snapshots.summary', { n: snapshots.length }),
    empty: t('snapshots.empty'),
  };
}

function snapshotDocument(snapshot: SnapshotInfo): SnapshotDocument {
  return {
    id: snapshot.id,
    capturedAt: formatIso(snapshot.capturedMs),
    capturedFrom: snapshot.capturedFrom,
    importedAt: formatIso(snapshot.importedMs),
    ...pick(snapshot, 'account', 'format', 'coverage', 'rows'),
    orders: snapshot.orders && spanDocument(snapshot.orders),
    ...pick(snapshot, 'file', 'encoding', 'sha256', 'held'),
  };
}

const FIELDS = fieldsOf<SnapshotDocument>([
  { heading: 'number', align: 'right', csv: ['id'] },
  {
    heading: 'captured',
    cell: (snapshot, t) => `${timeText(snapshot.capturedAt, t)}${isGuessed(snapshot.capturedFrom) ? '*' : ''}`,
    csv: ['capturedAt', 'capturedFrom'],
  },
  { heading: 'imported', wide: true, cell: ({ importedAt }, t) => timeText(importedAt, t), csv: ['importedAt'] },
  { heading: 'account', shrinks: true, csv: ['account'] },
  { heading: 'format', csv: ['format'] },
  {
    heading: 'coverage',
    shrinks: true,
    wide: true,
    cell: ({ coverage }, t) => t(`coverage.${coverage}`),
    csv: ['coverage'],
  },
  { heading: 'rows', align: 'right', csv: ['rows'] },
  { heading: 'file', shrinks: true, csv: ['file', 'encoding'] },
  {
    heading: 'digest',
    wide: true,
    cell: ({ sha256 }) => sha256.slice(0, DIGEST_SHOWN),
    csv: ['sha256', ['held', 'held.code']],
  },
]);

/** Shows that a held snapshot does not count. */
function snapshotDetails({ id, held, orders }: SnapshotDocument, t: Translate): Line[] {
  const details: Line[] = [];
  if (held) {
    const { what } = explain(`error.${held.code}`, held.args, t);
    details.push({ text: t('snapshots.held', { id, what }), tone: 'loud' });
  }
  return [...details, ...spanLines(orders, t)];
}
