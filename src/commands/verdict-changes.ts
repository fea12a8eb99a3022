/** Which verdicts an import changes. */
import type { Mute, MuteTarget } from '../domain/mute.ts';
import { muteAt } from '../domain/mute.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { FileOutcome, VerdictChange } from '../report/sync-report.ts';
import type { ImportSession } from '../store/import.ts';
import type { Db } from '../store/open.ts';
import { judgeEach, judgeShops, keyOf } from './judge-shops.ts';

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
  const openJudge = (db: Db) => {
    const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
    const asOfMs = reader.newestCapturedMs();
    const question = { policy, nowMs: asOfMs ?? 0, item: null, joinedOnly: true };
    const shops = reader.shopIds(true).filter((id) => hasJoinedList || touched.has(id));
    return { reader, asOfMs, question, shops };
  };
  /** Few verdicts change: why, only they are asked. */
  const verdictsOf = ({ reader, question, shops }: ReturnType<typeof openJudge>): Map<string, Verdict> => {
    const verdicts = new Map<string, Verdict>();
    for (const [shopId, judgements] of judgeEach(reader, shops, question, { account: null, isRough: true }))
      for (const judgement of judgements) verdicts.set(keyOf(judgement), { shopId, verdict: judgement.verdict });
    return verdicts;
  };
  const now = openJudge(session.db);
  const before = !hasDatabase(path)
    ? new Map<string, Verdict>()
    : guard(path, () => {
        // A second connection does not see what is not committed yet.
        const db = openForReading(path);
        try {
          return verdictsOf(openJudge(db));
        } finally {
          db.close();
        }
      });
  const verdictBefore = (key: string) => before.get(key)?.verdict ?? null;
  const changed = new Set<number>();
  if (before.size > 0)
    for (const [key, { shopId, verdict }] of verdictsOf(now)) if (verdictBefore(key) !== verdict) changed.add(shopId);
  // Where there was none, all are news.
  const asked = before.size > 0 ? [...changed] : now.shops;
  const inForce = [...readMutes(session.db), ...mutes];
  const changes: VerdictChange[] = [];
  for (const judgement of judgeShops(now.reader, asked, now.question, { account: null })) {
    const [from, to] = [verdictBefore(keyOf(judgement)), judgement.verdict];
    const { target, dataMs, maxAgeMs, change } = verdictNow(judgement, policy, now.question.nowMs);
    if (from === to || muteAt(inForce, target, nowMs)) continue;
    const isStale = dataMs !== null && nowMs - dataMs > maxAgeMs;
    changes.push({ ...change, from, to, isStale });
  }
  return { changes, asOfMs: now.asOfMs };
}

interface Verdict {
  readonly shopId: number;
  readonly verdict: Judgement['verdict'];
}

interface VerdictNow {
  readonly target: MuteTarget;
  /** Captured time of the oldest reading that it needs. */
  readonly dataMs: number | null;
  readonly maxAgeMs: number;
  readonly change: Omit<VerdictChange, 'from' | 'to' | 'isStale'>;
}

/** What is told of a changed verdict. */
function verdictNow(judgement: Judgement, policy: PolicyRules, asOfMs: number): VerdictNow {
  const { account, shop, plan, reasons, ageMs } = judgement;
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
  return { target: { account, shop, plan: { id: plan.id } }, dataMs, maxAgeMs, change };
}
