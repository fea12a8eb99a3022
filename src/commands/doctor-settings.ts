/** Settings, for `tkguard doctor`: what will fail in sources, channels and the heartbeat. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { channelSecrets, findSecrets, readAddress, readSecret } from '../config/secret.ts';
import type { Config, ConfigChannel, ConfigSource, Secret } from '../config/shape.ts';
import type { Fault } from '../errors.ts';
import type { Host } from '../host.ts';
import { optionsOfSource } from '../import/batches.ts';
import { isPattern } from '../import/paths.ts';
import { isSafeAddress } from '../notify/http.ts';
import type { Say } from '../report/doctor-report.ts';
import { type App, importWorldOf } from './app.ts';

/** Without the network and without running commands. */
export async function examineSettings(app: App, say: Say): Promise<void> {
  const { sources = [], heartbeat, notify } = app.config().values;
  for (const channel of notify?.channels ?? [])
    for (const { code, args } of channelFaults(channel, app))
      say('problem', 'channel-fault', { ...args, name: channel.name, cause: code });
  for (const source of sources) {
    const options = await optionsOfSource(source, {}, importWorldOf(app));
    for (const { code, args } of [...('code' in options ? [options] : []), ...sourceFaults(source, app)])
      say('problem', 'source-fault', { ...args, name: source.name, cause: code });
  }
  for (const { code, args } of secretFaults(heartbeat === undefined ? [] : findSecrets({ heartbeat }), app))
    say('problem', 'heartbeat-fault', { ...args, cause: code });
}

function sourceFaults(source: ConfigSource, app: App): Fault[] {
  const { host } = app;
  const { path, url, headers = {} } = source;
  if (path !== undefined && !isPattern(path) && !host.exists(path)) return [{ code: 'no-such-path', args: { path } }];
  const address = url ? [readAddress(url, app.config(), host)] : [];
  const sent = Object.values(headers).map((one) => readSecret(one, app.config(), host));
  return programFaults(source, app) ?? faultsIn([...address, ...sent]);
}

function channelFaults(channel: ConfigChannel, app: App): Fault[] {
  const { config, host } = app;
  const missing = programFaults(channel, app);
  if (missing) return missing;
  const faults = secretFaults(channelSecrets({ notify: { channels: [channel] } }), app);
  const url = channel.url && readSecret(channel.url, config(), host);
  const isBad = url && 'secret' in url && !isSafeAddress(url.secret);
  return isBad ? [...faults, { code: 'insecure-address', args: {} }] : faults;
}

/** null: there is no program to run, or it is there. */
function programFaults({ command }: ConfigSource | ConfigChannel, { config, host }: App): Fault[] | null {
  const [program] = command ?? [];
  if (program === undefined || isProgram(program, config(), host)) return null;
  return [{ code: 'command-missing', args: { program } }];
}

/** Looks where running it would look: below the configuration's folder for a path, else in PATH. */
function isProgram(program: string, config: Config, host: Host): boolean {
  const folder = dirname(resolve(config.path ?? '.'));
  const places = program.includes('/') || isAbsolute(program) ? [''] : (host.env.PATH ?? '').split(delimiter);
  return places
    .map((place) => resolve(folder, join(place, program)))
    .some((path) => mayUse(path, constants.X_OK) && statSync(path).isFile());
}

function secretFaults(secrets: readonly Secret[], { config, host }: App): Fault[] {
  return faultsIn(secrets.map((secret) => readSecret(secret, config(), host)));
}

/** What cannot be read, each once. */
function faultsIn(read: readonly ReturnType<typeof readSecret>[]): Fault[] {
  const faults = read.flatMap((one) => ('code' in one ? [one] : []));
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

export function mayUse(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
