/** `tkguard status`: what to do now, on one screen. */
import { agesOf, nextExports } from '../domain/status.ts';
import { buildStatusReport } from '../report/status-report.ts';
import { newestCaptures } from '../store/captures.ts';
import { countDead, readRefusals } from '../store/deliveries.ts';
import { readHeld } from '../store/holds.ts';
import { readOrderStock } from '../store/order-stock.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { askLedger, judgeShops } from './ledger.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: ['account', ...OUTPUT],
  async run(o, app) {
    const account = o.account ?? null;
    const nowMs = app.host.now();
    const policy = policyOf({}, app);
    const input = await askLedger(o, Number.MAX_SAFE_INTEGER, app, ({ db, reader, mutes }) => {
      const recent = openRecentOrders(db, reader.merchants, nowMs);
      const question = { policy, nowMs, item: null, mutes, joinedOnly: true, orders: recent };
      const judgements = [...judgeShops(reader, reader.shopIds(true), question, { account })];
      const captures = newestCaptures(db).filter((capture) => account === null || capture.account === account);
      const orders = readOrderStock(db).filter((stock) => account === null || stock.account === account);
      const accounts = [...new Set([...captures, ...orders].map((one) => one.account))];
      return {
        accounts,
        orders,
        judgements,
        held: readHeld(db, Number.MAX_SAFE_INTEGER, account),
        undelivered: countDead(db),
        refused: readRefusals(db),
        data: agesOf(captures, question),
        next: nextExports(accounts, judgements, question),
      };
    });
    await writeReport(
      buildStatusReport({ ...input, generatedAtMs: nowMs, asOfMs: nowMs, policy }, app.t),
      o.format,
      app,
    );
  },
});
