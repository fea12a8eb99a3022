/** Item lists of the open platform (formats.md §6): a row is one item with one rate of one kind of plan, and special plans. */
import { groupBy } from '../../domain/group-by.ts';
import { mapValues } from '../../domain/map-values.ts';
import { isZeroRate, type ParsedRate, parseHundredths } from '../../domain/rate.ts';
import { GENERAL_PLAN_ID, type RateFact, type Reading } from '../../domain/reading.ts';
import { isBlank, rateCell, YES_NO_WORDS, yesNoWords } from '../cells.ts';
import { type Fields, jsonFormat, planWith } from '../declare.ts';
import { rateFields } from '../format.ts';
import { at, cellText, isList, isObject, type Json, parseJson } from '../json.ts';
import type { Plan, Row, RowField } from '../row.ts';
import { code, count, first, hint, id, MARKETING_PLAN_ID, planOf, plansInMap, text } from '../row.ts';
import { isTopAnswer, type TopFamily, topRows } from './top-answer.ts';

interface TopDeclaration
  extends Pick<
    Parameters<typeof jsonFormat>[0],
    'gives' | 'exampleName' | 'rates' | 'addresses' | 'example' | 'plans'
  > {
  readonly family: TopFamily;
  readonly fields: Fields;
  /** Where rows have a rate of which only the name is known (formats.md §1.1). */
  readonly lockRate: (row: Json) => Json | undefined;
}

/**
 * `partial`: an answer is a page of a search, and nothing says that a row lists every special plan of its item. A plan taken
 * for gone would count as closed, and a rate below the general one would pass unseen.
 */
function topFormat({ family, lockRate, ...declared }: TopDeclaration) {
  return jsonFormat({
    ...declared,
    id: family.format,
    rows: (doc) => topRows(doc, family),
    is: ({ doc }) => isTopAnswer(doc, family),
    complete: 'partial',
    merge: agreeOnLocks,
    note({ findings }, rows) {
      if (rows.some((row) => !isBlank(cellText(lockRate(row)))))
        findings.notes.push({ code: 'unit-unknown', args: { field: 'lock_rate' } });
    },
  });
}

/** A row that is not nested. */
const FLAT: Fields = {
  sellerId: id('seller_id'),
  nick: text('nick'),
  title: text('shop_title'),
  picture: text('pict_url'),
  sales: count('tk_total_sales'),
  itemTitle: text('title'),
};

const SPECIALS = 'info_dxjh';

/**
 * `tbk.dg.material.optional`, `tbk.sc.material.optional`: the item search until about 2023 (formats.md §6.1). Rates are in
 * 1/100 %, those of special plans as JSON within a string.
 */
export const topMaterialOptional = topFormat({
  family: {
    format: 'top-material-optional',
    methods: ['dg_material_optional', 'sc_material_optional'],
    ownKeys: [SPECIALS, 'include_dxjh'],
    foreignKeys: ['publish_info', 'sp_campaign_list', 'favorites_info', 'topn_info'],
  },
  gives: ['general', 'special'],
  exampleName: 'material-optional.json',
  rates: rateFields({ commission_rate: 'basis-points', [SPECIALS]: 'basis-points', lock_rate: null }),
  addresses: ['taobao.tbk.dg.material.optional', 'taobao.tbk.sc.material.optional'],
  example:
    '{"tbk_dg_material_optional_response":{"result_list":{"map_data":[{"item_id":596116426626,"seller_id":2448754880,"commission_rate":"45","commission_type":"COMMON","info_dxjh":"{\\"19013551\\":\\"2850\\"}"}]}}}',
  // Both names stand for the same id, which is text since 2022; older rows may have but one.
  fields: { ...FLAT, itemId: { ...first(id('item_id'), id('num_iid')), name: 'num_iid' } },
  plans(row) {
    const written = row.get(SPECIALS) ?? null;
    const map = typeof written === 'string' ? parseMap(written) : written;
    return [
      ...ownPlan(row, 'commission_rate', () => row.rate('commission_rate', WHOLE_HUNDREDTHS)),
      ...plansInMap(row, SPECIALS, map, WHOLE_HUNDREDTHS),
    ];
  },
  lockRate: (row) => at(row, 'lock_rate'),
});

