/** What `tkguard doctor` finds of sources and the heartbeat before they fail: nothing is asked for over the network, nothing is run. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { findSecrets, mayHoldSecret, readSecret } from '../config/secret.ts';
import type { Config, ConfigSource } from '../config/shape.ts';
import type { Coded } from '../errors.ts';
import type { Host } from '../host.ts';
import { optionsOfSource } from '../import/batches.ts';
import type { Finding } from '../report/doctor-report.ts';
import type { App } from './app.ts';

export async function examineSettings({ host, t, ...app }: App): Promise<Finding[]> {
  const config = app.config();
  const { sources = [], heartbeat } = config.values;
  const findings: Finding[] = [];
  for (const source of sources) {
    const options = await optionsOfSource(source, {}, { host, config, zone: t.zone });
    const faults = [...('code' in options ? [options] : []), ...faultsOf(source, config, host)];
    for (const { code, args } of faults)
      findings.push({ level: 'problem', code: 'source-fault', args: { ...args, name: source.name, cause: code } });
  }
  for (const { code, args } of secretFaults(heartbeat === undefined ? {} : { heartbeat }, config, host))
    findings.push({ level: 'problem', code: 'heartbeat-fault', args: { ...args, cause: code } });
  return findings;
}

function faultsOf(source: ConfigSource, config: Config, host: Host): Coded<'error'>[] {
  const { path, command } = source;
  const isPattern = path !== undefined && /[*?[\]{}]/.test(path);
  if (path !== undefined && !isPattern && !host.exists(path)) return [{ code: 'no-such-path', args: { path } }];
  const [program] = command ?? [];
  if (program !== undefined && !isProgram(program, config, host))
    return [{ code: 'command-missing', args: { program } }];
  return secretFaults({ sources: [source] }, config, host);
}

/** As it is looked for when it is run: by its path from the folder of the configuration, or in PATH. */
function isProgram(program: string, config: Config, host: Host): boolean {
  const folder = dirname(resolve(config.path ?? '.'));
  const places = program.includes('/') || isAbsolute(program) ? [''] : (host.env.PATH ?? '').split(delimiter);
  return places.some((place) => {
    const path = resolve(folder, join(place, program));
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

function secretFaults(values: Config['values'], config: Config, host: Host): Coded<'error'>[] {
  const faults = findSecrets(values).flatMap((secret): Coded<'error'>[] => {
    const isOpen = typeof secret === 'string' && URL.canParse(secret) && !mayHoldSecret(secret);
    const read = isOpen && !values.heartbeat ? { secret } : readSecret(secret, config, host);
    return 'code' in read ? [read] : [];
  });
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
