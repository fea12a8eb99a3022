/** What one sync reads: the paths of the call, or the sources of the configuration, each with its own options. */
import type { Config, ConfigSource } from '../config/shape.ts';
import { parseDuration } from '../domain/time.ts';
import { type Fault, isTkguardError, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { ImportSession } from '../store/import.ts';
import { readSources, readSourcesOf, recordSource, type Version } from '../store/sources.ts';
import { downloadSource, failed, type OpenedSource, redactOutcome, runSource } from './fetch-source.ts';
import { leaveChanging, openInbox, tidyInbox } from './inbox.ts';
import { namedFiles } from './named-files.ts';
import { type ImportFlags, type ImportOptions, type ImportWorld, importOptionsOf } from './options.ts';
import type { FileOutcome } from './outcome.ts';

export interface BatchOptions extends ImportFlags {
  readonly source?: readonly string[];
}

/** Options that describe files; a source of the configuration has settings for that. */
const ONLY_WITH_PATHS = [
  ['account', '--account'],
  ['capturedAt', '--captured-at'],
  ['as', '--as'],
  ['map', '--map'],
  ['partial', '--partial'],
  ['rateUnit', '--rate-unit'],
  ['seller', '--seller'],
  ['keeper', '--keeper'],
  ['item', '--item'],
  ['campaign', '--campaign'],
] as const satisfies readonly (readonly [keyof BatchOptions, string])[];

/** What is read with the same options: the paths of the call, or one source of the configuration. */
export interface SourceBatch extends OpenedSource {
  /** null: named in the call. */
  readonly source: ConfigSource | null;
  readonly importOptions: ImportOptions;
}

export interface BatchResult {
  readonly batch: SourceBatch;
  readonly files: readonly FileOutcome[];
}

/** Opens all sources before the database is locked, because downloads may be slow. Throws `bad-option`, `no-paths`, `only-with-paths`. */
export async function batchesOf(
  paths: readonly string[],
  options: BatchOptions,
  world: ImportWorld,
  path: string,
): Promise<SourceBatch[]> {
  const chosen = chooseSources(paths, options, world.config);
  if (chosen === null) {
    return (await namedFiles(paths, options, world)).map((named) => ({ source: null, ...named }));
  }
  const known = readSourcesOf(path);
  const batches: SourceBatch[] = [];
  for (const source of chosen) {
    const read = await optionsOfSource(source, options, world);
    if ('code' in read) {
      const importOptions = await importOptionsOf(options, world);
      batches.push({ source, importOptions, ...failed(source.name, read, 'refused') });
      continue;
    }
    const version = options.again ? null : (known.get(source.name)?.version ?? null);
    batches.push({ source, importOptions: read, ...(await openSource(source, world, version, read)) });
  }
  return batches;
}

/** One that fails does not stop the others. */
async function openSource(
  source: ConfigSource,
  { config, host }: ImportWorld,
  version: Version | null,
  options: ImportOptions,
): Promise<OpenedSource> {
  const { path, command, url } = source;
  if (path !== undefined) return openInbox(source, path, host);
  if (command !== undefined) return runSource(source, command, config, host);
  if (url !== undefined) return downloadSource(source, url, config, host, version, options);
  return { files: [{ name: '-', open: () => host.stdin() }], outcomes: [] };
}

/** The options of a source, or the fault in its settings, which fails this source alone. */
export async function optionsOfSource(
  source: ConfigSource,
  options: BatchOptions,
  world: ImportWorld,
): Promise<ImportOptions | Fault> {
  try {
    const { format, ...said } = source;
    return await importOptionsOf({ ...options, ...said, ...(format !== undefined && { as: format }) }, world);
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

export async function importBatch(batch: SourceBatch, session: ImportSession, nowMs: number): Promise<BatchResult> {
  const { importSources } = await import('./run.ts');
  const { files, outcomes, redact, importOptions } = batch;
  const read = importSources(files, { session, options: importOptions, nowMs }).map((outcome) =>
    leaveChanging(redact ? redactOutcome(outcome, redact) : outcome),
  );
  return { batch, files: [...outcomes, ...read] };
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
export function noteSources(results: readonly BatchResult[], session: ImportSession, nowMs: number): Fault[] {
  for (const { batch, files } of results) {
    const { source, version = null } = batch;
    if (!source) continue;
    const isNew = files.some(({ status }) => status === 'imported');
    const isSettled = version !== null && files.every((file) => isSettledBy(file, version));
    recordSource(session.db, { name: source.name, nowMs, isNew, version: isSettled ? version : null });
  }
  const known = readSources(session.db);
  return results.flatMap(({ batch: { source } }): Fault[] => {
    const record = source && known.get(source.name);
    const periodMs = source?.period === undefined ? null : parseDuration(source.period);
    if (!record || periodMs === null) return [];
    const silentMs = nowMs - (record.newMs ?? record.firstMs);
    return silentMs > periodMs ? [{ code: 'source-silent', args: { source: source.name, silentMs, periodMs } }] : [];
  });
}

/**
 * Whether this version need not be downloaded again. It is, where the file was refused or discarded (the user is told again),
 * and where its content has no capture time: being served again confirms it.
 */
function isSettledBy({ status, snapshots, notes }: FileOutcome, { modified }: Version): boolean {
  if (status === 'imported') return snapshots.every(({ capturedFrom }) => capturedFrom === 'content');
  // Where neither content nor server gives a time, a second download counts as a new capture.
  return status === 'known' && modified === null && notes.every(({ code }) => code !== 'discarded');
}

/** Moves or deletes imported files, where a source asks for it. Call it after the commit. */
export function tidyUp(results: readonly BatchResult[], host: Host): Fault[] {
  return results.flatMap(({ batch, files }) => {
    const after = batch.source?.after ?? 'keep';
    return after === 'keep' ? [] : tidyInbox(after, batch.files, files, host);
  });
}
