/** The manual page, tkguard(1), in roff: what the help says, in one place. */
import type { CommandModel, OptionModel, ProgramModel } from './program-model.ts';

export function manPage(program: ProgramModel): string {
  const { name, version, summary, examples, exitCodes, options, commands } = program;
  return `${[
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${roff(summary)}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.RI [ options ]',
    '.I command',
    '.RI [ arguments ]',
    '.SH EXAMPLES',
    ...verbatim(examples),
    '.SH OPTIONS',
    ...options.flatMap(optionLines),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(name, command)),
    '.SH EXIT STATUS',
    ...verbatim(exitCodes),
    '.SH ENVIRONMENT',
    ...['TKGUARD_DB', 'TKGUARD_CONFIG', 'TKGUARD_LANG', 'NO_COLOR'].flatMap((word) => [
      '.TP',
      `.B ${word}`,
      roff(ENVIRONMENT[word] ?? ''),
    ]),
  ].join('\n')}\n`;
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  TKGUARD_DB: 'Database file, where --db is not given.',
  TKGUARD_CONFIG: 'Configuration file, where --config is not given.',
  TKGUARD_LANG: 'Language, where --lang is not given: en or zh.',
  NO_COLOR: 'Set to anything, it turns colours off.',
};

function commandLines(
  program: string,
  { name, summary, examples, arguments: places, options }: CommandModel,
): string[] {
  return [
    `.SS ${roff([program, name, ...places.map(({ term }) => term)].join(' '))}`,
    roff(summary),
    ...(examples === '' ? [] : verbatim(examples)),
    ...places.flatMap(({ term, description }) => ['.TP', `.I ${roff(term)}`, roff(description)]),
    ...options.flatMap(optionLines),
  ];
}

function optionLines({ flags, description }: OptionModel): string[] {
  return ['.TP', `.B ${roff(flags)}`, roff(description)];
}

function verbatim(text: string): string[] {
  return ['.PP', '.nf', '.RS 2', ...text.split('\n').map(roff), '.RE', '.fi'];
}

/** A line of text: backslashes, dashes, what is not ASCII, and what would begin a request. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^\n -~]/gu, (c) => `\\[u${c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
