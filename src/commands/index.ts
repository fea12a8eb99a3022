/** Every command, in the order and the groups of the help. A command is loaded when it is named. */
import type { Command } from './command.ts';

export const COMMAND_GROUPS = {
  daily: {
    sync: () => import('./sync.ts'),
    status: () => import('./status.ts'),
    diff: () => import('./diff.ts'),
    check: () => import('./check.ts'),
    exited: () => import('./exited.ts'),
    mute: () => import('./mute.ts'),
    notify: () => import('./notify.ts'),
  },
  closer: {
    loss: () => import('./loss.ts'),
    dossier: () => import('./dossier.ts'),
    why: () => import('./why.ts'),
    changes: () => import('./changes.ts'),
    history: () => import('./history.ts'),
    shops: () => import('./shops.ts'),
    report: () => import('./report.ts'),
  },
  data: {
    inspect: () => import('./inspect.ts'),
    formats: () => import('./formats.ts'),
    snapshots: () => import('./snapshots.ts'),
    release: async () => ({ command: (await import('./hold.ts')).release }),
    discard: async () => ({ command: (await import('./hold.ts')).discard }),
    backup: async () => ({ command: (await import('./backup.ts')).backup }),
    restore: async () => ({ command: (await import('./backup.ts')).restore }),
    export: () => import('./export.ts'),
    push: () => import('./push.ts'),
    pull: () => import('./pull.ts'),
    remote: () => import('./remote.ts'),
    schema: () => import('./schema.ts'),
  },
  settings: {
    init: () => import('./init.ts'),
    config: () => import('./config.ts'),
    doctor: () => import('./doctor.ts'),
    completion: () => import('./completion.ts'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, () => Promise<{ readonly command: Command }>>>>>;

const { daily, closer, data, settings } = COMMAND_GROUPS;
export const COMMANDS = { ...daily, ...closer, ...data, ...settings };
export type CommandName = keyof typeof COMMANDS;

/** The command of a command line; null where it names none. */
export function commandIn(argv: readonly string[]): string | null {
  return argv.find((word) => Object.hasOwn(COMMANDS, word)) ?? null;
}
