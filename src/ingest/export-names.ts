/** Which files of a folder or an archive may be exports, by their names: the others are left alone. */

const ENDINGS = new Set([
  ...['csv', 'tsv', 'txt', 'json', 'jsonl', 'ndjson', 'xls', 'xlsx', 'html', 'htm'],
  ...['har', 'gz', 'zip'],
]);

/** Whether a file of this name, without its folders, is tried. Hidden files are not. */
export function isExportName(name: string): boolean {
  const [, ending] = /\.([^.]+)$/.exec(name) ?? [];
  return !name.startsWith('.') && ending !== undefined && ENDINGS.has(ending.toLowerCase());
}
