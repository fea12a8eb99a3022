/** How long plans stayed good after they were joined, as curves: of all merchants together, and of each with plans enough. */
import { FEW_PLANS } from '../../domain/headline.ts';
import { shopLabel } from '../../domain/ledger.ts';
import type { Translate } from '../../words/index.ts';
import { curveLines, keptSentences, percent } from '../kept-part.ts';
import { drawGrid, FRAME } from './chart.ts';
import type { ReportDocument } from './document.ts';
import { clip, drawLines, type Html, html } from './escape.ts';

type Curve = NonNullable<ReportDocument['curve']>;
type Point = Curve['points'][number];

/** So many merchants have a curve of their own, those first that are trusted least. */
const MOST_CURVES = 12;

export function drawLasted({ kept, curve, shops }: ReportDocument, t: Translate): Html | null {
  const said = keptSentences(kept, t);
  if (said === '') return null;
  const own = shops.length > 1 ? shops.filter((shop) => shop.curve !== null).slice(0, MOST_CURVES) : [];
  const curves = own.flatMap((shop) => drawCurve(clip(shopLabel(shop.shop) ?? '—'), shop, t) ?? []);
  const all = drawCurve(shops.length > 1 ? t('page.lasted.all') : null, { kept, curve }, t);
  return html`<h3>${t('page.lasted')}</h3>${
    all
      ? html`<p class="left">${t('page.lasted.how')}</p><div class="cards">${all}${curves}</div>`
      : html`<p>${t('kept.all', { kept: said })}</p>`
  }`;
}

/** `name`: whose; null: it is said above. */
function drawCurve(
  name: string | null,
  { kept, curve }: Pick<ReportDocument, 'kept' | 'curve'>,
  t: Translate,
): Html | null {
  const points = firmPoints(curve);
  if (!curve || points.length < 2) return null;
  return html`<figure>${name !== null && html`<h4>${name}</h4>`}${drawSvg(points, name, t)}<p>${keptSentences(kept, t)}</p>
<details><summary>${t('page.lasted.evidence', { plans: curve.plans })}</summary>${drawLines(curveLines(curve, t))}</details></figure>
`;
}

/** Where few plans are left to watch, one that breaks takes the curve to nothing: that is not drawn. */
function firmPoints(curve: Curve | null): readonly Point[] {
  const points = curve?.points ?? [];
  return points.slice(0, points.findLastIndex(({ watched }) => watched >= FEW_PLANS) + 1);
}

/** Where the share is written beside the curve, and its end. */
const TOLD_DAYS = [14, 30];
/** Weeks, months, quarters, years. */
const DAY_STEPS = [7, 14, 30, 60, 90, 180, 365];
const MOST_TICKS = 5;
const PERMILLE = 1000;

/** Between two points it falls evenly: where in between is not known. After the last nothing is known. */
function drawSvg(points: readonly Point[], name: string | null, t: Translate): Html {
  const { width, height, left, right, top, bottom } = FRAME;
  const lastDay = Math.max(1, points.at(-1)?.day ?? 1);
  const xOf = (day: number) => Math.round(left + (day / lastDay) * (right - left));
  const yOf = (permille: number) => Math.round(bottom - (permille / PERMILLE) * (bottom - top));
  const pathOf = (some: readonly Point[], key: 'goodPermille' | 'lowerPermille' | 'upperPermille') =>
    some.map((point) => `${xOf(point.day)} ${yOf(point[key])}`).join('L');
  const band = `M${pathOf(points, 'upperPermille')}L${pathOf(points.toReversed(), 'lowerPermille')}Z`;
  const step = DAY_STEPS.find((days) => lastDay / days <= MOST_TICKS) ?? 730;
  const days = Array.from({ length: Math.floor(lastDay / step) + 1 }, (_, i) => i * step);
  const marks = days.map((day) => `M${xOf(day)} ${bottom}v4`).join('');
  const grid = drawGrid([0, 500, PERMILLE].map((share) => ({ text: `${percent(share)}%`, y: yOf(share) })));
  const told = [...new Set([...TOLD_DAYS.filter((day) => day < lastDay), lastDay])].map((day) => ({
    day,
    good: shareAt(points, day),
  }));
  const last = told.at(-1);
  const title = t('page.lasted.chart', { shop: name ?? t('page.shops'), day: lastDay, good: percent(last?.good ?? 0) });
  const ys = spread(told.map(({ good }) => yOf(good)));
  return html`<svg viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title>${grid}<path class="axis" d="M${left} ${bottom}H${right}${marks}"/>${days.map(
    (day) => html`<text class="day" x="${xOf(day)}" y="${bottom + 17}">${day}</text>`,
  )}<path class="band" d="${band}"/><path class="special" d="M${pathOf(points, 'goodPermille')}"/>${told.map(
    ({ day, good }, i) =>
      html`<circle class="special" cx="${xOf(day)}" cy="${yOf(good)}" r="3"/><text class="${day === lastDay ? 'special' : 'day-share'}" x="${right + 7}" y="${(ys[i] ?? 0) + 4}">${t('page.lasted.day', { day, good: percent(good) })}</text>`,
  )}</svg>`;
}

/** As it is drawn. */
function shareAt(points: readonly Point[], day: number): number {
  const i = points.findIndex((point) => point.day >= day);
  const [before, after] = [points[i - 1], points[i]];
  if (!after) return points.at(-1)?.goodPermille ?? PERMILLE;
  if (!before) return after.goodPermille;
  const part = (day - before.day) / (after.day - before.day);
  return before.goodPermille + part * (after.goodPermille - before.goodPermille);
}

/** Places of labels, from the top down, moved apart where they would meet. */
function spread(ys: readonly number[]): number[] {
  const { top, bottom, line } = FRAME;
  const down: number[] = [];
  for (const y of ys) down.push(Math.max(y, (down.at(-1) ?? top - line) + line));
  const up: number[] = [];
  for (const y of down.toReversed()) up.push(Math.min(y, (up.at(-1) ?? bottom + line) - line));
  return up.reverse();
}
