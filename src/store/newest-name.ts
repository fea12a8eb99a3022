/** Names that exports give at several times. */
import { compareText } from '../domain/compare-text.ts';

/** Of several names the newest stands, of one time the greater. */
export function newestName(
  names: readonly { readonly name: string | null; readonly namedAt: number | null }[],
): string | null {
  const [newest] = names
    .filter(({ name }) => name !== null)
    .sort((a, b) => (b.namedAt ?? 0) - (a.namedAt ?? 0) || compareText(b.name, a.name));
  return newest?.name ?? null;
}
