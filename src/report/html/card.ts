/** A plan on a card: its verdict, its chart, what is to be said of it, and the evidence behind it. */
import { shopLabel } from '../../domain/ledger.ts';
import type { Translate } from '../../words/index.ts';
import { planTone, verdictWord } from '../fields.ts';
import { ratesIn } from '../history-report.ts';
import { planSentences } from '../phrases.ts';
import { gapText, labelOf, percentText } from '../values.ts';
import { comparisonLines, membershipLine } from '../why-report.ts';
import { type Axis, drawChart } from './chart.ts';
import type { ReportPlan } from './document.ts';
import { clip, drawLines, type Html, html, OPEN, raw } from './escape.ts';

/** Beside the word of a verdict, so that colour is never alone. */
const MARKS = { exit: '▼', keep: '✓', review: '?', closed: '–' } as const;

const LOUD = html` class="loud"`;

export function drawCard(one: ReportPlan, id: string, axis: Axis, isOpen: boolean, t: Translate): Html {
  const { plan } = one;
  // Of rates that were only stated as unknown there is nothing to draw.
  const chart = one.chart && ratesIn(one.chart.steps).length > 0 ? one.chart : null;
  const mark = plan.verdict === null ? '–' : MARKS[plan.verdict];
  const gap = gapText(plan.gapBp);
  const [special, general] = [percentText(plan.special.rateBp), percentText(plan.general.rateBp)];
  const title = t('page.chart', { plan: plainName(plan), special, general });
  return html`<article id="${id}" class="${planTone(plan)}" data-is="${plan.verdict ?? plan.standing}">
<header><span class="verdict">${mark} ${verdictWord(plan, t)}</span>${gap !== null && html`<b class="gap">${gap} <small>${t('page.points')}</small></b>`}<h3>${nameCell(plan)}</h3></header>
${chart ? drawChart(chart.steps, axis, title, t) : html`<p class="blank">${t('page.chart.none')}</p>`}
${chart?.item && html`<p class="scope">${t('page.chart.item', { item: clip(labelOf(chart.item.title, chart.item.id), 50) })}</p>`}
${planSentences({ ...plan, exit: null }, t).map(({ text, tone }) => html`<p${tone === 'loud' && LOUD}>${withDates(clip(text, 400))}</p>`)}
${drawEvidence(one, isOpen, t)}
</article>
`;
}

/** A day that is cut at a line's end cannot be read. */
function withDates(text: string): Html {
  return raw(html`${text}`.markup.replace(/\d{4}-\d\d-\d\d/g, '<time>$&</time>'));
}

type PlanPart = ReportPlan['plan'];

function plainName({ shop, plan }: PlanPart): string {
  return `${clip(shopLabel(shop) ?? '—')} ${clip(labelOf(plan.name, plan.id))}`;
}

/** The shop, and below it the plan. */
export function nameCell({ shop, plan, account }: PlanPart): Html {
  const name = labelOf(plan.name === null ? null : clip(plan.name, 40), clip(plan.id, 30));
  const of = account === 'default' ? null : html` · ${clip(account, 30)}`;
  return html`${clip(shopLabel(shop) ?? '—')}<small>${name}${of}</small>`;
}

function drawEvidence({ plan, membership, comparisons }: ReportPlan, isOpen: boolean, t: Translate): Html {
  const { below, equal, above, unknown } = plan.scopes;
  const all = below + equal + above + unknown;
  const heading = t('page.evidence', { shown: comparisons.length, all });
  const lines = [membershipLine(membership, t), ...comparisons.flatMap((comparison) => comparisonLines(comparison, t))];
  return html`<details${isOpen && OPEN}><summary>${heading}</summary>${drawLines(lines)}</details>`;
}

/** The same plan with names of files that others may know. */
export function withNames(one: ReportPlan, nameOf: (file: string) => string): ReportPlan {
  const named = <T extends { readonly file: string | null }>(source: T | null): T | null =>
    source && { ...source, file: source.file && nameOf(source.file) };
  return {
    ...one,
    membership: named(one.membership),
    comparisons: one.comparisons.map((each) => ({
      ...each,
      special: named(each.special),
      general: named(each.general),
    })),
  };
}
