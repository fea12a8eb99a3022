/** Which verdicts an import changes. */
import type { Mute, MuteTarget } from '../domain/mute.ts';
import { muteAt } from '../domain/mute.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { FileOutcome, VerdictChange } from '../report/sync-report.ts';
import type { ImportSession } from '../store/import.ts';
import type { Db } from '../store/open.ts';
import { judgeShops, keyOf } from './judge-shops.ts';

/**
 * Verdicts of the shops in the imported files, before and after, each as of the newest capture known then, so that old
 * exports tell their story; what is too old to judge by now is marked. What is muted now is left out.
 */
export async function verdictChanges(
  session: ImportSession,
  path: string,
  touched: ReadonlySet<number>,
  files: readonly FileOutcome[],
  { policy, mutes, nowMs }: { readonly policy: PolicyRules; readonly mutes: readonly Mute[]; readonly nowMs: number },
): Promise<{ changes: VerdictChange[]; asOfMs: number | null }> {
  const { hasDatabase, openForReading, guard } = await import('../store/open.ts');
  const { openLedgerReader } = await import('../store/read-ledger.ts');
  const { readMutes } = await import('../store/decisions.ts');
  // A complete joined list speaks of every joined plan of its account, also of those that it no longer has.
  const hasJoinedList = files.some((file) => file.snapshots.some((snapshot) => snapshot.coverage === 'joined-plans'));
  const judge = (db: Db): { judgements: Map<string, VerdictNow>; asOfMs: number | null } => {
    const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
    const asOfMs = reader.newestCapturedMs();
    const question = { policy, nowMs: asOfMs ?? 0, item: null, joinedOnly: true };
    const shops = reader.shopIds(true).filter((id) => hasJoinedList || touched.has(id));
    const judgements = new Map<string, VerdictNow>();
    for (const j of judgeShops(reader, shops, question, { account: null }))
      judgements.set(keyOf(j), verdictNow(j, policy, asOfMs ?? 0));
    return { judgements, asOfMs };
  };
  const after = judge(session.db);
  const before = !hasDatabase(path)
    ? new Map<string, VerdictNow>()
    : guard(path, () => {
        // A second connection does not see what is not committed yet.
        const db = openForReading(path);
        try {
          return judge(db).judgements;
        } finally {
          db.close();
        }
      });
  const inForce = [...readMutes(session.db), ...mutes];
  const changes = [...after.judgements].flatMap(([key, now]): VerdictChange[] => {
    const [from, to] = [before.get(key)?.verdict ?? null, now.verdict];
    if (from === to || muteAt(inForce, now.target, nowMs)) return [];
    const isStale = now.dataMs !== null && nowMs - now.dataMs > now.maxAgeMs;
    return [{ ...now.change, from, to, isStale }];
  });
  return { changes, asOfMs: after.asOfMs };
}

interface VerdictNow {
  readonly verdict: Judgement['verdict'];
  readonly target: MuteTarget;
  /** Captured time of the oldest reading that it needs. */
  readonly dataMs: number | null;
  readonly maxAgeMs: number;
  readonly change: Omit<VerdictChange, 'from' | 'to' | 'isStale'>;
}

/** What is told of a changed verdict: holding on to whole judgements would hold the ledger in memory. */
function verdictNow(judgement: Judgement, policy: PolicyRules, asOfMs: number): VerdictNow {
  const { verdict, account, shop, plan, reasons, ageMs } = judgement;
  const change = {
    account,
    shopName: shop.name,
    shopId: shop.id ?? shop.keeperId,
    planId: plan.id,
    planName: plan.name,
    reasons,
  };
  const { maxAgeMs } = judgement.ownPolicy ?? policy;
  const dataMs = ageMs === null ? null : asOfMs - ageMs;
  return { verdict, target: { account, shop, plan: { id: plan.id } }, dataMs, maxAgeMs, change };
}
