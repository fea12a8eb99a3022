/** Cells to values: one function per kind of cell. Each gives the value, null where the cell says nothing, or a Fault. */
import { foldWidth, type ParsedRate, parseFraction, parseHundredths, parsePercent, UNKNOWN } from '../domain/rate.ts';
import type { MembershipStatus, PlanKind, PlanState } from '../domain/reading.ts';
import { formatIso, parseInstant, parseTime } from '../domain/time.ts';
import type { ProblemCode } from './findings.ts';

/** What is wrong with a cell. `expected`: what would have been right, where the code alone does not say. */
export class BadCell {
  constructor(
    readonly code: ProblemCode,
    readonly expected = '',
  ) {}
}

export type Cell<T> = (cell: string) => T | null | BadCell;

const LONGEST_UNKNOWN = 4;

/** Whether a cell says nothing: empty, `-`, `无`, `0` and the like. */
export function isBlank(cell: string): boolean {
  const plain = cell.trim();
  return plain.length <= LONGEST_UNKNOWN && UNKNOWN.has(foldWidth(plain));
}

/** Any text. Half a character, which JSON can write, becomes U+FFFD, as it would in the database. */
export function textCell(cell: string): string | null {
  return isBlank(cell) ? null : cell.trim().toWellFormed();
}

const NEEDS_NO_CLEANING = /^(?:[\w.%:/-]+(?: [\w.%:/-]+)*)?$/;

/** Takes off what spreadsheets put around text: `="123"`, a leading apostrophe, tabs and blanks, full-width digits. */
export function cleanCell(cell: string): string {
  if (NEEDS_NO_CLEANING.test(cell)) return cell;
  const plain = foldWidth(cell).trim();
  const bare = plain.startsWith('="') ? (/^="(.*)"$/.exec(plain)?.[1] ?? plain) : plain;
  // All of them: what was cleaned once is clean.
  return bare.startsWith("'") ? bare.replace(/^['\s]+/, '').trimEnd() : bare.trim();
}

const ID = /^[\p{L}\p{N}_\-+/=~]{1,128}$/u;
const DIGITS = /^\d{1,128}$/;
const ROUNDED = /^\d(\.\d+)?E\+?\d+$/i;

/** An id as text with every digit. */
export function idCell(cell: string): string | null | BadCell {
  // The usual case, without cleaning.
  if (DIGITS.test(cell)) return cell;
  const plain = cleanCell(cell);
  if (UNKNOWN.has(plain)) return null;
  if (ROUNDED.test(plain)) return new BadCell('rounded-id');
  return ID.test(plain) ? plain : new BadCell('bad-id');
}

type Words<T> = ReadonlyMap<string, T>;

/** Each value with the words and numbers that stand for it, blanks between them. */
export function wordsOf<T extends string>(values: Readonly<Record<T, string>>): Words<T> {
  const entries = Object.entries(values) as [T, string][];
  return new Map(entries.flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)));
}

/** Words and numbers for yes, and for no, blanks between them. */
export function yesNoWords(yes: string, no: string): Words<boolean> {
  return new Map([...wordsOf({ yes, no })].map(([word, value]) => [word, value === 'yes']));
}

export const KIND_WORDS = wordsOf<PlanKind>({
  general: 'general 通用计划 通用',
  special: 'special 定向计划 特殊计划 定向',
  event: 'event 鹊桥 活动',
  marketing: 'marketing 营销计划',
  selected: 'selected 自选计划',
});

export const STATUS_WORDS = wordsOf<MembershipStatus>({
  approved: 'approved 审核通过 已通过 通过 已过 已加入',
  pending: 'pending 待审核 审核中 申请中',
  rejected: 'rejected 审核拒绝 已拒绝 未通过',
  removed: 'removed 卖家清退 已清退',
  left: 'left 主动退出 已退出',
  none: 'none 未申请 未加入',
});

export const STATE_WORDS = wordsOf<PlanState>({
  active: 'active 进行中',
  expired: 'expired 已过期',
  stopped: 'stopped 已停止',
  deleted: 'deleted 已删除',
});

export const YES_NO_WORDS = yesNoWords('yes 是 1 true', 'no 否 0 false');

/** A cell with one of a closed list of words, English ones in any case. */
interface WordCell<T> extends Cell<T> {
  readonly words: Words<T>;
}

/** Reads one of these words; any other is a `bad-word`. */
export function wordCell<T>(words: Words<T>): WordCell<T> {
  const fault = new BadCell('bad-word', [...words.keys()].join(', '));
  const read = (cell: string) => {
    const plain = cleanCell(cell);
    return UNKNOWN.has(plain) ? null : (words.get(plain) ?? words.get(plain.toLowerCase()) ?? fault);
  };
  return Object.assign(read, { words });
}

type Moment = ReturnType<typeof parseTime>;

/** Times are slow to read, and the same few stand in many rows. So many are remembered at once: memory must stay flat. */
const MOST_MOMENTS = 10_000;
const moments = new Map<string, Moment | BadCell>();

