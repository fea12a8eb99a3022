/** Which files of a folder or an archive may be exports, by their names: the others are left alone. */

const ENDINGS = new Set([
  ...['csv', 'tsv', 'txt', 'json', 'jsonl', 'ndjson', 'xls', 'xlsx', 'html', 'htm'],
  ...['har', 'gz', 'zip'],
]);

/** Whether a text that nobody named is a note that lies among exports: its first line is no row of a table. */
export function isMemo(name: string, head: string): boolean {
  const [line = ''] = head.trimStart().split('\n');
  return /\.txt$/i.test(name) && !/[\t,;{[]/.test(line);
}

/** Whether a file of this name, without its folders, is tried. Hidden files are not, nor what Office puts beside an open file. */
export function isExportName(name: string): boolean {
  const [, ending] = /\.([^.]+)$/.exec(name) ?? [];
  return !/^(\.|~\$)/.test(name) && ending !== undefined && ENDINGS.has(ending.toLowerCase());
}
