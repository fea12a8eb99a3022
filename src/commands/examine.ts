/** What `tkguard doctor` looks at, one finding or more for each. */

import { accessSync, constants, readdirSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { millisecondsInMinute } from 'date-fns/constants';
import { configPath, NO_CONFIG } from '../config/config.ts';
import type { Config, ConfigSource } from '../config/shape.ts';

import { parseDuration } from '../domain/time.ts';
import type { CodeAndArguments, Coded } from '../errors.ts';
import { EXIT, isTkguardError } from '../errors.ts';
import type { Finding, Level } from '../report/doctor-report.ts';
import { listSnapshots } from '../store/list-snapshots.ts';
import { guard, openAnyVersion, openForReading } from '../store/open.ts';
import { readSources } from '../store/sources.ts';
import { findDamage } from '../store/verify.ts';
import type { App } from './app.ts';
import { databasePath, policyOf } from './app.ts';
import { examineSettings } from './examine-sources.ts';

type Snapshots = ReturnType<typeof listSnapshots>;
type SourceRecords = ReturnType<typeof readSources>;

const CLOCK_SKEW_MS = 10 * millisecondsInMinute;
/** A sync writes its log beside the database: room for both, and for a backup. */
const LEAST_FREE_BYTES = 64e6;

function found(level: Level, ...[code, args = {}]: CodeAndArguments<Coded<'doctor'>>): Finding {
  return { level, code, args } as Finding;
}

export async function examine(app: App): Promise<Finding[]> {
  const { host } = app;
  const [config, configFindings] = examineConfig(app);
  const known: App = { ...app, config: () => config };
  const path = databasePath(known);
  const { findings, contents } = examineDatabase(path);
  const { maxAgeMs } = policyOf({}, known);
  return [
    found('ok', 'node', { version: process.versions.node }),
    ...configFindings,
    ...findings,
    ...(contents ? examineData(contents.snapshots, maxAgeMs, host.now()) : []),
    ...(contents ? examineSources(config.values.sources ?? [], contents.sources, host.now()) : []),
    ...(await examineSettings(known)),
    ...examineDisk(path),
    ...examineSurroundings(host.env),
  ];
}

function examineConfig(app: App): readonly [Config, Finding[]] {
  const { path } = configPath(app.host);
  try {
    const config = app.config();
    if (config.path === null) return [config, [found('ok', 'no-config', { path: path ?? '' })]];
    return [config, [found('ok', 'config', { path: config.path }), ...examineMode(config.path)]];
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    return [NO_CONFIG, [found('problem', 'config-fault', { ...error.args, fault: error.code })]];
  }
}

interface Contents {
  readonly snapshots: Snapshots;
  readonly sources: SourceRecords;
}

function examineDatabase(path: string): { readonly findings: Finding[]; readonly contents: Contents | null } {
  try {
    const whole = openAnyVersion(path);
    try {
      const damage = guard(path, () => findDamage(whole));
      if (damage.length > 0)
        return { findings: damage.map((reason) => found('damage', 'damage', { path, reason })), contents: null };
    } finally {
      whole.close();
    }
    const db = openForReading(path);
    try {
      const snapshots = guard(path, () => listSnapshots(db, null));
      const findings = [
        found('ok', 'database', { path, sizeBytes: statSync(path).size, snapshots: snapshots.length }),
        ...examineMode(path),
        ...examineAccess(path),
        ...leftovers(path),
      ];
      return { findings, contents: { snapshots, sources: readSources(db) } };
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    if (error.code === 'no-database') return { findings: [found('problem', 'no-database', { path })], contents: null };
    const level = error.exitCode === EXIT.database && error.code !== 'db-older' ? 'damage' : 'problem';
    return { findings: [found(level, 'database-fault', { ...error.args, fault: error.code })], contents: null };
  }
}

/** Files that others on the machine may read: rates and memberships are nobody else's business. */
function examineMode(path: string): Finding[] {
  const mode = statSync(path).mode & 0o777;
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  return isOpen ? [found('problem', 'open-to-others', { path, mode: mode.toString(8) })] : [];
}

/** Whoever may only read can ask, and not sync. */
function examineAccess(path: string): Finding[] {
  try {
    for (const needed of [path, dirname(path)]) accessSync(needed, constants.W_OK);
    return [];
  } catch {
    return [found('note', 'only-readable', { path })];
  }
}

/** What a run that died left unfinished. */
function leftovers(path: string): Finding[] {
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(basename(path)) && name.endsWith('.unfinished'))
    .map((name) => found('note', 'leftover', { name }));
}

function examineData(snapshots: Snapshots, maxAgeMs: number, nowMs: number): Finding[] {
  if (snapshots.length === 0) return [found('problem', 'no-data')];
  const held = snapshots.filter((snapshot) => snapshot.held !== null);
  const counted = snapshots.filter((snapshot) => snapshot.held === null);
  const newestMs = Math.max(...snapshots.map(({ importedMs }) => importedMs));
  const accounts = [...new Set(counted.map(({ account }) => account))].sort();
  return [
    ...accounts.map((account) => {
      const ageMs = ageOf(
        counted.filter((snapshot) => snapshot.account === account),
        nowMs,
      );
      return ageMs > maxAgeMs
        ? found('problem', 'data-old', { account, ageMs, limitMs: maxAgeMs })
        : found('ok', 'data', { account, ageMs });
    }),
    ...(held.length > 0 ? [found('problem', 'held', { n: held.length })] : []),
    ...(newestMs > nowMs + CLOCK_SKEW_MS ? [found('problem', 'clock-back', { aheadMs: newestMs - nowMs })] : []),
  ];
}

/** Sources that have a period, by when they brought something new. */
function examineSources(sources: readonly ConfigSource[], records: SourceRecords, nowMs: number): Finding[] {
  return sources.flatMap(({ name, period }) => {
    const periodMs = period === undefined ? null : parseDuration(period);
    if (periodMs === null) return [];
    const record = records.get(name);
    if (!record) return [found('problem', 'source-nothing', { name })];
    const ageMs = Math.max(0, nowMs - (record.newMs ?? record.firstMs));
    const isQuiet = ageMs > periodMs;
    return [found(isQuiet ? 'problem' : 'ok', isQuiet ? 'source-quiet' : 'source', { name, ageMs, periodMs })];
  });
}

function ageOf(snapshots: Snapshots, nowMs: number): number {
  return Math.max(0, nowMs - Math.max(...snapshots.map(({ capturedMs }) => capturedMs)));
}

function examineDisk(path: string): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    const freeBytes = bavail * bsize;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const isLow = freeBytes < Math.max(LEAST_FREE_BYTES, 3 * size);
    return [found(isLow ? 'problem' : 'ok', isLow ? 'disk-low' : 'disk', { path: dirname(path), freeBytes })];
  } catch {
    // There is no such folder yet.
    return [];
  }
}

function examineSurroundings(env: Readonly<Record<string, string | undefined>>): Finding[] {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // Of a TZ that does not exist, Node gives none.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || `${env.TZ || '?'} (?)`;
  const isUnset = locale === '' || locale === 'C' || locale === 'POSIX';
  const isUtf8 = /utf-?8/i.test(locale);
  return [
    isUnset
      ? found('note', 'locale-unset')
      : isUtf8
        ? found('ok', 'locale', { locale })
        : found('problem', 'locale-not-utf8', { locale }),
    found('ok', 'time-zone', { zone }),
  ];
}
