/**
 * A step chart of a special rate against the general one, as SVG that needs no script. Lengths are units of its view box.
 * A rate is drawn from the capture that first saw it to the one that saw the next; where it is unknown there is a gap.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { isStale } from '../../domain/policy.ts';
import { formatBp } from '../../domain/rate.ts';
import { formatDay, instantOf } from '../../domain/time.ts';
import type { Translate } from '../../words/index.ts';
import { ratesIn } from '../history-report.ts';
import { percentText } from '../values.ts';
import type { ReportPlan } from './document.ts';
import { type Html, html } from './escape.ts';

type Step = NonNullable<ReportPlan['chart']>['steps'][number];
type Side = 'special' | 'general';
/** The special one is drawn last, so that it lies above. */
const SIDES = ['general', 'special'] as const;

/** All charts of a page have the same one, and end now. */
export interface Axis {
  readonly fromMs: number;
  readonly toMs: number;
  /** Older readings say nothing of now. */
  readonly maxAgeMs: number;
}

/** Of every chart; what is right of it is room for labels. `line`: between the baselines of two of them. */
export const FRAME = { width: 420, height: 136, left: 46, right: 306, top: 10, bottom: 114, line: 15 };
const { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM, line: LINE } = FRAME;
/** What lasted for less than this is drawn as wide, so that it can be seen. */
const NARROWEST = 3;
/** Steps that are drawn, the newest: a rate that changes with every capture must not fill the page. */
const MOST_STEPS = 60;

/** A rate from one place to another; null: unknown. */
interface Stretch {
  readonly fromX: number;
  readonly toX: number;
  readonly special: number | null;
  readonly general: number | null;
}

