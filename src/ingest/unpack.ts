/**
 * What there is to take in behind a file: the export itself, or what a container holds, each as a file of its own. Names
 * in containers are shown, never opened.
 */
import type { ZipEntry } from './archive.ts';
import { gzipTime, inflateEntry, inflateGzip, isWorkbook, listZip } from './archive.ts';
import type { ByteSource, Encoding, Survey } from './decode.ts';
import { decodeChunks, decodeHead, holdsAscii, magicOf, surveyBytes } from './decode.ts';
import { isExportName } from './export-names.ts';
import type { Note, Refusal } from './findings.ts';
import { isRefusal, refusalIn, refuse, stopReading } from './findings.ts';
import type { AnswerRequest } from './har.ts';
import { isHarHead, readHar } from './har.ts';

/** One export, to be taken in wholly or not at all. */
export interface Part {
  readonly source: ByteSource;
  /** What is known of it, or why there is nothing to read. */
  readonly content: Survey | Refusal;
  /** The request that it answers, where it comes from a HAR. */
  readonly request: AnswerRequest | null;
  readonly notes: readonly Note[];
}

/** A container with all that is in it may take this much; what is honest stays far below. */
const LIMITS = {
  /** Of an archive as it is: it is held in memory. */
  packedBytes: 256 << 20,
  /** Of a HAR, whose text is held in memory twice. */
  harBytes: 256 << 20,
  /** Of one part, unpacked. */
  entryBytes: 1 << 30,
  totalBytes: 2 ** 31,
  /** Unpacked to packed, of one part and of all together. */
  ratio: 200,
  /** Any archive may hold this much, however small it is. */
  freeBytes: 64 << 20,
  entries: 20_000,
  levels: 3,
} as const;

const PIECE_BYTES = 1 << 18;

/** What is left of the limits for one file that the user named. */
interface Budget {
  bytes: number;
  entries: number;
  /** Set by what no honest file holds: nothing more is read of this one. */
  isClosed: boolean;
}

/**
 * The parts of a file in their order, itself where it is no container. What is wrong with a container is a part that is
 * refused, beside those that are good. Throws what reading the file throws.
 */
export function unpack(source: ByteSource): Generator<Part> {
  return partsOf(source, 0, { bytes: LIMITS.totalBytes, entries: LIMITS.entries, isClosed: false });
}

function* partsOf(source: ByteSource, level: number, budget: Budget): Generator<Part> {
  const part = (content: Part['content']): Part => ({ source, content, request: null, notes: [] });
  let survey: Survey;
  try {
    survey = surveyBytes(source);
    if (level > 0) spend(budget, survey.bytes);
    else budget.bytes = Math.min(LIMITS.totalBytes, Math.max(LIMITS.freeBytes, survey.bytes * LIMITS.ratio));
    const open = containerOf(survey);
    if (!open) yield part(survey);
    else if (level === LIMITS.levels) throw stopReading(refuse('nested-too-deep', { levels: LIMITS.levels }));
    else yield* open({ source, survey, level, budget });
  } catch (error) {
    const content = refusalIn(error);
    if (content === null) throw error;
    if (content.code === 'unsafe-archive' || content.code === 'nested-too-deep') budget.isClosed = true;
    yield part(content);
  }
}

function spend(budget: Budget, bytes: number): void {
  budget.bytes -= bytes;
  budget.entries -= 1;
  if (budget.bytes < 0 || budget.entries < 0) throw stopReading(refuse('unsafe-archive'));
}

interface Container {
  readonly source: ByteSource;
  readonly survey: Survey;
  readonly level: number;
  readonly budget: Budget;
}

function containerOf({ head, encoding }: Survey): ((container: Container) => Generator<Part>) | null {
  const magic = magicOf(head);
  if (magic.startsWith('1f8b')) return openGzip;
  // The second is an archive without entries.
  if (magic === '504b0304' || magic === '504b0506') return openZip;
  return encoding && beginsHar(head.subarray(0, 200), encoding) ? openHar : null;
}

/** Decoding what cannot be one would be a tenth of what it costs to look at a small file. */
function beginsHar(head: Uint8Array, encoding: Encoding): boolean {
  const start = Buffer.from(head.buffer, head.byteOffset, head.length);
  return (!holdsAscii(encoding) || start.includes('"log"')) && isHarHead(decodeHead(head, encoding));
}

