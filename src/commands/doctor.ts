/** `tkguard doctor`: looks at everything that a silent cron job may suffer from. */
import { constants, readdirSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { configPath, NO_CONFIG } from '../config/config.ts';
import type { Config, ConfigChannel, ConfigSource } from '../config/shape.ts';
import { isStale, type Policy } from '../domain/policy.ts';
import { parseDuration } from '../domain/time.ts';
import { EXIT, isTkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import { CLOCK_SKEW_MS } from '../import/incoming.ts';
import { buildDoctorReport, type Finding, type Level, type Say } from '../report/doctor-report.ts';
import { listSnapshots } from '../store/captures.ts';
import { countDead, countStranded, readRefusals } from '../store/deliveries.ts';
import { type Db, guard, openAnyVersion, openForReading } from '../store/open.ts';
import { readSources } from '../store/sources.ts';
import { findDamage } from '../store/verify.ts';
import { type App, databasePath, policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { examineSettings, mayUse } from './doctor-settings.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: OUTPUT,
  async run(o, app) {
    const findings = await examine(app);
    await writeReport(buildDoctorReport(findings, app.host.now(), app.t), o.format, app);
    const isFound = (level: Level) => findings.some((finding) => finding.level === level);
    if (isFound('problem')) app.exitCode = EXIT.findings;
    if (isFound('damage')) app.exitCode = EXIT.database;
  },
});

async function examine(app: App): Promise<Finding[]> {
  const findings: Finding[] = [];
  const say: Say = (level, ...[code, args = {}]) => void findings.push({ level, code, args } as Finding);
  say('ok', 'node', { version: process.versions.node });
  const config = examineConfig(app, say);
  const known: App = { ...app, config: () => config };
  const path = databasePath(known);
  examineDatabase(path, known, say);
  await examineSettings(known, say);
  await (await import('./doctor-remotes.ts')).examineRemotes(known, say);
  examineDisk(path, say);
  examineSurroundings(app.host.env, say);
  return findings;
}

function examineConfig(app: App, say: Say): Config {
  try {
    const config = app.config();
    if (config.path === null) say('ok', 'no-config', { path: configPath(app.host).path ?? '' });
    else {
      say('ok', 'config', { path: config.path });
      examineMode(config.path, say);
    }
    return config;
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    say('problem', 'config-fault', { ...error.args, fault: error.code });
    return NO_CONFIG;
  }
}

function examineDatabase(path: string, app: App, say: Say): void {
  try {
    const damage = closing(openAnyVersion(path), (db) => guard(path, () => findDamage(db)));
    for (const reason of damage) say('damage', 'damage', { path, reason });
    if (damage.length > 0) return;
    closing(openForReading(path), (db) => {
      const snapshots = guard(path, () => listSnapshots(db, null));
      say('ok', 'database', { path, sizeBytes: statSync(path).size, snapshots: snapshots.length });
      examineMode(path, say);
      examineAccess(path, say);
      examineLeftovers(path, say);
      examineData(snapshots, policyOf({}, app), app.host.now(), say);
      examineSources(app.config().values.sources ?? [], readSources(db), app.host.now(), say);
      examineDeliveries(db, app.config().values.notify?.channels ?? [], say);
    });
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    const isDamage = error.exitCode === EXIT.database && error.code !== 'db-older';
    if (error.code === 'no-database') say('problem', 'no-database', { path });
    else say(isDamage ? 'damage' : 'problem', 'database-fault', { ...error.args, fault: error.code });
  }
}

function closing<T>(db: Db, work: (db: Db) => T): T {
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Files that other users may read: rates and memberships are private. */
function examineMode(path: string, say: Say): void {
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    say('problem', 'open-to-others', { path, mode: mode.toString(8) });
}

/** A user who may only read the file can query, but not sync. */
function examineAccess(path: string, say: Say): void {
  if (![path, dirname(path)].every((needed) => mayUse(needed, constants.W_OK))) say('note', 'only-readable', { path });
}

/** Files that a run left unfinished when it died. */
function examineLeftovers(path: string, say: Say): void {
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(basename(path)) && name.endsWith('.unfinished')) say('note', 'leftover', { name });
}

type Snapshots = ReturnType<typeof listSnapshots>;

function examineData(snapshots: Snapshots, policy: Policy, nowMs: number, say: Say): void {
  if (snapshots.length === 0) {
    say('problem', 'no-data');
    return;
  }
  const counted = snapshots.filter((snapshot) => snapshot.held === null);
  // Orders say nothing that a verdict is judged by.
  const judged = counted.filter(({ coverage }) => coverage !== 'orders');
  for (const account of [...new Set(judged.map((snapshot) => snapshot.account))].sort()) {
    const own = judged.filter((snapshot) => snapshot.account === account);
    const ageMs = Math.max(0, nowMs - Math.max(...own.map(({ capturedMs }) => capturedMs)));
    if (isStale(ageMs, policy)) say('problem', 'data-old', { account, ageMs, limitMs: policy.maxAgeMs });
    else say('ok', 'data', { account, ageMs });
  }
  const held = snapshots.length - counted.length;
  if (held > 0) say('problem', 'held', { n: held });
  const aheadMs = Math.max(...snapshots.map(({ importedMs }) => importedMs)) - nowMs;
  if (aheadMs > CLOCK_SKEW_MS) say('problem', 'clock-back', { aheadMs });
}

/** Checks when sources with a period last brought something new. */
function examineSources(
  sources: readonly ConfigSource[],
  records: ReturnType<typeof readSources>,
  nowMs: number,
  say: Say,
): void {
  for (const { name, period } of sources) {
    const periodMs = period === undefined ? null : parseDuration(period);
    if (periodMs === null) continue;
    const record = records.get(name);
    if (!record) {
      say('problem', 'source-nothing', { name });
      continue;
    }
    const ageMs = Math.max(0, nowMs - (record.newMs ?? record.firstMs));
    if (ageMs > periodMs) say('problem', 'source-quiet', { name, ageMs, periodMs });
    else say('ok', 'source', { name, ageMs, periodMs });
  }
}

function examineDeliveries(db: Db, channels: readonly ConfigChannel[], say: Say): void {
  const names = channels.map(({ name }) => name);
  for (const stranded of countStranded(db, names)) say('note', 'alerts-stranded', stranded);
  for (const dead of countDead(db)) say('problem', 'alerts-dead', dead);
  for (const refusal of readRefusals(db)) say('problem', 'channel-refuses', refusal);
}

/** Room for the database, its log and a backup. */
const LEAST_FREE_BYTES = 64e6;

function examineDisk(path: string, say: Say): void {
  const folder = dirname(path);
  // There may be no such folder yet.
  if (!mayUse(folder, constants.F_OK)) return;
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const isLow = freeBytes < Math.max(LEAST_FREE_BYTES, 3 * size);
  say(isLow ? 'problem' : 'ok', isLow ? 'disk-low' : 'disk', { path: folder, freeBytes });
}

function examineSurroundings(env: Host['env'], say: Say): void {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (locale === '' || locale === 'C' || locale === 'POSIX') say('note', 'locale-unset');
  else if (/utf-?8/i.test(locale)) say('ok', 'locale', { locale });
  else say('problem', 'locale-not-utf8', { locale });
  // Node gives no zone for a TZ that does not exist.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || `${env.TZ || '?'} (?)`;
  say('ok', 'time-zone', { zone });
}
