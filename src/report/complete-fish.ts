/** The completion script for fish 3 and later. */
import type { CommandModel, OptionModel, ProgramModel, ValueKind } from './program-model.ts';

export function completeFish({ commands, options }: ProgramModel): string {
  return `# fish completion for tkguard: tkguard completion fish > ~/.config/fish/completions/tkguard.fish

complete -c tkguard -f
${options.map((option) => optionLine(option)).join('\n')}
${commands.map(({ name, summary }) => `complete -c tkguard -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`).join('\n')}
complete -c tkguard -n '__fish_seen_subcommand_from help' -a ${quote(commands.map(({ name }) => name).join(' '))}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, arguments: places, options }: CommandModel): string[] {
  const [place] = places;
  const seen = `-n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  const offered = place ? argumentsOf(place.value) : '';
  return [
    ...(offered === '' ? [] : [`complete -c tkguard ${seen} ${offered}`]),
    ...options.map((option) => optionLine(option, seen)),
  ];
}

function optionLine({ long, short, description, value }: OptionModel, condition = ''): string {
  const names = `-l ${long.slice(2)}${short === null ? '' : ` -s ${short.slice(1)}`}`;
  const offered = value === null ? '' : value.kind === 'file' ? ' -r -F' : ` -x ${argumentsOf(value)}`.trimEnd();
  return `complete -c tkguard ${condition === '' ? '' : `${condition} `}${names}${offered} -d ${quote(description)}`;
}

function argumentsOf(value: ValueKind): string {
  switch (value.kind) {
    case 'words': {
      const words = value.words.join(' ');
      return `-a ${quote(value.isList ? `(__fish_complete_list , "string split ' ' '${words}'")` : words)}`;
    }
    case 'known':
      return `-a ${quote(`(command tkguard complete ${value.of} "--prefix="(commandline -ct) 2>/dev/null)`)}`;
    case 'file':
      return '-F';
    case 'text':
      return '';
    default:
      return value satisfies never;
  }
}

/** In single quotes fish knows two escapes. */
function quote(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
