/** Joins the pages of one list, which come as single files or answers, and finds out what is missing. */
import { hash } from 'node:crypto';
import { millisecondsInMinute } from 'date-fns/constants';
import { compareText } from '../domain/compare-text.ts';
import { groupBy } from '../domain/group-by.ts';
import type { OwnTime } from '../domain/snapshot.ts';
import { makeFindings, type Note, orRefusal, type Refusal } from './findings.ts';
import type { JsonFormat, KnownIds, ListFormat } from './format.ts';
import type { AnswerRequest } from './har.ts';
import { at, isList, type Json, textOf } from './json.ts';
import type { OpenExport } from './read-export.ts';

/** One page of a longer list, read but not imported. */
interface ListPage {
  readonly format: JsonFormat;
  readonly list: ListFormat;
  readonly encoding: OpenExport['encoding'];
  readonly rows: readonly Json[];
  readonly page: number;
  /** Rows of the whole list. */
  readonly items: number | null;
  readonly pages: number | null;
}

/**
 * The page that an export is, where its list has others; null for all else. The number of the page is in the answer or
 * its request; without it nothing can be joined.
 */
export function findPage(opened: OpenExport, request: AnswerRequest | null): ListPage | null {
  const { format, document, encoding } = opened;
  if (format.kind !== 'json' || !format.list || document === null) return null;
  const { list } = format;
  const found = at(document, 'data', list.rows);
  const rows = isList(found) ? found : [];
  const told = list.pagingOf(document);
  const { items } = told;
  const page = told.page ?? request?.page ?? null;
  const rowsPerPage = request?.rowsPerPage ?? null;
  const counted = items === null || rowsPerPage === null ? null : Math.ceil(items / rowsPerPage);
  const pages = told.pages ?? counted;
  const isLonger = (pages ?? 1) > 1 || (page ?? 1) > 1 || (items ?? 0) > rows.length;
  if (rows.length === 0 || page === null || page < 1 || !isLonger) return null;
  return { format, list, encoding, rows, page, items, pages };
}

/** What is known of an export before it is read. */
export interface ExportFile {
  readonly name: string;
  /** By which it is recognised when it comes again. */
  readonly sha256: string;
  readonly bytes: number;
  /** From flags, its name and its request. */
  readonly ids: KnownIds;
  /** From its request or its file. */
  readonly own: OwnTime | null;
  /** What it does not list does not count as gone, even if its content claims to be complete: a filter was asked for, or pages are missing. */
  readonly isPartial: boolean;
  readonly notes: readonly Note[];
}

/** A page with what is known of the file that it came in. */
export interface PageFile extends ExportFile {
  readonly captured: { readonly capturedMs: number };
  /** What the request asked for: pages of different questions are of different lists. */
  readonly question: string;
  readonly page: ListPage;
}

/**
 * All pages of one list that were found, in their order. The name has the pages and, of several, which of the joined rows each
 * has: `a.json (1-40) + b.json (41-57)`. The time is that of the oldest page: while one pages through a list it may change, and
 * only of its state at the first page is each page known to be no older.
 */
interface JoinedList extends ExportFile {
  open(latestMs: number): OpenExport | Refusal;
}

/** Pages further apart in time are not of one list: by then it may be another. */
const TOGETHER_MS = 30 * millisecondsInMinute;

/**
 * Joins pages of the same format, ids, totals and question that were captured within half an hour; of several copies of a
 * page the newest counts, unless only others make the list complete. Two copies of one moment cannot be told apart:
 * there nothing is joined. The result does not depend on the order in which the pages come.
 */
export function joinPages(files: readonly PageFile[]): JoinedList[] {
  return [...groupBy(files, questionOf).values()].flatMap((asked) =>
    [...groupBy(asked, totalsOf).values()].flatMap((pages) => joinRounds(pages.sort(byTime), asked)),
  );
}

/** What was asked for, of whatever state of the list. */
function questionOf({ page, ids, question }: PageFile): string {
  return JSON.stringify([page.format.id, ids, question]);
}

function totalsOf({ page }: PageFile): string {
  return `${page.items} ${page.pages}`;
}

/** Each complete round through the pages is a list of its own: a user may page through it several times. */
function joinRounds(sorted: readonly PageFile[], asked: readonly PageFile[]): JoinedList[] {
  const lists: JoinedList[] = [];
  for (let left = sorted; left.length > 0; ) {
    const near = together(left);
    if (areInConflict(near)) {
      lists.push(...near.map((file) => joinList([file], [file], [])));
      left = left.slice(near.length);
      continue;
    }
    const [early, late] = rounds(near);
    const later = without(left, early);
    const isFollowed = isWhole(early) && later.length > 0 && rounds(together(later)).some(isWhole);
    const chosen = isFollowed || (isWhole(early) && !isWhole(late)) ? early : late;
    lists.push(joinList(chosen, isFollowed ? chosen : near, asked));
    left = isFollowed ? later : left.slice(near.length);
  }
  return lists;
}

function together(sorted: readonly PageFile[]): readonly PageFile[] {
  const sinceMs = sorted[0]?.captured.capturedMs ?? 0;
  return sorted.filter(({ captured }) => captured.capturedMs - sinceMs <= TOGETHER_MS);
}

function areInConflict(files: readonly PageFile[]): boolean {
  const copies = groupBy(files, ({ page, captured }) => `${page.page} ${captured.capturedMs}`);
  return [...copies.values()].some((same) => new Set(same.map(({ sha256 }) => sha256)).size > 1);
}

