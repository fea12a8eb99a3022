/** Writes the rates of a snapshot. */
import type { RateColumns } from './columns.ts';
import { bpOf, incomeOf } from './columns.ts';
import type { Db } from './open.ts';
import type { RateRow } from './rate-rows.ts';
import { columnsOf, lastChangeAfter, lastChangeOf, RATE_SHAPE } from './rate-rows.ts';
import type { ChangeWriter } from './write-changes.ts';
import { openChangeWriter } from './write-changes.ts';

export function openRates(db: Db): ChangeWriter<RateRow, RateColumns> {
  return openChangeWriter<RateRow, RateColumns>(db, {
    shape: RATE_SHAPE,
    value: 'ifnull(rate_bp, 0) * 2 + income',
    listed: 'listed',
    owners: 'SELECT plan_id FROM fact WHERE feed_id = @feedId',
    rowAt(columns, index, at) {
      const value = columns.values.at(index);
      const [income, bp] = [incomeOf(value), bpOf(value)];
      return { at, listed: 1, income, bp, line: columns.lines.at(index), raw: columns.rawAt(index) };
    },
    addFirst(rows, columns, index, feedId, at) {
      const value = columns.values.at(index);
      rows.add(
        columns.owners.at(index),
        columns.items.at(index),
        feedId,
        at,
        incomeOf(value),
        bpOf(value),
        columns.lines.at(index),
        columns.rawAt(index),
      );
    },
    deriveAfter(before, derived, row) {
      const change = lastChangeAfter(before, lastChangeOf(derived), row);
      return change && columnsOf(change);
    },
  });
}