/** A date or a date-time. */
export function momentCell(cell: string): Moment | BadCell {
  const known = moments.get(cell);
  if (known !== undefined) return known;
  const moment = readTime(cell, parseTime);
  if (moments.size >= MOST_MOMENTS) moments.clear();
  // A copy: a cell cut from a large text would keep all of that text in memory.
  moments.set(Buffer.from(cell).toString(), moment);
  return moment;
}

const MILLISECONDS = /^\d{13}$/;
const MS_DIGITS = 13;

/** The same, or milliseconds since 1970 (formats.md §9), in columns where every row has another: in milliseconds. */
export function instantCell(cell: string): number | null | BadCell {
  const plain = cell.length === MS_DIGITS ? cleanCell(cell) : '';
  return MILLISECONDS.test(plain) ? Number(plain) : readTime(cell, parseInstant);
}

function readTime<T>(cell: string, parse: (plain: string) => T | null): T | null | BadCell {
  const plain = cleanCell(cell);
  if (isBlank(plain)) return null;
  // A spreadsheet shows a date as the number of its days: 46348.375.
  return parse(plain) ?? new BadCell('bad-time', /^[345]\d{4}(\.\d+)?$/.test(plain) ? 'number' : '');
}

/** The same as the text of `parseTime`. */
export function timeCell(cell: string): string | null | BadCell {
  const moment = momentCell(cell);
  return moment === null || moment instanceof BadCell ? moment : moment.text;
}

/** The same, or milliseconds since 1970 as a number or text (formats.md §9). */
export function timeOrMsCell(cell: string): string | null | BadCell {
  const plain = cleanCell(cell);
  return MILLISECONDS.test(plain) ? formatIso(Number(plain)) : timeCell(plain);
}

/** Units in which files give rates. Never told from the size of a number: 0.45 % is `45` in one answer, 45 % is `45.00` in another. */
export const RATE_UNITS = ['percent', 'basis-points', 'fraction'] as const;
export type RateUnit = (typeof RATE_UNITS)[number];

/** Basis points of a cell with a rate, by its unit: fixed per format and field, never guessed (formats.md §1.1). */
export const RATE_CELLS: Readonly<Record<RateUnit, Cell<number>>> = {
  percent: rateCell(parsePercent, ''),
  'basis-points': rateCell(parseHundredths, 'basis-points'),
  fraction: rateCell(parseFraction, 'fraction'),
};

/** A cell with a rate as it stands; '' where it says nothing: empty or null. Of `-` and 0 see design.md §4.1. */
export function rateCellText(cell: string): string {
  const plain = cleanCell(cell).toLowerCase();
  return plain === '' || plain === 'null' ? '' : cell.trim();
}

/** Reads basis points; `unit` is what the problem says was expected. */
export function rateCell(parse: (text: string) => ParsedRate, unit: string): Cell<number> {
  return (cell) => {
    const rate = parse(cleanCell(cell));
    return rate.ok ? rate.bp : new BadCell('bad-rate', unit);
  };
}

const COUNT = /^\d{1,15}$/;

/** A whole number, not negative; thousands separators as spreadsheets write them. */
export function countCell(cell: string): number | null | BadCell {
  if (COUNT.test(cell)) return Number(cell);
  const plain = cleanCell(cell).replace(/,(?=\d{3})/g, '');
  if (UNKNOWN.has(plain)) return null;
  return /^\d{1,15}(\.0+)?$/.test(plain) ? Number.parseInt(plain, 10) : new BadCell('bad-number');
}

const AMOUNT = /^\d{1,15}(\.\d{1,2})?$/;

/** Yuan with at most two decimals, as text. */
export function amountCell(cell: string): string | null | BadCell {
  if (AMOUNT.test(cell)) return cell;
  const plain = cleanCell(cell).replace(/,(?=\d{3})/g, '');
  if (UNKNOWN.has(plain)) return null;
  return AMOUNT.test(plain) ? plain : new BadCell('bad-amount');
}

const NAME_STATES: ReadonlyMap<string | undefined, PlanState> = new Map([
  ['计划失效', 'stopped'],
  ['计划已过期', 'expired'],
  ['计划已停止', 'stopped'],
  ['计划已删除', 'deleted'],
]);

/** Plan names may end in a state: `老客专享[计划已停止]` (formats.md §4). 失效 (no longer valid) counts as stopped. */
export function splitPlanName(cell: string): { name: string | null; state: PlanState | null } {
  const name = cell.trim();
  const match = /^(.*?)\s*[[［【]([^[\]［］【】]+)[\]］】]$/u.exec(name);
  const state = NAME_STATES.get(match?.[2]) ?? null;
  const bare = state ? (match?.[1] ?? '') : name;
  return { name: bare === '' ? null : bare, state };
}

/** A leading `-` marks a hidden plan (formats.md §1.3); the bare id is the key. */
export function splitHidden(planId: string): { id: string; hidden: boolean } {
  return planId.startsWith('-') ? { id: planId.slice(1), hidden: true } : { id: planId, hidden: false };
}
