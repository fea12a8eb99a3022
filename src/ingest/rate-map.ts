/** Maps of special plans to rates, `{"63960348":"50.00"}` (formats.md §3.1, §6.1): keys are plan ids, `-` for hidden ones. */
import type { ParsedRate } from '../domain/rate.ts';
import type { RateFact } from '../domain/reading.ts';
import { idCell } from './cells.ts';
import type { Json } from './json.ts';
import { cellText, isObject } from './json.ts';
import type { PlanKey, RowCells } from './json-cells.ts';
import { planOf, unitToSay } from './json-cells.ts';

export interface SpecialRate {
  readonly plan: PlanKey;
  readonly rate: RateFact;
}

/** `parse` fixes the unit. What is wrong with the map is noted under `field`; null is a map without plans. */
export function readRateMap(
  row: RowCells,
  field: string,
  map: Json,
  parse: (text: string) => ParsedRate,
  sales: number | null,
): SpecialRate[] {
  if (map === null) return [];
  if (!isObject(map)) {
    row.problem('not-an-object', field);
    return [];
  }
  return Object.entries(map).flatMap(([campaignId, value]) => {
    const raw = cellText(value).trim();
    const [id, rate] = [idCell(campaignId), parse(raw)];
    const plan = 'id' in id && id.id !== null ? planOf(id.id, 'special') : null;
    const isSpecial = plan?.facts.kind === 'special';
    if (!isSpecial) row.problem('problem' in id ? id.problem : 'bad-id', field);
    if (!rate.ok) row.problem('bad-rate', field, unitToSay(parse));
    return isSpecial && rate.ok ? [{ plan, rate: { measure: 'commission', bp: rate.bp, raw, sales } }] : [];
  });
}