/** Text that is no JSON stays text, which is no map. */
function parseMap(written: string): Json {
  if (written.trim() === '') return null;
  const parsed = parseJson(written);
  return parsed.ok ? parsed.value : written;
}

/**
 * `tbk.dg.material.optional.upgrade`, `tbk.dg.material.recommend`, `tbk.item.info.upgrade.get`: since about 2023 (formats.md
 * §6.3). `income_info.commission_rate` has no known unit; `future_activity_*` and `topn_info` are not rates of today.
 */
export const topMaterialUpgrade = topFormat({
  family: {
    format: 'top-material-upgrade',
    methods: [
      ...['dg_material_optional_upgrade', 'sc_material_optional_upgrade', 'dg_material_recommend'],
      ...['sc_material_recommend', 'item_info_upgrade_get'],
    ],
    ownKeys: ['publish_info'],
    foreignKeys: ['commission_rate'],
  },
  gives: ['general', 'special', 'state'],
  exampleName: 'material-optional-upgrade.json',
  rates: [
    ...rateFields({ 'publish_info.income_rate': 'percent' }, 'income'),
    ...rateFields({ 'sp_campaign_list.sp_rate': 'basis-points', 'income_info.commission_rate': null, lock_rate: null }),
  ],
  addresses: [
    'taobao.tbk.dg.material.optional.upgrade',
    'taobao.tbk.dg.material.recommend',
    'taobao.tbk.item.info.upgrade.get',
  ],
  example:
    '{"tbk_dg_material_optional_upgrade_response":{"result_list":{"map_data":[{"item_id":"AbC-9","item_basic_info":{"seller_id":2448754880},"publish_info":{"commission_type":"COMMON","income_rate":"5.50","sp_campaign_list":{"sp_campaign":[{"sp_cid":"2001","sp_rate":"1550","sp_status":"1"}]}}}]}}}',
  fields: { ...within('item_basic_info', FLAT), itemId: id('item_id') },
  plans(row) {
    const publish = row.inside('publish_info');
    return [...ownPlan(publish, 'income_rate', () => paidRate(publish)), ...campaignPlans(publish)];
  },
  lockRate: (row) => at(row, 'publish_info', 'lock_rate'),
});

/**
 * `income_rate` is commission plus subsidy (formats.md §1.1). With a subsidy that is stated to be zero the sum is the commission
 * rate: zero is zero in any unit, so the unit of `subsidy_rate` need not be known. Else it stays an income rate.
 */
function paidRate(publish: Row): RateFact {
  const rate = publish.rate('income_rate');
  const info = publish.inside('income_info');
  const isUnsubsidised =
    isZeroRate(info.cell('subsidy_rate')) &&
    (info.isBlank('subsidy_amount') || isZeroRate(info.cell('subsidy_amount')));
  return isUnsubsidised ? { ...rate, measure: 'commission' } : rate;
}

/**
 * `tbk.dg.optimus.material`, `tbk.sc.optimus.material`: items of a list or a selection (formats.md §6.2). `commission_rate` is in
 * percent here. The documented row has no `commission_type`: then it is not known whether the rate is the general one.
 */
export const topOptimusMaterial = topFormat({
  family: {
    format: 'top-optimus-material',
    methods: ['dg_optimus_material', 'sc_optimus_material'],
    ownKeys: ['sp_campaign_list', 'favorites_info', 'topn_info', 'lock_rate'],
    foreignKeys: ['publish_info', 'info_dxjh', 'include_dxjh', 'include_mkt', 'num_iid', 'commission_type'],
  },
  gives: ['general', 'special', 'state'],
  exampleName: 'optimus-material.json',
  rates: rateFields({
    commission_rate: 'percent',
    'sp_campaign_list.sp_rate': 'basis-points',
    lock_rate: null,
    'topn_info.topn_rate': null,
  }),
  addresses: ['taobao.tbk.dg.optimus.material'],
  example:
    '{"tbk_dg_optimus_material_response":{"result_list":{"map_data":[{"item_id":"AbC-9","seller_id":2448754880,"commission_rate":"5.50","commission_type":"COMMON","sp_campaign_list":{"sp_campaign":[{"sp_cid":"2001","sp_rate":"1550","sp_status":"1"}]}}]}}}',
  fields: { ...FLAT, itemId: id('item_id') },
  plans(row) {
    return [...ownPlan(row, 'commission_rate', () => row.rate('commission_rate')), ...campaignPlans(row)];
  },
  lockRate: (row) => at(row, 'lock_rate'),
});

