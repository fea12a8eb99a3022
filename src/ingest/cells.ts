/** Cells to values: one plain function per kind of cell. Each returns the value, null where the cell says nothing, or BAD. */
import type { ParsedRate } from '../domain/rate.ts';
import { foldWidth, formatBp, MAX_RATE_BP, parseFraction, parseHundredths, parsePercent } from '../domain/rate.ts';
import type { MembershipStatus, PlanKind, PlanState } from '../domain/reading.ts';
import type { ProblemCode } from './findings.ts';
import type { RateUnit } from './format.ts';
import { rememberCells } from './remember.ts';

export const BAD: unique symbol = Symbol('bad cell');
export type Bad = typeof BAD;

const SAYS_NOTHING = new Set(['', '-', '--', '—', 'null', '无']);

const LONGEST_NOTHING = 4;

export function isBlank(cell: string): boolean {
  const plain = cell.trim();
  return plain.length <= LONGEST_NOTHING && SAYS_NOTHING.has(foldWidth(plain));
}

/** Any text. Half a character, which JSON can spell, becomes what the database would make of it: a text must not differ from itself. */
export function textCell(cell: string): string | null {
  return isBlank(cell) ? null : cell.trim().toWellFormed();
}

const NEEDS_NO_CLEANING = /^[\w.%]*$/;

/** Takes off what spreadsheets put around text: `="123"`, a leading apostrophe, tabs and blanks, full-width digits. */
export function cleanCell(cell: string): string {
  if (NEEDS_NO_CLEANING.test(cell)) return cell;
  const plain = foldWidth(cell).trim();
  const bare = plain.startsWith('="') ? (/^="(.*)"$/.exec(plain)?.[1] ?? plain) : plain;
  return bare.startsWith("'") ? bare.slice(1).trim() : bare.trim();
}

const ID = /^[\p{L}\p{N}_\-+/=~]{1,128}$/u;
const DIGITS = /^\d{1,128}$/;
const ROUNDED = /^\d(\.\d+)?E\+?\d+$/i;

/** An id as text with every digit, or the code of what is wrong with it. Blank is null. */
export function idCell(cell: string): { id: string | null } | { problem: ProblemCode } {
  // Most are: this is asked of every row.
  if (DIGITS.test(cell)) return { id: cell };
  const plain = cleanCell(cell);
  if (plain === '' || SAYS_NOTHING.has(plain)) return { id: null };
  if (ROUNDED.test(plain)) return { problem: 'rounded-id' };
  return ID.test(plain) ? { id: plain } : { problem: 'bad-id' };
}

type Words<T> = ReadonlyMap<string, T>;

export const KIND_WORDS: Words<PlanKind> = new Map<string, PlanKind>([
  ['general', 'general'],
  ['通用计划', 'general'],
  ['通用', 'general'],
  ['special', 'special'],
  ['定向计划', 'special'],
  ['特殊计划', 'special'],
  ['定向', 'special'],
  ['event', 'event'],
  ['鹊桥', 'event'],
  ['活动', 'event'],
  ['marketing', 'marketing'],
  ['营销计划', 'marketing'],
  ['selected', 'selected'],
  ['自选计划', 'selected'],
]);

export const STATUS_WORDS: Words<MembershipStatus> = new Map<string, MembershipStatus>([
  ['approved', 'approved'],
  ['审核通过', 'approved'],
  ['已通过', 'approved'],
  ['已过', 'approved'],
  ['pending', 'pending'],
  ['待审核', 'pending'],
  ['审核中', 'pending'],
  ['rejected', 'rejected'],
  ['审核拒绝', 'rejected'],
  ['removed', 'removed'],
  ['卖家清退', 'removed'],
  ['left', 'left'],
  ['主动退出', 'left'],
  ['none', 'none'],
  ['未申请', 'none'],
]);

export const STATE_WORDS: Words<PlanState> = new Map<string, PlanState>([
  ['active', 'active'],
  ['进行中', 'active'],
  ['expired', 'expired'],
  ['已过期', 'expired'],
  ['stopped', 'stopped'],
  ['已停止', 'stopped'],
  ['deleted', 'deleted'],
  ['已删除', 'deleted'],
]);

export const YES_NO_WORDS: Words<boolean> = new Map([
  ['yes', true],
  ['是', true],
  ['1', true],
  ['true', true],
  ['no', false],
  ['否', false],
  ['0', false],
  ['false', false],
]);

/** One of a closed list of words, English ones in any case. */
export function wordCell<T>(cell: string, words: Words<T>): T | null | Bad {
  const plain = cleanCell(cell).toLowerCase();
  if (SAYS_NOTHING.has(plain)) return null;
  return words.get(plain) ?? BAD;
}

