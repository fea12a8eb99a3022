/** `tkguard sync`: what was taken in, known already or refused, and which verdicts it changed. */
import type { HeldFile } from '../domain/snapshot.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { heldDocument, isoOrNull } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { csvCodes, csvWords } from './fields.ts';
import { explain, joinSentences, reasonSentences } from './phrases.ts';
import { explainRefusal, heldLines } from './problems.ts';
import type { Line, Report, Tone } from './report.ts';
import { fieldsOf } from './report.ts';
import { cleanText } from './sanitize.ts';
import { labelOf, severalAccounts, timeText } from './values.ts';

export { describeError, describeRefusal } from './problems.ts';

export interface SyncInput {
  readonly dryRun: boolean;
  readonly files: readonly FileOutcome[];
  readonly changes: readonly VerdictChange[];
  /** Also by earlier syncs. */
  readonly held?: readonly HeldFile[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** What did not stop the sync, but is not well. */
  readonly warnings?: readonly Coded<'error'>[];
}

type SyncDocument = DocumentOf<'sync'>;
type ChangedVerdict = SyncDocument['changes'][number];
type FileDocument = SyncDocument['files'][number];

export function buildSyncReport(input: SyncInput, t: Translate): Report<FileDocument> {
  const { held = [] } = input;
  const document: SyncDocument = {
    schema: 'tkguard.sync/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    dryRun: input.dryRun,
    summary: summaryOf(input),
    files: input.files.map(fileDocument),
    changes: input.changes.map(changedVerdictDocument),
    held: heldDocument(held),
    warnings: (input.warnings ?? []).map(({ code, args }) => ({ code, args })),
  };
  const { summary, files, changes } = document;
  return {
    t,
    document,
    records: recordsOf(files, changes),
    rows: files,
    fields: FIELDS,
    details: (file) => fileDetails(file, t),
    tone: ({ status }) => TONES[status],
    notes: input.dryRun ? [t('sync.dry-run')] : [],
    closing: [...changeLines(changes, t), ...heldLines(held, t)],
    summary:
      t('sync.summary', summary) +
      (summary.skipped > 0 ? `; ${t('sync.skipped', { n: summary.skipped })}` : '') +
      (summary.left > 0 ? `; ${t('sync.left', { n: summary.left })}` : '') +
      (summary.held > 0 ? `; ${t('sync.held', { n: summary.held })}` : ''),
    empty: t('sync.empty'),
  };
}

/** NDJSON: the files, then the verdicts that changed. */
export function recordsOf(files: readonly object[], changes: readonly object[]): object[] {
  return [
    ...files.map((file) => ({ record: 'file', ...file })),
    ...changes.map((change) => ({ record: 'change', ...change })),
  ];
}

function summaryOf({ files, changes }: SyncInput) {
  const count = (status: FileStatus) => files.filter((file) => file.status === status).length;
  return {
    imported: count('imported'),
    known: count('known'),
    left: count('left'),
    skipped: count('skipped'),
    held: count('held'),
    refused: count('refused'),
    unreadable: count('unreadable'),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    changedRows: files.reduce((sum, file) => sum + file.changedRows, 0),
    changes: changes.length,
  };
}

export function fileDocument({
  file,
  status,
  format,
  encoding,
  rows,
  changedRows,
  ...outcome
}: FileOutcome): FileDocument {
  const { snapshots, refusal, problems, notes, knownSince } = outcome;
  return {
    file,
    status,
    format,
    encoding,
    snapshots: snapshots.map(({ account, capturedMs, capturedFrom, coverage, rows }) => ({
      account,
      capturedAt: formatIso(capturedMs),
      capturedFrom,
      coverage,
      rows,
    })),
    rows,
    changedRows,
    refusal: refusal && { code: refusal.code, args: refusal.args },
    problems: problems.map(({ code, locator, field, found, expected }) => ({ code, locator, field, found, expected })),
    notes: notes.map(({ code, args }) => ({ code, args })),
    knownSince: knownSince && {
      importedAt: formatIso(knownSince.importedMs),
      capturedAt: isoOrNull(knownSince.capturedMs),
    },
  };
}

export function changedVerdictDocument(change: VerdictChange): ChangedVerdict {
  const { account, shopId, shopName, planId, planName, from, to, isStale, reasons } = change;
  const plan = { id: planId, name: planName };
  return { account, shop: { id: shopId, name: shopName }, plan, from, to, stale: isStale, reasons };
}

const TONES: Readonly<Record<FileStatus, Tone>> = {
  imported: 'keep',
  known: 'muted',
  left: 'muted',
  skipped: 'muted',
  held: 'review',
  refused: 'exit',
  unreadable: 'exit',
};

// Several snapshots of one file share its row: accounts and times are listed, for people the times as first and last.
const FIELDS = fieldsOf<FileDocument>([
  { heading: 'status', cell: ({ status }, t) => t(`status.${status}`), csv: ['status'] },
  { heading: 'file', shrinks: true, csv: ['file'] },
  { heading: 'format', csv: ['format', 'encoding'] },
  {
    heading: 'account',
    shrinks: true,
    cell: ({ snapshots }, t) => [...new Set(snapshots.map(({ account }) => account))].join(t('list.separator')) || null,
    csv: [['account', ({ snapshots }) => csvWords(snapshots.map(({ account }) => account))]],
  },
  {
    heading: 'captured',
    cell: (file, t) => {
      const times = timesOf(file).map((time) => timeText(time, t));
      return [...new Set([...times.slice(0, 1), ...times.slice(-1)])].join(' - ') || null;
    },
    csv: [
      ['captured_at', (file) => timesOf(file).join(' ')],
      ['captured_from', ({ snapshots }) => csvWords(snapshots.map(({ capturedFrom }) => capturedFrom))],
      ['coverage', ({ snapshots }) => csvWords(snapshots.map(({ coverage }) => coverage))],
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
    ],
  },
  { csv: [['notes', ({ notes }) => csvCodes(notes)]] },
]);

function timesOf({ snapshots }: FileDocument): string[] {
  return snapshots.map(({ capturedAt }) => capturedAt).sort();
}

function fileDetails(file: FileDocument, t: Translate): string[] {
  if (file.refusal) return [explainRefusal(file, t).what];
  const guessed = new Set(
    file.snapshots.map((s) => s.capturedFrom).filter((from) => from === 'file-time' || from === 'now'),
  );
  const dated = [...guessed].map((from) => t('sync.dated-from', { from: t(`captured-from.${from}`) }));
  return [...knownLines(file, t), ...dated, ...fileNotes(file, t)];
}

export function knownLines({ knownSince }: Pick<FileDocument, 'knownSince'>, t: Translate): string[] {
  if (!knownSince) return [];
  const { importedAt, capturedAt } = knownSince;
  const captured = capturedAt === null ? '—' : timeText(capturedAt, t);
  return [t('sync.known-since', { imported: timeText(importedAt, t), captured })];
}

/** What a user should know of a file that can be read. */
export function fileNotes(
  { snapshots, problems, notes }: Pick<FileDocument, 'snapshots' | 'problems' | 'notes'>,
  t: Translate,
): string[] {
  const lines = problems.length > 0 ? [t('sync.skipped-rows', { n: problems.length })] : [];
  const isTimeGiven = snapshots.every(({ capturedFrom }) => capturedFrom === 'flag' || capturedFrom === 'content');
  for (const { code, args } of notes) {
    // It asks for --captured-at.
    if (code === 'times-disagree' && isTimeGiven) continue;
    lines.push(explain(`note.${code}`, args, t).what);
  }
  return lines;
}

/** The verdicts that changed, a line each. */
export function changeLines(changes: readonly ChangedVerdict[], t: Translate): Line[] {
  if (changes.length === 0) return [];
  const withAccount = severalAccounts(changes);
  return [t('sync.changes'), ...changes.map((change) => ({ text: changeLine(change, withAccount, t), depth: 1 }))];
}

function changeLine(
  { account, from, to, shop, plan, reasons, stale }: ChangedVerdict,
  withAccount: boolean,
  t: Translate,
) {
  const name = shop.name ?? shop.id ?? '—';
  return t('sync.change', {
    from: t(`verdict.${from ?? 'none'}`),
    to: t(`verdict.${to ?? 'none'}`),
    shop: withAccount ? `${account}${t('list.separator')}${name}` : name,
    plan: labelOf(plan.name, plan.id),
    why: joinSentences([reasonSentences(reasons, t), stale ? t('sync.stale-now') : ''], t),
  });
}

/** `--verbose`: what was decided about each file, for stderr. Clean lines: the file with its format, then each snapshot with its time and what it is complete for. */
export function describeDecisions(file: FileOutcome, isFormatGiven: boolean, t: Translate): string[] {
  const status = t(`status.${file.status}`);
  const head =
    file.format === null
      ? t('verbose.file', { file: file.file, status })
      : t('verbose.format', {
          file: file.file,
          status,
          format: file.format,
          why: t(isFormatGiven ? 'verbose.told' : 'verbose.recognised'),
          encoding: file.encoding ?? '—',
        });
  const snapshots = file.snapshots.map(({ account, capturedMs, capturedFrom, coverage, rows }) =>
    t('verbose.snapshot', {
      account,
      at: formatMinute(capturedMs, t.zone),
      from: t(`captured-from.${capturedFrom}`),
      coverage: t(`coverage.${coverage}`),
      rows,
    }),
  );
  return [cleanText(head), ...snapshots.map((line) => `  ${cleanText(line)}`)];
}
