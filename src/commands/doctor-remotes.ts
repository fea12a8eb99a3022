/** Remotes, for `tkguard doctor`: whether they are there and let this machine in, and when it last exchanged its ledger with them. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { millisecondsInSecond } from 'date-fns/constants';
import { formatIso } from '../domain/time.ts';
import { EXIT, isTkguardError, TkguardError } from '../errors.ts';
import { withRemote } from '../remote/with-remote.ts';
import type { Say } from '../report/doctor-report.ts';
import { readShared, type Shared } from '../store/shared.ts';
import { type App, databasePath } from './app.ts';
import { machineName, remotesOf } from './share.ts';

const CONNECT_MS = 3 * millisecondsInSecond;

export async function examineRemotes(app: App, say: Say): Promise<void> {
  const names = Object.keys(app.config().values.remotes ?? {});
  if (names.length === 0) return;
  const shared = sharedOf(app);
  const faults = await Promise.all(names.map((name) => faultOf(name, shared.ledger, app)));
  for (const [i, name] of names.entries()) {
    const { pushedMs, pulledMs } = shared.exchanges.get(name) ?? {};
    const times = pushedMs && pulledMs ? { pushedAt: formatIso(pushedMs), pulledAt: formatIso(pulledMs) } : null;
    const fault = faults[i];
    // To be offline is no fault of the installation.
    const isAway = fault?.exitCode === EXIT.busy;
    if (!fault && times) say('ok', 'remote', { name, ...times });
    else if (!fault) say('note', 'remote-new', { name });
    else if (isAway && times) say('note', 'remote-away', { ...times, name, reason: fault.args.reason ?? '' });
    else say(isAway ? 'note' : 'problem', 'remote-fault', { ...fault.args, name, cause: fault.code });
  }
}

/** Nothing where the database cannot be read: that is told elsewhere. */
function sharedOf(app: App): Shared {
  try {
    return readShared(databasePath(app));
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    return { ledger: null, digests: new Set(), exchanges: new Map() };
  }
}

/** What a push to it would fail with, as far as that can be seen without one. */
async function faultOf(name: string, ledger: string | null, app: App): Promise<TkguardError | null> {
  try {
    const machine = machineName(app);
    for (const place of remotesOf([name], app)) {
      const look = withRemote(
        place,
        async (remote) => {
          if ('folder' in place.at) await access(place.at.folder, constants.W_OK);
          return remote.list();
        },
        CONNECT_MS,
      );
      const own = (await look).find((one) => one.machine === machine);
      if (own && ledger !== null && own.ledger !== null && own.ledger !== ledger)
        return new TkguardError('machine-taken', { machine, remote: name });
    }
    return null;
  } catch (error) {
    if (!isTkguardError(error)) throw error;
    return error;
  }
}