/** A date that a spreadsheet shows as the number of its days (46348.375), for a problem; `''` for any other text. */
export function timeToSay(cell: string): string {
  return /^[345]\d{4}(\.\d+)?$/.test(cleanCell(cell)) ? 'number' : '';
}

const COUNT = /^\d{1,15}$/;

/** What the bytes of a cell do not tell: its text does. */
export const NOT_PLAIN = -1;
/** The cell is empty. */
export const EMPTY = -2;
const [ZERO, NINE, POINT, PERCENT] = [48, 57, 46, 37];

/** Basis points of a cell that says them as tkguard does, `4.50%`; of any other NOT_PLAIN. */
export function plainPercent(bytes: Uint8Array, from: number, to: number): number {
  const point = to - 4;
  if (point <= from || point > from + 3 || bytes[point] !== POINT || bytes[to - 1] !== PERCENT) return NOT_PLAIN;
  if (bytes[from] === ZERO && point > from + 1) return NOT_PLAIN;
  let bp = 0;
  for (let i = from; i < to - 1; i++) {
    if (i === point) continue;
    const byte = bytes[i] as number;
    if (byte < ZERO || byte > NINE) return NOT_PLAIN;
    bp = bp * 10 + byte - ZERO;
  }
  return bp > 0 && bp <= MAX_RATE_BP ? bp : NOT_PLAIN;
}

const PLAIN_RATES: string[] = [];

/** The cell that `plainPercent` reads. */
export function plainRate(bp: number): string {
  PLAIN_RATES[bp] ??= `${formatBp(bp)}%`;
  return PLAIN_RATES[bp];
}

/** A rate in each unit, from any text. */
export const READ_RATE: Readonly<Record<RateUnit, (cell: string) => ParsedRate>> = {
  percent: rememberCells((cell) => parsePercent(cleanCell(cell))),
  'basis-points': rememberCells((cell) => parseHundredths(cleanCell(cell))),
  fraction: rememberCells((cell) => parseFraction(cleanCell(cell))),
};

/** The number of a cell of at most nine digits, or EMPTY; of any other NOT_PLAIN. */
export function plainCount(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return EMPTY;
  if (to - from > 9) return NOT_PLAIN;
  let count = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte < ZERO || byte > NINE) return NOT_PLAIN;
    count = count * 10 + byte - ZERO;
  }
  return count;
}

/** Yuan, without the fen, of an amount such as `1204` or `1204.50`, or EMPTY; of any other cell NOT_PLAIN. */
export function plainAmount(bytes: Uint8Array, from: number, to: number): number {
  const point = to - 3;
  if (point <= from || bytes[point] !== POINT) return plainCount(bytes, from, to);
  return plainCount(bytes, point + 1, to) < 0 ? NOT_PLAIN : plainCount(bytes, from, point);
}

/** A whole number, not negative; thousands separators as spreadsheets write them. */
export function countCell(cell: string): number | null | Bad {
  if (COUNT.test(cell)) return Number(cell);
  const plain = cleanCell(cell).replace(/,(?=\d{3})/g, '');
  if (SAYS_NOTHING.has(plain)) return null;
  return /^\d{1,15}(\.0+)?$/.test(plain) ? Number.parseInt(plain, 10) : BAD;
}

const AMOUNT = /^\d{1,15}(\.\d{1,2})?$/;

/** Yuan with at most two decimals, or nothing. */
export function isAmount(cell: string): boolean {
  if (cell === '' || AMOUNT.test(cell)) return true;
  const plain = cleanCell(cell).replace(/,(?=\d{3})/g, '');
  return SAYS_NOTHING.has(plain) || AMOUNT.test(plain);
}

const NAME_STATES: readonly (readonly [suffix: string, state: PlanState])[] = [
  ['计划失效', 'stopped'],
  ['计划已过期', 'expired'],
  ['计划已停止', 'stopped'],
  ['计划已删除', 'deleted'],
];

/** Plan names may end in a state: `老客专享[计划已停止]` (formats.md §4). 失效 (no longer valid) counts as stopped. */
export function splitPlanName(cell: string): { name: string | null; state: PlanState | null } {
  const name = cell.trim();
  const match = /^(.*?)\s*[[［【]([^[\]［］【】]+)[\]］】]$/u.exec(name);
  const state = NAME_STATES.find(([suffix]) => suffix === match?.[2])?.[1] ?? null;
  const bare = state ? (match?.[1] ?? '') : name;
  return { name: bare === '' ? null : bare, state };
}

/** A leading `-` marks a hidden plan (formats.md §1.3); the bare id is the key. */
export function splitHidden(planId: string): { id: string; hidden: boolean } {
  return planId.startsWith('-') ? { id: planId.slice(1), hidden: true } : { id: planId, hidden: false };
}
