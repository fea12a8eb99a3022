/** `tkguard pull`: imports what other machines have left. */
import { defineCommand } from './command.ts';
import { OUTPUT } from './options.ts';
import { pullFrom, remotesOf } from './share.ts';
import { sendWithin, syncFiles } from './sync.ts';

export const command = defineCommand({
  options: ['dry-run', 'quiet', 'verbose', 'wait', ...OUTPUT],
  argument: { flags: '[remote...]', name: 'remotes' },
  async run(o, app, names) {
    await syncFiles(null, o, app, await pullFrom(remotesOf(names, app), app));
    if (!o.dryRun) await sendWithin(app);
  },
});
