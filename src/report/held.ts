/** What is held back, as every answer says it while it waits for the user's word. */
import type { HeldFile } from '../domain/snapshot.ts';
import type { Translate } from '../words/index.ts';
import { explain } from './problems.ts';
import { cleanText } from './sanitize.ts';

export function heldDocument(held: readonly HeldFile[]) {
  return held.map(({ snapshot, file, code, args }) => ({ snapshot, file, code, args }));
}

/** A line for each file, clean. */
export function heldLines(held: readonly HeldFile[], t: Translate): string[] {
  return held.map(({ snapshot, file, code, args }) =>
    t('held.line', { snapshot, file: cleanText(file), what: explain(`error.${code}`, args, t).what }),
  );
}
