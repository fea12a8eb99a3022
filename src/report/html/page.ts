/**
 * A report as one HTML file: nothing is fetched, it reads without script, and its own policy forbids any other script or style.
 * It prints the document of `tkguard report` and judges nothing.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { instantOf } from '../../domain/time.ts';
import type { CodeOf, Translate } from '../../words/index.ts';
import { costText, exitedCommands, shortRisk } from '../phrases.ts';
import { heldLines } from '../problems.ts';
import { EXIT_PAGE } from '../sanitize.ts';
import { nextLines } from '../status-report.ts';
import { asOfNote, bareName, dayText, gapText, movedText, newestNotes, percentText } from '../values.ts';
import { drawCard, nameCell, withNames } from './card.ts';
import type { Axis } from './chart.ts';
import type { ReportDocument, ReportPlan } from './document.ts';
import { clip, type Html, html } from './escape.ts';
import { frame } from './frame.ts';
import { drawChanges, drawMerchants } from './past.ts';
import { type HtmlColumn, tableOf } from './table.ts';

export function renderPage(document: ReportDocument, t: Translate): Promise<string> {
  const axis = axisOf(document);
  const cards = document.plans.map((plan, i) => drawCard(withNames(plan, bareName), `p${i + 1}`, axis, false, t));
  const title = t('page.title');
  const body = html`<header><h1>${title}</h1><p>${headline(document, t)}</p></header>
<main>
${drawFigures(document, t)}
${drawExits(document, t)}
${drawWaiting(document, t)}
${cards.length > 0 && html`<section id="plans"><h2>${t('page.plans')}</h2>${drawTools(t)}<div class="cards">${cards}</div>${leftLine(document, t)}</section>`}
${drawMerchants(document, t)}
${drawChanges(document, t)}
${drawGuide(document, t)}
</main>`;
  return frame({ title, program: document.program, axis, body }, t);
}

const FEWEST_DAYS = 7;

/** From the first rate that is drawn, or the beginning of the window if that is later, until now. */
export function axisOf({ plans, since, asOf, policy }: ReportDocument): Axis {
  const toMs = instantOf(asOf);
  const firsts = plans.flatMap(({ chart }) => chart?.steps[0]?.from ?? []).map(instantOf);
  const fromMs = Math.max(instantOf(since), Math.min(...firsts, toMs));
  return { fromMs: Math.min(fromMs, toMs - FEWEST_DAYS * millisecondsInDay), toMs, maxAgeMs: policy.maxAgeMs };
}

function headline({ asOf, newestCapturedAt, accounts, program }: ReportDocument, t: Translate): Html {
  const newest = newestCapturedAt === null ? null : instantOf(newestCapturedAt);
  const lines = [asOfNote(asOf, t), ...newestNotes(newest, instantOf(asOf), t)];
  if (accounts.length > 0)
    lines.push(t('why.account', { account: accounts.map((one) => clip(one)).join(t('list.separator')) }));
  return html`${[...lines, program].map((line) => html`<span>${line}</span> `)}`;
}

function drawFigures({ summary, atRiskFenPerDay, plans }: ReportDocument, t: Translate): Html {
  const gaps = plans.filter(isToExit).flatMap(({ plan }) => plan.gapBp ?? []);
  const worst = gaps.length === 0 ? null : Math.min(...gaps);
  const cost =
    atRiskFenPerDay === null || atRiskFenPerDay < 0
      ? drawFigure('gap', worst, t, gapText(worst) ?? '—')
      : drawFigure('risk', atRiskFenPerDay, t, costText(atRiskFenPerDay, t));
  const [exit, ...others] = (['exit', 'review', 'keep'] as const).map((name) => drawFigure(name, summary[name], t));
  return html`<ul class="figures">${[exit, cost, ...others]}</ul>`;
}

/** Nothing to see is no alarm. */
function drawFigure(
  name: CodeOf<'page.figure'>,
  n: number | null,
  t: Translate,
  text: string | number | null = n,
): Html {
  return html`<li class="${n ? name : 'none'}"><b>${text}</b> ${t(`page.figure.${name}`)}</li>`;
}

function isToExit({ plan }: ReportPlan): boolean {
  return plan.verdict === 'exit' && plan.muted === null;
}

type Exit = ReportPlan & { readonly id: string };

/** Where nothing was judged, nothing is good. */
function drawNoPlans({ next }: ReportDocument, t: Translate): Html {
  const isUnknown = next.some((one) => one.export === 'joined-plans');
  return html`<p class="well review">${t(isUnknown ? 'diff.empty.unknown' : 'diff.empty')}</p>`;
}

