/** Exports in memory and from fixtures, opened and read to the end. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reading } from '../../src/domain/reading.ts';
import { type ByteSource, surveyBytes } from '../../src/ingest/decode.ts';
import { idsOf } from '../../src/ingest/file-names.ts';
import { isRefusal, type Note, type Problem, type Refusal, refusalIn } from '../../src/ingest/findings.ts';
import type { Batch, KnownIds } from '../../src/ingest/format.ts';
import type { MappingChoice } from '../../src/ingest/mapping.ts';
import { type OpenExport, openExport } from '../../src/ingest/read-export.ts';

export const NO_MAPPINGS: MappingChoice = { mappings: [], only: false };
export const NO_IDS: KnownIds = { seller: null, item: null, campaign: null, keeper: null };
/** Of a clock that stands at the end of 2026. */
export const LATEST_MS = Date.UTC(2026, 11, 31);

export function memorySource(name: string, content: string | Uint8Array, chunkSize = 65_536): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    modifiedMs: null,
    *chunks() {
      for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
    },
  };
}

export function fixtureBytes(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)));
}

export function fixtureSource(path: string, chunkSize?: number): ByteSource {
  return memorySource(path, fixtureBytes(path), chunkSize);
}

export function openText(text: string): OpenExport | Refusal {
  const source = memorySource('export', text);
  return openExport(source, surveyBytes(source), {
    format: null,
    mapping: NO_MAPPINGS,
    ids: NO_IDS,
    latestMs: LATEST_MS,
    rateUnit: null,
  });
}

export interface ReadResult {
  readonly refusal: Refusal | null;
  readonly format: string | null;
  readonly encoding: OpenExport['encoding'] | null;
  readonly pageMs: number | null;
  readonly batches: readonly Batch[];
  readonly readings: readonly Reading[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

export function readSource(
  source: ByteSource,
  options: {
    format?: string;
    ids?: Partial<KnownIds>;
    latestMs?: number;
    mapping?: MappingChoice;
    rateUnit?: 'percent' | 'fraction';
  } = {},
): ReadResult {
  try {
    const opened = openExport(source, surveyBytes(source), {
      format: options.format ?? null,
      mapping: options.mapping ?? NO_MAPPINGS,
      ids: idsOf({ ...NO_IDS, ...options.ids }, source.name),
      latestMs: options.latestMs ?? LATEST_MS,
      rateUnit: options.rateUnit ?? null,
    });
    if (isRefusal(opened)) return notRead(opened);
    const batches = [...opened.batches];
    return {
      refusal: null,
      format: opened.format.id,
      encoding: opened.encoding,
      pageMs: opened.pageMs,
      batches,
      readings: batches.flatMap((batch) => batch.readings),
      ...opened.findings,
    };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal) return notRead(refusal);
    throw error;
  }
}

function notRead(refusal: Refusal): ReadResult {
  return { refusal, format: null, encoding: null, pageMs: null, batches: [], readings: [], problems: [], notes: [] };
}

export function readText(
  content: string | Uint8Array,
  options?: Parameters<typeof readSource>[1] & { name?: string; chunkSize?: number },
): ReadResult {
  return readSource(memorySource(options?.name ?? 'export', content, options?.chunkSize), options);
}

/** A document as a saved answer of the alliance. */
export function readJson(doc: unknown, options?: Parameters<typeof readText>[1]): ReadResult {
  return readText(JSON.stringify(doc), options);
}
