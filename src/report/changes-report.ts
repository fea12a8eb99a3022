/** `tkguard changes`: one line for each event, oldest first. */
import { CHANGE_CODES, type ChangeCode, type PlanChange } from '../domain/changes.ts';
import { groupBy } from '../domain/group-by.ts';
import { shopLabel } from '../domain/ledger.ts';
import { type PolicyRules, policyFor } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import { MEMBERSHIPS, PLAN_STATES } from '../domain/reading.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { countsOf, isoOrNull, itemDocument, subjectDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { SUBJECT } from './fields.ts';
import { type CsvValue, fieldsOf, type Line, type Report, type Tone } from './report.ts';
import { countsText, gapText, labelOf, movedText, newestNotes, percentText, timeText, zoneText } from './values.ts';

interface ChangesInput {
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

type ChangeDocument = DocumentOf<'changes'>['changes'][number];

export function buildChangesReport(input: ChangesInput, t: Translate): Report<ChangeRow> {
  const { changes, policy, limit } = input;
  const document: DocumentOf<'changes'> = {
    schema: 'tkguard.changes/1',
    generatedAt: formatIso(input.generatedAtMs),
    since: formatIso(input.sinceMs),
    until: formatIso(input.untilMs),
    newestCapturedAt: isoOrNull(input.newestCapturedMs),
    confirmMissing: policy.confirmMissing,
    summary: countsOf(
      CHANGE_CODES,
      changes.map(({ code }) => code),
    ),
    changes: (limit === null ? changes : changes.slice(-limit)).map(planChangeDocument),
  };
  const { since, until, summary, changes: shown } = document;
  const notes = [
    t('window', { zone: zoneText(t), since: timeText(since, t), until: timeText(until, t) }),
    ...newestNotes(input.newestCapturedMs, input.untilMs, t),
  ];
  if (shown.length < changes.length) notes.push(t('shown', { shown: shown.length, total: changes.length }));
  return {
    t,
    document,
    rows: shown,
    shown: joinAlike(shown),
    fields: FIELDS,
    details: (change) => detailsOf(change, policyFor(policy, change.shop, change.plan.id).confirmMissing, t),
    tone: ({ code }) => CHANGE_TONES[code] ?? 'plain',
    notes,
    summary: t('changes.summary', {
      n: changes.length,
      counts: countsText(summary, (code) => t(`change.${code}`), t),
    }),
    empty: t('changes.empty'),
  };
}

export function planChangeDocument(change: PlanChange): ChangeDocument {
  const { item, source } = change;
  const bp = (value: number | string | null) => (typeof value === 'number' ? value : null);
  const text = (value: number | string | null) => (typeof value === 'number' ? formatBp(value) : value);
  return {
    code: change.code,
    ...subjectDocument(change, change.plan),
    item: itemDocument(item),
    fromBp: bp(change.from),
    toBp: bp(change.to),
    from: text(change.from),
    to: text(change.to),
    lastSeenBefore: formatIso(change.lastSeenBeforeMs),
    firstSeenAfter: formatIso(change.firstSeenAfterMs),
    source: source && { file: source.file, line: source.locator },
  };
}

/** A change as people see it: of one scope, or of all items of a plan that moved alike. */
export interface ChangeRow extends ChangeDocument {
  /** Left out: one. */
  readonly alike?: readonly ChangeDocument[];
}

/** Items of a plan whose rates moved between the same captures by the same amount share a row, where the first of them stands. */
export function joinAlike(changes: readonly ChangeDocument[]): readonly ChangeRow[] {
  const groups = groupBy(changes, (change) => {
    const { code, account, shop, plan, item, fromBp, toBp, lastSeenBefore, firstSeenAfter } = change;
    if (item === null) return change;
    const moved = fromBp === null || toBp === null ? [change.from, change.to] : toBp - fromBp;
    return JSON.stringify([code, account, shop.id ?? shop.keeperId, plan.id, moved, lastSeenBefore, firstSeenAfter]);
  });
  return [...groups.values()].map((alike) => (alike.length === 1 ? alike[0] : { ...alike[0], alike }));
}

const FIELDS = fieldsOf<ChangeRow>([
  { heading: 'change', cell: ({ code }, t) => t(`change.${code}`), csv: ['code'] },
  SUBJECT,
  { heading: 'seen-before', wide: true, cell: ({ lastSeenBefore: at }, t) => at && timeText(at, t) },
  { heading: 'seen-after', cell: (change, t) => timeText(change.firstSeenAfter, t) },
  { heading: 'account', shrinks: true, differs: true, cell: (change) => change.account },
  { heading: 'shop', shrinks: true, cell: ({ shop }) => shopLabel(shop) },
  { heading: 'plan', shrinks: true, cell: ({ plan }, t) => planText(plan, t) },
  { heading: 'item', shrinks: true, cell: itemText },
  { csv: ['fromBp', 'toBp'] },
  {
    heading: 'from-to',
    shrinks: true,
    cell: movementText,
    csv: [
      ['from', ({ fromBp, from }) => csvValue(fromBp, from)],
      ['to', ({ toBp, to }) => csvValue(toBp, to)],
    ],
  },
  { csv: ['lastSeenBefore', 'firstSeenAfter', ['file', 'source.file'], ['line', 'source.line']] },
]);

/** The general plan is known by no id. */
export function planText({ id, name, kind }: ChangeDocument['plan'], t: Translate): string {
  return name === null && kind === 'general' ? t('kind.general') : labelOf(name, id);
}

/** What it is about; — for the plan as a whole. */
export function itemText({ item, alike }: ChangeRow, t: Translate): string | null {
  if (alike) return t('changes.items', { n: alike.length });
  return item && labelOf(item.title, item.id);
}

/** `10.00→8.00`; of items that began at several rates, by how much they moved. */
export function movementText(row: ChangeRow, t: Translate): string | null {
  const { code, fromBp, toBp, from, to, alike = [] } = row;
  if (fromBp !== null && toBp !== null) {
    const isOne = new Set(alike.map((change) => change.fromBp)).size < 2;
    const isGap = code.startsWith('crossed-');
    if (!isOne) return gapText(toBp - fromBp);
    return isGap ? `${gapText(fromBp)}→${gapText(toBp)}` : movedText(fromBp, toBp);
  }
  const sides = [valueText(code, fromBp, from, t), valueText(code, toBp, to, t)];
  if (sides.every((side) => side === null)) return null;
  return sides.map((side) => side ?? '—').join('→');
}

function csvValue(bp: number | null, text: string | null): CsvValue {
  return bp === null || text === null ? text : { number: text };
}

/** Percent for rates, a signed gap for crossings, words for states and memberships; a name is the merchant's own text. */
function valueText(code: ChangeCode, bp: number | null, text: string | null, t: Translate): string | null {
  if (bp !== null) return code.startsWith('crossed-') ? gapText(bp) : percentText(bp);
  if (text === null || code === 'renamed') return text;
  const state = PLAN_STATES.find((known) => known === text);
  const status = MEMBERSHIPS.find((known) => known === text);
  return state ? t(`state.${state}`) : status ? t(`membership.${status}`) : text;
}

function detailsOf({ code, from }: ChangeDocument, confirmMissing: number, t: Translate): Line[] {
  if (code !== 'missing') return [];
  return [from === 'approved' ? t('changes.missing-record') : t('changes.missing', { needed: confirmMissing })];
}

export const CHANGE_TONES: Partial<Record<ChangeCode, Tone>> = {
  'crossed-below': 'exit',
  'crossed-above': 'keep',
  raised: 'keep',
  lowered: 'review',
  'unit-doubt': 'review',
  missing: 'review',
  closed: 'review',
  'item-left': 'review',
  removed: 'review',
  'general-raised': 'review',
};
