/**
 * What makes a later change of a dossier visible: a list of which each entry carries the hash of the one before (orders.md §5).
 * It shows that nothing was changed since, and not that an export was genuine.
 */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../domain/compare-text.ts';
import { formatIso } from '../domain/time.ts';
import { ioErrorOf, TkguardError } from '../errors.ts';
import type { DossierInput } from '../report/dossier-blocks.ts';
import { orderText } from '../report/dossier-orders.ts';

type Value = string | number | boolean | null | readonly number[];
type Facts = Readonly<Record<string, Value>>;
const SCHEMA = 'tkguard.dossier-manifest/1';

export function manifestPath(paper: string): string {
  return `${paper}.manifest.json`;
}

/** `paper`: the name of the file, and what is in it. */
export function manifestOf(input: DossierInput, paper: { readonly path: string; readonly text: string }): string {
  const { loss, lines, sources, isMasked, generatedAtMs } = input;
  const bpsOf = (side: DossierInput['lines'][number]['general']) => side?.rates.map(({ rateBp }) => rateBp) ?? [];
  const facts: Facts[] = [
    {
      kind: 'dossier',
      plan: loss.plan.id,
      shop: loss.shop.id,
      generatedAt: formatIso(generatedAtMs),
      masked: isMasked,
    },
    ...sources.map(({ file, sha256, capturedMs, importedMs, rows }) => ({
      kind: 'source',
      file,
      sha256,
      rows,
      capturedAt: formatIso(capturedMs),
      importedAt: formatIso(importedMs),
    })),
    ...lines
      .filter(({ bucket }) => bucket === 'proven' || bucket === 'gain')
      .map((line) => ({
        kind: 'line',
        order: orderText(line, input),
        item: line.itemId,
        amountFen: line.amountFen,
        rateBp: line.rateBp,
        specialBps: bpsOf(line.special),
        generalBps: bpsOf(line.general),
        lowFen: line.lowFen,
        highFen: line.highFen,
      })),
    { kind: 'paper', file: basename(paper.path), sha256: digestOf(paper.text) },
  ];
  let previous: string | null = null;
  const entries = facts.map((one) => {
    const hash = hashOf({ ...one, previous });
    const entry = { ...one, previous, hash };
    previous = hash;
    return entry;
  });
  return `${JSON.stringify({ schema: SCHEMA, entries }, null, 1)}\n`;
}

function digestOf(content: string | Buffer): string {
  return hash('sha256', content);
}

/** Of the canonical form of RFC 8785: keys in order, without spaces; texts and integers are as JSON.stringify has them. */
function hashOf(facts: Facts): string {
  return digestOf(JSON.stringify(Object.fromEntries(Object.entries(facts).sort(([a], [b]) => compareText(a, b)))));
}

/** Gives the number of entries. Throws `bad-manifest`, `manifest-changed`, `dossier-changed`, `no-such-path`, `dossier-missing`, `io`. */
export function verifyManifest(path: string): number {
  const entries = entriesOf(read(path, 'no-such-path').toString('utf8'));
  if (!entries) throw new TkguardError('bad-manifest', { path });
  let previous: Value = null;
  for (const [index, { hash, ...facts }] of entries.entries()) {
    if (facts.previous !== previous || hashOf(facts) !== hash)
      throw new TkguardError('manifest-changed', { path, entry: index + 1 });
    previous = hash;
  }
  const last = entries.at(-1);
  if (last?.kind !== 'paper') throw new TkguardError('manifest-changed', { path, entry: entries.length + 1 });
  const paper = join(dirname(path), basename(String(last.file)));
  if (digestOf(read(paper, 'dossier-missing')) !== last.sha256)
    throw new TkguardError('dossier-changed', { path: paper });
  return entries.length;
}

function read(path: string, missing: 'no-such-path' | 'dossier-missing'): Buffer {
  if (!existsSync(path)) throw new TkguardError(missing, { path });
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}

type Entry = Facts & { readonly hash: string };

function entriesOf(text: string): readonly Entry[] | null {
  try {
    const { schema, entries } = JSON.parse(text);
    const isEntry = (one: unknown): one is Entry => typeof one === 'object' && one !== null && 'hash' in one;
    return schema === SCHEMA && Array.isArray(entries) && entries.length > 0 && entries.every(isEntry) ? entries : null;
  } catch {
    return null;
  }
}
