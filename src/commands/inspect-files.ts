/** Looks at files as a sync would read them, one by one, and proposes a mapping for those that no format knows. */
import type { ImportOptions } from '../import/options.ts';
import type { NamedSource } from '../import/paths.ts';
import { readFailure, readOptionsOf } from '../import/run.ts';
import { rereadBytes } from '../ingest/decode.ts';
import { isRefusal, type RefusalCode, refusalIn } from '../ingest/findings.ts';
import { proposeMapping } from '../ingest/propose-mapping.ts';
import { type OpenExport, openExport } from '../ingest/read-export.ts';
import { sampleExport } from '../ingest/sample.ts';
import { type Part, unpack } from '../ingest/unpack.ts';
import type { Look, SampleRow } from '../report/inspect-report.ts';

const SAMPLE_ROWS = 5;
/** Refusals of files whose columns are not known, or not all of them. */
const UNKNOWN: readonly RefusalCode[] = ['unknown-format', 'missing-columns', 'mapping-drift'];

/** Leaves out files that cannot be read; the import reports them. */
export function lookAtFiles(sources: readonly NamedSource[], options: ImportOptions, nowMs: number): Look[] {
  return sources.flatMap(({ open }) => {
    const looks: Look[] = [];
    try {
      for (const part of unpack(open())) looks.push(...lookAtPart(part, options, nowMs));
    } catch (error) {
      if (readFailure(error) === null && refusalIn(error) === null) throw error;
    }
    return looks;
  });
}

function lookAtPart(part: Part, options: ImportOptions, nowMs: number): Look[] {
  const { source, content } = part;
  const readOptions = readOptionsOf(part, options, nowMs);
  if (isRefusal(content) || isRefusal(readOptions)) return [];
  const opened = openExport(rereadBytes(source, content), content, readOptions);
  if (!isRefusal(opened)) return [readLook(source.name, opened)];
  const sample = UNKNOWN.includes(opened.code) ? sampleExport(source, content) : null;
  const proposal = sample && proposeMapping(sample, source.name);
  return [
    {
      file: source.name,
      format: null,
      encoding: content.encoding,
      separator: sample?.separator ?? null,
      columns: [],
      rates: [],
      rows: 0,
      sample: [],
      proposal,
    },
  ];
}

function readLook(file: string, { format, encoding, table, batches }: OpenExport): Look {
  const sample: SampleRow[] = [];
  let rows = 0;
  for (const { account, capturedMs, readings } of batches) {
    rows += readings.length;
    for (const reading of readings.slice(0, SAMPLE_ROWS - sample.length)) sample.push({ account, capturedMs, reading });
  }
  const meanings = table && format.kind === 'table' ? format.meaningsOf(table.header) : [];
  const columns = (table?.header ?? []).map((name, index) => ({ name: name.trim(), column: meanings[index] ?? null }));
  const separator = table?.separator ?? null;
  return { file, format: format.id, encoding, separator, columns, rates: format.rates, rows, sample, proposal: null };
}
