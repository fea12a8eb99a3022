/** HTML in which every text is escaped: nothing from an export can become markup. */
import { type Line, textLine } from '../report.ts';
import { cleanText } from '../sanitize.ts';

/** Markup that is safe to put into a page. Only `html` and `raw` make it. */
export interface Html {
  readonly markup: string;
}

/** null, undefined and false print nothing. */
type Printable = Html | string | number | null | undefined | false | readonly Printable[];

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped and cleaned as for a screen; attributes must stand in double quotation marks. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Printable[]): Html {
  let markup = '';
  for (let i = 0; i < fixed.length; i++) markup += (i === 0 ? '' : printed(parts[i - 1])) + fixed[i];
  return { markup };
}

/** Of `<details>`. */
export const OPEN = html` open`;

/** For our own style and script, and for what is escaped already. */
export function raw(markup: string): Html {
  return { markup };
}

function printed(part: Printable): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return cleanText(part).replace(/[<>&"']/g, (c) => ENTITIES[c] ?? c);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(printed).join('');
}

/** Lines of a text, indented by their depth. */
export function drawLines(lines: readonly Line[]): Html {
  return html`${lines.map((line) => {
    const { text, depth = 0 } = textLine(line);
    return html`<p class="d${depth}">${clip(text, 300)}</p>`;
  })}`;
}

/** At most so many characters: an export's name may be as long as a book. */
export function clip(text: string, length = 60): string {
  if (text.length <= length) return text;
  const letters = Array.from(text.slice(0, 2 * length + 2));
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}
