/** What the past tells: how merchants kept their word, and what changed, day by day. */
import { groupBy } from '../../domain/group-by.ts';
import { shopLabel } from '../../domain/ledger.ts';
import type { Translate } from '../../words/index.ts';
import type { ChangeRow } from '../changes-report.ts';
import { CHANGE_TONES, itemText, joinAlike, movementText, planText } from '../changes-report.ts';
import { keptSentences } from '../kept-part.ts';
import { GRADE_TONES, whyLine } from '../shops-report.ts';
import { timeText } from '../values.ts';
import type { ReportDocument } from './document.ts';
import type { Html } from './escape.ts';
import { clip, html } from './escape.ts';
import { tableOf } from './table.ts';

type Merchant = ReportDocument['shops'][number];

export function drawMerchants({ shops }: ReportDocument, t: Translate): Html | null {
  if (shops.length === 0) return null;
  const days = (n: number | null) => (n === null ? null : t('age.days', { n }));
  const table = tableOf<Merchant>(shops, [
    {
      heading: t('heading.shop'),
      cell: (one) =>
        html`${clip(shopLabel(one.shop) ?? '—')}<small>${whyLine(one, t)} ${keptSentences(one.kept, t)}</small>`,
    },
    {
      heading: t('heading.grade'),
      cell: ({ grade }) => html`<span class="verdict ${GRADE_TONES[grade]}">${t(`grade.${grade}`)}</span>`,
    },
    { heading: t('heading.bad'), number: ({ bad }) => bad, cell: ({ bad, watched }) => `${bad}/${watched}` },
    { heading: t('heading.confidence'), number: ({ confidence }) => confidence.lowerPermille, cell: drawInterval },
    { heading: t('heading.cuts'), number: ({ cuts }) => cuts, cell: ({ cuts }) => `${cuts}` },
    { heading: t('heading.first-cut'), number: (one) => one.daysToFirstCut, cell: (one) => days(one.daysToFirstCut) },
    { heading: t('page.observed'), number: (one) => one.daysObserved, cell: (one) => days(one.daysObserved) },
  ]);
  return html`<section id="shops"><h2>${t('page.shops')}</h2>${table}</section>`;
}

/** Where the true share of bad plans lies, from 0 to 100 %. */
function drawInterval({ confidence }: Merchant): Html {
  const [from, to] = [confidence.lowerPermille, confidence.upperPermille].map((permille) => Math.round(permille / 10));
  return html`<svg class="bar" viewBox="0 0 100 10" aria-hidden="true"><path class="axis" d="M0 5H100"/><path class="range" d="M${from ?? 0} 5H${to ?? 100}"/></svg><span class="span">${from ?? 0}–${to ?? 100}%</span>`;
}

/** The newest day first. */
export function drawChanges({ changes, since }: ReportDocument, t: Translate): Html {
  const rows = joinAlike(changes).toReversed();
  const days = groupBy(rows, ({ firstSeenAfter }) => timeText(firstSeenAfter, t).slice(0, 10));
  const drawn = [...days].map(
    ([day, own]) => html`<h3>${day}</h3><ul>${own.map((change) => drawChange(change, t))}</ul>
`,
  );
  const none = html`<p>${t('changes.empty')}</p>`;
  const heading = t('page.changes', { since: timeText(since, t).slice(0, 10) });
  return html`<section id="changes"><h2>${heading}</h2>${changes.length === 0 ? none : drawn}</section>`;
}

function drawChange(change: ChangeRow, t: Translate): Html {
  const { code, shop, plan } = change;
  const names = [shopLabel(shop), planText(plan, t), itemText(change, t)].flatMap((name) =>
    name ? clip(name, 40) : [],
  );
  const word = html`<span class="verdict ${CHANGE_TONES[code] ?? 'plain'}">${t(`change.${code}`)}</span>`;
  return html`<li>${word}<span>${names.join(' · ')}</span><b>${clip(movementText(change, t) ?? '', 60)}</b></li>`;
}
