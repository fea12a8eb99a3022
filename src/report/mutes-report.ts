/** `tkguard mute --list`: muted plans, until when and why. */
import type { ShopRef } from '../domain/ledger.ts';
import type { Mute } from '../domain/mute.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { isoOrNull, shopDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { PLAN, SHOP } from './fields.ts';
import { fieldsOf, type Report } from './report.ts';
import { untilText } from './values.ts';

/** A mute with what its plan and shop are called, as far as the ledger knows, and where it was set. */
interface NamedMute extends Mute {
  readonly planName: string | null;
  readonly shopRef: ShopRef | null;
  readonly from: 'command' | 'config';
}

type MuteDocument = DocumentOf<'mutes'>['mutes'][number];

export function buildMutesReport(
  mutes: readonly NamedMute[],
  generatedAtMs: number,
  t: Translate,
): Report<MuteDocument> {
  const document: DocumentOf<'mutes'> = {
    schema: 'tkguard.mutes/1',
    generatedAt: formatIso(generatedAtMs),
    mutes: mutes.map(muteDocument),
  };
  return {
    t,
    document,
    rows: document.mutes,
    fields: FIELDS,
    summary: t('mutes.summary', { n: mutes.length }),
    empty: t('mutes.empty'),
  };
}

function muteDocument(mute: NamedMute): MuteDocument {
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

const FIELDS = fieldsOf<MuteDocument>([
  SHOP,
  PLAN,
  {
    heading: 'account',
    shrinks: true,
    cell: ({ account }, t) => account ?? t('mute.every-account'),
    csv: ['account', 'since'],
  },
  { heading: 'until', cell: ({ until }, t) => untilText(until, t), csv: ['until'] },
  { heading: 'set-by', cell: ({ from }, t) => t(`mute.from.${from}`), csv: ['from'] },
  { heading: 'reason', shrinks: true, csv: ['reason'] },
]);

/** The configuration names a shop by its id or its name. */
function shopOf({ shopRef, shop }: NamedMute): ShopRef {
  if (shopRef) return shopRef;
  const isId = shop !== null && /^\d+$/.test(shop);
  return { id: isId ? shop : null, keeperId: null, name: isId ? null : shop };
}
