/** Progress of a long import, in one line of a terminal's stderr that is removed at the end. */
import type { Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { cleanText } from '../report/sanitize.ts';
import type { Translate } from '../words/index.ts';

export interface Progress {
  /** The same source; reading it shows progress. */
  watch(source: ByteSource): ByteSource;
  /** Shows what happens after reading. */
  say(words: string): void;
  /** Removes the line. */
  clear(): void;
}

const EVERY_MS = 250;
/** Show nothing during the first second. */
const PATIENCE_MS = 1000;
/** Columns for the words; the rest is for the end of the file's name. */
const WORDS_COLUMNS = 40;

export const NO_PROGRESS: Progress = { watch: (source) => source, say: () => {}, clear: () => {} };

/** Shows nothing where stderr is no terminal. */
export function openProgress(
  { stderr, now, tellBreakOff }: Pick<Host, 'stderr' | 'now' | 'tellBreakOff'>,
  t: Translate,
): Progress {
  if (!stderr.isTerminal) return NO_PROGRESS;
  let [shown, nextMs] = [0, now() + PATIENCE_MS];
  let end = () => {};
  const write = (line: string) => {
    if (shown === 0 && line !== '') {
      const blank = `\r${' '.repeat((stderr.columns || 80) - 1)}\r`;
      end = tellBreakOff(`${blank}${t('progress.broken-off')}\n`);
    }
    // Blanks instead of an escape sequence: every terminal knows them.
    const columns = columnsOf(line);
    void stderr.write(`\r${line}${' '.repeat(Math.max(0, shown - columns))}`);
    shown = columns;
  };
  const tell = (name: string, bytes: number, total: number | null) => {
    if (now() < nextMs) return;
    nextMs = now() + EVERY_MS;
    const file = endOf(cleanText(name), (stderr.columns || 80) - WORDS_COLUMNS);
    const percent = total ? Math.floor((bytes / total) * 100) : 0;
    write(t(total ? 'progress.reading' : 'progress.looking', { file, percent, size: megabytes(total ?? bytes) }));
  };
  return {
    watch(source) {
      // A file is read twice: to recognise it, and to import it. Only then its size is known.
      let total: number | null = null;
      return {
        ...source,
        *chunks() {
          let bytes = 0;
          for (const chunk of source.chunks()) {
            bytes += chunk.length;
            tell(source.name, bytes, total);
            yield chunk;
          }
          total = bytes;
        },
      };
    },
    say(words) {
      if (now() >= nextMs) write(words);
    },
    clear() {
      if (shown === 0) return;
      write('');
      void stderr.write('\r');
      end();
    },
  };
}

/** On a terminal Chinese characters take two columns. */
function columnsOf(text: string): number {
  return [...text].reduce((columns, character) => columns + (character > '\u1100' ? 2 : 1), 0);
}

function endOf(text: string, columns: number): string {
  let characters = [...text];
  while (characters.length > 1 && columnsOf(characters.join('')) > columns) characters = characters.slice(1);
  return characters.join('');
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
