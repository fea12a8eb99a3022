/** Changes one value of the configuration file, and leaves everything else of it as the user wrote it. */
import { applyEdits, modify } from 'jsonc-parser';

/** `value` undefined: takes the key away. */
export function editConfig(text: string, place: readonly string[], value: unknown): string {
  const edits = modify(text, [...place], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } });
  return applyEdits(text, edits);
}
