/** Reads and checks the configuration file. A mistake is a value: file, line, place, and what was expected. */
import { dirname, resolve } from 'node:path';
import { mapValues } from '../domain/map-values.ts';
import type { Mute } from '../domain/mute.ts';
import { type Policy, type PolicyRules, parseGain } from '../domain/policy.ts';
import { similarNames } from '../domain/similar.ts';
import { CHINA, endMs, parseDuration, type Zone, zoneOf } from '../domain/time.ts';
import { type Fault, nearArgument } from '../errors.ts';
import { belowHome, type Host } from '../host.ts';
import { checkShape, type ShapeProblem } from './check.ts';
import { CONFIG, type Config, type ConfigRules, type ConfigValues } from './shape.ts';
import { type ParsedConfig, parseConfigText, placeOf } from './text.ts';

const MOST_BYTES = 1 << 20;
const FOUND_SHOWN = 40;

export function readConfig(path: string, host: Host): Config | Fault {
  const text = readText(path, host);
  if (typeof text !== 'string') return text;
  const parsed = parseConfigText(text);
  if (!parsed.ok) {
    const { line, found, expected } = parsed;
    return {
      code: expected === 'duplicate-key' ? 'config-twice' : 'config-syntax',
      args: { path, line, found, expected },
    };
  }
  const shape = checkShape(CONFIG, parsed.value);
  if ('problems' in shape) return firstProblem(path, parsed.lines, shape.problems);
  const values = resolvePaths(shape.values, path, host);
  return {
    path,
    values,
    policy: rulesOf(values.policy ?? {}),
    mutes: (values.mutes ?? []).map((mute) => muteOf(mute, zoneOf(values.timeZone ?? CHINA.name))),
    lines: parsed.lines,
  };
}

function readText(path: string, host: Host): string | Fault {
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (const chunk of host.openFile(path).chunks()) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) return { code: 'io', args: { path, reason: `> ${MOST_BYTES} bytes` } };
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return { code: 'io', args: { path, reason: error.message } };
    return { code: 'config-syntax', args: { path, line: 1, found: '', expected: 'utf-8' } };
  }
}

/** The first problem in the file: users correct one after the other. */
function firstProblem(path: string, lines: ParsedConfig['lines'], problems: readonly ShapeProblem[]): Fault {
  const located = problems.map((problem) => ({ ...problem, line: lineOf(lines, problem.path) }));
  const [first] = located.sort((a, b) => a.line - b.line);
  if (!first) throw new Error('a shape without problems is no problem');
  const { line, expected, found, knownKeys } = first;
  const place = first.path.reduce<string>(placeOf, '') || '{…}';
  if (knownKeys === null) {
    return { code: 'bad-config', args: { path, line, place, expected, found: foundText(first.path, found) } };
  }
  const near = similarNames(String(first.path.at(-1)), knownKeys);
  return { code: 'unknown-setting', args: { path, line, place, known: knownKeys.join(', '), ...nearArgument(near) } };
}

/** For a missing value, the line of the object that lacks it. */
function lineOf(lines: ReadonlyMap<string, number>, path: ShapeProblem['path']): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const line = lines.get(path.slice(0, depth).reduce<string>(placeOf, ''));
    if (line !== undefined) return line;
  }
  return 1;
}

/** Keys under which a secret may stand, which no error may show. */
const SECRET_KEYS = ['url', 'headers', 'heartbeat', 'command', 'key', 'secret'];

function foundText(path: ShapeProblem['path'], found: unknown): string {
  if (found === undefined) return '—';
  if (typeof found === 'object' && found !== null) return Array.isArray(found) ? '[…]' : '{…}';
  if (path.some((step) => SECRET_KEYS.includes(String(step)))) return '…';
  const text = JSON.stringify(found);
  return text.length > FOUND_SHOWN ? `${text.slice(0, FOUND_SHOWN)}…` : text;
}

/** Paths are relative to the file, not to wherever cron starts; `~/` is home. */
function resolvePaths(values: ConfigValues, path: string, host: Host): ConfigValues {
  const folder = dirname(resolve(path));
  const absolute = (text: string) => belowHome(text, host) ?? resolve(folder, text);
  const { database, report, remotes, sources } = values;
  return {
    ...values,
    ...(database && { database: absolute(database) }),
    ...(report && { report: absolute(report) }),
    ...(remotes && {
      remotes: mapValues(remotes, (one) => (one.folder ? { ...one, folder: absolute(one.folder) } : one)),
    }),
    ...(sources && { sources: sources.map((one) => (one.path ? { ...one, path: absolute(one.path) } : one)) }),
  };
}

function rulesOf(policy: NonNullable<ConfigValues['policy']>): Partial<PolicyRules> {
  const { rateMoment, shops, plans } = policy;
  return {
    ...ruleOf(policy),
    ...(rateMoment && { rateMoment }),
    ...(shops && { shops: mapValues(shops, ruleOf) }),
    ...(plans && { plans: mapValues(plans, ruleOf) }),
  };
}

function muteOf({ plan, shop, account, until, reason }: NonNullable<ConfigValues['mutes']>[number], zone: Zone): Mute {
  return {
    planId: plan,
    shop: shop ?? null,
    account: account ?? null,
    fromMs: null,
    untilMs: until === undefined ? null : endMs(until, zone),
    reason: reason ?? null,
  };
}

function ruleOf({ minGain, maxAge, confirmMissing }: ConfigRules): Partial<Policy> {
  const minGainBp = minGain === undefined ? null : parseGain(String(minGain));
  const maxAgeMs = maxAge === undefined ? null : parseDuration(maxAge);
  return {
    ...(minGainBp === null ? {} : { minGainBp }),
    ...(maxAgeMs === null ? {} : { maxAgeMs }),
    ...(confirmMissing === undefined ? {} : { confirmMissing }),
  };
}
