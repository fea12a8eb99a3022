/** The completion script for zsh. `compadd` takes every word as it is and quotes what it inserts. */
import type { CommandModel, OptionModel, ProgramModel, ValueKind } from './program-model.ts';

export function completeZsh({ commands, options }: ProgramModel): string {
  const takesValue = options.filter(({ value }) => value !== null).map(({ long }) => long);
  return `#compdef tkguard
# zsh completion for tkguard. In ~/.zshrc, after compinit: source <(tkguard completion zsh)

# What the database knows, with names beside it.
_tkguard_known() {
  local -a values texts
  local value text
  while IFS=$'\\t' read -r value text; do
    values+=("$value")
    texts+=("$value\${text:+  $text}")
  done < <(command tkguard complete "$1" "--prefix=$PREFIX" 2>/dev/null)
  compadd -l -d texts -a values
}

_tkguard() {
  local command='' previous=\${words[CURRENT-1]} i
  local -a offered
  if [[ \${words[CURRENT]} == --*=* ]]; then
    previous=\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    case \${words[i]} in
      ${takesValue.join('|')}) ((i++)) ;;
      -*) ;;
      *) command=\${words[i]}; break ;;
    esac
  done
  case $previous in
${options.flatMap((option) => valueCase(option)).join('\n')}
  esac
  case "$command $previous" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(option, command.name))).join('\n')}
  esac
  case $command in
    '')
      if [[ \${words[CURRENT]} == -* ]]; then
${described(options.map(optionEntry), 10)}
      else
${described(
  commands.map(({ name, summary }) => entry(name, summary)),
  8,
)}
      fi
      ;;
${commands.map((command) => commandCase(command, options)).join('\n')}
    help) compadd -- ${commands.map(({ name }) => name).join(' ')} ;;
  esac
}

# Loaded by compinit the file is the function; sourced, it has to be told.
if [[ \${funcstack[1]-} == _tkguard ]]; then
  _tkguard "$@"
else
  compdef _tkguard tkguard
fi
`;
}

/** A word and what it is, as one word of `_describe`: colons end the word, the shell's quotes are closed and reopened. */
function entry(word: string, text: string): string {
  const line = text.split('\n')[0] ?? '';
  return `'${word}:${line.replaceAll('\\', '\\\\').replaceAll(':', '\\:').replaceAll("'", "'\\''")}'`;
}

function optionEntry({ long, description }: OptionModel): string {
  return entry(long, description);
}

function described(entries: readonly string[], indent: number): string {
  const blanks = ' '.repeat(indent);
  return `${blanks}offered=(\n${entries.map((one) => `${blanks}  ${one}`).join('\n')}\n${blanks})\n${blanks}_describe tkguard offered`;
}

function valueCase({ long, value }: OptionModel, command?: string): string[] {
  if (value === null) return [];
  const pattern = command === undefined ? long : `'${command} ${long}'`;
  return [`    ${pattern}) ${offer(value)}; return ;;`];
}

function offer(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `${value.isList ? "compset -P '*,'; " : ''}compadd -- ${value.words.join(' ')}`;
    case 'known':
      return `_tkguard_known ${value.of}`;
    case 'file':
      return '_files';
    case 'text':
      return ':';
    default:
      return value satisfies never;
  }
}

function commandCase({ name, arguments: places, options }: CommandModel, common: readonly OptionModel[]): string {
  const [place] = places;
  return `    ${name})
      if [[ \${words[CURRENT]} == -* ]]; then
${described([...options, ...common].map(optionEntry), 8)}
      else
        ${place ? offer(place.value) : ':'}
      fi
      ;;`;
}