/** Of each page the oldest copy, and of each the newest; both by the number of the page. */
function rounds(sorted: readonly PageFile[]): readonly [early: readonly PageFile[], late: readonly PageFile[]] {
  const pick = (files: readonly PageFile[]) =>
    [...new Map(files.map((file) => [file.page.page, file])).values()].sort((a, b) => a.page.page - b.page.page);
  return [pick([...sorted].reverse()), pick(sorted)];
}

function without(files: readonly PageFile[], taken: readonly PageFile[]): readonly PageFile[] {
  const digests = new Set(taken.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !digests.has(sha256));
}

function isWhole(files: readonly PageFile[]): boolean {
  return findGap(files.map(({ page }) => page)) === null;
}

/** A total order: import order must not matter. */
function byTime(a: PageFile, b: PageFile): number {
  return (
    a.captured.capturedMs - b.captured.capturedMs || compareText(a.sha256, b.sha256) || compareText(a.name, b.name)
  );
}

/** `near`: these pages with the copies that are left out; `asked`: all pages of the question. */
function joinList(pages: readonly PageFile[], near: readonly PageFile[], asked: readonly PageFile[]): JoinedList {
  const [first, ...others] = pages;
  if (!first) throw new Error('a list without pages');
  const digests = pages.map(({ sha256 }) => sha256);
  const incomplete = explainGap(findGap(pages.map(({ page }) => page)), first, pages, asked);
  const copies = new Set(near.map(({ sha256 }) => sha256)).size - pages.length;
  return {
    name: nameOf(pages),
    sha256: others.length === 0 ? first.sha256 : hash('sha256', digests.join(' ')),
    bytes: pages.reduce((sum, { bytes }) => sum + bytes, 0),
    own: pages.flatMap(({ own }) => own ?? []).sort((a, b) => a.ms - b.ms)[0] ?? null,
    ids: first.ids,
    isPartial: incomplete !== null || first.isPartial,
    notes: [
      ...distinct(near.flatMap(({ notes }) => notes)),
      ...(incomplete ? [incomplete] : []),
      ...(copies > 0 ? [{ code: 'page-copies', args: { n: copies } } as const] : []),
    ],
    open: (latestMs) => orRefusal(() => readJoined(first, pages, latestMs)),
  };
}

/** A page that seems to be missing may be there, but of another state of the list, or of another hour. */
function explainGap(
  gap: Note | null,
  first: PageFile,
  pages: readonly PageFile[],
  asked: readonly PageFile[],
): Note | null {
  const have = new Set(pages.map(({ page }) => page.page));
  const found = asked.filter(({ page }) => !have.has(page.page));
  if (gap?.code !== 'missing-pages' || found.length === 0) return gap;
  const isChanged = found.some((file) => totalsOf(file) !== totalsOf(first));
  return { code: isChanged ? 'pages-changed' : 'pages-apart', args: gap.args };
}

function distinct(notes: readonly Note[]): Note[] {
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}

/** Reads all rows as one answer. */
function readJoined(first: PageFile, pages: readonly PageFile[], latestMs: number): OpenExport {
  const { format, list, encoding } = first.page;
  const rows = pages.flatMap(({ page }) => page.rows);
  const context = { ids: first.ids, latestMs, rateUnit: null, isWhole: true, findings: makeFindings() } as const;
  const batches = format.read({ data: { [list.rows]: rows } }, context);
  const { findings } = context;
  return { format, encoding, rowUnit: 'entry', document: null, pageMs: null, table: null, batches, findings };
}

/** What is missing of the list, as a note; null: nothing. Every page must be there, and as many different rows as the list counts. */
function findGap(pages: readonly ListPage[]): Note | null {
  const [first] = pages;
  if (!first) return null;
  const { items, list } = first;
  const rows = pages.flatMap((page) => page.rows);
  const have = new Set(rows.map((row) => textOf(at(row, list.rowId)) || JSON.stringify(row))).size;
  const numbers = pages.map(({ page }) => page);
  const missing = missingOf(numbers, first.pages ?? numbers.at(-1) ?? 0);
  const of = items ?? '?';
  if (missing !== '') return { code: 'missing-pages', args: { missing, pages: first.pages ?? '?', have, of } };
  // A row that moves to the next page between two requests stands twice, and another is missed.
  const expected = items ?? rows.length;
  return have === expected && (first.pages !== null || items !== null)
    ? null
    : { code: 'missing-rows', args: { have, of: expected } };
}

/** `2, 5-7`: the numbers from 1 to `last` that are not among these, which ascend. */
function missingOf(numbers: readonly number[], last: number): string {
  const gaps: string[] = [];
  let next = 1;
  for (const number of [...numbers.filter((n) => n <= last), last + 1]) {
    if (number > next) gaps.push(number - next === 1 ? `${next}` : `${next}-${number - 1}`);
    next = number + 1;
  }
  return gaps.join(', ');
}

/** Folder, archive and answer are named once, where all pages come from the same. */
function nameOf(files: readonly PageFile[]): string {
  const [first, ...others] = files;
  if (!first || others.length === 0) return first?.name ?? '';
  const place = /^(?:.* (?=page \d+$)|.*(?:: |[\\/]))?/s.exec(first.name)?.[0] ?? '';
  const isShared = others.every(({ name }) => name.startsWith(place));
  let row = 0;
  return files
    .map(({ name, page }, index) => {
      const from = row + 1;
      row += page.rows.length;
      const shown = index > 0 && isShared ? name.slice(place.length) : name;
      return `${shown} (${from}-${row})`;
    })
    .join(' + ');
}
