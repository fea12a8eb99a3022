/** `tkguard completion`, and what its scripts ask for; `tkguard man`. */
import type { Command } from 'commander';
import type { KnownKind } from '../report/program-model.ts';
import { KNOWN_KINDS } from '../report/program-model.ts';
import type { Db } from '../store/open.ts';
import type { CommonOptions, Context } from './context.ts';
import { addChoiceArgument, addCommand, choiceOf, databasePath, writeAnswer } from './context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function defineCompletion(program: Command, context: Context): void {
  const { t, host } = context;
  const command = addCommand(program, 'completion', t);
  addChoiceArgument(command, '<shell>', t('help.argument.shell'), SHELLS).action(async (name: string) => {
    const shell = choiceOf('<shell>', name, SHELLS);
    const { describeProgram } = await import('./describe-program.ts');
    const { completionScript } = await import('../report/completion-script.ts');
    await writeAnswer(completionScript(shell, describeProgram(program, t)), host);
  });
}

/** Hidden: the build writes it to a file. */
export function defineMan(program: Command, { t, host }: Context): void {
  program.command('man', { hidden: true }).action(async () => {
    const { describeProgram } = await import('./describe-program.ts');
    const { manPage } = await import('../report/man-page.ts');
    await writeAnswer(manPage(describeProgram(program, t)), host);
  });
}

interface CompleteOptions extends CommonOptions {
  readonly prefix?: string;
}

/** Hidden, and silent whatever happens: somebody is typing. */
export function defineComplete(program: Command, context: Context): void {
  program
    .command('complete [kind]', { hidden: true })
    .option('--prefix <text>')
    .action(async (kind: string | undefined, _options, self: Command) => {
      const known = KNOWN_KINDS.find((name) => name === kind);
      if (known) await offerNames(known, self.optsWithGlobals(), context).catch(() => {});
    });
}

async function offerNames(kind: KnownKind, options: CompleteOptions, context: Context): Promise<void> {
  const { prefix = '' } = options;
  const { offerLines } = await import('../report/completion-words.ts');
  const names = await namesOf(kind, prefix, options, context);
  await writeAnswer(offerLines(names, prefix), context.host);
}

async function namesOf(kind: KnownKind, prefix: string, options: CommonOptions, context: Context) {
  if (kind === 'format') {
    const { FORMATS } = await import('../ingest/formats/registry.ts');
    return FORMATS.map(({ id }) => ({ id, names: [] }));
  }
  if (kind === 'change') {
    const { CHANGE_CODES } = await import('../domain/changes.ts');
    return CHANGE_CODES.map((id) => ({ id, names: [] }));
  }
  const { openForReading } = await import('../store/open.ts');
  const { readKnownNames } = await import('../store/known-names.ts');
  const db: Db = openForReading(databasePath(options, context));
  try {
    return readKnownNames(db, kind, prefix);
  } finally {
    db.close();
  }
}
