/** Opens, worsens and ends alerts, in the transaction that changes the ledger: what is written then is sent, however the program dies. */
import { hash } from 'node:crypto';
import type { ConfigValues } from '../config/shape.ts';
import type { AlertEvent, AlertFacts, AlertFinding, AlertKind, Route, StepRules } from '../domain/alert.ts';
import {
  accountFacts,
  alertFacts,
  alertSteps,
  DEPARTED,
  dueMs,
  findingOf,
  isRouted,
  isWarnNews,
} from '../domain/alert.ts';
import { groupBy } from '../domain/group-by.ts';
import { shopKey } from '../domain/ledger.ts';
import { parseYuan } from '../domain/money.ts';
import { isStale, parseGain } from '../domain/policy.ts';
import type { Zone } from '../domain/time.ts';
import { countHeld, openAlertStore, readAlerts, type StoredAlert } from '../store/alerts.ts';
import { newestCaptures } from '../store/captures.ts';
import { accountPlanKey } from '../store/merchants.ts';
import type { Db } from '../store/open.ts';
import type { VerdictNews } from './verdict-changes.ts';

const USUAL_REALERT = '0.5';

/** Where alerts go, and when they are repeated. */
export interface AlertRules extends Pick<StepRules, 'realertBp'> {
  readonly routes: readonly Route[];
  readonly urgentFen: number | null;
  readonly zone: Zone;
}

/** null: no channel is configured, and nothing is written. */
export function alertRulesOf({ notify }: ConfigValues, zone: Zone): AlertRules | null {
  const { channels = [], realertBy = USUAL_REALERT, urgentFrom } = notify ?? {};
  if (channels.length === 0) return null;
  const urgent = urgentFrom === undefined ? null : parseYuan(String(urgentFrom));
  return {
    routes: channels.map(({ name, only = [], accounts = [], shops = [], digest = null }) => ({
      name,
      only,
      accounts,
      shops,
      digest,
    })),
    realertBp: parseGain(String(realertBy)) ?? 0,
    urgentFen: urgent?.ok ? urgent.fen : null,
    zone,
  };
}

interface Occasion extends Pick<StepRules, 'ends'> {
  readonly nowMs: number;
  readonly maxAgeMs: number;
  /** When the exports were captured that are imported now. */
  readonly capturedMs: ReadonlySet<number>;
}

/** Compares every plan that was judged, and every account, with its open alerts. In a transaction that is open. */
export function raiseAlerts(
  db: Db,
  { judged, asOfMs, isMuted }: Pick<VerdictNews, 'judged' | 'asOfMs' | 'isMuted'>,
  rules: AlertRules,
  occasion: Occasion,
): void {
  const { nowMs, capturedMs } = occasion;
  const writer = openWriter(db, rules, occasion);
  const all = readAlerts(db);
  const ofPlan = groupBy(all, ({ planRow, account }) => accountPlanKey(planRow, account));
  const left = new Set(all.filter(({ planRow }) => planRow !== 0));
  const judgedMs = asOfMs ?? nowMs;
  for (const { planRows, judgement, isMuted: muted, isStale, isFirst, early: ask } of judged) {
    const { account } = judgement;
    const open = planRows.flatMap((row) => ofPlan.get(accountPlanKey(row, account)) ?? []);
    for (const alert of open) left.delete(alert);
    const found = { asOfMs: judgedMs, isMuted: muted, isStale, capturedMs, isFirst };
    const isWarned = open.some(({ kind }) => kind === 'warn') || isWarnNews(judgement, found);
    const early = isWarned ? ask() : null;
    writer.step(
      planRows[0] ?? 0,
      open,
      findingOf(judgement, { ...found, early }),
      alertFacts(judgement, judgedMs, early),
    );
  }
  for (const alert of left) {
    const { account, shop, plan } = alert.facts;
    const muted = shop !== null && plan !== null && isMuted({ account, shop, plan });
    writer.step(alert.planRow, [alert], muted ? { is: 'muted' } : DEPARTED, alert.facts);
  }
  raiseOfAccounts(db, all, occasion, writer);
}

