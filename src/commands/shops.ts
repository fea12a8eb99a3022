/** `tkguard shops`: how merchants treated their special plans. */
import { lifetimesOf } from '../domain/lifetimes.ts';
import { type MerchantRecord, merchantRecord } from '../domain/merchant.ts';
import { compareMerchants } from '../domain/sorting.ts';
import { recallLifetimes } from '../import/early.ts';
import { buildShopsReport } from '../report/shops-report.ts';
import { findScope } from '../store/look-up.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { askLedger } from './ledger.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: ['account', 'shop', 'grade', 'sort-shops', 'evidence', 'as-of', 'confirm-missing', ...OUTPUT],
  async run(o, app) {
    const policy = policyOf(o, app);
    const { nowMs, untilMs } = o.asOf;
    const { merchants, lifetimes, newestCapturedMs } = await askLedger(o, untilMs, app, ({ db, reader }) => {
      const asked = findScope(db, o, reader.merchants).shopIds;
      const merchants: MerchantRecord[] = [];
      // Of all merchants, whichever are asked for: few have joined plans enough to tell by themselves.
      const known = asked && o.account === undefined ? recallLifetimes(db, reader, policy) : null;
      const lifetimes = known ? [...known.values()].flat() : [];
      const shopIds = known && asked ? asked : reader.shopIds(false);
      for (const [shopId, ledgers] of reader.histories(shopIds, { account: o.account ?? null })) {
        const isAsked = asked === null || asked.includes(shopId);
        const record = isAsked ? merchantRecord(ledgers, policy) : null;
        if (!known) lifetimes.push(...(record?.lifetimes ?? lifetimesOf(ledgers, policy)));
        if (record && (o.grade === undefined || o.grade.includes(record.grade))) merchants.push(record);
      }
      return { merchants, lifetimes, newestCapturedMs: reader.newestCapturedMs(o.account) };
    });
    merchants.sort(compareMerchants(o.sort));

    const moments = { generatedAtMs: app.host.now(), asOfMs: nowMs, newestCapturedMs };
    const shown = {
      confirmMissing: policy.confirmMissing,
      withEvidence: o.evidence === true,
      isBrief: o.grade === undefined,
    };
    await writeReport(buildShopsReport({ merchants, lifetimes, ...moments, ...shown }, app.t), o.format, app);
  },
});
