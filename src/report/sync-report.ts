/** `tkguard sync`: what was taken in, known already or refused, and which verdicts it changed. */
import { formatIso, formatMinute } from '../domain/time.ts';

import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { explain, explainRefusal } from './problems.ts';
import type { Column, Detail, Report, Row, Tone } from './report.ts';
import { joinSentences, reasonSentences } from './sentences.ts';
import { isoOrNull, labelOf } from './values.ts';

export { describeError, describeRefusal } from './problems.ts';

export interface SyncInput {
  readonly dryRun: boolean;
  readonly files: readonly FileOutcome[];
  readonly changes: readonly VerdictChange[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  /** What did not stop the sync, but is not well. */
  readonly warnings?: readonly Coded<'error'>[];
}

export function buildSyncReport(input: SyncInput, t: Translate): Report {
  const { files, changes } = input;
  const summary = summaryOf(input);
  return {
    get document() {
      return {
        schema: 'tkguard.sync/1',
        generatedAt: formatIso(input.generatedAtMs),
        asOf: formatIso(input.asOfMs),
        dryRun: input.dryRun,
        summary,
        files: files.map(fileDocument),
        changes: changes.map(changedVerdictDocument),
        warnings: (input.warnings ?? []).map(({ code, args }) => ({ code, args })),
      };
    },
    get records() {
      return [
        ...files.map((file) => ({ record: 'file', ...fileDocument(file) })),
        ...changes.map((change) => ({ record: 'change', ...changedVerdictDocument(change) })),
      ];
    },
    columns: syncColumns(t),
    csvColumns: SYNC_CSV_COLUMNS,
    get rows() {
      return files.map((file) => fileRow(file, t));
    },
    notes: input.dryRun ? [t('sync.dry-run')] : [],
    get closing() {
      return changeLines(changes, t);
    },
    summary:
      t('sync.summary', summary) +
      (summary.left > 0 ? `; ${t('sync.left', { n: summary.left })}` : '') +
      (summary.held > 0 ? `; ${t('sync.held', { n: summary.held })}` : ''),
    empty: t('sync.empty'),
    detailHeading: t('heading.why'),
  };
}

function summaryOf({ files, changes }: SyncInput) {
  const count = (status: FileStatus) => files.filter((file) => file.status === status).length;
  return {
    imported: count('imported'),
    known: count('known'),
    left: count('left'),
    held: count('held'),
    refused: count('refused'),
    unreadable: count('unreadable'),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    changedRows: files.reduce((sum, file) => sum + file.changedRows, 0),
    changes: changes.length,
  };
}

export function fileDocument(file: FileOutcome) {
  return {
    file: file.file,
    status: file.status,
    format: file.format,
    encoding: file.encoding,
    snapshots: file.snapshots.map(({ account, capturedMs, capturedFrom, coverage, rows }) => ({
      account,
      capturedAt: formatIso(capturedMs),
      capturedFrom,
      coverage,
      rows,
    })),
    rows: file.rows,
    changedRows: file.changedRows,
    refusal: file.refusal && { code: file.refusal.code, args: file.refusal.args },
    problems: file.problems.map(({ code, locator, field, found, expected }) => ({
      code,
      locator,
      field,
      found,
      expected,
    })),
    notes: file.notes.map(({ code, args }) => ({ code, args })),
    knownSince: file.knownSince && {
      importedAt: formatIso(file.knownSince.importedMs),
      capturedAt: isoOrNull(file.knownSince.capturedMs),
    },
  };
}

export function changedVerdictDocument(change: VerdictChange) {
  return {
    account: change.account,
    shop: { id: change.shopId, name: change.shopName },
    plan: { id: change.planId, name: change.planName },
    from: change.from,
    to: change.to,
    stale: change.isStale,
    reasons: change.reasons,
  };
}

function syncColumns(t: Translate): Column[] {
  const left = (key: string, heading: string, shrinks = false): Column => ({ key, heading, align: 'left', shrinks });
  const right = (key: string, heading: string): Column => ({ key, heading, align: 'right', shrinks: false });
  return [
    left('status', t('heading.status')),
    left('file', t('heading.file'), true),
    left('format', t('heading.format')),
    left('account', t('heading.account'), true),
    left('captured', t('heading.captured')),
    right('rows', t('heading.rows')),
    right('changed', t('heading.changed')),
  ];
}

const SYNC_CSV_COLUMNS = [
  'status',
  'file',
  'format',
  'encoding',
  'account',
  'captured_at',
  'captured_from',
  'coverage',
  'snapshots',
  'rows',
  'changed_rows',
  'refusal',
  'problems',
  'notes',
];

const TONES: Readonly<Record<FileStatus, Tone>> = {
  imported: 'keep',
  known: 'muted',
  left: 'muted',
  held: 'review',
  refused: 'exit',
  unreadable: 'exit',
};

/** Several snapshots of one file share its row: accounts and times are listed, the times as first and last. */
function fileRow(file: FileOutcome, t: Translate): Row {
  const accounts = [...new Set(file.snapshots.map((snapshot) => snapshot.account))];
  const times = file.snapshots.map((snapshot) => snapshot.capturedMs).sort((a, b) => a - b);
  const minutes = [...new Set([...times.slice(0, 1), ...times.slice(-1)].map((ms) => formatMinute(ms, t.zone)))];
  const unique = (values: readonly string[]) => [...new Set(values)].join(' ');
  const tookIn = file.status === 'imported';
  return {
    cells: {
      status: t(`sync.status.${file.status}`),
      file: file.file,
      format: file.format,
      account: accounts.length === 0 ? null : accounts.join(t('list.separator')),
      captured: minutes.length === 0 ? null : minutes.join(' - '),
      rows: tookIn ? String(file.rows) : null,
      changed: tookIn ? String(file.changedRows) : null,
    },
    values: {
      status: file.status,
      file: file.file,
      format: file.format,
      encoding: file.encoding,
      account: accounts.join(' '),
      captured_at: times.map(formatIso).join(' '),
      captured_from: unique(file.snapshots.map((snapshot) => snapshot.capturedFrom)),
      coverage: unique(file.snapshots.map((snapshot) => snapshot.coverage)),
      snapshots: file.snapshots.length,
      rows: file.rows,
      changed_rows: file.changedRows,
      refusal: file.refusal?.code ?? null,
      problems: file.problems.length,
      notes: file.notes.map((note) => note.code).join(' '),
    },
    details: fileDetails(file, t).map((text) => ({ text, loud: false }) satisfies Detail),
    tone: TONES[file.status],
  };
}

function fileDetails(file: FileOutcome, t: Translate): string[] {
  if (file.refusal) return [explainRefusal(file, t).what];
  const guessed = new Set(
    file.snapshots.map((s) => s.capturedFrom).filter((from) => from === 'file-time' || from === 'now'),
  );
  const dated = [...guessed].map((from) => t('sync.dated-from', { from: t(`captured-from.${from}`) }));
  return [...knownLines(file, t), ...dated, ...fileNotes(file, t)];
}

export function knownLines({ knownSince }: FileOutcome, t: Translate): string[] {
  if (!knownSince) return [];
  const captured = knownSince.capturedMs === null ? '—' : formatMinute(knownSince.capturedMs, t.zone);
  return [t('sync.known-since', { imported: formatMinute(knownSince.importedMs, t.zone), captured })];
}

/** What a user should know of a file that can be read. */
export function fileNotes({ snapshots, problems, notes }: FileOutcome, t: Translate): string[] {
  const lines = problems.length > 0 ? [t('sync.skipped-rows', { n: problems.length })] : [];
  const isTimeGiven = snapshots.every(({ capturedFrom }) => capturedFrom === 'flag' || capturedFrom === 'content');
  for (const { code, args } of notes) {
    // It asks for --captured-at.
    if (code === 'dated-by-content' && isTimeGiven) continue;
    lines.push(explain(`note.${code}`, args, t).what);
  }
  return lines;
}

/** The verdicts that changed, a line each. */
export function changeLines(changes: readonly VerdictChange[], t: Translate): string[] {
  if (changes.length === 0) return [];
  const severalAccounts = new Set(changes.map((change) => change.account)).size > 1;
  return [t('sync.changes'), ...changes.map((change) => `  ${changeLine(change, severalAccounts, t)}`)];
}

function changeLine(change: VerdictChange, withAccount: boolean, t: Translate): string {
  const { account, from, to, shopName, shopId, planName, planId, reasons, isStale } = change;
  const shop = shopName ?? shopId ?? '—';
  return t('sync.change', {
    from: t(`verdict.${from ?? 'none'}`),
    to: t(`verdict.${to ?? 'none'}`),
    shop: withAccount ? `${account}${t('list.separator')}${shop}` : shop,
    plan: labelOf(planName, planId) ?? planId,
    why: joinSentences([reasonSentences(reasons, t), isStale ? t('sync.stale-now') : ''], t),
  });
}