function* openGzip({ source, survey, level, budget }: Container): Generator<Part> {
  const packed = readAll(source, survey, LIMITS.packedBytes);
  yield* partsOf(
    {
      name: source.name,
      modifiedMs: earlier(gzipTime(packed), source.modifiedMs),
      chunks: () => cut(inflateGzip(packed, LIMITS)),
    },
    level + 1,
    budget,
  );
}

function* openZip({ source, survey, level, budget }: Container): Generator<Part> {
  const archive = readAll(source, survey, LIMITS.packedBytes);
  const entries = listZip(archive, { ...LIMITS, entries: budget.entries });
  if (isWorkbook(entries)) {
    yield { source, content: survey, request: null, notes: [] };
    return;
  }
  const document = documentOf(entries);
  if (document !== null) throw stopReading(refuse('other-document', { kind: document }));
  const exports = entries.filter(({ name }) => mayBeExport(name));
  if (exports.length === 0) throw stopReading(refuse('nothing-inside'));
  if (exports.every(({ isEncrypted }) => isEncrypted)) throw stopReading(refuse('encrypted-archive'));
  if (exports.reduce((sum, { bytes }) => sum + bytes, 0) > budget.bytes) throw stopReading(refuse('unsafe-archive'));
  for (const entry of exports) {
    const name = `${source.name}: ${shownName(entry.name)}`;
    const modifiedMs = earlier(entry.modifiedMs, source.modifiedMs);
    yield* partsOf({ name, modifiedMs, chunks: () => cut(inflateEntry(archive, entry, LIMITS)) }, level + 1, budget);
    if (budget.isClosed) return;
  }
}

/** What kind of office document an archive is by its parts; null: none. */
function documentOf(entries: readonly ZipEntry[]): string | null {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('mimetype') && names.has('content.xml')) return 'OpenDocument (.ods)';
  return names.has('word/document.xml') || names.has('ppt/presentation.xml') ? 'Office (.docx, .pptx)' : null;
}

/** As in a folder; folders of the archive itself are looked into, but not hidden ones or those that macOS adds. */
function mayBeExport(path: string): boolean {
  const [name = '', ...folders] = path.split(/[\\/]/).reverse();
  return isExportName(name) && !folders.some((folder) => /^(\.[^.]|__MACOSX$)/.test(folder));
}

function shownName(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd').replaceAll('\\', '/');
}

function* openHar({ source, survey, level, budget }: Container): Generator<Part> {
  const { encoding } = survey;
  if (encoding === null) throw stopReading(refuse('damaged-har'));
  if (survey.bytes > LIMITS.harBytes) throw stopReading(refuse('too-large', { mib: LIMITS.harBytes >> 20 }));
  const har = readHar([...decodeChunks(source, encoding)].join(''));
  if (isRefusal(har)) throw stopReading(har);
  const { answers, ignored } = har;
  if (answers.length === 0) throw stopReading(refuse('no-known-answers', { ignored }));
  let notes: readonly Note[] = ignored > 0 ? [{ code: 'ignored-requests', args: { n: ignored } }] : [];
  for (const { name, request, body } of answers) {
    const inner = { name: `${source.name}: ${name}`, modifiedMs: source.modifiedMs };
    if (isRefusal(body)) {
      yield { source: { ...inner, chunks: () => [] }, content: body, request, notes };
    } else {
      for (const part of partsOf({ ...inner, chunks: () => [body] }, level + 1, budget))
        yield { ...part, request, notes };
    }
    notes = [];
    if (budget.isClosed) return;
  }
}

function readAll(source: ByteSource, { bytes }: Survey, most: number): Buffer {
  if (bytes > most) throw stopReading(refuse('too-large', { mib: most >> 20 }));
  return Buffer.concat([...source.chunks()]);
}

/** In pieces: as one text it might be longer than a text can be. */
function* cut(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
}

/** What is in an archive is not newer than the archive, whatever a clock or a zone made of it. */
function earlier(inside: number | null, outside: number | null): number | null {
  if (inside === null || outside === null) return inside ?? outside;
  return Math.min(inside, outside);
}
