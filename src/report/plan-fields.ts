/** A judged plan as a row: its columns in tables and CSV, and the sentences under it. */
import { formatBp } from '../domain/rate.ts';
import type { Translate } from '../words/index.ts';
import { csvCodes, csvRate, SHOP_CSV } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { Csv, Detail, Field, Tone } from './report.ts';
import { planSentences } from './sentences.ts';
import { ageText, gapText, labelOf, percentText, shopLabel } from './values.ts';

function rateCsv(name: string, rateOf: (plan: PlanDocument) => PlanDocument['special'] | null): Csv<PlanDocument> {
  return {
    [`${name}_rate`]: (plan) => csvRate(rateOf(plan)?.rateBp ?? null),
    [`${name}_bp`]: (plan) => rateOf(plan)?.rateBp ?? null,
  };
}

export const PLAN_FIELDS: readonly Field<PlanDocument>[] = [
  { heading: 'verdict', cell: verdictWord, csv: { verdict: (plan) => plan.verdict } },
  {
    csv: {
      reasons: ({ reasons }) => csvCodes(reasons),
      standing: (plan) => plan.standing,
    },
  },
  { heading: 'account', shrinks: true, cell: (plan) => plan.account, csv: { account: (plan) => plan.account } },
  { heading: 'shop', shrinks: true, cell: ({ shop }) => shopLabel(shop), csv: SHOP_CSV },
  {
    heading: 'plan',
    shrinks: true,
    cell: ({ plan }) => labelOf(plan.name, plan.id),
    csv: {
      plan_id: ({ plan }) => plan.id,
      plan_name: ({ plan }) => plan.name,
      plan_kind: ({ plan }) => plan.kind,
      plan_state: ({ plan }) => plan.state,
      locked: ({ plan }) => plan.locked,
      audit: ({ plan }) => plan.audit,
      hidden: ({ plan }) => plan.hidden,
      ends_at: ({ plan }) => plan.endsAt,
      exit_id: ({ plan }) => plan.exitId,
      membership: ({ membership }) => membership.status,
      joined_at: ({ membership }) => membership.joinedAt,
      approved_at: ({ membership }) => membership.approvedAt,
      basis: (plan) => plan.basis,
    },
  },
  {
    heading: 'special',
    align: 'right',
    cell: ({ special }) => percentText(special.rateBp),
    csv: { ...rateCsv('special', (plan) => plan.special), special_captured_at: ({ special }) => special.capturedAt },
  },
  {
    heading: 'general',
    align: 'right',
    cell: ({ general }) => percentText(general.rateBp),
    csv: { ...rateCsv('general', (plan) => plan.general), general_captured_at: ({ general }) => general.capturedAt },
  },
  {
    heading: 'gap',
    align: 'right',
    cell: ({ gapBp }) => gapText(gapBp),
    csv: { gap: ({ gapBp }) => csvRate(gapBp), gap_bp: ({ gapBp }) => gapBp },
  },
  {
    heading: 'basis',
    cell: ({ basis }, t) => basis && t(`basis.${basis}`),
    csv: {
      scopes_below: ({ scopes }) => scopes.below,
      scopes_equal: ({ scopes }) => scopes.equal,
      scopes_above: ({ scopes }) => scopes.above,
      scopes_unknown: ({ scopes }) => scopes.unknown,
      ...rateCsv('event', ({ context }) => context.event),
      ...rateCsv('marketing', ({ context }) => context.marketing),
    },
  },
  {
    heading: 'last-change',
    cell: ({ lastChange }) => lastChange && `${formatBp(lastChange.fromBp)} > ${formatBp(lastChange.toBp)}`,
    csv: {
      last_change_from_bp: ({ lastChange }) => lastChange?.fromBp ?? null,
      last_change_to_bp: ({ lastChange }) => lastChange?.toBp ?? null,
      last_change_seen_before: ({ lastChange }) => lastChange?.lastSeenBefore ?? null,
      last_change_seen_after: ({ lastChange }) => lastChange?.firstSeenAfter ?? null,
    },
  },
  {
    heading: 'age',
    align: 'right',
    cell: ({ ageMs }, t) => (ageMs === null ? null : ageText(ageMs, t)),
    csv: { age_ms: ({ ageMs }) => ageMs },
  },
  {
    csv: {
      muted: ({ muted }) => muted !== null,
      muted_until: ({ muted }) => muted?.until ?? null,
      mute_reason: ({ muted }) => muted?.reason ?? null,
      exit_page: ({ exit }) => exit?.page ?? null,
    },
  },
];

/** The verdict, or where the account stands with a plan that has none. */
export function verdictWord(
  { verdict, standing, muted }: Pick<PlanDocument, 'verdict' | 'standing'> & { readonly muted: object | null },
  t: Translate,
): string {
  if (verdict === null) return t(`standing.${standing}`);
  const word = t(`verdict.${verdict}`);
  return muted ? t('verdict.muted', { verdict: word }) : word;
}

export function planTone({ verdict, muted }: PlanDocument): Tone {
  return muted || verdict === null || verdict === 'closed' ? 'muted' : verdict;
}

/** What is said of a plan, and why it may be judged otherwise than its neighbours. */
export function planDetails(plan: PlanDocument, t: Translate): Detail[] {
  const { policy } = plan;
  const details = planSentences(plan, t);
  if (!policy) return details;
  const { minGainBp, maxAgeMs, confirmMissing } = policy;
  const args = { minGain: formatBp(minGainBp), maxAge: ageText(maxAgeMs, t), confirm: confirmMissing };
  return [...details, t('why.policy.own', args)];
}
