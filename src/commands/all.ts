/** Every command, in the order of the help. */
import type { Command } from 'commander';
import { defineBackup } from './backup.ts';
import { defineChanges } from './changes.ts';
import { defineCheck } from './check.ts';
import { defineComplete, defineCompletion, defineMan } from './completion.ts';
import { defineConfig } from './config.ts';
import type { CommandName, Context } from './context.ts';
import { defineDiff } from './diff.ts';
import { defineDoctor } from './doctor.ts';
import { defineExited } from './exited.ts';
import { defineExport } from './export.ts';
import { defineFormats } from './formats.ts';
import { defineHistory } from './history.ts';
import { defineDiscard, defineRelease } from './hold.ts';
import { defineInit } from './init.ts';
import { defineInspect } from './inspect.ts';
import { defineMute, defineMutes, defineUnmute } from './mute.ts';
import { definePaths } from './paths.ts';
import { defineRestore } from './restore.ts';
import { defineSchema } from './schema.ts';
import { defineShops } from './shops.ts';
import { defineSnapshots } from './snapshots.ts';
import { defineSync } from './sync.ts';
import { defineWhy } from './why.ts';

const COMMANDS = {
  sync: defineSync,
  inspect: defineInspect,
  diff: defineDiff,
  check: defineCheck,
  why: defineWhy,
  changes: defineChanges,
  history: defineHistory,
  shops: defineShops,
  snapshots: defineSnapshots,
  formats: defineFormats,
  schema: defineSchema,
  release: defineRelease,
  discard: defineDiscard,
  backup: defineBackup,
  restore: defineRestore,
  export: defineExport,
  doctor: defineDoctor,
  paths: definePaths,
  mute: defineMute,
  mutes: defineMutes,
  unmute: defineUnmute,
  exited: defineExited,
  init: defineInit,
  config: defineConfig,
  completion: defineCompletion,
  complete: defineComplete,
  man: defineMan,
} satisfies Record<CommandName | 'complete' | 'man', (program: Command, context: Context) => void>;

/** Commands that tell of all others. */
const TELLS_ALL = ['completion', 'man'];

/** Defines the command that is named: it needs no other. Without one, or where it tells of all, every command. */
export function defineAll(program: Command, context: Context, named: string | undefined): void {
  const only = Object.entries(COMMANDS).filter(([name]) => name === named && !TELLS_ALL.includes(name));
  for (const [, define] of only.length > 0 ? only : Object.entries(COMMANDS)) define(program, context);
}
