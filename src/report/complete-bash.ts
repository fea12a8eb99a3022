/** The completion script for bash 4 and later. What the database knows is asked for, and only ever compared and listed. */
import type { CommandModel, OptionModel, ProgramModel, ValueKind } from './program-model.ts';

export function completeBash({ commands, options }: ProgramModel): string {
  const takesValue = options.filter(({ value }) => value !== null).map(({ long }) => long);
  return `# bash completion for tkguard. In ~/.bashrc: source <(tkguard completion bash)

# Offers those of the words that begin with what is typed.
_tkguard_words() {
  local word
  for word in "\${@:2}"; do
    [[ $word == "$1"* ]] && COMPREPLY+=("$word")
  done
}

# Offers what the database knows; names are shown only where bash lists.
_tkguard_known() {
  local word text
  while IFS=$'\\t' read -r word text; do
    [[ $word == "$1"* ]] || continue
    [[ $COMP_TYPE == 63 && -n $text ]] && word="$word  $text"
    COMPREPLY+=("$word")
  done < <(command tkguard complete "$2" "--prefix=$1" 2>/dev/null)
}

_tkguard() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' i list
  COMPREPLY=()
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${takesValue.join('|')}) ((i++)); [[ \${COMP_WORDS[i]} == '=' ]] && ((i++)) ;;
      -* | =) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  list=\${cur%"\${cur##*,}"}
  case $prev in
${options.flatMap((option) => valueCase(option, '    ')).join('\n')}
  esac
  case "$command $prev" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(option, '    ', command.name))).join('\n')}
  esac
  case $command in
    '')
      if [[ $cur == -* ]]; then
        _tkguard_words "$cur" ${flagWords(options)}
      else
        _tkguard_words "$cur" ${commands.map(({ name }) => name).join(' ')} help
      fi
      ;;
${commands.map((command) => commandCase(command, options)).join('\n')}
    help) _tkguard_words "$cur" ${commands.map(({ name }) => name).join(' ')} ;;
  esac
}

complete -F _tkguard tkguard
`;
}

function flagWords(options: readonly OptionModel[]): string {
  return options.map(({ long }) => long).join(' ');
}

function valueCase({ long, value }: OptionModel, indent: string, command?: string): string[] {
  if (value === null) return [];
  const pattern = command === undefined ? long : `'${command} ${long}'`;
  return [`${indent}${pattern}) ${offer(value)}return ;;`];
}

/** Commands that offer a value; nothing for free text. */
function offer(value: ValueKind): string {
  switch (value.kind) {
    case 'words': {
      const words = value.words.map((word) => (value.isList ? `"$list"${word}` : word));
      return `_tkguard_words "$cur" ${words.join(' ')}; `;
    }
    case 'known':
      return `_tkguard_known "$cur" ${value.of}; `;
    case 'file':
      return 'compopt -o default 2>/dev/null; ';
    case 'text':
      return '';
    default:
      return value satisfies never;
  }
}

function commandCase({ name, arguments: places, options }: CommandModel, common: readonly OptionModel[]): string {
  const [place] = places;
  const offered = place ? offer(place.value) : '';
  return `    ${name})
      if [[ $cur == -* ]]; then
        _tkguard_words "$cur" ${flagWords([...options, ...common])}
      else
        ${offered === '' ? ':' : offered.replace(/; $/, '')}
      fi
      ;;`;
}
