/**
 * The exports inside a file or archive, each as a file of its own; a file that is no container is the one. Names in containers
 * are shown, never opened.
 */
import { gzipTime, inflateEntry, inflateGzip, isWorkbook, listZip, type ZipEntry } from './archive.ts';
import { type ByteSource, bytesOf, decodeAll, decodeHead, magicOf, type Survey, surveyBytes } from './decode.ts';
import { isExportName } from './file-names.ts';
import { isRefusal, type Note, type Refusal, refusalIn, stop } from './findings.ts';
import { type AnswerRequest, isHarHead, readHar } from './har.ts';

/** One export, to be imported wholly or not at all. */
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
  /** Of an archive or a HAR as it is: it is held in memory. */
  heldBytes: 256 << 20,
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

/**
 * The parts of a file in their order, itself where it is no container. What is wrong with a container is a part that is
 * refused, beside those that are good. Throws what reading the file throws.
 */
export function unpack(source: ByteSource): Generator<Part> {
  return new Unpacker().parts(source, 0);
}

/** Unpacks one file that the user named, and holds all that is in it to the limits. */
class Unpacker {
  private bytesLeft = 0;
  private entriesLeft: number = LIMITS.entries;
  /** Set by what no honest file holds: nothing more is read of this one. */
  private isClosed = false;

  *parts(source: ByteSource, level: number): Generator<Part> {
    try {
      const survey = surveyBytes(source);
      if (level === 0)
        this.bytesLeft = Math.min(LIMITS.totalBytes, Math.max(LIMITS.freeBytes, survey.bytes * LIMITS.ratio));
      else this.spend(survey.bytes);
      const kind = containerOf(survey);
      if (kind === null) yield partOf(source, survey);
      else if (level === LIMITS.levels) stop('nested-too-deep', { levels: LIMITS.levels });
      else yield* this[kind](source, survey, level + 1);
    } catch (error) {
      const content = refusalIn(error);
      if (content === null) throw error;
      if (content.code === 'unsafe-archive' || content.code === 'nested-too-deep') this.isClosed = true;
      yield partOf(source, content);
    }
  }

  private spend(bytes: number): void {
    this.bytesLeft -= bytes;
    this.entriesLeft -= 1;
    if (this.bytesLeft < 0 || this.entriesLeft < 0) stop('unsafe-archive');
  }

  private *gzip(source: ByteSource, survey: Survey, level: number): Generator<Part> {
    const packed = readAll(source, survey);
    const modifiedMs = earlier(gzipTime(packed), source.modifiedMs);
    yield* this.parts({ name: source.name, modifiedMs, chunks: () => cut(inflateGzip(packed, LIMITS)) }, level);
  }

  private *zip(source: ByteSource, survey: Survey, level: number): Generator<Part> {
    const archive = readAll(source, survey);
    const entries = listZip(archive, { ...LIMITS, entries: this.entriesLeft });
    if (isWorkbook(entries)) return yield partOf(source, survey);
    const document = documentOf(entries);
    if (document !== null) stop('other-document', { kind: document });
    const exports = entries.filter(({ name }) => mayBeExport(name));
    if (exports.length === 0) stop('nothing-inside');
    if (exports.every(({ isEncrypted }) => isEncrypted)) stop('encrypted-archive');
    if (exports.reduce((sum, { bytes }) => sum + bytes, 0) > this.bytesLeft) stop('unsafe-archive');
    for (const entry of exports) {
      const name = `${source.name}: ${shownName(entry.name)}`;
      const modifiedMs = earlier(entry.modifiedMs, source.modifiedMs);
      yield* this.parts({ name, modifiedMs, chunks: () => cut(inflateEntry(archive, entry, LIMITS)) }, level);
      if (this.isClosed) return;
    }
  }

  private *har(source: ByteSource, survey: Survey, level: number): Generator<Part> {
    if (survey.encoding === null) stop('damaged-har');
    stopAtLarge(survey);
    const { answers, ignored } = readHar(decodeAll(source, survey.encoding));
    if (answers.length === 0) stop('no-known-answers', { ignored });
    let notes: readonly Note[] = ignored > 0 ? [{ code: 'ignored-requests', args: { n: ignored } }] : [];
    for (const { name, request, body } of answers) {
      const inner = { name: `${source.name}: ${name}`, modifiedMs: source.modifiedMs };
      if (isRefusal(body)) yield { source: { ...inner, chunks: () => [] }, content: body, request, notes };
      else for (const part of this.parts({ ...inner, chunks: () => [body] }, level)) yield { ...part, request, notes };
      notes = [];
      if (this.isClosed) return;
    }
  }
}

function partOf(source: ByteSource, content: Part['content']): Part {
  return { source, content, request: null, notes: [] };
}

function containerOf({ head, encoding }: Survey): 'gzip' | 'zip' | 'har' | null {
  const magic = magicOf(head);
  if (magic.startsWith('1f8b')) return 'gzip';
  // The second is an archive without entries.
  if (magic === '504b0304' || magic === '504b0506') return 'zip';
  return encoding !== null && isHarHead(decodeHead(head.subarray(0, 200), encoding)) ? 'har' : null;
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

function readAll(source: ByteSource, survey: Survey): Buffer {
  stopAtLarge(survey);
  return bytesOf(source);
}

function stopAtLarge({ bytes }: Survey): void {
  if (bytes > LIMITS.heldBytes) stop('too-large', { mib: LIMITS.heldBytes >> 20 });
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
