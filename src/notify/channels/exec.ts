/** A program of the user's own, without a shell: `tkguard.alert/1` on its standard input. It ends with 0 when it has taken it. */
import { type Adapter, refusedOutcome, retry } from '../channel.ts';

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 1 << 20;

export const exec: Adapter = {
  mostBytes: Number.POSITIVE_INFINITY,
  isMarkdown: false,
  prepare({ document }, { command, folder }) {
    const input = `${JSON.stringify(document)}\n`;
    return {
      shown: `${command.join(' ')}\n${input}`,
      async send(host, timeoutMs) {
        const limits = { folder, timeoutMs: Math.min(TIMEOUT_MS, timeoutMs), maxBytes: MOST_BYTES, input };
        const { failure, complaint } = await host.runCommand(command, limits);
        if (failure === null) return { is: 'sent', answer: 'exit 0' };
        const answer = `${failure} ${complaint.trim().split('\n').at(-1) ?? ''}`.trim();
        return failure === 'ENOENT' || failure === 'EACCES'
          ? refusedOutcome(answer, 'program')
          : retry(answer, 'program');
      },
    };
  },
};
