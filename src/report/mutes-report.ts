/** `tkguard mutes`: what is muted, until when and why. */
import type { ShopRef } from '../domain/ledger.ts';
import type { Mute } from '../domain/mute.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { Report } from './report.ts';
import { columnOf } from './report.ts';
import { isoOrNull, labelOf, shopCsvValues, shopDocument, shopLabel, untilText } from './values.ts';

/** A mute with what its plan and shop are called, as far as the ledger knows, and where it was set. */
export interface NamedMute extends Mute {
  readonly planName: string | null;
  readonly shopRef: ShopRef | null;
  readonly from: 'command' | 'config';
}

export interface MutesInput {
  readonly mutes: readonly NamedMute[];
  readonly generatedAtMs: number;
}

export function buildMutesReport({ mutes, generatedAtMs }: MutesInput, t: Translate): Report {
  return {
    get document() {
      return { schema: 'tkguard.mutes/1', generatedAt: formatIso(generatedAtMs), mutes: mutes.map(muteDocument) };
    },
    get records() {
      return mutes.map(muteDocument);
    },
    columns: [
      columnOf('shop', t('heading.shop'), 'left', true),
      columnOf('plan', t('heading.plan'), 'left', true),
      columnOf('account', t('heading.account'), 'left', true),
      columnOf('until', t('heading.until')),
      columnOf('from', t('heading.set-by')),
      columnOf('reason', t('heading.reason'), 'left', true),
    ],
    csvColumns: [
      'shop_id',
      'shop_keeper_id',
      'shop_name',
      'plan_id',
      'plan_name',
      'account',
      'since',
      'until',
      'from',
      'reason',
    ],
    get rows() {
      return mutes.map((mute) => ({
        cells: {
          shop: mute.shopRef ? shopLabel(mute.shopRef) : mute.shop,
          plan: labelOf(mute.planName, mute.planId),
          account: mute.account ?? t('mute.every-account'),
          until: untilText(mute, t),
          from: t(`mute.from.${mute.from}`),
          reason: mute.reason,
        },
        values: {
          ...shopCsvValues(shopOf(mute)),
          plan_id: mute.planId,
          plan_name: mute.planName,
          account: mute.account,
          since: isoOrNull(mute.fromMs),
          until: isoOrNull(mute.untilMs),
          from: mute.from,
          reason: mute.reason,
        },
        details: [],
        tone: 'plain' as const,
      }));
    },
    notes: [],
    closing: [],
    summary: t('mutes.summary', { n: mutes.length }),
    empty: t('mutes.empty'),
    detailHeading: t('heading.note'),
  };
}

function muteDocument(mute: NamedMute) {
  return {
    shop: shopDocument(shopOf(mute)),
    plan: { id: mute.planId, name: mute.planName },
    account: mute.account,
    since: isoOrNull(mute.fromMs),
    until: isoOrNull(mute.untilMs),
    from: mute.from,
    reason: mute.reason,
  };
}

/** What the configuration says of a shop may be an id or a name. */
function shopOf({ shopRef, shop }: NamedMute): ShopRef {
  if (shopRef) return shopRef;
  const isId = shop !== null && /^\d+$/.test(shop);
  return { id: isId ? shop : null, keeperId: null, name: isId ? null : shop };
}
