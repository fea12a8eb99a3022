/** The one table of formats, in the order in which they are tried (formats.md, Appendix B). */
import type { Format } from '../format.ts';
import { qualityList, selection } from './income-lists.ts';
import { itemPlans } from './item-plans.ts';
import { itemSearch } from './item-search.ts';
import { joinedPlans, joinedTable } from './joined.ts';
import { orderAnswers, orders, refundAnswers, refunds } from './orders.ts';
import { planItems, unionPlanItems } from './plan-items.ts';
import { shopPlans } from './shop-plans.ts';
import { tkguardJson, tkguardNdjson, tkguardTable } from './tkguard.ts';
import { topMaterialOptional, topMaterialUpgrade, topOptimusMaterial } from './top.ts';

export const FORMATS: readonly Format[] = [
  // Before our own tables: with ids added, its columns are ours.
  joinedTable,
  selection,
  qualityList,
  tkguardTable,
  tkguardJson,
  tkguardNdjson,
  topMaterialOptional,
  topMaterialUpgrade,
  topOptimusMaterial,
  joinedPlans,
  itemSearch,
  shopPlans,
  itemPlans,
  planItems,
  unionPlanItems,
  orders,
  refunds,
  orderAnswers,
  refundAnswers,
];
