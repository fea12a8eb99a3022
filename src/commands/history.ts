/** `tkguard history`: the rates of a plan, an item or a shop over time, beside the general ones. */
import { historyOf } from '../domain/history.ts';
import { buildHistoryReport } from '../report/history-report.ts';
import { findTarget, unknownId } from '../store/look-up.ts';
import { writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { readTarget, TARGET_OPTIONS } from './ids.ts';
import { askLedger } from './ledger.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: [...TARGET_OPTIONS, 'since', 'until', ...OUTPUT],
  argument: { flags: '<item|link|plan|shop>', name: 'query' },
  async run(o, app, [text = '']) {
    const { nowMs, untilMs } = o.until;
    const sinceMs = o.since?.(nowMs) ?? null;
    const { id, kinds } = readTarget(text, o);
    const { kind, histories, newestCapturedMs } = await askLedger(o, untilMs, app, ({ db, reader }) => {
      const match = findTarget(db, id, kinds, reader.merchants);
      if (!match) throw unknownId(db, kinds.length === 1 ? (kinds[0] ?? 'any') : 'any', id);
      const { kind, itemNo } = match;
      const planId = kind === 'plan' ? id : null;
      const question = { planId, itemId: itemNo, sinceMs: sinceMs ?? Number.NEGATIVE_INFINITY };
      const read = reader.histories(match.shopIds, { account: o.account ?? null, item: itemNo });
      const histories = [...read].flatMap(([, ledgers]) => ledgers.map((ledger) => historyOf(ledger, question)));
      return { kind, histories, newestCapturedMs: reader.newestCapturedMs(o.account) };
    });

    const window = { generatedAtMs: app.host.now(), sinceMs, untilMs: nowMs, newestCapturedMs };
    const report = buildHistoryReport({ query: { text, kind, id }, histories, ...window }, app.t);
    await writeReport(report, o.format, app);
  },
});
