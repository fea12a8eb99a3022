import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/ingest/findings.ts';
import { findPage, joinPages, type PageFile } from '../../src/ingest/list-pages.ts';
import { LATEST_MS, NO_IDS, openText } from '../support/exports.ts';

const HOUR_MS = 3_600_000;

const row = (n: number) => ({ id: n, campaignId: 7000 + n, campaignType: 2, status: 2, oriMemberId: 1 });

function pageOf(rows: readonly object[], paginator: object) {
  const opened = openText(JSON.stringify({ data: { pagelist: rows, statusList: [], paginator }, ok: true }));
  return isRefusal(opened) ? null : findPage(opened, null);
}

function fileOf(n: number, rows: readonly object[], paginator: object, capturedMs = 0): PageFile {
  const page = pageOf(rows, { page: n, ...paginator });
  if (!page) throw new Error('no page');
  return {
    name: `exports/${n}.json`,
    sha256: `${n} ${JSON.stringify(rows)}`,
    bytes: 1,
    captured: { capturedMs },
    own: { ms: capturedMs, from: 'file-time' },
    ids: NO_IDS,
    isPartial: false,
    question: '',
    notes: [],
    page,
  };
}

/** A list of `items` rows in pages of `size`. */
function listOf(items: number, size: number): PageFile[] {
  const rows = [...Array(items).keys()].map((n) => row(n + 1));
  const pages = Math.ceil(items / size);
  return [...Array(pages).keys()].map((n) => fileOf(n + 1, rows.slice(n * size, (n + 1) * size), { items, pages }));
}

/** `2, 5-7` as numbers. */
const numbersOf = (text: unknown) =>
  String(text)
    .split(', ')
    .flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return [...Array(to - from + 1).keys()].map((n) => from + n);
    });

test('complete if and only if every page is there, whatever their order; else the missing ones are named', () => {
  const list = fc
    .record({ items: fc.integer({ min: 2, max: 40 }), size: fc.integer({ min: 1, max: 7 }) })
    .filter(({ items, size }) => items > size)
    .chain(({ items, size }) => {
      const pages = listOf(items, size);
      return fc.tuple(fc.constant(pages), fc.shuffledSubarray(pages, { minLength: 1 }));
    });
  fc.assert(
    fc.property(list, ([pages, some]) => {
      const [joined, ...others] = joinPages(some);
      expect(others).toEqual([]);
      const missing = pages.map(({ page }) => page.page).filter((n) => !some.some(({ page }) => page.page === n));
      expect(joined?.isPartial).toBe(missing.length > 0);
      if (missing.length > 0) expect(numbersOf(joined?.notes[0]?.args.missing)).toEqual(missing);
      const opened = joined?.open(LATEST_MS);
      if (!opened || isRefusal(opened)) throw new Error('refused');
      const kept = [...some]
        .sort((a, b) => a.page.page - b.page.page)
        .flatMap(({ page }) => page.rows as { id: number }[]);
      const readings = [...opened.batches].flatMap((batch) => batch.readings);
      expect(readings.map(({ facts }) => facts.exitId)).toEqual(kept.map(({ id }) => String(id)));
      // In another order the same, down to the name and the digest.
      const { open: _, ...told } = joined ?? { open: null };
      const { open: __, ...toldAgain } = joinPages([...some].reverse())[0] ?? { open: null };
      expect(toldAgain).toEqual(told);
    }),
    { numRuns: 200 },
  );
});

test('what is one page alone, or has no number, is no page of a longer list', () => {
  expect(pageOf([row(1)], { items: 1, page: 1, pages: 1 })).toBeNull();
  expect(pageOf([row(1)], { items: 2 })).toBeNull();
  expect(pageOf([row(1)], {})).toBeNull();
  expect(pageOf([row(1)], { items: 2, page: 0, pages: 2 })).toBeNull();
  expect(pageOf([row(1)], { items: 2, page: 1 })).toMatchObject({ page: 1, items: 2, pages: null });
});

test('without a number of pages the rows decide', () => {
  const [one, two] = [fileOf(1, [row(1), row(2)], { items: 3 }), fileOf(2, [row(3)], { items: 3 })];
  expect(joinPages([two, one])).toMatchObject([{ isPartial: false, notes: [] }]);
  expect(joinPages([one])).toMatchObject([
    { isPartial: true, notes: [{ code: 'missing-rows', args: { have: 2, of: 3 } }] },
  ]);
});

