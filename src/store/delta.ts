/**
 * The rows of one key (a rate, an item's sales, the facts of a plan) in one feed, oldest first. A row holds from its capture
 * until the next row's. The first row says something, and no two neighbours say the same: so the rows follow from what the
 * captures say, whatever the order in which they are imported.
 */

/** What every stored change has. `listed` 0: the feed's captures from `at` on do not list the key. */
export interface StoredRow {
  readonly at: number;
  readonly listed: 0 | 1;
}

export interface ChangeKind<R extends StoredRow> {
  isSame(a: R, b: R): boolean;
  /** Not listed from `at` on. */
  absent(at: number): R;
  /** The same, said again at another capture, of whose file the line is not known. */
  carry(row: R, at: number): R;
}

/** How many values of a snapshot are new, others, and gone, against the capture before it. */
export interface DeltaCounts {
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

/** The row that holds just before `at`. */
export function rowBefore<R extends StoredRow>(rows: readonly R[], at: number): R | undefined {
  return rows.findLast((row) => row.at < at);
}

/** The rows when a capture says `row`, too. `nextAt`: the capture after it, which keeps saying what it said; null: it is the newest. */
export function insertBetween<R extends StoredRow>(
  rows: readonly R[],
  row: R,
  nextAt: number | null,
  kind: ChangeKind<R>,
): R[] {
  const before = rows.filter(({ at }) => at < row.at);
  const after = rows.filter(({ at }) => at > row.at);
  const last = before.at(-1);
  if (nextAt !== null && after[0]?.at !== nextAt) after.unshift(last ? kind.carry(last, nextAt) : kind.absent(nextAt));
  return withoutRepeats([...before, row, ...after], kind);
}

/** The rows when there is no capture `at`. `nextAt`: the capture after it, which keeps saying what it said; null: it was the newest. */
export function removeAt<R extends StoredRow>(
  rows: readonly R[],
  at: number,
  nextAt: number | null,
  kind: ChangeKind<R>,
): R[] {
  const removed = rows.find((row) => row.at === at);
  const others = rows.filter((row) => row !== removed);
  const isCarried = removed && nextAt !== null && others.every((row) => row.at !== nextAt);
  const rest = isCarried ? [...others, kind.carry(removed, nextAt)].sort((a, b) => a.at - b.at) : others;
  return withoutRepeats(rest, kind);
}

/** Leaves out each row that says what the one before it says. */
export function withoutRepeats<R extends StoredRow>(rows: readonly R[], kind: ChangeKind<R>): R[] {
  const kept: R[] = [];
  for (const row of rows) {
    const before = kept.at(-1);
    const isRepeat = before ? kind.isSame(before, row) : row.listed === 0;
    if (!isRepeat) kept.push(row);
  }
  return kept;
}
