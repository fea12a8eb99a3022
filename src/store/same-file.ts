/** By what a content is recognised in any ledger (design.md §3.3): SQL, where `f` and `g` are names of rows of `file`. */

/** Its newest capture, also of a file that was discarded. */
export function capturedAt(f: string): string {
  return `coalesce((SELECT max(n.captured_at) FROM snapshot n WHERE n.file_id = ${f}.id), ${f}.last_captured_at)`;
}

/** The same bytes for the same account and ids, of the same own time; without one, of the same capture. */
export function isSameFile(f: string, g: string): string {
  return `${g}.sha256 = ${f}.sha256 AND ${g}.account = ${f}.account AND ${g}.ids = ${f}.ids AND ${g}.own_at IS ${f}.own_at
    AND (${f}.own_at IS NOT NULL OR ${capturedAt(g)} = ${capturedAt(f)})`;
}
