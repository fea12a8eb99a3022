/** `tkguard sync`: what became of each file, and which verdicts changed. */
import { VERDICTS } from '../domain/question.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import { formatIso } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import { FILE_STATUSES } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { firstOfEach } from './brief.ts';
import { countsOf, heldDocument, isoOrNull, pick, spanDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { explain, joinSentences, reasonSentences, sentence, spanLines } from './phrases.ts';
import { explainRefusal, heldLines } from './problems.ts';
import type { Line, Report, Tone } from './report.ts';
import { fieldsOf } from './report.ts';
import { labelOf, severalAccounts, timeText } from './values.ts';

interface SyncInput {
  readonly dryRun: boolean;
  readonly files: readonly FileOutcome[];
  readonly changes: readonly VerdictChange[];
  /** Also by earlier syncs. */
  readonly held?: readonly HeldFile[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** Problems that did not stop the sync. */
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
    warnings: (input.warnings ?? []).map((warning) => pick(warning, 'code', 'args')),
  };
  const { summary, files, changes } = document;
  return {
    t,
    document,
    records: recordsOf(files, changes),
    rows: files,
    shown: shownFiles(files),
    fields: FIELDS,
    details: (file) => fileDetails(file, t),
    tone: ({ status }) => FILE_TONES[status],
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

export function changedVerdictDocument(change: VerdictChange): ChangedVerdict {
  const { account, shopId, shopName, planId, planName, from, to, isStale, reasons } = change;
  const plan = { id: planId, name: planName };
  return { account, shop: { id: shopId, name: shopName }, plan, from, to, stale: isStale, reasons };
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
  const guessed = new Set(
    file.snapshots.map((s) => s.capturedFrom).filter((from) => from === 'file-time' || from === 'now'),
  );
  const dated = [...guessed].map((from) => t('sync.dated-from', { from: t(`captured-from.${from}`) }));
  const spans = file.snapshots.flatMap(({ orders }) => spanLines(orders, t));
  return [...knownLines(file, t), ...spans, ...dated, ...fileNotes(file, t)];
}

export function knownLines({ knownSince }: Pick<FileDocument, 'knownSince'>, t: Translate): string[] {
  return knownSince ? [sentence('sync.known-since', knownSince, t)] : [];
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

/** More files that nothing is wrong with are only counted, and those that are known already but for a few. */
const MOST_FILES = 20;
const MOST_KNOWN = 3;

function shownFiles(files: readonly FileDocument[]): readonly FileDocument[] {
  const known = files.filter(({ status }) => status === 'known').length;
  const mostOf = (status: FileStatus) => {
    if (status === 'known') return known > MOST_KNOWN ? 0 : known;
    return status === 'imported' || status === 'left' || status === 'skipped' ? MOST_FILES : Number.POSITIVE_INFINITY;
  };
  return firstOfEach(files, ({ status }) => status, mostOf);
}

/** Of each verdict that plans changed to so many are told by name, but for exits. */
const MOST_TOLD = 10;
/** More new plans than these that are to be kept are only counted. */
const FEW_KEEPS = 3;
const URGENCY = [...VERDICTS.filter((verdict) => verdict !== 'keep'), null, 'keep'] as const;

/** The verdicts that changed: exits first; many new plans to be kept are only counted. */
export function changeLines(changes: readonly ChangedVerdict[], t: Translate): Line[] {
  if (changes.length === 0) return [];
  const withAccount = severalAccounts(changes);
  const lines = URGENCY.flatMap((verdict) => {
    const all = changes.filter(({ to }) => to === verdict);
    const isMany = verdict === 'keep' && all.length > FEW_KEEPS;
    const news = isMany ? all.filter(({ from }) => from !== null) : all;
    const told = verdict === 'exit' ? news : news.slice(0, MOST_TOLD);
    return [
      ...told.map((change) => changeLine(change, withAccount, t)),
      ...restLines(verdict, all.length, told.length, t),
    ];
  });
  return [t('sync.changes'), ...lines.map((line) => ({ text: line, depth: 1 }))];
}

function restLines(verdict: (typeof URGENCY)[number], all: number, told: number, t: Translate): string[] {
  if (all === told) return [];
  if (verdict === null) return [t('list.more', { n: all - told })];
  const what = t(`count.${verdict}`, { n: all - told });
  return [t('diff.more', { what, command: `tkguard diff --verdict ${verdict}` })];
}

function changeLine(
  { account, from, to, shop, plan, reasons, stale }: ChangedVerdict,
  withAccount: boolean,
  t: Translate,
) {
  const name = shop.name ?? shop.id ?? '—';
  const isStaleSince = stale && reasons.every(({ code }) => code !== 'stale');
  const said = {
    to: t(`verdict.${to ?? 'none'}`),
    shop: withAccount ? `${account}${t('list.separator')}${name}` : name,
    plan: labelOf(plan.name, plan.id),
    why: joinSentences([reasonSentences(reasons, t), isStaleSince ? t('sync.stale-now') : ''], t),
  };
  return from === null ? t('sync.change.new', said) : t('sync.change', { ...said, from: t(`verdict.${from}`) });
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
  if (format === null) return [t('verbose.file', { file, status })];
  const why = t(isFormatGiven ? 'verbose.told' : 'verbose.recognised');
  return [
    t('verbose.format', { file, status, format, why, encoding: encoding ?? '—' }),
    ...snapshotLines(fileDocument(outcome), t).map((text) => ({ text, depth: 1 })),
  ];
}
