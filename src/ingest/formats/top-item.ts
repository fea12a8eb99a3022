/** What the rows of all open platform answers have in common: one item, one rate of one kind of plan, special plans (formats.md §6). */
import type { ParsedRate } from '../../domain/rate.ts';
import { parseHundredths } from '../../domain/rate.ts';
import type { ItemIds, PlanFacts, RateFact, Reading, ShopIds } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { isBlank } from '../cells.ts';
import type { Batch, ReadContext } from '../format.ts';
import { cellText } from '../json.ts';
import type { PlanKey, RowCells } from '../json-cells.ts';
import { bareFacts, MARKETING_PLAN_ID, planOf } from '../json-cells.ts';

/** A plan as a row lists it; `rate` null: the row does not have the field. */
export interface TopPlan {
  readonly planId: string;
  readonly facts: PlanFacts;
  readonly rate: RateFact | null;
  /** false: listed as not usable. */
  readonly isUsable?: boolean | null;
}

/** By `commission_type`. SP and ZX are rates of one special or self-chosen plan, whose id the row does not have. */
const PLANS_BY_TYPE: ReadonlyMap<string, PlanKey> = new Map([
  ['COMMON', planOf(GENERAL_PLAN_ID, 'general')],
  ['MKT', planOf(MARKETING_PLAN_ID, 'marketing')],
]);

/** Rates in 1/100 % are whole numbers (`"1550"`); a decimal point is the mark of the fields in percent, which have the same names. */
export function parseWholeHundredths(text: string): ParsedRate {
  return /[.．]/.test(text) ? { ok: false } : parseHundredths(text);
}

/** A rate where the row has the field at all: an absent field says nothing, a blank one says that the rate is unknown. */
export function statedRate(
  row: RowCells,
  field: string,
  parse: (text: string) => ParsedRate,
  sales: number | null,
): RateFact | null {
  return row.value(field) === undefined ? null : row.rate(field, parse, sales);
}

/**
 * The row's one rate, under the plan that it belongs to; null where there is none. Without a plan no reading is made of
 * it: it is not the general rate, and a stated unknown would hide what another export knows.
 */
export function readOwnRate(
  row: RowCells,
  field: string,
  parse: (text: string) => ParsedRate,
  sales: number | null,
): TopPlan | 'unnamed' | null {
  const plan = row.hint('commission_type', PLANS_BY_TYPE);
  if (plan) return { planId: plan.planId, facts: bareFacts(plan.facts), rate: statedRate(row, field, parse, sales) };
  return isBlank(cellText(row.value(field))) ? null : 'unnamed';
}

/** What one row tells. */
export interface TopItem {
  readonly locator: number;
  readonly shop: ShopIds;
  readonly item: ItemIds;
  readonly own: TopPlan | 'unnamed' | null;
  readonly specials: readonly TopPlan[];
  /** A rate of which only the name is known (formats.md §1.1). */
  readonly hasLockRate: boolean;
}

export function hasLockRate(row: RowCells): boolean {
  return !isBlank(cellText(row.value('lock_rate')));
}

/** The shop of a row that is not nested. */
export function flatShop(row: RowCells): ShopIds {
  return {
    sellerId: row.id('seller_id', 'needed'),
    keeperId: null,
    name: row.text('nick') ?? row.text('shop_title'),
  };
}

/** Special plans are facts also where they have no rate; without its rate, the plan of the row's own rate is none. */
function readingsOf({ locator, shop, item, own, specials }: TopItem): Reading[] {
  const plans = own === null || own === 'unnamed' || own.rate === null ? specials : [own, ...specials];
  return plans.map(({ planId, facts, rate }) => ({ locator, shop, item, planId, facts, rate }));
}

/**
 * One batch of all rows, `partial`: an answer is a page of a search, and nothing says that a row lists every special
 * plan of its item (of all sources only the alliance's own item search is known to; formats.md, Appendix C). A plan
 * taken for gone would count as closed, and a rate below the general one would pass unseen.
 */
export function topBatches(items: readonly TopItem[], { findings }: ReadContext): readonly Batch[] {
  const readings = agreeOnLocks(items.flatMap(readingsOf));
  const unnamed = items.filter(({ own }) => own === 'unnamed').length;
  if (unnamed > 0) findings.notes.push({ code: 'plan-unnamed', args: { items: unnamed } });
  const incomes = new Set(readings.filter(({ rate }) => rate?.measure === 'income').map(({ locator }) => locator));
  if (incomes.size > 0) findings.notes.push({ code: 'income-only', args: { items: incomes.size } });
  const unusable = items.flatMap(({ specials }) => specials.filter((plan) => plan.isUsable === false));
  const plans = new Set(unusable.map(({ planId }) => planId)).size;
  if (plans > 0) findings.notes.push({ code: 'not-usable', args: { plans } });
  if (items.some((item) => item.hasLockRate))
    findings.notes.push({ code: 'unit-unknown', args: { field: 'lock_rate' } });
  return [{ account: null, capturedMs: null, coverage: 'partial', subject: '', readings }];
}

/**
 * A lock stands in each item's list of plans. Whether it is the plan's or the item's is not known (formats.md §8, R10),
 * so a plan that is locked for one item and not for another has no lock that could be stated.
 */
function agreeOnLocks(readings: readonly Reading[]): readonly Reading[] {
  const locks = new Map<string, boolean>();
  const torn = new Set<string>();
  const keyOf = ({ shop, planId }: Reading) => `${shop.sellerId} ${planId}`;
  for (const reading of readings) {
    const { locked } = reading.facts;
    if (locked === null) continue;
    const key = keyOf(reading);
    if (locks.has(key) && locks.get(key) !== locked) torn.add(key);
    locks.set(key, locked);
  }
  if (torn.size === 0) return readings;
  return readings.map((reading) =>
    torn.has(keyOf(reading)) ? { ...reading, facts: { ...reading.facts, locked: null } } : reading,
  );
}
