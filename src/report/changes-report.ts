/** `tkguard changes`: one line for each event, oldest first. */
import type { ChangeCode, PlanChange } from '../domain/changes.ts';
import { CHANGE_CODES } from '../domain/changes.ts';
import type { PolicyRules } from '../domain/policy.ts';
import { policyFor } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import { MEMBERSHIPS, PLAN_STATES } from '../domain/reading.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { Column, CsvValue, Detail, Report, Row, Tone } from './report.ts';
import { columnOf } from './report.ts';
import {
  gapText,
  isoOrNull,
  labelOf,
  newestNotes,
  percentText,
  SUBJECT_CSV_COLUMNS,
  shopDocument,
  shopLabel,
  subjectCsvValues,
  zoneText,
} from './values.ts';

export interface ChangesInput {
  /** Oldest first. */
  readonly changes: readonly PlanChange[];
  readonly generatedAtMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** When the newest data was captured; null: there is none. */
  readonly newestCapturedMs: number | null;
  readonly policy: PolicyRules;
  /** At most this many are listed, the newest; the summary counts all. */
  readonly limit: number | null;
}

type ChangeDocument = ReturnType<typeof changeDocument>;

export function buildChangesReport(input: ChangesInput, t: Translate): Report {
  const { changes } = input;
  const shown = input.limit === null ? changes : changes.slice(-input.limit);
  const severalAccounts = new Set(changes.map((change) => change.account)).size > 1;
  const notes = [
    t('window', {
      zone: zoneText(t),
      since: formatMinute(input.sinceMs, t.zone),
      until: formatMinute(input.untilMs, t.zone),
    }),
    ...newestNotes(input.newestCapturedMs, input.untilMs, t),
  ];
  if (shown.length < changes.length) notes.push(t('shown', { shown: shown.length, total: changes.length }));
  return {
    get document() {
      return {
        schema: 'tkguard.changes/1',
        generatedAt: formatIso(input.generatedAtMs),
        since: formatIso(input.sinceMs),
        until: formatIso(input.untilMs),
        newestCapturedAt: isoOrNull(input.newestCapturedMs),
        confirmMissing: input.policy.confirmMissing,
        summary: countByCode(changes),
        changes: shown.map(changeDocument),
      };
    },
    get records() {
      return shown.map(changeDocument);
    },
    columns: changesColumns(severalAccounts, t),
    csvColumns: CSV_COLUMNS,
    get rows() {
      return shown.map((change) => changeRow(change, input.policy, t));
    },
    notes,
    closing: [],
    summary: summarySentence(changes, t),
    empty: t('changes.empty'),
    detailHeading: t('heading.note'),
  };
}

function countByCode(changes: readonly PlanChange[]): Readonly<Record<ChangeCode, number>> {
  const counts = Object.fromEntries(CHANGE_CODES.map((code) => [code, 0])) as Record<ChangeCode, number>;
  for (const { code } of changes) counts[code] += 1;
  return counts;
}

function summarySentence(changes: readonly PlanChange[], t: Translate): string {
  const counts = Object.entries(countByCode(changes)) as [ChangeCode, number][];
  const words = counts.filter(([, n]) => n > 0).map(([code, n]) => `${t(`change.${code}`)} ${n}`);
  return t('changes.summary', { n: changes.length, counts: words.join(t('list.separator')) });
}

function changeDocument(change: PlanChange) {
  const { account, shop, plan, item, source } = change;
  const bp = (value: number | string | null) => (typeof value === 'number' ? value : null);
  const text = (value: number | string | null) => (typeof value === 'number' ? formatBp(value) : value);
  return {
    code: change.code,
    account,
    shop: shopDocument(shop),
    plan: { id: plan.id, name: plan.name, kind: plan.kind },
    item: item && { id: item.id, title: item.title },
    fromBp: bp(change.from),
    toBp: bp(change.to),
    from: text(change.from),
    to: text(change.to),
    lastSeenBefore: isoOrNull(change.lastSeenBeforeMs),
    firstSeenAfter: formatIso(change.firstSeenAfterMs),
    source: source && { file: source.file, line: source.locator },
  };
}

