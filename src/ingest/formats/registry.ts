/** The one table of formats, in the order in which they are tried (formats.md, Appendix B). */
import type { Format } from '../format.ts';
import { alimamaItemPlans } from './alimama-item-plans.ts';
import { alimamaItemSearch } from './alimama-item-search.ts';
import { alimamaJoinedPlans } from './alimama-joined-plans.ts';
import { alimamaPlanItems, unionPlanItems } from './alimama-plan-items.ts';
import { alimamaShopPlans } from './alimama-shop-plans.ts';
import { tkguardJson, tkguardNdjson } from './tkguard-json.ts';
import { tkguardTable } from './tkguard-table.ts';

export const FORMATS: readonly Format[] = [
  tkguardTable,
  tkguardJson,
  tkguardNdjson,
  alimamaJoinedPlans,
  alimamaItemSearch,
  alimamaShopPlans,
  alimamaItemPlans,
  alimamaPlanItems,
  unionPlanItems,
];
