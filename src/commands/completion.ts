/** `tkguard completion`, and the hidden command that its scripts call. */
import { script as printScript, RootCommand } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { flagOf } from '../config/config.ts';
import { type Offer, offersOf } from '../report/completion-words.ts';
import { type KnownKind, readKnownNames } from '../store/known-names.ts';
import { openForReading } from '../store/open.ts';
import { type App, databasePath, print } from './app.ts';
import { defineCommand } from './command.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const command = defineCommand({
  options: [],
  argument: { flags: '<shell>', name: 'choice', choices: SHELLS },
  run: (_, app, [shell = '']) => print(scriptFor(shell), app),
});

/** The library's script. For bash it is changed: it can be sourced twice, does not run typed text, and offers files. */
function scriptFor(shell: string): string {
  return printed(() => printScript(shell, 'tkguard', 'tkguard'))
    .replace(/^readonly /gm, '')
    .replace(/-- \$\{words\[@\]:1\}"/, `-- $(printf '%q ' "\${words[@]:1}")"`)
    .replace('complete -F ', 'complete -o default -F ');
}

/** Catches what the library prints. */
function printed(run: () => void): string {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => void lines.push(`${line}\n`);
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines.join('');
}

/** What completes a value: names in the database, formats, files, or a choice of words. */
type Kind = KnownKind | 'format' | 'file' | { readonly words: readonly string[]; readonly isList: boolean } | null;

/** Prints completions of the last of `words`. */
export async function complete(program: Command, words: readonly string[], app: App): Promise<void> {
  const typed = words.at(-1) ?? '';
  const formats = words.includes('--as') ? (await import('../ingest/formats/registry.ts')).FORMATS : [];
  let isFile = false;
  const offersFor = (kind: Kind): readonly Offer[] => {
    if (kind === 'file') isFile = true;
    if (kind === null || kind === 'file') return [];
    if (kind === 'format') return formats.map(({ id }) => [id, '']);
    if (typeof kind === 'string') return offersOf(namesOf(kind, typed, words, app), typed);
    const before = kind.isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
    return kind.words.map((word) => [before + word, '']);
  };
  const root = describe(program, offersFor);
  const offered = printed(() => root.parse([...words]));
  // The library never offers files.
  await print(isFile ? offered.replace(/:4\n$/, ':0\n') : offered, app);
}

/** Describes the loaded commands to the library. */
function describe(program: Command, offersFor: (kind: Kind) => readonly Offer[]): RootCommand {
  const root = new RootCommand();
  for (const command of [program, ...program.createHelp().visibleCommands(program)]) {
    const described = command === program ? root : root.command(command.name(), command.description());
    const handlerFor = (kind: Kind) => (offer: (...words: Offer) => void) => {
      for (const words of offersFor(kind)) offer(...words);
    };
    for (const option of command
      .createHelp()
      .visibleOptions(command)
      .concat(command === program ? [] : program.options)) {
      const [name, letter] = [option.long?.slice(2) ?? '', option.short?.slice(1)];
      if (option.required) described.option(name, option.description, handlerFor(kindOfOption(option)), letter);
      else if (letter) described.option(name, option.description, letter);
      else described.option(name, option.description);
    }
    for (const argument of command.registeredArguments) {
      const words = argument.argChoices;
      const kind = words ? { words, isList: false } : kindOfArgument(argument.name());
      described.argument(argument.name(), handlerFor(kind), argument.variadic);
    }
  }
  return root;
}

function kindOfOption({ flags, long, argChoices: words }: Option): Kind {
  if (words) return { words, isList: flags.includes(',...') };
  if (long === '--plan') return 'plan';
  if (long === '--shop') return 'shop';
  if (long === '--account') return 'account';
  if (long === '--as') return 'format';
  return /<(?:path|file)/.test(flags) ? 'file' : null;
}

function kindOfArgument(name: string): Kind {
  if (name === 'plan' || name === 'snapshot') return name;
  if (name === 'item|link|plan|shop') return 'target';
  return /^(?:paths?|file)$/.test(name) ? 'file' : null;
}

/** None if the database is missing or cannot be read: the user is typing, so no error is shown. */
function namesOf(kind: KnownKind, typed: string, words: readonly string[], app: App) {
  try {
    const db = flagOf(words, '--db');
    const database = openForReading(databasePath(db === undefined ? app : { ...app, db }));
    try {
      return readKnownNames(database, kind, typed);
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}
