/** Which rates are in doubt (design.md §3.5), as rates that formats say in turn. */
import { describe, expect, test } from 'vitest';
import { formatBp } from '../../src/domain/rate.ts';
import type { Feed, RateMoves, Run } from '../../src/domain/runs.ts';
import { isHundredth, rateMoves } from '../../src/domain/unit-doubt.ts';

test.each([
  ['10.00', '0.10', true],
  ['15.50', '0.16', true],
  ['15.50', '0.15', true],
  ['15.49', '0.15', true],
  ['15.49', '0.16', false],
  ['9.99', '0.10', true],
  ['9.50', '0.10', true],
  ['9.49', '0.10', false],
  ['10.50', '0.10', true],
  ['10.51', '0.10', false],
  ['1.00', '0.01', true],
  ['0.50', '0.01', true],
  ['0.49', '0.01', false],
  ['100.00', '1.00', true],
  ['10.00', '0.12', false],
  ['10.00', '1.00', false],
  ['10.00', '10.00', false],
  ['0.01', '0.01', false],
])('%s and %s', (a, b, is) => {
  expect(isHundredth(bpOf(a), bpOf(b))).toBe(is);
  expect(isHundredth(bpOf(b), bpOf(a))).toBe(is);
});

const bpOf = (rate: string) => Number(rate.replace('.', ''));

/** `csv 10.00`, one a day; `-`: listed as unknown; `!`: the user accepted it; `csv 10.00 & json 0.10`: on the same day. */
function movesOf(said: string): string {
  const days = said.split(', ').map((day) => day.split(' & '));
  const formats = [...new Set(days.flat().map((text) => text.split(' ')[0]!))];
  const runs = formats.flatMap((format, id) => {
    const own = days.flatMap((texts, day) =>
      texts.filter((text) => text.startsWith(`${format} `)).map((text) => ({ text, day })),
    );
    const feed: Feed = {
      id,
      format,
      coverage: 'listed',
      times: own.map(({ day }) => day + 1),
      fileAt: () => format,
      isAccepted: (ms) => own.some(({ text, day }) => day + 1 === ms && text.endsWith('!')),
    };
    return own.map(({ text }, index): Run<number | null> => {
      const rate = text.split(' ')[1]!.replace('!', '');
      const source = { file: format, locator: index, raw: rate };
      return { feed, value: rate === '-' ? null : bpOf(rate), first: index, last: index, source };
    });
  });
  return textOf(rateMoves(runs));
}

function textOf({ change, doubt }: RateMoves): string {
  const move = doubt ?? change;
  if (!move) return 'none';
  const { from, to, lastSeenBeforeMs: before, firstSeenAfterMs: after } = move;
  return `${doubt ? 'doubt' : 'change'} ${formatBp(from)}>${formatBp(to)} ${before}-${after}`;
}

describe('what became of a rate', () => {
  test.each([
    ['a cut is none', 'csv 10.00, csv 8.00', 'change 10.00>8.00 1-2'],
    ['a tenth is none', 'csv 10.00, csv 1.00', 'change 10.00>1.00 1-2'],
    ['the first rate is believed', 'csv 0.10', 'none'],
    ['a hundredth', 'csv 10.00, csv 0.10', 'doubt 10.00>0.10 1-2'],
    ['a hundredfold', 'csv 0.10, csv 10.00', 'doubt 0.10>10.00 1-2'],
    ['unknown in between', 'csv 10.00, csv -, csv 0.10', 'doubt 10.00>0.10 1-3'],
    ['unknown after it', 'csv 10.00, csv 0.10, csv -', 'doubt 10.00>0.10 1-2'],
    ['what another format believed', 'json 10.00, csv 0.10', 'doubt 10.00>0.10 1-2'],
    ['the same format again', 'csv 10.00, csv 0.10, csv 0.10', 'doubt 10.00>0.10 1-2'],
    ['rounded otherwise the next day', 'csv 15.50, csv 0.16, csv 0.15', 'doubt 15.50>0.15 2-3'],
    ['another format', 'csv 10.00, csv 0.10, json 0.10', 'change 10.00>0.10 1-3'],
    ['another format, and once more the first', 'csv 10.00, csv 0.10, json 0.10, csv 0.10', 'change 10.00>0.10 1-3'],
    ['another format on the same day', 'csv 10.00, csv 0.10 & json 0.10', 'change 10.00>0.10 1-2'],
    ['another format said it before', 'csv 10.00, json 0.10, csv 10.00, csv 0.10', 'change 10.00>0.10 3-4'],
    ['but not of another time', 'json 0.10, csv 5.00, csv 10.00, csv 0.10', 'doubt 10.00>0.10 3-4'],
    ['another format says the old one', 'csv 10.00, csv 0.10, json 10.00', 'none'],
    ['another format says the old one on the same day', 'csv 10.00, csv 0.10 & json 10.00', 'none'],
    ['accepted', 'csv 10.00, csv 0.10!', 'change 10.00>0.10 1-2'],
    ['accepted when it came again', 'csv 10.00, csv 0.10, csv 0.10!', 'change 10.00>0.10 1-3'],
    ['accepted, it stays so', 'csv 10.00, csv 0.10!, csv 0.10', 'change 10.00>0.10 1-2'],
    ['accepted, then cut', 'csv 10.00, csv 0.10!, csv 0.05', 'change 0.10>0.05 2-3'],
    ['accepted, then the old one', 'csv 10.00, csv 0.10!, csv 10.00', 'doubt 0.10>10.00 2-3'],
    ['back', 'csv 10.00, csv 0.10, csv 10.00', 'none'],
    ['back, after an earlier cut', 'csv 12.00, csv 10.00, csv 0.10, csv 10.00', 'change 12.00>10.00 1-2'],
    ['back and again', 'csv 10.00, csv 0.10, csv 10.00, csv 0.10', 'doubt 10.00>0.10 3-4'],
    ['back, and cut', 'csv 10.00, csv 0.10, csv 8.00', 'change 10.00>8.00 1-3'],
    ['cut further', 'csv 10.00, csv 0.10, csv 0.05', 'change 10.00>0.05 1-3'],
  ])('%s', (_, said, moves) => {
    expect(movesOf(said)).toBe(moves);
  });
});
