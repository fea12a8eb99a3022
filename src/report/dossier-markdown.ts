/** The dossier as Markdown. Names from exports are hostile: nothing of them is Markdown. */
import type { DossierBlock } from './dossier-blocks.ts';
import { escapeMarkdown } from './sanitize.ts';

export function dossierMarkdown(blocks: readonly DossierBlock[]): string {
  const texts = blocks.map((block) => {
    switch (block.kind) {
      case 'title':
        return `# ${escapeMarkdown(block.text)}`;
      case 'heading':
        return `## ${escapeMarkdown(block.text)}`;
      case 'text':
        return escapeMarkdown(block.text);
      case 'strong':
        return `**${escapeMarkdown(block.text)}**`;
      case 'list':
        return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
      case 'steps':
        return block.items.map((item, i) => `${i + 1}. ${escapeMarkdown(item)}`).join('\n');
      case 'table': {
        const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
        return [row(block.head), `|${' --- |'.repeat(block.head.length)}`, ...block.rows.map(row)].join('\n');
      }
      default:
        return block satisfies never;
    }
  });
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}