/** What depends on the clock alone: data of an account that are too old to judge by. In a transaction that is open. */
export function raiseStale(db: Db, rules: AlertRules, occasion: Occasion): void {
  raiseOfAccounts(db, readAlerts(db), occasion, openWriter(db, rules, occasion));
}

type Writer = ReturnType<typeof openWriter>;

function raiseOfAccounts(db: Db, all: readonly StoredAlert[], occasion: Occasion, writer: Writer): void {
  const { nowMs } = occasion;
  const newest = new Map<string, number>();
  for (const { account, capturedMs } of newestCaptures(db))
    newest.set(account, Math.max(capturedMs, newest.get(account) ?? capturedMs));
  const held = countHeld(db);
  const own = all.filter(({ planRow }) => planRow === 0);
  for (const account of new Set([...newest.keys(), ...held.keys(), ...own.map((alert) => alert.account)])) {
    const atMs = newest.get(account) ?? null;
    const files = held.get(account) ?? 0;
    const findings = [
      ['stale', atMs !== null && isStale(nowMs - atMs, occasion)],
      ['held', files > 0],
    ] as const;
    for (const [kind, isSo] of findings) {
      const open = own.filter((alert) => alert.account === account && alert.kind === kind);
      const finding: AlertFinding = { is: 'decided', kind: isSo ? kind : null, isNews: true, isKept: true };
      const facts = accountFacts(account, atMs ?? nowMs, kind === 'held' ? files : null);
      if (isSo || open.length > 0) writer.step(0, open, finding, facts);
    }
  }
}

function openWriter(db: Db, { routes, urgentFen, realertBp, zone }: AlertRules, { nowMs, ends }: Occasion) {
  const store = openAlertStore(db);

  function deliver(alert: StoredAlert, event: AlertEvent, facts: AlertFacts, isTold: (route: Route) => boolean): void {
    const level = event === 'worse' ? ` ${facts.gapBp} ${facts.fenPerDay}` : '';
    for (const route of routes.filter(isTold))
      store.deliver(alert, event, route.name, dueMs(route, facts, urgentFen, nowMs, zone), level);
  }

  function open(planRow: number, kind: AlertKind, facts: AlertFacts): void {
    const { account, shop, plan, atMs, gapBp } = facts;
    const keyOf = (before: number) => {
      const parts = [account, shop && shopKey(shop), plan?.id ?? null, kind, atMs, gapBp, before];
      return hash('sha256', JSON.stringify(parts)).slice(0, KEY_LENGTH);
    };
    const alert = store.add({ account, planRow, kind, facts, openedMs: nowMs, keyOf });
    deliver(alert, 'opened', facts, (route) => isRouted(route, kind, facts));
  }

  /** A channel that has not heard of it yet, because it is new in the configuration, hears of it now. */
  function goOn(alert: StoredAlert, isWorse: boolean, facts: AlertFacts): void {
    const told = store.channelsOf(alert.id);
    store.revise(alert.id, facts);
    if (isWorse) {
      store.worsen(alert.id, facts);
      deliver(alert, 'worse', facts, ({ name }) => told.has(name));
    }
    deliver(alert, 'opened', facts, (route) => isRouted(route, alert.kind, facts) && !told.has(route.name));
  }

  return {
    step(planRow: number, all: readonly StoredAlert[], finding: AlertFinding, facts: AlertFacts): void {
      const isMuted = finding.is === 'muted';
      for (const alert of all) if (alert.isMuted !== isMuted) store.mute(alert.id, isMuted);
      for (const { alert, kind, event } of alertSteps(all, finding, facts, { realertBp, ends })) {
        if (alert === null) open(planRow, kind, facts);
        else if (event === 'same' || event === 'worse') goOn(alert, event === 'worse', facts);
        else {
          const told = store.close(alert.id, nowMs);
          store.revise(alert.id, facts);
          if (event !== 'ended') deliver(alert, event, facts, ({ name }) => told.includes(name));
        }
      }
    },
  };
}

const KEY_LENGTH = 32;
