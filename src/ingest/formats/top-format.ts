/** A format for one family of open platform answers; the families differ in how they are recognised and how a row is read. */
import { isRefusal } from '../findings.ts';
import type { JsonFormat } from '../format.ts';
import type { RowCells } from '../json-cells.ts';
import { readRows } from '../json-cells.ts';
import type { TopFamily } from './top-answer.ts';
import { isTopAnswer, topRows } from './top-answer.ts';
import type { TopItem } from './top-item.ts';
import { topBatches } from './top-item.ts';

export function topFormat(
  family: TopFamily,
  told: Pick<JsonFormat, 'gives' | 'exampleName' | 'rates' | 'addresses' | 'example'>,
  readItem: (row: RowCells) => TopItem,
): JsonFormat {
  return {
    ...told,
    kind: 'json',
    id: family.format,
    needs: [],
    recognizes: (doc) => isTopAnswer(doc, family),
    read(doc, context) {
      const rows = topRows(doc, family);
      return isRefusal(rows) ? rows : topBatches(readRows(rows, context, readItem), context);
    },
  };
}