function changesColumns(severalAccounts: boolean, t: Translate): Column[] {
  return [
    columnOf('change', t('heading.change')),
    columnOf('before', t('heading.seen-before')),
    columnOf('after', t('heading.seen-after')),
    ...(severalAccounts ? [columnOf('account', t('heading.account'), 'left', true)] : []),
    columnOf('shop', t('heading.shop'), 'left', true),
    columnOf('plan', t('heading.plan'), 'left', true),
    columnOf('item', t('heading.item'), 'left', true),
    columnOf('from', t('heading.from'), 'right', true),
    columnOf('to', t('heading.to'), 'right', true),
  ];
}

const CSV_COLUMNS: readonly string[] = [
  'code',
  ...SUBJECT_CSV_COLUMNS,
  'from_bp',
  'to_bp',
  'from',
  'to',
  'last_seen_before',
  'first_seen_after',
  'file',
  'line',
];

function changeRow(change: PlanChange, policy: PolicyRules, t: Translate): Row {
  const { plan, item } = change;
  return {
    cells: {
      change: t(`change.${change.code}`),
      before: change.lastSeenBeforeMs === null ? null : formatMinute(change.lastSeenBeforeMs, t.zone),
      after: formatMinute(change.firstSeenAfterMs, t.zone),
      account: change.account,
      shop: shopLabel(change.shop),
      plan: labelOf(plan.name, plan.id),
      item: item && labelOf(item.title, item.id),
      from: valueText(change.code, change.from, t),
      to: valueText(change.code, change.to, t),
    },
    get values() {
      return csvValues(changeDocument(change));
    },
    details: detailsOf(change, policyFor(policy, change.shop, change.plan.id).confirmMissing, t),
    tone: toneOf(change.code),
  };
}

function csvValues(document: ChangeDocument): Record<string, CsvValue> {
  const { fromBp, toBp, source } = document;
  const value = (bp: number | null, text: string | null) => (bp === null || text === null ? text : { number: text });
  return {
    code: document.code,
    ...subjectCsvValues(document),
    from_bp: fromBp,
    to_bp: toBp,
    from: value(fromBp, document.from),
    to: value(toBp, document.to),
    last_seen_before: document.lastSeenBefore,
    first_seen_after: document.firstSeenAfter,
    file: source?.file ?? null,
    line: source?.line ?? null,
  };
}

/** Percent for rates, a signed gap for crossings, words for states and memberships; a name is the merchant's own text. */
function valueText(code: ChangeCode, value: number | string | null, t: Translate): string | null {
  if (typeof value === 'number') return code.startsWith('crossed-') ? gapText(value) : percentText(value);
  if (value === null || code === 'renamed') return value;
  const state = PLAN_STATES.find((known) => known === value);
  const status = MEMBERSHIPS.find((known) => known === value);
  return state ? t(`state.${state}`) : status ? t(`membership.${status}`) : value;
}

function detailsOf({ code, from, to }: PlanChange, confirmMissing: number, t: Translate): Detail[] {
  switch (code) {
    case 'crossed-below':
      return [{ text: t('changes.crossed-below', { gap: formatBp(Math.abs(Number(to))) }), loud: true }];
    case 'missing':
      return [
        {
          text: t(from === 'approved' ? 'changes.missing-record' : 'changes.missing', { needed: confirmMissing }),
          loud: false,
        },
      ];
    case 'closed':
      return to === null && from === 'approved' ? [{ text: t('changes.closed-record'), loud: false }] : [];
    default:
      return [];
  }
}

function toneOf(code: ChangeCode): Tone {
  if (code === 'crossed-below') return 'exit';
  if (code === 'crossed-above' || code === 'raised') return 'keep';
  const alarming: readonly ChangeCode[] = ['lowered', 'missing', 'closed', 'removed', 'general-raised'];
  if (alarming.includes(code)) return 'review';
  return 'plain';
}
