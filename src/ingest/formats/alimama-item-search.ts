/** `items/search.json`: items with their public rate and all special plans that hold them (formats.md §3.1). */
import { millisecondsInDay } from 'date-fns/constants';
import { parsePercent } from '../../domain/rate.ts';
import type { RateFact, Reading } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { formatDay } from '../../domain/time.ts';
import { isBlank } from '../cells.ts';
import { refuse } from '../findings.ts';
import type { Batch, JsonFormat, ReadContext } from '../format.ts';
import { rateField } from '../format.ts';
import type { Json } from '../json.ts';
import { at, cellText, isList, isObject, textOf } from '../json.ts';
import type { PlanKey, RowCells } from '../json-cells.ts';
import { bareFacts, MARKETING_PLAN_ID, planOf, readRows } from '../json-cells.ts';
import { readRateMap } from '../rate-map.ts';

const MAP = 'tkSpecialCampaignIdRateMap';

/**
 * Coverage is per item (`item-search`), so it does not matter how many pages there are. An item without the key of
 * the map of special plans (null and `{}` say "none", an absent key says nothing) is in a batch of its own that is
 * `partial`.
 */
export const alimamaItemSearch: JsonFormat = {
  kind: 'json',
  id: 'alimama-item-search',
  gives: ['general', 'special', 'event'],
  needs: [],
  exampleName: 'items-search.json',
  rates: [
    rateField('tkRate', 'percent'),
    rateField('tkCommonRate', 'percent'),
    rateField(MAP, 'percent'),
    rateField('eventRate', 'percent'),
  ],
  addresses: ['/items/search.json', '/items/channel/qqhd.json'],
  example:
    '{"data":{"head":{"status":"OK"},"pageList":[{"auctionId":537099364188,"sellerId":2649797694,"tkRate":2.80,"tkSpecialCampaignIdRateMap":{"63960348":"50.00"}}]}}',
  recognizes: (doc) => isObject(at(doc, 'data', 'head')) && at(doc, 'data', 'pageList') !== undefined,
  read(doc, context) {
    const rows = at(doc, 'data', 'pageList');
    if (rows === undefined || (rows !== null && !isList(rows)))
      return refuse('not-this-format', { format: alimamaItemSearch.id });
    if (rows === null || rows.length === 0) return refuse('no-rows');
    const items = readRows(rows, context, readItem);
    const uncertain = items.filter((item) => item.generalUncertain).length;
    if (uncertain > 0) context.findings.notes.push({ code: 'general-uncertain', args: { items: uncertain } });
    noteDate(doc, rows, context);
    const batch = (coverage: Batch['coverage'], listsSpecials: boolean): Batch => {
      const readings = items.filter((item) => item.listsSpecials === listsSpecials).flatMap((item) => item.readings);
      return { account: null, capturedMs: null, coverage, subject: '', readings };
    };
    return [batch('item-search', true), batch('partial', false)].filter(({ readings }) => readings.length > 0);
  },
};

interface Item {
  readonly readings: readonly Reading[];
  readonly listsSpecials: boolean;
  readonly generalUncertain: boolean;
}

function readItem(row: RowCells): Item {
  const sellerId = row.id('sellerId', 'needed');
  const id = row.id('auctionId', 'needed') ?? '';
  const sales = row.count('totalNum');
  const title = row.text('title')?.replace(/<\/?[a-z][^<>]*>/gi, '') ?? null;
  const shop = { sellerId, keeperId: null, name: row.text('nick') ?? row.text('shopTitle') };
  const reading = (plan: PlanKey, rate: RateFact): Reading => ({
    locator: row.locator,
    shop,
    item: { id, title },
    planId: plan.planId,
    facts: bareFacts(plan.facts),
    rate,
  });
  const general = planOf(GENERAL_PLAN_ID, 'general');
  const tkRate = row.rate('tkRate', parsePercent, sales);
  const isMarketing = textOf(row.value('tkMktStatus')) === '1';
  const readings: Reading[] = [];
  // With tkMktStatus 1 it is not known whether tkRate is the general or the marketing rate, unless the general one stands beside it.
  const hasCommonRate = !isBlank(cellText(row.value('tkCommonRate')));
  if (hasCommonRate) {
    readings.push(reading(general, row.rate('tkCommonRate', parsePercent, sales)));
    if (isMarketing) readings.push(reading(planOf(MARKETING_PLAN_ID, 'marketing'), tkRate));
  } else readings.push(reading(general, isMarketing ? { ...tkRate, bp: null } : tkRate));
  const map = row.value(MAP) ?? null;
  // An empty list is how some languages write an empty map.
  const specials = isList(map) && map.length === 0 ? [] : readRateMap(row, MAP, map, parsePercent, sales);
  readings.push(...specials.map(({ plan, rate }) => reading(plan, rate)));
  // An event has no id here. Its end is given in days from a capture that the content does not date, so it stays unknown.
  if (!isBlank(cellText(row.value('eventRate'))))
    readings.push(reading(planOf(`event-${id}`, 'event'), row.rate('eventRate', parsePercent, sales)));
  return {
    readings,
    listsSpecials: row.value(MAP) !== undefined,
    generalUncertain: isMarketing && !hasCommonRate,
  };
}

/**
 * The search leaves two traces of its day: a time in `info.pvid`, and, for items without an event, `dayLeft` as minus
 * the number of days since 1970. The newest is told to the user; it is not taken for the captured time.
 */
function noteDate(doc: Json, rows: readonly Json[], context: ReadContext): void {
  const pvid = /_(\d{13})$/.exec(textOf(at(doc, 'info', 'pvid')))?.[1];
  const days = rows.map((row) => Number(textOf(at(row, 'dayLeft')) || Number.NaN)).filter((left) => left < -10_000);
  const times = [...(pvid ? [Number(pvid)] : []), ...days.map((left) => -left * millisecondsInDay)];
  const newest = times.filter((ms) => ms <= context.latestMs).reduce((a, b) => Math.max(a, b), 0);
  if (newest > 0) context.findings.notes.push({ code: 'dated-by-content', args: { date: formatDay(newest) } });
}
