/** `tkguard changes`: what changed, when. */
import type { PlanChange } from '../domain/changes.ts';
import { changesOf, compareChanges, concerningPlans, rateChangesOf, touchesItem } from '../domain/changes.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import { buildChangesReport } from '../report/changes-report.ts';
import { lastSyncCapturedMs } from '../store/captures.ts';
import { findScope } from '../store/look-up.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { askLedger } from './ledger.ts';
import { LAST_SYNC } from './option-values.ts';
import { OUTPUT, SCOPE } from './options.ts';

export const command = defineCommand({
  options: ['since-sync', 'until', ...SCOPE, 'code', 'limit.newest', 'all.changes', 'confirm-missing', ...OUTPUT],
  async run(o, app) {
    const policy = policyOf(o, app);
    const { nowMs, untilMs } = o.until;
    const fixedSinceMs = o.since === LAST_SYNC ? null : o.since(nowMs);
    const isAsked = (ledger: ShopLedger, change: PlanChange, sinceMs: number) =>
      change.firstSeenAfterMs >= sinceMs &&
      (o.plan === undefined || change.plan.id === o.plan) &&
      (o.item === undefined || touchesItem(ledger, change, o.item)) &&
      (o.code === undefined || o.code.includes(change.code));

    const { sinceMs, changes, newestCapturedMs } = await askLedger(o, untilMs, app, ({ db, reader }) => {
      const sinceMs = fixedSinceMs ?? lastSyncCapturedMs(db) ?? nowMs;
      const changesIn = (ledger: ShopLedger, onlyRates: boolean) => {
        const concerning = o.all ? undefined : concerningPlans(ledger);
        const changes = onlyRates ? rateChangesOf(ledger, concerning) : changesOf(ledger, policy, concerning);
        return changes.filter((change) => isAsked(ledger, change, sinceMs));
      };
      const account = o.account ?? null;
      const changes: PlanChange[] = [];
      // Shops to read with all their readings: more than rates may have changed, or an item is asked for.
      const whole: number[] = [];
      const { shopIds, itemNo } = findScope(db, o, reader.merchants);
      const asked = shopIds ?? reader.shopIds(!o.all);
      if (itemNo !== null) whole.push(...asked);
      else {
        for (const [shopId, ledger] of reader.changed(asked, sinceMs, { account, joinedOnly: !o.all })) {
          if (ledger) changes.push(...changesIn(ledger, true));
          else whole.push(shopId);
        }
      }
      for (const [, ledgers] of reader.histories(whole, { account, item: itemNo }))
        for (const ledger of ledgers) changes.push(...changesIn(ledger, false));
      return { sinceMs, changes: changes.sort(compareChanges), newestCapturedMs: reader.newestCapturedMs(o.account) };
    });

    const window = { generatedAtMs: app.host.now(), sinceMs, untilMs: nowMs, newestCapturedMs };
    const report = buildChangesReport({ changes, ...window, policy, limit: o.limit ?? null }, app.t);
    await writeReport(report, o.format, app);
  },
});
