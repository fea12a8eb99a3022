/** The program as commander knows it: its commands, their options and arguments, and the help. */
import { Argument, Command, Help, Option } from 'commander';
import { version } from '../../package.json';
import { TOPICS, type Topic } from '../words/help/index.ts';
import { LANGS, type Translate } from '../words/index.ts';
import type { App } from './app.ts';
import { COMMAND_GROUPS, COMMANDS, type CommandName } from './index.ts';
import { nameMeant } from './near-words.ts';
import { choiceOf } from './option-values.ts';
import { groupOf, type OptionName, readOptions, rowOf } from './options.ts';
import { nameValues } from './value-names.ts';

/** What there is help of. */
const HELPED = [...Object.keys(COMMANDS), ...Object.keys(TOPICS)];

/** Defines all commands, and loads those that the command line names. `say` gets the help. */
export async function defineProgram(app: App, argv: readonly string[], say: (text: string) => void): Promise<Command> {
  const { host, t } = app;
  const program = new Command('tkguard')
    .description(t('help.program.summary'))
    .version(version, '-V, --version', t('help.option.version'))
    .helpOption('-h, --help', t('help.option.help'))
    .option('--db <path>', t('help.option.db'))
    .option('--config <path>', t('help.option.config'))
    .addHelpText('before', examplesText(t('help.program.examples'), app))
    .addHelpText('after', `\n${topicsText(t)}\n${t('help.heading.exit-codes')}\n${t('help.exit-codes')}`)
    .configureHelp({ ...helpStyle(app), ...(await helpWidths(argv)) })
    .configureOutput({
      // Between a Chinese colon and the words there is no blank.
      writeOut: (text) => say(text.replaceAll('： ', '：')),
      outputError: () => {},
      getOutHelpWidth: () => (host.stdout.isTerminal ? host.stdout.columns : null) ?? 100,
    })
    .exitOverride()
    .showSuggestionAfterError();
  const lang = new Option('--lang <en|zh>', t('help.option.lang', { choices: LANGS.join(t('list.separator')) }));
  program.addOption(lang.argParser((text) => choiceOf('--lang', text, LANGS)));
  lang.argChoices = [...LANGS];
  const named = new Set(argv.includes('help') ? argv.map((word) => nameMeant(word, HELPED).name ?? word) : argv);
  for (const group of Object.keys(COMMAND_GROUPS) as (keyof typeof COMMAND_GROUPS)[]) {
    program.commandsGroup(t(`help.commands.${group}`));
    for (const name of Object.keys(COMMAND_GROUPS[group]) as CommandName[]) await addCommand(program, name, named, app);
  }
  const topics = new Argument('[command|topic]', t('help.argument.help'));
  topics.argChoices = [...HELPED];
  program
    .helpCommand(false)
    .command('help')
    .description(t('help.help.summary'))
    .addArgument(topics)
    .action(async (word?: string) => (await import('./help.ts')).showHelp(program, word, app));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => (await import('./completion.ts')).complete(program, words, app));
  return program;
}

async function addCommand(program: Command, name: CommandName, named: ReadonlySet<string>, app: App): Promise<void> {
  const { host, t } = app;
  const defined = program
    .command(name)
    .description(t(`help.${name}.summary`))
    .addHelpText('before', examplesText(t(`help.${name}.examples`), app));
  if (!named.has(name)) return;
  const { options, argument, run } = (await COMMANDS[name]()).command;
  for (const option of options) defined.addOption(optionOf(option, app));
  const choices = argument?.choices;
  if (argument) {
    const about = t(`help.argument.${argument.name}`, { choices: choices?.join(t('list.separator')) ?? '' });
    const added = new Argument(argument.flags, about);
    if (choices) added.argChoices = [...choices];
    defined.addArgument(added);
  }
  defined.action(async () => {
    const now = { nowMs: host.now(), zone: t.zone };
    const values = readOptions(options, defined.opts(), now);
    const { args } = defined;
    if (argument && choices) for (const word of args) choiceOf(nameValues(argument.flags, t), word, choices);
    const { db } = program.opts<{ db?: string }>();
    await run(values as never, db === undefined ? app : Object.assign(app, { db }), args);
  });
}

function optionOf(name: OptionName, { t }: App): Option {
  const { flags, ...row } = rowOf(name);
  const words = t(`help.option.${name}`, { choices: row.choices?.join(t('list.separator')) ?? '' });
  const value = row.usual ?? row.fallback;
  const option = new Option(flags, value === undefined ? words : t('help.default', { words, value }));
  // Not by `choices()`: commander's error is in English.
  if (row.choices) option.argChoices = [...row.choices];
  const group = groupOf(name);
  return group ? option.helpGroup(t(`help.options.${group}`)) : option;
}

function topicsText(t: Translate): string {
  const topics = Object.keys(TOPICS) as Topic[];
  const lines = topics.map((topic) => `  help ${topic.padEnd(8)}  ${t(`help.topic.${topic}`)}\n`);
  return `${t('help.heading.topics')}\n${lines.join('')}`;
}

function examplesText(examples: string, { t }: App): string {
  const lines = examples.split('\n').map((line) => `  ${line}`);
  return `${t('help.heading.examples')}\n${lines.join('\n')}\n`;
}

/** commander counts a Chinese character as one column, and breaks lines at blanks alone. Loaded where help is asked for. */
async function helpWidths(argv: readonly string[]) {
  if (!argv.some((word) => ['help', '--help', '-h'].includes(word))) return {};
  const { widthOf, wrapText } = await import('../report/wrap.ts');
  const boxWrap = (text: string, width: number) =>
    text
      .split('\n')
      .flatMap((line) => wrapText(line, width))
      .join('\n');
  return { displayWidth: widthOf, boxWrap, minWidthToWrap: 30 };
}

/** Replaces commander's English titles. Our descriptions name choices and defaults themselves. */
function helpStyle({ t }: App) {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': t('help.title.usage'),
    'Arguments:': t('help.title.arguments'),
    'Options:': t('help.title.options'),
    'Global Options:': t('help.title.global-options'),
  };
  return {
    showGlobalOptions: true,
    commandUsage: (command: Command) => nameValues(new Help().commandUsage(command), t),
    styleTitle: (title: string) => titles[title] ?? title,
    subcommandTerm: (command: Command) => command.name(),
    optionTerm: ({ flags }: Option) => nameValues(flags, t),
    argumentTerm: (argument: Argument) => nameValues(`<${argument.name()}>`, t),
    optionDescription: ({ description }: Option) => description,
    argumentDescription: ({ description }: Argument) => description,
  };
}
