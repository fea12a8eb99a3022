/** `tkguard config`: the settings in force, and where each comes from. */
import { dirname } from 'node:path';
import { millisecondsInDay } from 'date-fns/constants';
import { configPath, flagOf } from '../config/config.ts';
import { placeOf } from '../config/place.ts';
import { describeSecret, redactAddress } from '../config/secret.ts';
import type { Config, ConfigSource, ConfigValues } from '../config/shape.ts';
import { DEFAULT_POLICY } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import type { Setting } from '../report/config-report.ts';
import { buildConfigReport } from '../report/config-report.ts';
import type { App } from './app.ts';
import { databasePath, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: OUTPUT,
  async run(o, app) {
    const settings = [...settingsInForce(app), ...writtenSettings(app.config())];
    const database = databasePath(app);
    const places = [
      { name: 'database', path: database },
      { name: 'backups', path: dirname(database) },
      { name: 'config', path: configPath(app.host).path },
    ] as const;
    const found = places.map((place) => ({ ...place, exists: place.path !== null && app.host.exists(place.path) }));
    await writeReport(buildConfigReport({ places: found, settings }, app.t), o.format, app);
  },
});

/** What has a value whether or not there is a file. */
function settingsInForce(app: App): Setting[] {
  const { host, lang } = app;
  const config = app.config();
  const { values } = config;
  const setting = (key: string, value: string, isWritten: boolean): Setting =>
    isWritten ? fromFile(config, key, value) : { key, value, from: 'default', name: null, line: null };
  const chosen = (key: string, value: string, isWritten: boolean, flag: string, variable: string): Setting => {
    if (flagOf(host.argv, flag) !== undefined) return { key, value, from: 'flag', name: flag, line: null };
    if (host.env[variable]) return { key, value, from: 'environment', name: variable, line: null };
    return setting(key, value, isWritten);
  };
  const language = chosen('language', lang, values.language !== undefined, '--lang', 'TKGUARD_LANG');
  const { minGain, maxAge, confirmMissing } = values.policy ?? {};
  const days = DEFAULT_POLICY.maxAgeMs / millisecondsInDay;
  return [
    chosen('database', databasePath(app), values.database !== undefined, '--db', 'TKGUARD_DB'),
    language.from === 'default' ? { ...language, from: 'locale' } : language,
    setting('timeZone', values.timeZone ?? 'Asia/Shanghai', values.timeZone !== undefined),
    setting('account', values.account ?? 'default', values.account !== undefined),
    setting('policy.minGain', String(minGain ?? formatBp(DEFAULT_POLICY.minGainBp)), minGain !== undefined),
    setting('policy.maxAge', maxAge ?? `${days}d`, maxAge !== undefined),
    setting(
      'policy.confirmMissing',
      String(confirmMissing ?? DEFAULT_POLICY.confirmMissing),
      confirmMissing !== undefined,
    ),
  ];
}

/** What the file says besides. */
function writtenSettings(config: Config): Setting[] {
  const { policy, mutes, mappings, sources, heartbeat } = config.values;
  const leaves = leavesOf({
    policy: { shops: policy?.shops, plans: policy?.plans },
    mutes,
    mappings,
    sources: sources?.map(sourceShown),
    heartbeat: heartbeat === undefined ? undefined : heartbeatShown(heartbeat),
  });
  return leaves.map(({ key, value }) => fromFile(config, key, value));
}

function fromFile({ lines }: Config, key: string, value: string): Setting {
  return { key, value, from: 'file', name: null, line: lines.get(key) ?? null };
}

/** A command may be called with a secret, so only the program is shown. */
function sourceShown({ url, headers, command, ...plain }: ConfigSource) {
  return {
    ...plain,
    url: url === undefined ? undefined : describeSecret(url, redactAddress),
    headers:
      headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, describeSecret(value)])),
    command: command && `${command[0]}${command.length > 1 ? ' …' : ''}`,
  };
}

/** The address of a heartbeat is a secret as a whole. */
function heartbeatShown(heartbeat: NonNullable<ConfigValues['heartbeat']>) {
  if (typeof heartbeat === 'string' || !('url' in heartbeat)) return describeSecret(heartbeat);
  const entries = Object.entries(heartbeat).map(([name, secret]) => [name, secret && describeSecret(secret)]);
  return Object.fromEntries(entries);
}

function leavesOf(value: unknown, place = ''): { readonly key: string; readonly value: string }[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [{ key: place, value: String(value) }];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([key, inner]) => leavesOf(inner, placeOf(place, key)));
}