test('a hostile number of pages costs nothing', () => {
  const [joined] = joinPages([fileOf(3, [row(1)], { items: 999_999_999_999_999, pages: 999_999_999_999_999 })]);
  expect(joined?.notes[0]?.args.missing).toBe('1-2, 4-999999999999999');
  expect(joinPages([fileOf(9, [row(1)], { items: 2, pages: 2 })])[0]).toMatchObject({ isPartial: true });
});

test('other totals, other questions and other times are other lists', () => {
  const [one, two] = listOf(4, 2) as [PageFile, PageFile];
  const joined = (other: PageFile) => joinPages([one, other]).map(({ isPartial }) => isPartial);
  expect(joined(two)).toEqual([false]);
  expect(joined({ ...two, captured: { capturedMs: HOUR_MS / 2 } })).toEqual([false]);
  expect(joined({ ...two, captured: { capturedMs: HOUR_MS / 2 + 1 } })).toEqual([true, true]);
  expect(joined({ ...two, question: 'status=2' })).toEqual([true, true]);
  expect(joined({ ...two, ids: { ...NO_IDS, campaign: '1' } })).toEqual([true, true]);
  expect(joined(fileOf(2, [row(3), row(4), row(5)], { items: 5, pages: 2 }))).toEqual([true, true]);
});

test('one page twice: the newest counts; a copy of the same counts once', () => {
  const [one, two] = listOf(4, 2) as [PageFile, PageFile];
  const older = { ...fileOf(2, [row(2), row(3)], { items: 4, pages: 2 }), name: 'old.json' };
  const newer = { ...two, captured: { capturedMs: 5 } };
  expect(joinPages([newer, older, one])).toMatchObject([
    { name: 'exports/1.json (1-2) + 2.json (3-4)', isPartial: false, notes: [{ code: 'page-copies', args: { n: 1 } }] },
  ]);
  expect(joinPages([two, one, { ...two, name: 'exports/2 (1).json' }])).toMatchObject([
    { isPartial: false, notes: [] },
  ]);
});

const at = (file: PageFile, capturedMs: number): PageFile => ({
  ...file,
  sha256: `${file.sha256} ${capturedMs}`,
  captured: { capturedMs },
  own: { ms: capturedMs, from: 'file-time' },
});

test('each complete round through a list is a list of its own, also where the next begins within half an hour', () => {
  const [one, two] = listOf(4, 2) as [PageFile, PageFile];
  const begins = HOUR_MS / 2 - 1;
  const files = [at(one, 0), at(two, 1), at(one, begins), at(two, begins + 5)];
  expect(joinPages(files)).toMatchObject([
    { isPartial: false, notes: [], own: { ms: 0 } },
    { isPartial: false, notes: [], own: { ms: begins } },
  ]);
  expect(joinPages(files.slice(0, 3))).toMatchObject([{ isPartial: false, notes: [{ code: 'page-copies' }] }]);
});

test('a newer copy that does not fit leaves the list complete that there was', () => {
  const [one, two] = listOf(4, 2) as [PageFile, PageFile];
  const moved = at(fileOf(2, [row(2), row(3)], { items: 4, pages: 2 }), 9);
  expect(joinPages([one, two, moved])).toMatchObject([{ isPartial: false, notes: [{ code: 'page-copies' }] }]);
});

test('two copies of a page of one moment: nothing is joined', () => {
  const [one, two] = listOf(4, 2) as [PageFile, PageFile];
  const other = fileOf(2, [row(3), { ...row(4), status: 5 }], { items: 4, pages: 2 });
  expect(joinPages([one, two, other]).map(({ name, isPartial }) => [name, isPartial])).toEqual(
    expect.arrayContaining([
      ['exports/1.json', true],
      ['exports/2.json', true],
      ['exports/2.json', true],
    ]),
  );
});

test('a page that is there but of another state of the list, or of another hour, is not called missing', () => {
  const [one, two, three] = listOf(5, 2);
  if (!one || !two || !three) throw new Error('no pages');
  const codes = (...files: PageFile[]) => joinPages(files).map(({ notes }) => notes.map(({ code }) => code));
  const changed = [2, 3].map((n) => fileOf(n, [row(n * 2), row(n * 2 + 1)], { items: 6, pages: 3 }));
  expect(codes(one, ...changed)).toEqual([['pages-changed'], ['pages-changed']]);
  const late = [two, three].map((file) => ({ ...file, captured: { capturedMs: HOUR_MS } }));
  expect(codes(one, ...late)).toEqual([['pages-apart'], ['pages-apart']]);
  expect(codes(one, three)).toEqual([['missing-pages']]);
  expect(codes(one, { ...two, question: 'another' }, three)).toEqual([['missing-pages'], ['missing-pages']]);
});
