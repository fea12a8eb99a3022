/** Lines written alike are not parsed (flat-lines.ts): what they say must be what parsing each says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surveyBytes } from '../../src/ingest/decode.ts';
import { isRefusal, makeFindings } from '../../src/ingest/findings.ts';
import { batchRows } from '../../src/ingest/formats/own-row.ts';
import { readJsonRow } from '../../src/ingest/formats/tkguard-json.ts';
import { parseLines, splitLines } from '../../src/ingest/json-lines.ts';
import { NO_MAPPINGS } from '../../src/ingest/mapping.ts';
import { openExport } from '../../src/ingest/read-export.ts';
import { LATEST_MS, memorySource, NO_IDS } from '../support/exports.ts';
import { tell } from '../support/tell.ts';

/** Values as they stand in a file, right ones first. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  captured_at: ['"2026-11-20 09:30"', '"2026-11-21"', 'null', '"x"'],
  shop_id: ['"100"', '200', '"2\\u0030"', '1e5', '1.0', '12345678901234567890', '-5', '0', '01', 'true'],
  店铺名称: ['"甲店"', '"\\u7532店"', '""', '"甲\\"店"', '"甲\t店"', '"\\ud800"', 'null'],
  item_id: ['"1"', '1', '12', '"12345678901234567890"', '"a b"', '{}', '["1"]'],
  item_title: ['"茶"', '"茶叶茶叶茶叶茶叶茶叶\\n"', '"}"', '"\\x"', '"a\\\\"', '"rate\\":"', '"\\udc00茶"'],
  plan_id: ['"0"', '"11"', '11', '-11', '""'],
  plan_type: ['"special"', '"general"', '"新"'],
  rate: ['"5%"', '5', '0.45', '"-"', '""', '5.50', '"x"'],
  sales_30d: ['3', '"3"', '30', 'null', '3.5', 'false'],
  '': ['"5"', '1'],
  __proto__: ['"5"', '{}'],
  '7': ['7', '"7"'],
};
const ALL = Object.keys(VALUES).concat('__proto__');

const lineArbitrary = (isRight: boolean) => {
  const pick = (key: string) => {
    const values = Object.hasOwn(VALUES, key) ? (VALUES[key] ?? []) : ['"5"'];
    const right = fc.constantFrom(...values.slice(0, 2));
    return isRight
      ? right
      : fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...values) });
  };
  return fc.record(Object.fromEntries(ALL.map((key) => [key, pick(key)])) as Record<string, fc.Arbitrary<string>>);
};

const fileArbitrary = fc
  .record({
    keys: fc.shuffledSubarray(ALL.slice(0, 9), { minLength: 6 }),
    odd: fc.subarray(['', '__proto__', '7'], { maxLength: 1 }),
    isRight: fc.boolean(),
    comma: fc.constantFrom(',', ', ', ' ,\t'),
    colon: fc.constantFrom(':', ': '),
    lineEnd: fc.constantFrom('\n', '\r\n', ' \n'),
    chunkSize: fc.constantFrom(1, 7, 100, 65_536),
  })
  .chain((shape) => {
    const keys = [
      ...new Set([...shape.keys, 'shop_id', 'plan_id', 'plan_type', 'rate', ...(shape.isRight ? [] : shape.odd)]),
    ];
    const edit = fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: lineArbitrary(true) },
        { weight: shape.isRight ? 0 : 2, arbitrary: lineArbitrary(false) },
      ),
      fc.subarray(keys),
      fc.nat(30),
    );
    const cuts = fc.array(
      fc.tuple(fc.nat(2000), fc.constantFrom('', '"', ',', '}', '{', ' ', '1', '\\', '\u00a0', '\ufeff')),
      {
        maxLength: shape.isRight ? 0 : 2,
      },
    );
    return fc.record({ edits: fc.array(edit, { minLength: 5, maxLength: 30 }), cuts }).map(({ edits, cuts }) => {
      const said: Record<string, string | undefined> = Object.create(null);
      const lines = edits.map(([fresh, changed, extra], index) => {
        for (const key of index === 0 ? keys : changed) said[key] = fresh[key] ?? '"5"';
        let written = keys;
        if (extra === 1) written = [...keys].reverse();
        if (extra === 2) written = [...keys, keys[0] ?? ''];
        if (extra === 3 || extra === 4) written = keys.filter((key) => key !== 'sales_30d');
        if (extra === 5) written = keys.filter((key) => key !== 'rate');
        if (extra === 6 && !shape.isRight) return '  ';
        if (extra === 7 && !shape.isRight) return '[1]';
        return `{${written.map((key) => `"${key}"${shape.colon}${said[key]}`).join(shape.comma)}}`;
      });
      let text = lines.join(shape.lineEnd);
      for (const [at, some] of cuts) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + some + text.slice(place + (some === '' ? 1 : 0));
      }
      return { text, chunkSize: shape.chunkSize };
    });
  });

function readPlainly(text: string): unknown {
  const findings = makeFindings();
  const context = { ids: NO_IDS, latestMs: LATEST_MS, findings };
  return tell(findings, () => {
    function* readRows() {
      for (const { line, value } of parseLines(splitLines([text]), context)) {
        const row = readJsonRow(value, line, context);
        if (row) yield row;
      }
    }
    return [...batchRows(readRows(), 'listed')];
  });
}

test('lines written alike say what they say when each is parsed', () => {
  fc.assert(
    fc.property(fileArbitrary, ({ text, chunkSize }) => {
      const source = memorySource('export.ndjson', text, chunkSize);
      const survey = surveyBytes(source);
      if (survey.encoding !== 'utf-8') return;
      const options = { format: 'tkguard-ndjson', mapping: NO_MAPPINGS, ids: NO_IDS, latestMs: LATEST_MS };
      const opened = openExport(source, survey, options);
      if (isRefusal(opened)) return;
      const told = tell(opened.findings, () => [...opened.batches]);
      expect(told).toEqual(readPlainly(text.replace(/^\ufeff/, '')));
    }),
    { numRuns: Number(process.env.RUNS ?? 400) },
  );
});
