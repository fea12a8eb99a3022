/** The one table of formats, in the order in which they are tried (formats.md, Appendix B). */
import type { Format } from '../format.ts';
import { alimamaItemPlans } from './alimama-item-plans.ts';
import { alimamaItemSearch } from './alimama-item-search.ts';
import { alimamaJoinedPlans } from './alimama-joined-plans.ts';
import { alimamaJoinedTable } from './alimama-joined-table.ts';
import { alimamaPlanItems, unionPlanItems } from './alimama-plan-items.ts';
import { alimamaQualityList } from './alimama-quality-list.ts';
import { alimamaSelection } from './alimama-selection.ts';
import { alimamaShopPlans } from './alimama-shop-plans.ts';
import { tkguardJson, tkguardNdjson } from './tkguard-json.ts';
import { tkguardTable } from './tkguard-table.ts';
import { topMaterialOptional } from './top-material-optional.ts';
import { topMaterialUpgrade } from './top-material-upgrade.ts';
import { topOptimusMaterial } from './top-optimus-material.ts';

export const FORMATS: readonly Format[] = [
  // Before our own tables: with ids added, its columns are ours.
  alimamaJoinedTable,
  alimamaSelection,
  alimamaQualityList,
  tkguardTable,
  tkguardJson,
  tkguardNdjson,
  topMaterialOptional,
  topMaterialUpgrade,
  topOptimusMaterial,
  alimamaJoinedPlans,
  alimamaItemSearch,
  alimamaShopPlans,
  alimamaItemPlans,
  alimamaPlanItems,
  unionPlanItems,
];
