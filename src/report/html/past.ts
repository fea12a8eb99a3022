/** What the past tells: how merchants kept their word, and what changed, day by day. */
import { groupBy } from '../../domain/group-by.ts';
import { shopLabel } from '../../domain/ledger.ts';
import type { Translate } from '../../words/index.ts';
import { CHANGE_TONES, type ChangeRow, itemText, joinAlike, movementText, planText } from '../changes-report.ts';
import { keptSentences, lifetimeSentence, percent } from '../kept-part.ts';
import { GRADE_TONES, whyLine } from '../shops-report.ts';
import { dayText } from '../values.ts';
import type { ReportDocument } from './document.ts';
import { clip, type Html, html, OPEN } from './escape.ts';
import { drawLasted } from './lasted.ts';
import { type HtmlColumn, tableOf } from './table.ts';

const FEW_LIFETIMES = 2;
const MOST_LIFETIMES = 10;

type Merchant = ReportDocument['shops'][number];

/** Those of whom too little is known to be judged are folded: most merchants are. */
export function drawMerchants(document: ReportDocument, t: Translate): Html | null {
  const { shops } = document;
  if (shops.length === 0) return null;
  const graded = shops.filter(({ grade }) => grade !== 'unproven');
  const others = shops.filter(({ grade }) => grade === 'unproven');
  const folded =
    others.length > 0 &&
    html`<details${graded.length === 0 && shops.length <= FEW && OPEN}><summary>${t('page.shops.unproven', { n: others.length })}</summary>${merchantTable(others, false, t)}</details>`;
  return html`<section id="shops"><h2>${t('page.shops')}</h2>${drawLasted(document, t)}${graded.length > 0 && merchantTable(graded, true, t)}${folded}</section>`;
}

/** So many are not folded. */
const FEW = 10;

/** A grade, and how sure it is, have those alone that are graded. */
function merchantTable(shops: readonly Merchant[], isGraded: boolean, t: Translate): Html {
  const days = (n: number | null) => (n === null ? null : t('age.days', { n }));
  const graded = (column: HtmlColumn<Merchant>) => (isGraded ? [column] : []);
  return tableOf<Merchant>(shops, [
    {
      heading: t('heading.shop'),
      cell: (one) => html`${clip(shopLabel(one.shop) ?? '—')}<small>${whyLine(one, t)}</small>${drawLifetimes(one, t)}`,
    },
    ...graded({
      heading: t('heading.grade'),
      cell: ({ grade }) => html`<span class="verdict ${GRADE_TONES[grade]}">${t(`grade.${grade}`)}</span>`,
    }),
    { heading: t('heading.bad'), number: ({ bad }) => bad, cell: ({ bad, watched }) => `${bad}/${watched}` },
    ...graded({
      heading: t('heading.confidence'),
      number: ({ confidence }) => confidence.lowerPermille,
      cell: drawInterval,
    }),
    { heading: t('heading.cuts'), number: ({ cuts }) => cuts, cell: ({ cuts }) => `${cuts}` },
    { heading: t('heading.first-cut'), number: (one) => one.daysToFirstCut, cell: (one) => days(one.daysToFirstCut) },
    { heading: t('page.observed'), number: (one) => one.daysObserved, cell: (one) => days(one.daysObserved) },
  ]);
}

/** Each plan that was joined: few are told as they are, of more it is counted how many stayed good. */
function drawLifetimes({ kept, lifetimes }: Merchant, t: Translate): Html | null {
  if (lifetimes.length === 0) return null;
  const lines = lifetimes
    .slice(0, MOST_LIFETIMES)
    .map((one) => html`<small>${clip(lifetimeSentence(one, t), 160)}</small>`);
  if (lifetimes.length <= FEW_LIFETIMES) return html`${lines}`;
  const left = lifetimes.length - lines.length;
  if (left > 0) lines.push(html`<small>${t('list.more', { n: left })}</small>`);
  const heading = t('page.lasted.plans', { n: lifetimes.length });
  return html`<small>${keptSentences(kept, t)}</small><details><summary>${heading}</summary>${lines}</details>`;
}

/** Where the true share of bad plans lies, from 0 to 100 %. */
function drawInterval({ confidence }: Merchant): Html {
  const [from, to] = [percent(confidence.lowerPermille), percent(confidence.upperPermille)];
  return html`<svg class="bar" viewBox="0 0 100 10" aria-hidden="true"><path class="axis" d="M0 5H100"/><path class="range" d="M${from} 5H${to}"/></svg><span class="span">${from}–${to}%</span>`;
}

/** The newest day first. */
export function drawChanges({ changes, since }: ReportDocument, t: Translate): Html {
  const rows = joinAlike(changes).toReversed();
  const days = groupBy(rows, ({ firstSeenAfter }) => dayText(firstSeenAfter, t));
  const drawn = [...days].map(
    ([day, own]) => html`<h3>${day}</h3><ul>${own.map((change) => drawChange(change, t))}</ul>
`,
  );
  const none = html`<p>${t('changes.empty')}</p>`;
  const heading = t('page.changes', { since: dayText(since, t) });
  return html`<section id="changes"><h2>${heading}</h2>${changes.length === 0 ? none : drawn}</section>`;
}

function drawChange(change: ChangeRow, t: Translate): Html {
  const { code, shop, plan } = change;
  // Two ids would fill the line: those of items stand in the evidence.
  const item = change.alike ? itemText(change, t) : (change.item?.title ?? change.item?.id ?? null);
  const names = [shopLabel(shop), planText(plan, t), item].flatMap((name) => (name ? clip(name, 40) : []));
  const word = html`<span class="verdict ${CHANGE_TONES[code] ?? 'plain'}">${t(`change.${code}`)}</span>`;
  return html`<li>${word}<span>${names.join(' · ')}</span><b>${clip(movementText(change, t) ?? '', 60)}</b></li>`;
}
