/** What stands for a value in the help: `<path>`, in the language of the reader. */
import type { Translate } from '../words/index.ts';

/** `--shop <id|name>` with the words between brackets translated. What has no translation stays. */
export function nameValues(text: string, t: Translate): string {
  const names = new Map(
    t('help.value-names')
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  );
  const inWords = (value: string) => value.replace(/[a-z]+/g, (word) => names.get(word) ?? word);
  return text.replace(/[<[][^>\]]*[>\]]/g, inWords);
}
