/** `tkguard sync`: what became of each file, and which verdicts changed. */
import { groupBy } from '../domain/group-by.ts';
import { type HeldFile, isGuessed } from '../domain/snapshot.ts';
import { formatIso } from '../domain/time.ts';
import type { Fault } from '../errors.ts';
import { FILE_STATUSES, type FileOutcome, type FileStatus, type VerdictChange } from '../import/outcome.ts';
import { lookUp, type Translate } from '../words/index.ts';
import { firstOfEach } from './brief.ts';
import { countsOf, heldDocument, isoOrNull, pick, recordsOf, spanDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { explain, sentence } from './explain.ts';
import { joinSentences, spanLines } from './phrases.ts';
import { explainRefusal, heldLines } from './problems.ts';
import { fieldsOf, type Line, type Report, type Tone } from './report.ts';
import { guessesText, rangeText, timeText } from './values.ts';
import { changedVerdictDocument, changeLines, unchangedLines } from './verdict-news.ts';

interface SyncInput {
  readonly dryRun: boolean;
  readonly files: readonly FileOutcome[];
  readonly changes: readonly VerdictChange[];
  readonly verdicts: SyncDocument['verdicts'];
  readonly moved: SyncDocument['moved'];
  /** Also by earlier syncs. */
  readonly held: readonly HeldFile[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** What is said where there was no file. */
  readonly empty?: string;
  /** Problems that did not stop the sync. */
  readonly warnings: readonly Fault[];
}

export type SyncDocument = DocumentOf<'sync'>;
type FileDocument = SyncDocument['files'][number];

export function buildSyncReport(input: SyncInput, t: Translate): Report<FileDocument> {
  const { held, moved } = input;
  const document: SyncDocument = {
    schema: 'tkguard.sync/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    dryRun: input.dryRun,
    summary: summaryOf(input),
    files: input.files.map(fileDocument),
    changes: input.changes.map(changedVerdictDocument),
    verdicts: input.verdicts,
    moved,
    held: heldDocument(held),
    warnings: input.warnings.map((warning) => pick(warning, 'code', 'args')),
  };
  const { files, changes } = document;
  return {
    t,
    document,
    records: recordsOf({ file: files, change: changes, moved: moved ? [moved] : [] }),
    rows: files,
    shown: shownFiles(files, t),
    fields: FIELDS,
    details: (file) => fileDetails(file, t),
    tone: ({ status }) => FILE_TONES[status],
    notes: [input.dryRun ? t('sync.dry-run') : '', headLine(document, t)].filter((line) => line !== ''),
    closing: [
      ...changeLines(changes, t),
      ...unchangedLines(document, t),
      ...movedLines(moved, t),
      ...heldLines(heldBefore(held, files), t),
    ],
    empty: input.empty ?? t('sync.empty'),
  };
}

/** What this sync holds back stands in what follows on stderr. */
function heldBefore(held: readonly HeldFile[], files: readonly FileDocument[]): HeldFile[] {
  const now = new Set(files.filter(({ status }) => status === 'held').map(({ file }) => file));
  return held.filter(({ file }) => !now.has(file));
}

function movedLines(moved: SyncDocument['moved'], t: Translate): string[] {
  if (!moved) return [];
  const sumText = ({ lowFen, highFen }: typeof moved.before) => rangeText(lowFen, highFen);
  return [t('sync.moved', { before: sumText(moved.before), after: sumText(moved.after), lines: moved.lines })];
}

function summaryOf({ files, changes }: SyncInput) {
  const statuses = files.map(({ status }) => status);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const changedRows = files.reduce((sum, file) => sum + file.changedRows, 0);
  return { ...countsOf(FILE_STATUSES, statuses), rows, changedRows, changes: changes.length };
}

export function fileDocument(outcome: FileOutcome): FileDocument {
  const { refusal, problems, notes, knownSince } = outcome;
  return {
    ...pick(outcome, 'file', 'status', 'format', 'encoding'),
    snapshots: outcome.snapshots.map(({ account, capturedMs, ...snapshot }) => ({
      account,
      capturedAt: formatIso(capturedMs),
      ...pick(snapshot, 'capturedFrom', 'coverage', 'rows'),
      orders: snapshot.orders && spanDocument(snapshot.orders),
    })),
    ...pick(outcome, 'rows', 'changedRows'),
    refusal: refusal && pick(refusal, 'code', 'args'),
    problems: problems.map((problem) => pick(problem, 'code', 'locator', 'field', 'found', 'expected')),
    notes: notes.map((note) => pick(note, 'code', 'args')),
    knownSince: knownSince && {
      importedAt: formatIso(knownSince.importedMs),
      capturedAt: isoOrNull(knownSince.capturedMs),
    },
  };
}

export const FILE_TONES: Readonly<Record<FileStatus | 'readable', Tone>> = {
  imported: 'keep',
  readable: 'keep',
  known: 'muted',
  left: 'muted',
  skipped: 'muted',
  held: 'review',
  refused: 'exit',
  unreadable: 'exit',
};

// Snapshots of one file share its row. Tables show the first and the last capture time.
const FIELDS = fieldsOf<FileDocument>([
  { heading: 'status', cell: ({ status }, t) => t(`status.${status}`), csv: ['status'] },
  { heading: 'file', shrinks: true, csv: ['file'] },
  { heading: 'format', wide: true, csv: ['format', 'encoding'] },
  {
    heading: 'account',
    shrinks: true,
    cell: ({ snapshots }, t) => [...new Set(snapshots.map(({ account }) => account))].join(t('list.separator')) || null,
    csv: [['account', 'snapshots.account']],
  },
  {
    heading: 'captured',
    cell: (file, t) => {
      const times = timesOf(file).map((time) => timeText(time, t));
      return [...new Set([...times.slice(0, 1), ...times.slice(-1)])].join(' - ') || null;
    },
    csv: [
      ['captured_at', (file) => timesOf(file).join(' ')],
      ['captured_from', 'snapshots.capturedFrom'],
      ['coverage', 'snapshots.coverage'],
      ['snapshots', ({ snapshots }) => snapshots.length],
    ],
  },
  {
    heading: 'rows',
    align: 'right',
    cell: ({ status, rows }) => (status === 'imported' ? String(rows) : null),
    csv: ['rows'],
  },
  {
    heading: 'changed',
    align: 'right',
    cell: ({ status, changedRows }) => (status === 'imported' ? String(changedRows) : null),
    csv: ['changedRows'],
  },
  {
    csv: [
      ['refusal', 'refusal.code'],
      ['problems', ({ problems }) => problems.length],
      ['notes', 'notes.code'],
    ],
  },
]);

function timesOf({ snapshots }: FileDocument): string[] {
  return snapshots.map(({ capturedAt }) => capturedAt).sort();
}

function fileDetails(file: FileDocument, t: Translate): string[] {
  if (file.refusal) return [explainRefusal(file, t).what];
  const spans = file.snapshots.flatMap(({ orders }) => spanLines(orders, t));
  return [...knownLines(file, t), ...spans, ...fileNotes(file, t)];
}

export function knownLines({ knownSince }: Pick<FileDocument, 'knownSince'>, t: Translate): string[] {
  if (!knownSince) return [];
  return [sentence(knownSince.capturedAt === null ? 'sync.known-since.only' : 'sync.known-since', knownSince, t)];
}

/** What a user should know of a file that can be read. */
export function fileNotes(
  { snapshots, problems, notes }: Pick<FileDocument, 'snapshots' | 'problems' | 'notes'>,
  t: Translate,
): string[] {
  const lines = problems.length > 0 ? [t('sync.skipped-rows', { n: problems.length })] : [];
  const isTimeGiven = !snapshots.some(({ capturedFrom }) => isGuessed(capturedFrom));
  for (const { code, args } of notes) {
    // It asks for --captured-at.
    if (code === 'times-disagree' && isTimeGiven) continue;
    lines.push(explain(`note.${code}`, args, t).what);
  }
  return lines;
}

const OTHERS = FILE_STATUSES.filter((status) => status !== 'imported');

/** Files imported, by kind, when and for whom they were captured; then how many of the others there are. */
function headLine({ files, summary }: SyncDocument, t: Translate): string {
  const others = OTHERS.filter((status) => summary[status] > 0);
  const counts = others.map((status) => t(`sync.count.${status}`, { n: summary[status] }));
  const rest = counts.length === 0 ? '' : t('sync.counts', { counts: counts.join(t('list.separator')) });
  return joinSentences(
    [
      ...importedSentences(
        files.filter(({ status }) => status === 'imported'),
        t,
      ),
      rest,
    ],
    t,
  );
}

function importedSentences(files: readonly FileDocument[], t: Translate): string[] {
  if (files.length === 0) return [];
  const formats = [...groupBy(files, ({ format }) => format)].map(([format, same]) => {
    const title = lookUp(`format.${format}.title`, {}, t) ?? format ?? '';
    return t('sync.rows', { title, rows: same.reduce((sum, { rows }) => sum + rows, 0) });
  });
  const accounts = [...new Set(files.flatMap(({ snapshots }) => snapshots.map(({ account }) => account)))];
  const times = files.flatMap(timesOf);
  return [
    t('sync.imported', { n: files.length, formats: formats.join(t('list.separator')) }),
    times.length === 0 ? '' : t('sync.captured', { times: spanText(times, t) + guessText(files, t) }),
    accounts.some((account) => account !== 'default')
      ? t('sync.accounts', { accounts: accounts.join(t('list.separator')) })
      : '',
  ];
}

/** The first and the last of some times; of the same day the day is said once. */
function spanText(times: readonly string[], t: Translate): string {
  const sorted = times.toSorted();
  const [from = '—', to = from] = [sorted[0], sorted.at(-1)].map((time) => time && timeText(time, t));
  if (from === to) return from;
  return t('sync.span', { from, to: from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to });
}

function guessText(files: readonly FileDocument[], t: Translate): string {
  const from = guessesText(
    files.flatMap(({ snapshots }) => snapshots.map(({ capturedFrom }) => capturedFrom)),
    t,
  );
  return from === null ? '' : t('sync.dated-from', { from });
}

/** Files that there is something to say of; the others are counted. */
const MOST_FILES = 20;

function shownFiles(files: readonly FileDocument[], t: Translate): readonly FileDocument[] {
  // Refused and held files stand in what follows on stderr.
  const told = files.filter(
    (file) => file.refusal === null && (file.status === 'known' ? fileNotes : fileDetails)(file, t).length > 0,
  );
  const isFine = ({ status }: FileDocument) => ['imported', 'known', 'left', 'skipped'].includes(status);
  return firstOfEach(told, isFine, (fine) => (fine ? MOST_FILES : Number.POSITIVE_INFINITY));
}

/** When a file was captured, for whom, and what it is complete for. */
export function snapshotLines({ snapshots }: Pick<FileDocument, 'snapshots'>, t: Translate): string[] {
  return snapshots.map((snapshot) =>
    joinSentences([sentence('sync.snapshot', snapshot, t), ...spanLines(snapshot.orders, t)], t),
  );
}

/** `--verbose`: what was decided about each file, for stderr. */
export function decisionLines(outcome: FileOutcome, isFormatGiven: boolean, t: Translate): Line[] {
  const { file, format, encoding } = outcome;
  const status = t(`status.${outcome.status}`);
  const document = fileDocument(outcome);
  const why = t(isFormatGiven ? 'verbose.told' : 'verbose.recognised');
  const lines = [...knownLines(document, t), ...snapshotLines(document, t)].map((text) => ({ text, depth: 1 }));
  if (format === null) return [t('verbose.file', { file, status }), ...lines];
  return [t('verbose.format', { file, status, format, why, encoding: encoding ?? '—' }), ...lines];
}
