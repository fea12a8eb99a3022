/** The dossier as a page: what it says, with the chart of the plan and all its evidence open. */
import type { Translate } from '../../words/index.ts';
import type { DossierBlock } from '../dossier.ts';
import { drawCard } from './card.ts';
import type { ReportDocument } from './document.ts';
import { type Html, html } from './escape.ts';
import { frame } from './frame.ts';
import { axisOf } from './page.ts';
import { tableOf } from './table.ts';

/** The paper names no account, nor why its owner muted the plan. */
const NO_ACCOUNT = 'default';

/** `document`: the report of the plan alone. */
export function renderDossier(
  blocks: readonly DossierBlock[],
  document: ReportDocument,
  t: Translate,
): Promise<string> {
  const [first, ...others] = blocks;
  const title = first && 'text' in first ? first.text : '';
  const axis = axisOf(document);
  const plans = document.plans.map((one) => ({ ...one, plan: { ...one.plan, account: NO_ACCOUNT, muted: null } }));
  const cards = plans.map((plan, i) => drawCard(plan, `p${i + 1}`, axis, true, t));
  // After the summary comes how the rates moved.
  const second = others.findIndex(
    ({ kind }, i) => kind === 'heading' && others.slice(0, i).some((one) => one.kind === kind),
  );
  const [summary, rest] = [others.slice(0, second), others.slice(second)];
  const body = html`<header><h1>${title}</h1></header>
<main class="paper">
${summary.map(drawBlock)}
<div class="cards alone">${cards}</div>
${rest.map(drawBlock)}
</main>`;
  return frame({ title, program: document.program, axis, body }, t);
}

function drawBlock(block: DossierBlock): Html {
  switch (block.kind) {
    case 'title':
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'text':
      return html`<p>${block.text}</p>`;
    case 'strong':
      return html`<p><b>${block.text}</b></p>`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case 'steps':
      return html`<ol>${block.items.map((item) => html`<li>${item}</li>`)}</ol>`;
    case 'table':
      return tableOf(
        block.rows,
        block.head.map((heading, i) => ({ heading, cell: (row: readonly string[]) => row[i] ?? null })),
      );
    default:
      return block satisfies never;
  }
}