export function drawChart(all: readonly Step[], axis: Axis, title: string, t: Translate): Html {
  const steps = all.slice(-MOST_STEPS);
  const ticks = rateTicks(ratesIn(steps));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const yOf = (bp: number) => Math.round(BOTTOM - ((bp - low) / (high - low)) * (BOTTOM - TOP));
  const stretches = stretchesOf(steps, axis, yOf);
  const last = steps.at(-1);
  const grid = drawGrid(tickTexts(ticks).map((text, i) => ({ text, y: yOf(ticks[i] ?? 0) })));
  const labels = labelsOf(stretches, last, t).map((label) => drawLabel(label, last?.relation === 'below'));
  const below = belowPath(stretches);
  const lines = SIDES.map((side) => html`<path class="${side}" d="${linePath(stretches, side)}"/>`);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}</title>${grid}<use href="#days"/>${below !== '' && html`<path class="below" d="${below}"/>`}${lines}${labels}</svg>`;
}

/** Lines across the frame, each with its figure on the left. */
export function drawGrid(lines: readonly { readonly text: string; readonly y: number }[]): Html {
  const texts = lines.map(({ text, y }) => html`<text class="tick" x="${LEFT - 5}" y="${y + 4}">${text}</text>`);
  return html`<path class="grid" d="${lines.map(({ y }) => `M${LEFT} ${y}H${RIGHT}`).join('')}"/>${texts}`;
}

function stretchesOf(steps: readonly Step[], axis: Axis, yOf: (bp: number) => number): Stretch[] {
  const y = (bp: number | null) => (bp === null ? null : yOf(bp));
  return steps.map(({ from, to, specialBp, generalBp }, i) => {
    const toMs = steps[i + 1] ? instantOf(steps[i + 1]?.from ?? to) : endOf(to, axis);
    return { fromX: xOf(instantOf(from), axis), toX: xOf(toMs, axis), special: y(specialBp), general: y(generalBp) };
  });
}

function xOf(ms: number, { fromMs, toMs }: Axis): number {
  const share = (ms - fromMs) / (toMs - fromMs);
  return Math.round(LEFT + Math.min(1, Math.max(0, share)) * (RIGHT - LEFT));
}

function endOf(to: string, axis: Axis): number {
  const seenMs = instantOf(to);
  return isStale(axis.toMs - seenMs, axis) ? seenMs : axis.toMs;
}

function linePath(stretches: readonly Stretch[], side: Side): string {
  let path = '';
  let [x, y]: [number | null, number | null] = [null, null];
  for (const stretch of stretches) {
    const at = stretch[side];
    if (at !== y && y !== null) path += `H${x}`;
    if (at !== y && at !== null) path += y === null ? `M${stretch.fromX} ${at}` : `V${at}`;
    [x, y] = [stretch.toX, at];
  }
  return y === null ? path : `${path}H${x}`;
}

/** Boxes between the lines where the special one is the lower. */
function belowPath(stretches: readonly Stretch[]): string {
  return stretches
    .map(({ fromX, toX, special, general }) => {
      if (special === null || general === null || special <= general) return '';
      return `M${Math.min(fromX, Math.max(LEFT, toX - NARROWEST))} ${general}V${special}H${toX}V${general}Z`;
    })
    .join('');
}

interface Label {
  readonly side: Side;
  readonly x: number;
  readonly y: number;
  /** Of the last rate; null where it is not known. */
  readonly dotY: number | null;
  readonly text: string;
}

/** What each rate was last, beside the end of its line; one above the other where they would meet. */
function labelsOf(stretches: readonly Stretch[], last: Step | undefined, t: Translate): Label[] {
  const labels = SIDES.map((side): Label => {
    const known = stretches.findLast((stretch) => stretch[side] !== null)?.[side] ?? BOTTOM;
    const text = `${t(`heading.${side}`)} ${percentText(last?.[`${side}Bp`] ?? null)}`;
    const { toX: x = RIGHT, [side]: dotY = null } = stretches.at(-1) ?? {};
    return { side, x, y: known, dotY, text };
  });
  const [upper, lower] = labels.toSorted((a, b) => a.y - b.y);
  if (!upper || !lower) return labels;
  const apart = Math.max(0, LINE - (lower.y - upper.y)) / 2;
  const upperY = Math.min(Math.max(upper.y - apart, TOP), BOTTOM - LINE);
  return [
    { ...upper, y: Math.round(upperY) },
    { ...lower, y: Math.round(Math.max(lower.y + apart, upperY + LINE)) },
  ];
}

function drawLabel({ side, x, y, dotY, text }: Label, isBelow: boolean): Html {
  const dot = dotY === null ? null : html`<circle class="${side}" cx="${x}" cy="${dotY}" r="3"/>`;
  const look = isBelow && side === 'special' ? 'special under' : side;
  return html`${dot}<text class="${look}" x="${RIGHT + 7}" y="${y + 4}">${text}</text>`;
}

const TICK_STEPS = [20, 50, 100, 200, 250, 500, 1000, 2000, 2500];
const MOST_TICK_SPACES = 3;
/** Basis points; rates that hardly move are not blown up. */
const LEAST_SPAN = 50;

/** Round rates in equal steps around all of these. */
function rateTicks(rates: readonly number[]): number[] {
  const [low, high] = rates.length === 0 ? [0, 100] : [Math.min(...rates), Math.max(...rates)];
  const span = Math.max(high - low, LEAST_SPAN);
  const step = TICK_STEPS.find((one) => span / one <= MOST_TICK_SPACES) ?? 5000;
  const first = Math.max(0, Math.floor((low === high ? low - step : low) / step));
  const last = Math.max(first + 1, Math.ceil((low === high ? high + step : high) / step));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** `8%`, or `8.5%` where the steps need it. */
function tickTexts(ticks: readonly number[]): string[] {
  const texts = ticks.map(formatBp);
  const zeros = texts.every((text) => text.endsWith('.00')) ? 3 : 1;
  return texts.map((text) => `${text.slice(0, text.length - zeros)}%`);
}

/** The days below every chart: drawn once, used by each. */
export function drawDays(axis: Axis, t: Translate): Html {
  const ticks = dayTicks(axis, t).map(({ ms, text }) => ({ x: xOf(ms, axis), text }));
  const kept = ticks.filter(({ x }) => x <= RIGHT - WIDEST_DAY);
  const marks = kept.map(({ x }) => `M${x} ${BOTTOM}v4`).join('');
  return html`<g id="days"><path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}v4${marks}"/>${kept.map(
    ({ x, text }) => html`<text x="${x}" y="${BOTTOM + 17}">${text}</text>`,
  )}<text class="now" x="${RIGHT}" y="${BOTTOM + 17}">${formatDay(axis.toMs, t.zone)}</text></g>`;
}

/** That of a label, in the middle of its mark, and of the last one. */
const WIDEST_DAY = 100;
const MOST_DAYS = 4;
const DAY_STEPS = [1, 2, 7, 14, 28];

/** Every so many days back from the last midnight; of more than four months their first days. */
function dayTicks({ fromMs, toMs }: Axis, { zone }: Translate): { readonly ms: number; readonly text: string }[] {
  const midnight = (day: string) => zone.parse(`${day}T00:00:00`);
  const days = (toMs - fromMs) / millisecondsInDay;
  const step = DAY_STEPS.find((one) => days / one <= MOST_DAYS);
  const ticks: { readonly ms: number; readonly text: string }[] = [];
  let day = formatDay(toMs, zone);
  for (let ms = midnight(day); ms >= fromMs; ms = midnight(day)) {
    if (step !== undefined || day.endsWith('-01'))
      ticks.push({ ms, text: days > 330 ? day.slice(0, 7) : day.slice(5) });
    // By noon: a day that a clock was set in has 23 or 25 hours.
    day = formatDay(ms - (step ?? 1) * millisecondsInDay + millisecondsInDay / 2, zone);
  }
  const each = step === undefined ? Math.ceil(ticks.length / MOST_DAYS) : 1;
  return ticks.filter((_, i) => i % each === 0);
}
