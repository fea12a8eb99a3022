/** A command: its options, its argument, and its run function. */
import type { MessageKey } from '../words/index.ts';
import type { App } from './app.ts';
import type { OptionName, Values } from './options.ts';

type ArgumentName = MessageKey extends infer Key ? (Key extends `help.argument.${infer Name}` ? Name : never) : never;

interface Argument {
  readonly flags: string;
  /** Its words are `help.argument.<name>`. */
  readonly name: ArgumentName;
  readonly choices?: readonly string[];
}

export interface Command {
  readonly options: readonly OptionName[];
  readonly argument?: Argument;
  run(values: never, app: App, words: readonly string[]): Promise<void>;
}

/** Gives `run` the values of the command's own options, and the words of its argument. */
export function defineCommand<const Name extends OptionName>(command: {
  readonly options: readonly Name[];
  readonly argument?: Argument;
  run(values: Values<Name>, app: App, words: readonly string[]): Promise<void>;
}): Command {
  return command;
}
