/** How long plans stay good: in documents, and in sentences. */
import type { EarlyWarning } from '../domain/early-warning.ts';
import { brokenOf, FEW_PLANS, type Headline, HORIZONS, headlineOf } from '../domain/headline.ts';
import { type Lifetime, watchedSpans } from '../domain/lifetimes.ts';
import { BAND, bandsAt, bendsOf, kaplanMeier, medianOf, shareAt, turnbull, wholeDays } from '../domain/survival.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { pick } from './document-parts.ts';
import type { EarlyDocument } from './document-shapes.ts';
import type { DocumentOf } from './documents.ts';
import { joinSentences } from './phrases.ts';
import type { Line } from './report.ts';
import { dayText, labelOf } from './values.ts';

type ShopsDocument = DocumentOf<'shops'>;
type KeptDocument = ShopsDocument['kept'][number];
type LifetimeDocument = ShopsDocument['shops'][number]['lifetimes'][number];
type CurveDocument = NonNullable<ShopsDocument['curve']>;

function keptDocument(headline: Headline): KeptDocument {
  const { days, below, closed, good, unknown, withinDays, bounds } = headline;
  const broken = brokenOf(headline);
  const limits = { lowerPermille: bounds && permille(bounds.lower), upperPermille: bounds && permille(bounds.upper) };
  return { days, broken, of: broken + good, below, closed, unknown, withinDays, ...limits };
}

export function lifetimeDocument(lifetime: Lifetime): LifetimeDocument {
  const days = wholeDays(lifetime);
  return {
    ...pick(lifetime, 'plan', 'accounts'),
    approvedAt: formatIso(lifetime.approvedMs),
    entryDay: days.entry,
    goodDay: days.left,
    brokenDay: days.right,
    end: lifetime.end,
  };
}

/** How many stayed good, and with the evidence the curve. */
export function keptDocuments(lifetimes: readonly Lifetime[], withEvidence: boolean) {
  const kept = HORIZONS.map((days) => keptDocument(headlineOf(lifetimes, days)));
  return { kept, curve: withEvidence ? curveDocument(lifetimes) : null };
}

/** Null where too few plans were watched. */
function curveDocument(lifetimes: readonly Lifetime[]): CurveDocument | null {
  const spans = watchedSpans(lifetimes);
  if (spans.length < FEW_PLANS) return null;
  const masses = turnbull(spans);
  const days = bendsOf(masses);
  const bands = bandsAt(spans, masses, days);
  const median = medianOf(masses);
  return {
    plans: spans.length,
    points: days.map((day, i) => ({
      day,
      watched: spans.filter(({ entry, left, right }) => entry <= day && day <= (right ?? left)).length,
      ...shareDocument({ share: shareAt(masses, day), ...bands[i] }),
    })),
    median: median && { fromDay: median.from, toDay: median.to },
    bands: pick(BAND, 'percent', 'draws', 'seed'),
    seen: kaplanMeier(spans).map((step) => ({ ...pick(step, 'day', 'atRisk', 'events'), ...shareDocument(step) })),
  };
}

function shareDocument({ share, lower = share, upper = share }: { share: number; lower?: number; upper?: number }) {
  return { goodPermille: permille(share), lowerPermille: permille(lower), upperPermille: permille(upper) };
}

function permille(share: number): number {
  return Math.round(share * 1000);
}

/** In plain words; empty where no plan was joined. */
export function keptSentences(kept: readonly KeptDocument[], t: Translate): string {
  return joinSentences(
    kept.flatMap((one) => {
      if (one.of === 0 && one.unknown === 0) return [];
      if (one.of === 0) return [t('kept.too-early', one)];
      return [
        keptSentence(one, t),
        one.unknown === 0 ? '' : t('kept.unknown', one),
        one.lowerPermille === null || one.upperPermille === null
          ? ''
          : t('kept.likely', { days: one.days, lower: percent(one.lowerPermille), upper: percent(one.upperPermille) }),
      ];
    }),
    t,
  );
}

function keptSentence({ days, broken, of, below, closed }: KeptDocument, t: Translate): string {
  if (broken === 0) return t('kept.none', { days, of });
  if (closed === 0) return t('kept.below', { days, of, broken });
  return below === 0 ? t('kept.closed', { days, of, broken }) : t('kept.both', { days, of, broken, below, closed });
}

export function percent(permille: number): number {
  return Math.round(permille / 10);
}

/** One plan, from its approval on. */
export function lifetimeSentence(
  { plan, approvedAt, goodDay, brokenDay, end }: LifetimeDocument,
  t: Translate,
): string {
  return joinSentences(
    [
      t('kept.plan', { plan: labelOf(plan.name, plan.id), day: dayText(approvedAt, t) }),
      goodDay === 0 ? '' : t('kept.good', { day: goodDay }),
      end === 'below' || end === 'closed' ? t(`kept.end.${end}`, { day: brokenDay ?? '—' }) : '',
      goodDay === 0 && end === null ? t('kept.nothing') : '',
      end === 'removed' || end === 'left' || end === 'ended' ? t(`kept.end.${end}`) : '',
    ],
    t,
  );
}

/** A screen shows so many points. */
const MOST_POINTS = 12;

/** The curve for those who ask for the evidence. */
export function curveLines({ plans, points, median, bands, seen }: CurveDocument, t: Translate): Line[] {
  const shares = ({ goodPermille, lowerPermille, upperPermille }: ReturnType<typeof shareDocument>) => ({
    good: percent(goodPermille),
    lower: percent(lowerPermille),
    upper: percent(upperPermille),
  });
  const indent = (text: string) => ({ text, depth: 1 });
  return [
    t('curve.heading', { plans, ...bands }),
    ...someOf(points).map((point) => indent(t('curve.point', { day: point.day, ...shares(point) }))),
    ...(median ? [indent(t('curve.median', { from: median.fromDay, to: median.toDay }))] : []),
    ...(seen.length > 0 ? [t('curve.seen')] : []),
    ...someOf(seen).map((step) => indent(t('curve.step', { ...step, ...shares(step) }))),
  ];
}

/** Evenly chosen, the last among them. */
function someOf<T>(all: readonly T[]): T[] {
  const every = Math.ceil(all.length / MOST_POINTS);
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}

export function earlyDocument(warning: EarlyWarning | null): EarlyDocument {
  return (
    warning && {
      of: warning.of,
      kept: keptDocument(warning.kept),
      signs: warning.signs.map((sign) => ({ code: sign.code, kept: keptDocument(sign.kept) })),
    }
  );
}

/** Empty where there is nothing to say. */
export function earlySentences(early: EarlyDocument, t: Translate): string {
  if (!early) return '';
  const { of, kept, signs } = early;
  const plans = { n: kept.of, broken: kept.broken, days: kept.withinDays ?? kept.days };
  const [told, fresh] = [signs.filter((sign) => sign.kept.of > 0), signs.filter((sign) => sign.kept.of === 0)];
  const nameOf = ({ code }: (typeof signs)[number]) => t(`sign.${code}`);
  return joinSentences(
    [
      t(`early.${of}.${kept.broken === 0 ? 'none' : kept.closed === 0 ? 'below' : 'broken'}`, plans),
      kept.unknown === 0 ? '' : t('kept.unknown', kept),
      ...told.map((sign) => {
        const { of: n, broken, days } = sign.kept;
        return t('early.sign', { sign: nameOf(sign), n, broken, days });
      }),
      fresh.length === 0 ? '' : t('early.sign.new', { signs: fresh.map(nameOf).join(t('list.separator')) }),
    ],
    t,
  );
}
