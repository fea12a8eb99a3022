/** What one sync reads: the paths of the call, or the sources of the configuration, each with its own options. */

import type { Config, ConfigSource } from '../config/shape.ts';
import { parseDuration } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import { isTkguardError, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { ImportSession } from '../store/import.ts';
import type { Version } from '../store/sources.ts';
import type { OpenedSource } from './open-source.ts';
import type { ImportFlags, ImportOptions, ImportWorld } from './options.ts';
import { importOptionsOf } from './options.ts';
import type { FileOutcome } from './outcome.ts';
import type { NamedSource } from './paths.ts';
import { CHANGING, collectSources } from './paths.ts';

export interface BatchOptions extends ImportFlags {
  readonly source?: readonly string[];
}

/** Options that say what files are: a source says it for itself. */
const ONLY_WITH_PATHS = [
  ['account', '--account'],
  ['capturedAt', '--captured-at'],
  ['format', '--format'],
  ['map', '--map'],
  ['partial', '--partial'],
  ['seller', '--seller'],
  ['keeper', '--keeper'],
  ['item', '--item'],
  ['campaign', '--campaign'],
] as const satisfies readonly (readonly [keyof BatchOptions, string])[];

/** What is read with the same options: the paths of the call, or one source of the configuration. */
export interface Batch {
  /** null: named in the call. */
  readonly opened: OpenedSource | null;
  readonly files: readonly NamedSource[];
  /** Paths that lead to nothing. */
  readonly missing: readonly string[];
  readonly outcomes: readonly FileOutcome[];
  readonly importOptions: ImportOptions;
}

export interface BatchResult {
  readonly batch: Batch;
  readonly files: readonly FileOutcome[];
}

/** Opens what is to be read, before the database is locked: the world may be slow. Throws `bad-option`, `no-paths`, `only-with-paths`. */
export async function batchesOf(
  paths: readonly string[],
  options: BatchOptions,
  world: ImportWorld,
  path: string,
): Promise<Batch[]> {
  const { host, config } = world;
  const chosen = chooseSources(paths, options, config);
  if (chosen === null) {
    const importOptions = await importOptionsOf(options, '--format', world);
    const { missing, sources } = await collectSources(paths, host);
    return [{ opened: null, files: sources, missing, outcomes: [], importOptions }];
  }
  const { failed, openSource } = await import('./open-source.ts');
  const { readSourcesOf } = await import('../store/sources.ts');
  const known = readSourcesOf(path);
  const batches: Batch[] = [];
  for (const source of chosen) {
    const read = await optionsOfSource(source, options, world);
    if ('code' in read) {
      const opened = failed(source, source.name, read, 'refused');
      const importOptions = await importOptionsOf(options, '--format', world);
      batches.push({ opened, files: [], missing: [], outcomes: opened.outcomes, importOptions });
      continue;
    }
    const importOptions = { ...read, confirms: source.url !== undefined || source.command !== undefined };
    const opened = await openSource(source, config, host, known.get(source.name), importOptions);
    batches.push({ opened, files: opened.files, missing: [], outcomes: opened.outcomes, importOptions });
  }
  return batches;
}

/** How a source is read, or which setting of it makes that impossible: a failure of this source alone. */
export async function optionsOfSource(
  source: ConfigSource,
  options: BatchOptions,
  world: ImportWorld,
): Promise<ImportOptions | Coded<'error'>> {
  try {
    return await importOptionsOf({ ...options, ...source }, 'format', world);
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    const { path, values, lines } = world.config;
    const place = `sources[${(values.sources ?? []).indexOf(source)}].format`;
    const { expected, known } = error.args;
    return {
      code: 'bad-source-format',
      args: {
        path: path ?? '',
        line: lines.get(place) ?? 1,
        place,
        format: source.format ?? '',
        known: expected ?? known ?? '—',
      },
    };
  }
}

export async function importBatch(batch: Batch, session: ImportSession, host: Host): Promise<BatchResult> {
  const { importSources } = await import('./run.ts');
  const sources = { missing: batch.missing, sources: batch.files };
  const files = importSources(sources, session, batch.importOptions, host);
  const shown = files.map(batch.opened?.redact ?? leaveChanging);
  return { batch, files: [...batch.outcomes, ...shown] };
}

/** What changed while it was read is read when it is whole. */
function leaveChanging(file: FileOutcome): FileOutcome {
  const isChanging = file.status === 'unreadable' && file.refusal?.args.reason === CHANGING;
  return isChanging ? { ...file, status: 'left', refusal: null } : file;
}

/** The sources of the configuration that are to be read; null: paths were named. Throws `bad-option`, `no-paths`. */
function chooseSources(
  paths: readonly string[],
  options: BatchOptions,
  config: Config,
): readonly ConfigSource[] | null {
  const names = options.source ?? [];
  if (paths.length > 0) {
    if (names.length === 0) return null;
    throw new TkguardError('bad-option', { option: '--source', value: names[0] ?? '', expected: paths.join(' ') });
  }
  const { sources = [] } = config.values;
  if (sources.length === 0 && names.length === 0) throw new TkguardError('no-paths');
  const described = ONLY_WITH_PATHS.find(([name]) => options[name] !== undefined);
  if (described) throw new TkguardError('only-with-paths', { option: described[1] });
  const known = sources.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TkguardError('bad-option', { option: '--source', value: unknown, expected: known.join(', ') || '—' });
  }
  return sources.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Notes in the database what each source brought, and gives a warning for those that have been silent for longer than they should. */
export async function noteSources(
  results: readonly BatchResult[],
  session: ImportSession,
  nowMs: number,
): Promise<Coded<'error'>[]> {
  const { readSources, recordSource } = await import('../store/sources.ts');
  for (const { batch, files } of results) {
    if (!batch.opened) continue;
    const { source, version } = batch.opened;
    const isNew = files.some(({ status }) => status === 'imported');
    const isSettled = version !== null && files.every((file) => isSettledBy(file, version));
    recordSource(session.db, { name: source.name, nowMs, isNew, version: isSettled ? version : null });
  }
  const known = readSources(session.db);
  return results.flatMap(({ batch }): Coded<'error'>[] => {
    const source = batch.opened?.source;
    const record = source && known.get(source.name);
    const periodMs = source?.period === undefined ? null : parseDuration(source.period);
    if (!source || !record || periodMs === null) return [];
    const silentMs = nowMs - (record.newMs ?? record.firstMs);
    return silentMs > periodMs ? [{ code: 'source-silent', args: { source: source.name, silentMs, periodMs } }] : [];
  });
}

/**
 * Whether the version need not be asked for again. What was refused is, until it is mended; what was discarded, so that
 * this is told; and what does not say when it was captured, because to be served again confirms it.
 */
function isSettledBy({ status, snapshots, notes }: FileOutcome, { modified }: Version): boolean {
  if (status === 'imported') return snapshots.every(({ capturedFrom }) => capturedFrom === 'content');
  // Without a time of its own or of the server, it would not be known but new.
  return status === 'known' && modified === null && notes.every(({ code }) => code !== 'discarded');
}

/** Moves or deletes what was taken in, where a source says so. To be called after the commit. */
export async function tidyUp(results: readonly BatchResult[], host: Host): Promise<Coded<'error'>[]> {
  const { tidyInbox } = await import('./inbox.ts');
  return results.flatMap(({ batch, files }) => {
    const after = batch.opened?.source.after ?? 'keep';
    return after === 'keep' ? [] : tidyInbox(after, batch.files, files, host);
  });
}
