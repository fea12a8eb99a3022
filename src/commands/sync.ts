/** `tkguard sync`: imports exports, and says what they changed. */
import { millisecondsInSecond } from 'date-fns/constants';
import { isNewMembership } from '../domain/early-warning.ts';
import type { PolicyRules } from '../domain/policy.ts';
import { EXIT, isTkguardError, TkguardError } from '../errors.ts';
import type { BatchOptions, BatchResult, SourceBatch } from '../import/batches.ts';
import { batchesOf, importBatch, noteSources, tidyUp } from '../import/batches.ts';
import { rememberLifetimes } from '../import/early.ts';
import { beginHeartbeat } from '../import/heartbeat.ts';
import type { FileOutcome } from '../import/outcome.ts';
import { raiseAlerts } from '../import/raise-alerts.ts';
import { verdictChanges } from '../import/verdict-changes.ts';
import { describeError, describeRefusal } from '../report/problems.ts';
import { buildSyncReport, decisionLines } from '../report/sync-report.ts';
import { readHeld } from '../store/holds.ts';
import { beginImport, type ImportSession } from '../store/import.ts';
import type { Db } from '../store/open.ts';
import { hasOrders } from '../store/recent-orders.ts';
import { dataVersion, rememberTold } from '../store/told.ts';
import { alertRules, sendAlerts } from './alerts.ts';
import { type App, databasePath, importWorldOf, policyOf, tell, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { FILES, OUTPUT, type Values } from './options.ts';
import { NO_PROGRESS, openProgress, type Progress } from './progress.ts';
import type { Pulled } from './share.ts';

const OPTIONS = [
  'source',
  ...FILES,
  'accept-removals',
  'accept-rates',
  'again',
  'share',
  'share-orders',
  'dry-run',
  'quiet',
  'verbose',
  'sync-report',
  'wait',
  ...OUTPUT,
] as const;
/** How long a sync may last longer for its alerts: what is not sent then is sent later. */
const SEND_BUDGET_MS = 20 * millisecondsInSecond;

type SyncOptions = BatchOptions &
  Values<'share-orders' | 'dry-run' | 'quiet' | 'verbose' | 'wait' | (typeof OUTPUT)[number]>;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '[paths...]', name: 'paths' },
  async run(o, app, paths) {
    const heartbeat = o.dryRun ? null : beginHeartbeat(app.config(), app.host);
    let isWell = false;
    try {
      try {
        if (o.share) await syncAndShare(paths, o, app);
        else await syncFiles(paths, o, app);
      } finally {
        // Also where nobody took the answer.
        if (!o.dryRun) await sendWithin(app);
      }
      isWell = app.exitCode === EXIT.ok;
      const page = o.report ?? app.config().values.report;
      if (page !== undefined && !o.dryRun) await renewPage(page, app);
      isWell = app.exitCode === EXIT.ok;
    } finally {
      const warning = await heartbeat?.end(isWell);
      if (warning) await tell(describeError(warning, app.t), app);
    }
  },
});

/** Sends what is to be told. */
export async function sendWithin(app: App): Promise<void> {
  await tell(await sendAlerts(app, SEND_BUDGET_MS), app);
}

/** Pulls, syncs, pushes. Without the remotes everything else is done all the same. */
async function syncAndShare(paths: readonly string[], o: SyncOptions, app: App): Promise<void> {
  const { pullFrom, pushTo, remotesOf, withOrders } = await import('./share.ts');
  const remotes = o.orders && !o.dryRun ? await withOrders([], app) : remotesOf([], app);
  const pulled = await pullFrom(remotes, app);
  await syncFiles(paths, o, app, pulled);
  if (o.dryRun || pulled.reached.length === 0) return;
  const { faults } = await pushTo(pulled.reached, app);
  for (const fault of faults) {
    await tell(describeError(fault, app.t), app);
    if (app.exitCode === EXIT.ok) app.exitCode = TkguardError.of(fault).exitCode;
  }
}

/** `paths` null: nothing but what was pulled. */
export async function syncFiles(
  paths: readonly string[] | null,
  o: SyncOptions,
  app: App,
  pulled: Pulled | null = null,
): Promise<void> {
  const ledger = { path: databasePath(app), policy: policyOf({}, app) };
  const progress = o.quiet ? NO_PROGRESS : openProgress(app.host, app.t);
  const own = paths === null ? [] : await batchesOf(paths, o, importWorldOf(app), ledger.path);
  const batches = watched(pulled ? [pulled.batch, ...own] : own, progress);
  const session = beginImport(ledger.path, o.dryRun === true, o.wait);
  try {
    const synced = await importAndJudge(batches, session, ledger, pulled, progress, app);
    progress.clear();
    if (!o.dryRun) {
      session.commit();
      synced.warnings.push(...tidyUp(synced.results, app.host));
    }
    // What fails from here on, as a full disk behind stdout, loses only what is printed; stderr says its part all the same.
    try {
      await answerSync({ ...synced, empty: emptyText(synced, paths, app) }, session.db, ledger, o, app);
    } finally {
      await tellOfFiles(synced, o.verbose === true, app);
      setExitCode(synced.files, pulled, app);
    }
  } finally {
    progress.clear();
    session.close();
  }
}

/** Which database, and by what it is judged. */
interface LedgerRules {
  readonly path: string;
  readonly policy: PolicyRules;
}