/** Rates in 1/100 % are whole numbers (`"1550"`); a decimal point is the mark of the fields in percent, which have the same names. */
const WHOLE_HUNDREDTHS = rateCell(
  (written): ParsedRate => (/[.．]/.test(written) ? { ok: false } : parseHundredths(written)),
  'basis-points',
);

/** By `commission_type`. SP and ZX are rates of one special or self-chosen plan, whose id the row does not have. */
const OWN_PLAN = hint(
  'commission_type',
  new Map([
    ['COMMON', planOf(GENERAL_PLAN_ID, 'general')],
    ['MKT', planOf(MARKETING_PLAN_ID, 'marketing')],
  ]),
);

/**
 * The plan of the row's one rate; none where there is no such field, which says nothing. Where the plan is not known no reading is
 * made of the rate: it is not the general one, and a stated unknown would hide what another export knows.
 */
function ownPlan(row: Row, field: string, read: () => RateFact): Plan[] {
  const plan = OWN_PLAN.read(row);
  if (!plan && !row.isBlank(field)) row.remark('plan-unnamed');
  return plan && row.has(field) ? [{ ...plan, rate: read() }] : [];
}

const LIST = 'sp_campaign_list';
const NAME = text('sp_name');
const USABLE = code('sp_status', yesNoWords('1', '0'));
const LOCKED = hint('sp_lock_status', YES_NO_WORDS);

/** `sp_campaign_list.sp_campaign[]` (formats.md §6.3): it comes only with a permission, and without it there may be plans all the same. */
function campaignPlans(row: Row): Plan[] {
  const list = row.get(LIST);
  const campaigns = isList(list) ? list : at(list, 'sp_campaign');
  if (isList(campaigns)) return campaigns.map((entry) => campaignPlan(row.inside(LIST, entry)));
  // An empty list is written as null, `""` or `{}`, also within its wrapper.
  const single = row.inside(LIST).inside('sp_campaign');
  return isObject(campaigns) && Object.keys(campaigns).length > 0 ? [campaignPlan(single)] : [];
}

/**
 * `sp_status` 0 is "not usable": stopped, or only that one cannot apply for it (any more), as when one is in it already. Calling it
 * stopped would silence a plan that binds, so the state is left out and the rate is unknown.
 */
function campaignPlan(row: Row): Plan {
  const planId = id('sp_cid').read(row);
  if (planId === null) row.problem('needed', 'sp_cid');
  const plan = planOf(planId, 'special');
  if (plan.facts.kind !== 'special') row.problem('bad-id', 'sp_cid');
  const isUsable = USABLE.read(row);
  const stated = row.rate('sp_rate', WHOLE_HUNDREDTHS);
  const rate = isUsable === false ? { ...stated, bp: null } : stated;
  if (isUsable === false) row.remark('not-usable', plan.planId);
  return planWith(
    { ...plan, rate },
    { name: NAME.read(row), state: isUsable ? 'active' : null, locked: LOCKED.read(row) },
  );
}

/** The same fields of an object within the row. */
function within(name: string, fields: Fields): Fields {
  const inner = (field: RowField<unknown>) => ({
    name: `${name}.${field.name}`,
    read: (row: Row) => field.read(row.inside(name)),
  });
  return mapValues(fields, inner) as Fields;
}

/**
 * A lock stands in each item's list of plans. Whether it is the plan's or the item's is not known (formats.md §8, R10), so a
 * plan that is locked for one item and not for another has no lock that could be stated.
 */
function agreeOnLocks(readings: readonly Reading[]): readonly Reading[] {
  const plans = [...groupBy(readings, ({ shop, planId }) => `${shop.sellerId} ${planId}`).values()];
  const differ = (same: readonly Reading[]) => new Set(same.flatMap(({ facts }) => facts.locked ?? [])).size > 1;
  const conflicts = new Set(plans.filter(differ).flat());
  return readings.map((reading) =>
    conflicts.has(reading) ? { ...reading, facts: { ...reading.facts, locked: null } } : reading,
  );
}
