/** How many cells are remembered at once: memory must stay flat. */
const MOST = 10_000;

/** Remembers what cells were read as: the same few stand in many rows. Forgets all of them when there are more than MOST. */
export function rememberCells<T>(read: (cell: string) => T): (cell: string) => T {
  const known = new Map<string, T>();
  return (cell) => {
    const value = known.get(cell);
    if (value !== undefined || known.has(cell)) return value as T;
    if (known.size >= MOST) known.clear();
    const own = copyText(cell);
    const fresh = read(own);
    known.set(own, fresh);
    return fresh;
  };
}

/** A cell cut from a large text keeps all of that text in memory for as long as it, or a part of it, is remembered. */
function copyText(text: string): string {
  return Buffer.from(text).toString();
}