/** Imports, judges and raises alerts, all in the transaction of the session. */
async function importAndJudge(
  batches: readonly SourceBatch[],
  session: ImportSession,
  { path, policy }: LedgerRules,
  pulled: Pulled | null,
  progress: Progress,
  app: App,
) {
  const { db } = session;
  const lastSnapshot = hasOrders(db) ? session.lastSnapshot() : null;
  // One time for all files of a sync: `changes --since last-sync` finds them by it.
  const nowMs = app.host.now();
  const results: BatchResult[] = [];
  for (const batch of batches) results.push(await importBatch(batch, session, nowMs));
  const [first] = results;
  if (pulled && first) results[0] = (await import('./share.ts')).settlePulled(first, pulled, db, nowMs);
  const files = results.flatMap((result) => result.files);
  progress.say(app.t('progress.judging'));
  const rules = alertRules(app);
  const { mutes } = app.config();
  const news = verdictChanges(db, { policy, mutes, nowMs, always: rules !== null });
  const capturedMs = new Set(files.flatMap(({ snapshots }) => snapshots.map((snapshot) => snapshot.capturedMs)));
  if (rules) raiseAlerts(db, news, rules, { nowMs, maxAgeMs: policy.maxAgeMs, ends: 'resolved', capturedMs });
  const warnings = [...(pulled?.faults ?? []), ...noteSources(results, session, nowMs)];
  const moved = lastSnapshot === null ? null : await movedBy(files, news.shopRows, lastSnapshot, db, { path, policy });
  const held = readHeld(db, Number.MAX_SAFE_INTEGER, null);
  // Another process that commits after this one changes it: then what was told here is not remembered.
  const version = dataVersion(db);
  return { results, files, news, warnings, moved, held, nowMs, version };
}

type Synced = Awaited<ReturnType<typeof importAndJudge>>;

/** What is said where there was nothing to read. */
function emptyText({ results }: Synced, paths: readonly string[] | null, { t }: App): string {
  if (paths === null) return t('pull.empty');
  const folders = results.flatMap(({ batch }) => batch.source?.path ?? []);
  return folders.length === 0
    ? t('sync.empty')
    : t('sync.empty.folders', { folders: folders.join(t('list.separator')) });
}

/** Writes the answer, and remembers what was told by it. */
async function answerSync(
  synced: Synced & { readonly empty: string },
  db: Db,
  { path, policy }: LedgerRules,
  o: SyncOptions,
  app: App,
): Promise<void> {
  const { files, news, moved, held, warnings, nowMs, version, empty } = synced;
  const { host, t } = app;
  const moments = { generatedAtMs: host.now(), asOfMs: news.asOfMs ?? host.now() };
  const { changes, verdicts } = news;
  const answer = { dryRun: o.dryRun === true, files, changes, verdicts, moved, held, warnings, empty };
  if (!o.quiet || o.format !== 'table') {
    await writeReport(buildSyncReport({ ...answer, ...moments }, t), o.format, app);
    if (!o.dryRun && !host.stdout.isClosed) rememberTold(db, path, news, nowMs, version);
  }
  // For the next check: all merchants are told of where a plan was joined lately.
  const hasNew = news.judged.some(({ judgement }) => isNewMembership(judgement, moments.asOfMs));
  if (hasNew && !o.dryRun) rememberLifetimes(db, path, version, policy, news.lifetimes);
}

/** What stands beside the answer: how files were read, refusals and warnings. */
async function tellOfFiles({ results, files, held, warnings }: Synced, isVerbose: boolean, app: App): Promise<void> {
  const { t } = app;
  const decisions = results.flatMap(({ batch, files }) =>
    files.flatMap((file) => decisionLines(file, batch.importOptions.format !== null, t)),
  );
  const refusals = files.flatMap((file) => describeRefusal(file, t, held));
  const warned = warnings.flatMap((warning) => describeError(warning, t));
  for (const lines of [isVerbose ? decisions : [], refusals, warned]) await tell(lines, app);
}

function setExitCode(files: readonly FileOutcome[], pulled: Pulled | null, app: App): void {
  const [fault] = pulled?.faults ?? [];
  if (fault) app.exitCode = TkguardError.of(fault).exitCode;
  if (files.some((file) => file.status === 'unreadable')) app.exitCode = EXIT.io;
  if (files.some((file) => file.status === 'refused' || file.status === 'held')) app.exitCode = EXIT.usage;
}

/** Sums of earlier orders that are others by what was imported; the database at `path` is as it was. */
async function movedBy(
  files: readonly FileOutcome[],
  shopRows: readonly number[],
  lastSnapshot: number,
  db: Db,
  { path, policy }: LedgerRules,
) {
  const snapshots = files.flatMap((file) => file.snapshots);
  if (snapshots.length === 0) return null;
  const { movedSums } = await import('./moved-sums.ts');
  const rated = snapshots.filter(({ coverage }) => coverage !== 'orders');
  const capturedMs = rated.map((snapshot) => snapshot.capturedMs);
  return movedSums(path, db, { shopRows, capturedMs, lastSnapshot }, policy);
}

/** What was imported stays imported, whatever becomes of the report. */
async function renewPage(page: string, app: App): Promise<void> {
  const { renewReport } = await import('./report.ts');
  try {
    await renewReport(page, app);
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    await tell(describeError(error.fault, app.t), app);
    app.exitCode = error.exitCode;
  }
}

function watched(batches: readonly SourceBatch[], progress: Progress): SourceBatch[] {
  return batches.map((batch) => ({
    ...batch,
    files: batch.files.map((file) => ({ ...file, open: () => progress.watch(file.open()) })),
  }));
}