function drawExits(document: ReportDocument, t: Translate): Html {
  const { plans } = document;
  const exits = plans.map((one, i): Exit => ({ ...one, id: `p${i + 1}` })).filter(isToExit);
  const heading = html`<h2>${t('page.exit')}</h2>`;
  if (exits.length === 0) {
    const none = plans.length === 0 ? drawNoPlans(document, t) : html`<p class="well">${t('page.exit.none')}</p>`;
    return html`<section id="exit">${heading}${none}</section>`;
  }
  const columns: HtmlColumn<Exit>[] = [
    { heading: t('heading.plan'), cell: ({ plan, id }) => html`<a href="#${id}">${nameCell(plan)}</a>` },
    rateColumn('special', t),
    rateColumn('general', t),
    {
      heading: t('heading.gap'),
      number: ({ plan }) => plan.gapBp,
      cell: ({ plan }) => html`<b class="exit">${gapText(plan.gapBp)}</b>`,
    },
    {
      heading: t('heading.last-change'),
      number: ({ plan }) => plan.lastChange && instantOf(plan.lastChange.firstSeenAfter),
      cell: ({ plan }) => lastChangeText(plan, t),
    },
  ];
  if (exits.some(({ plan }) => plan.atRiskFenPerDay !== null)) {
    const number = ({ plan }: Exit) => plan.atRiskFenPerDay;
    columns.push({ heading: t('heading.loses'), number, cell: ({ plan }) => shortRisk(plan, t) });
  }
  const documentsOf = (of: readonly ReportPlan[]) => of.map(({ plan }) => plan);
  const link = html`<a class="button" href="${EXIT_PAGE}" target="_blank" rel="noopener noreferrer">${t('page.exit.open')}</a>`;
  const commands = exitedCommands(documentsOf(exits), documentsOf(plans)).map(
    (command) => html`<code>${clip(command, 200)}</code>`,
  );
  return html`<section id="exit">${heading}<p class="how">${link} <span>${t('page.exit.how')} ${commands}</span></p>${tableOf(exits, columns)}</section>`;
}

function rateColumn(side: 'special' | 'general', t: Translate): HtmlColumn<Exit> {
  const number = ({ plan }: Exit) => plan[side].rateBp;
  return { heading: t(`heading.${side}`), number, cell: (one) => percentText(number(one)) };
}

function lastChangeText({ lastChange }: ReportPlan['plan'], t: Translate): string | null {
  if (!lastChange) return null;
  const { fromBp, toBp, firstSeenAfter } = lastChange;
  return `${movedText(fromBp, toBp)} · ${dayText(firstSeenAfter, t)}`;
}

function drawWaiting({ held, next, accounts }: ReportDocument, t: Translate): Html | null {
  const lines = [
    ...heldLines(
      held.map((one) => ({ ...one, file: bareName(one.file) })),
      t,
    ),
    ...nextLines(next, accounts.length, t),
  ];
  if (lines.length === 0) return null;
  return html`<section id="next"><h2>${t('page.next')}</h2>${lines.map((line) => html`<p>${clip(line, 500)}</p>`)}</section>`;
}

function leftLine({ summary, plans }: ReportDocument, t: Translate): Html | null {
  const { exit, keep, review, closed } = summary;
  const listed = plans.filter(({ plan }) => plan.verdict !== null).length;
  const n = exit + keep + review + closed - listed;
  return n > 0 ? html`<p class="left">${t('page.plans.left', { n })}</p>` : null;
}

/** Shown by the script, because they need it. */
function drawTools(t: Translate): Html {
  const buttons = (['exit', 'review', 'keep', 'closed'] as const).map(
    (verdict) =>
      html`<button type="button" aria-pressed="false" value="${verdict}">${t(`verdict.${verdict}`)}</button>`,
  );
  return html`<div class="tools" hidden>${buttons}<input type="search" aria-label="${t('page.search')}" placeholder="${t('page.search')}"></div>`;
}

const GUIDE = ['lines', 'scope', 'verdicts', 'evidence', 'grades', 'source'] as const;

function drawGuide({ program }: ReportDocument, t: Translate): Html {
  const lines = GUIDE.map((name) => html`<li>${t(`page.guide.${name}`)}</li>`);
  return html`<section id="guide"><h2>${t('page.guide')}</h2><ul>${lines}</ul><p>${program}</p></section>`;
}
