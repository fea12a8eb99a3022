/** The program's own definitions as a model: completion and the manual page say what the help says. */
import type { Argument, Command, Option } from 'commander';
import type { CommandModel, KnownKind, OptionModel, ProgramModel, ValueKind } from '../report/program-model.ts';
import type { Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';

/** Where names of the database belong: by option, and by argument. */
const KNOWN_OPTIONS: Readonly<Record<string, KnownKind>> = {
  plan: 'plan',
  shop: 'shop',
  account: 'account',
  code: 'change',
};
const KNOWN_ARGUMENTS: Readonly<Record<string, KnownKind>> = {
  plan: 'plan',
  'item|link|plan|shop': 'target',
  snapshot: 'snapshot',
};
const FILES = /<(?:path|file)>/;

/** `program` must have all of its commands; hidden ones are left out. */
export function describeProgram(program: Command, t: Translate): ProgramModel {
  const help = program.createHelp();
  return {
    name: program.name(),
    version: program.version() ?? '',
    summary: program.description(),
    examples: t('help.program.examples'),
    exitCodes: t('help.exit-codes'),
    options: help.visibleOptions(program).map(optionModel),
    commands: help
      .visibleCommands(program)
      .filter((command) => command.name() !== 'help')
      .map((command): CommandModel => {
        return {
          name: command.name(),
          summary: command.description(),
          examples: lookUp(`help.${command.name()}.examples`, {}, t) ?? '',
          arguments: command.registeredArguments.map((argument) => ({
            term: termOf(argument),
            description: argument.description,
            value: valueOfArgument(argument),
          })),
          // Help is an option of the program too.
          options: help
            .visibleOptions(command)
            .filter(({ long }) => long !== '--help')
            .map(optionModel),
        };
      }),
  };
}

function termOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionModel(option: Option): OptionModel {
  const { flags, description } = option;
  return {
    flags,
    long: option.long ?? flags,
    short: option.short ?? null,
    description,
    value: option.required || option.optional ? valueOfOption(option) : null,
  };
}

function valueOfOption({ flags, argChoices, long }: Option): ValueKind {
  if (argChoices) return { kind: 'words', words: argChoices, isList: flags.includes(',...') };
  const known = KNOWN_OPTIONS[long?.slice(2) ?? ''];
  if (known) return { kind: 'known', of: known };
  if (flags === '--format <format>') return { kind: 'known', of: 'format' };
  return { kind: FILES.test(flags) ? 'file' : 'text' };
}

function valueOfArgument(argument: Argument): ValueKind {
  if (argument.argChoices) return { kind: 'words', words: argument.argChoices, isList: false };
  const known = KNOWN_ARGUMENTS[argument.name()];
  if (known) return { kind: 'known', of: known };
  return { kind: /^(?:paths?|file)$/.test(argument.name()) ? 'file' : 'text' };
}
