/** The dossier as a page: what it says, with the chart of the plan and all its evidence open. */
import type { Translate } from '../../words/index.ts';
import type { DossierBlock } from '../dossier-blocks.ts';
import { drawCard, withNames } from './card.ts';
import type { ReportDocument } from './document.ts';
import { type Html, html } from './escape.ts';
import { frame } from './frame.ts';
import { axisOf } from './page.ts';
import { tableOf } from './table.ts';

/** The paper names no account, nor why its owner muted the plan. */
const NO_ACCOUNT = 'default';

/** `document`: the report of the plan alone. `nameOf`: how files are named to others. */
export function renderDossier(
  blocks: readonly DossierBlock[],
  document: ReportDocument,
  nameOf: (file: string) => string,
  t: Translate,
): Promise<string> {
  const [first, ...others] = blocks;
  const title = first && 'text' in first ? first.text : '';
  const axis = axisOf(document);
  const cards = document.plans.map((one, i) => {
    const plan = { ...one.plan, account: NO_ACCOUNT, muted: null };
    return drawCard({ ...withNames(one, nameOf), plan }, `p${i + 1}`, axis, true, t);
  });
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

/** Figures, times and numbers of items are whole; long words and Chinese may be broken anywhere. */
function unbroken(text: string): Html {
  const parts = text.split(' ').map((part) => (WHOLE.test(part) ? html` <span>${part}</span>` : html` ${part}`));
  return html`${parts}`;
}

const WHOLE = /^[!-~¥…–—−]{1,24}$/;

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
        block.head.map((heading, i) => ({ heading, cell: ({ [i]: text = '' }: readonly string[]) => unbroken(text) })),
      );
    default:
      return block satisfies never;
  }
}
