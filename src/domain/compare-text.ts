/** By code units; null counts as empty. */
export function compareText(a: string | null, b: string | null): number {
  const one = a ?? '';
  const other = b ?? '';
  return one < other ? -1 : one > other ? 1 : 0;
}
