/** Of each group of rows the first ones, as many as a screen shall show of it. */
export function firstOfEach<R, G>(
  rows: readonly R[],
  groupOf: (row: R) => G,
  mostOf: (group: G) => number,
): readonly R[] {
  const counts = new Map<G, number>();
  return rows.filter((row) => {
    const group = groupOf(row);
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    return count <= mostOf(group);
  });
}
