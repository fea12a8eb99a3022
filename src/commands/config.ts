/** `tkguard config`: the settings in force, and where each comes from. */
import { dirname } from 'node:path';
import { millisecondsInDay } from 'date-fns/constants';
import { configPath, flagOf } from '../config/config.ts';
import { describeSecret, redactAddress } from '../config/secret.ts';
import type { Config, ConfigChannel, ConfigSource, ConfigValues, Secret } from '../config/shape.ts';
import { placeOf } from '../config/text.ts';
import { mapValues } from '../domain/map-values.ts';
import { DEFAULT_POLICY } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import { buildConfigReport, type Setting } from '../report/config-report.ts';
import { type App, databasePath, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';
import { machineName } from './share.ts';

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
    await writeReport(buildConfigReport(found, settings, app.t), o.format, app);
  },
});

type InForce = readonly [key: string, written: unknown, value: string | number, flag?: string, variable?: string];

/** Settings that always have a value. */
function settingsInForce(app: App): Setting[] {
  const config = app.config();
  const { database, language, timeZone, account, machine, policy = {} } = config.values;
  const { minGain, maxAge, confirmMissing } = policy;
  const rows: readonly InForce[] = [
    ['database', database, databasePath(app), '--db', 'TKGUARD_DB'],
    ['language', language, app.lang, '--lang', 'TKGUARD_LANG'],
    ['timeZone', timeZone, timeZone ?? 'Asia/Shanghai'],
    ['account', account, account ?? 'default'],
    ['machine', machine, machineName(app), '', 'TKGUARD_MACHINE'],
    ['policy.minGain', minGain, minGain ?? formatBp(DEFAULT_POLICY.minGainBp)],
    ['policy.maxAge', maxAge, maxAge ?? `${DEFAULT_POLICY.maxAgeMs / millisecondsInDay}d`],
    ['policy.confirmMissing', confirmMissing, confirmMissing ?? DEFAULT_POLICY.confirmMissing],
  ];
  return rows.map(([key, written, inForce, flag = '', variable = '']): Setting => {
    const setting = { key, value: String(inForce), line: null };
    if (flag && flagOf(app.host.argv, flag) !== undefined) return { ...setting, from: 'flag', name: flag };
    if (app.host.env[variable]) return { ...setting, from: 'environment', name: variable };
    if (written !== undefined) return fromFile(config, key, setting.value);
    return { ...setting, from: key === 'language' ? 'locale' : 'default', name: null };
  });
}

/** The other settings of the file. */
function writtenSettings(config: Config): Setting[] {
  const { policy, mutes, mappings, sources, report, heartbeat, notify, remotes } = config.values;
  const leaves = leavesOf({
    policy: { rateMoment: policy?.rateMoment, shops: policy?.shops, plans: policy?.plans },
    mutes,
    mappings,
    sources: sources?.map(sourceShown),
    report,
    heartbeat: heartbeat && heartbeatShown(heartbeat),
    notify: notify && { ...notify, channels: notify.channels?.map(channelShown) },
    remotes: remotes && mapValues(remotes, ({ folder, url }) => ({ folder, url: url && addressShown(url) })),
  });
  return leaves.map(({ key, value }) => fromFile(config, key, value));
}

function fromFile({ lines }: Config, key: string, value: string): Setting {
  return { key, value, from: 'file', name: null, line: lines.get(key) ?? null };
}

/** Of an address nothing: in that of a chat robot the path is what lets in. */
function channelShown({ url, key, secret, command, ...plain }: ConfigChannel) {
  const shown = (one: Secret | undefined) => one && describeSecret(one);
  return {
    ...plain,
    url: shown(url),
    key: shown(key),
    secret: shown(secret),
    command: command && commandShown(command),
  };
}

function addressShown(url: Secret): string {
  return describeSecret(url, redactAddress);
}

/** Only the program, because its arguments may be secret. */
function commandShown(command: readonly string[]): string {
  return `${command[0]}${command.length > 1 ? ' …' : ''}`;
}

function sourceShown({ url, headers, command, ...plain }: ConfigSource) {
  return {
    ...plain,
    url: url && addressShown(url),
    headers: headers && mapValues(headers, (value) => describeSecret(value)),
    command: command && commandShown(command),
  };
}

/** The whole address of a heartbeat is secret. */
function heartbeatShown(heartbeat: NonNullable<ConfigValues['heartbeat']>) {
  if (typeof heartbeat === 'string' || !('url' in heartbeat)) return describeSecret(heartbeat);
  return mapValues(heartbeat, (secret) => secret && describeSecret(secret));
}

function leavesOf(value: unknown, place = ''): { readonly key: string; readonly value: string }[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [{ key: place, value: String(value) }];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([key, inner]) => leavesOf(inner, placeOf(place, key)));
}
