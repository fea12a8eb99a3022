/** Reports to a monitor that a sync began, succeeded or failed. It never fails a sync, and delays it by seconds at most. */
import { readSecret } from '../config/secret.ts';
import type { Config, Secret } from '../config/shape.ts';
import type { Fault } from '../errors.ts';
import type { Host } from '../host.ts';

const TIMEOUT_MS = 3000;

interface Heartbeat {
  /** Reports the end. Gives a warning where the monitor was not reached, else null. */
  end(isWell: boolean): Promise<Fault | null>;
}

/** Without a heartbeat in the configuration it does nothing. The address is a secret: no warning shows it. */
export function beginHeartbeat(config: Config, host: Host): Heartbeat {
  const { heartbeat } = config.values;
  if (heartbeat === undefined) return { end: async () => null };
  const { url, start, failure }: { url: Secret; start?: Secret; failure?: Secret } =
    typeof heartbeat === 'string' || heartbeat.url === undefined
      ? { url: heartbeat }
      : { ...heartbeat, url: heartbeat.url };
  const ping = async (own: Secret | undefined, ending: string): Promise<Fault | null> => {
    const address = readSecret(own ?? url, config, host);
    if ('code' in address) return address;
    const target = own === undefined ? withEnding(address.secret, ending) : address.secret;
    if (target === null) return { code: 'heartbeat-failed', args: { reason: 'bad address' } };
    const answer = await host.sendRequest(target, { headers: {}, timeoutMs: TIMEOUT_MS, maxBytes: 65_536 });
    if ('failure' in answer) return { code: 'heartbeat-failed', args: { reason: answer.failure } };
    return answer.status < 400 ? null : { code: 'heartbeat-failed', args: { reason: `HTTP ${answer.status}` } };
  };
  const started = ping(start, '/start');
  return {
    async end(isWell) {
      // The start must arrive first, or the monitor would take it for the newest state.
      const begun = await started;
      return (await (isWell ? ping(undefined, '') : ping(failure, '/fail'))) ?? begun;
    },
  };
}

function withEnding(address: string, ending: string): string | null {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  url.pathname = url.pathname.replace(/\/$/, '') + ending;
  return url.href;
}
