/** `tkguard push`: leaves the ledger where other machines find it. */
import { TkguardError } from '../errors.ts';
import { describeError } from '../report/problems.ts';
import { tell, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';
import { pushTo, remotesOf, withOrders } from './share.ts';

export const command = defineCommand({
  options: ['share-orders', ...OUTPUT],
  argument: { flags: '[remote...]', name: 'remotes' },
  async run(o, app, names) {
    const { done, faults } = await pushTo(o.orders ? await withOrders(names, app) : remotesOf(names, app), app);
    const [first] = faults;
    if (first && done.length === 0) throw TkguardError.of(first);
    await writeDone(done, o.format, app);
    for (const fault of faults) await tell(describeError(fault, app.t), app);
    if (first) app.exitCode = TkguardError.of(first).exitCode;
  },
});
