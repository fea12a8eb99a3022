/**
 * `tkguard dossier`: what one plan cost and earned, as a paper to show to the merchant or to the alliance (orders.md §5). It
 * states what can be checked, and asks; it accuses nobody. One model, from which each format is written.
 */

import type { PlanChange } from '../domain/changes.ts';
import type { History } from '../domain/history.ts';
import type { Bucket } from '../domain/loss-line.ts';
import { type PlanLoss, resultOf } from '../domain/loss-sums.ts';
import { formatIso } from '../domain/time.ts';
import type { CodeOf, Translate } from '../words/index.ts';
import type { LossLineDocument } from './documents-of-money.ts';
import {
  ageBelowText,
  exactTimeText,
  gapText,
  labelOf,
  percentText,
  rangeText,
  scopeText,
  yuanText,
  zoneText,
} from './values.ts';

/** A file that something in the paper was read from. */
export interface DossierSource {
  readonly file: string;
  readonly sha256: string;
  readonly capturedMs: number;
  readonly importedMs: number;
  readonly rows: number;
}

export interface DossierInput {
  readonly generatedAtMs: number;
  readonly loss: PlanLoss;
  /** Of the plan beside the general one. */
  readonly history: History;
  readonly changes: readonly PlanChange[];
  readonly joinedAt: string | null;
  readonly approvedAt: string | null;
  /** The account was in the plan, and is no more. */
  readonly isLeft: boolean;
  /** For so long after the last reading the rate was taken to be the same. */
  readonly maxAgeMs: number;
  /** Of the plan, in order of time. */
  readonly lines: readonly LossLineDocument[];
  readonly sources: readonly DossierSource[];
  /** Order numbers are cut down to their last four digits, and files have numbers for names. */
  readonly isMasked: boolean;
}

export type DossierBlock =
  | { readonly kind: 'title' | 'heading' | 'text' | 'strong'; readonly text: string }
  | { readonly kind: 'list' | 'steps'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function buildDossier(input: DossierInput, t: Translate): DossierBlock[] {
  return [
    ...summaryBlocks(input, t),
    ...timelineBlocks(input, t),
    ...provenBlocks(input, t),
    ...otherBlocks(input, t),
    { kind: 'heading', text: t('dossier.method') },
    { kind: 'list', items: t('dossier.method.text').split('\n') },
    ...sourceBlocks(input, t),
    { kind: 'heading', text: t('dossier.check') },
    {
      kind: 'steps',
      items: [
        t(input.isMasked ? 'dossier.check.masked' : 'dossier.check.orders'),
        ...t('dossier.check.text').split('\n'),
      ],
    },
  ];
}

function tableBlock(
  names: readonly CodeOf<'heading'>[],
  rows: readonly (readonly string[])[],
  t: Translate,
): DossierBlock {
  return { kind: 'table', head: names.map((name) => t(`heading.${name}`)), rows };
}

function linesOf({ lines }: DossierInput, ...buckets: readonly Bucket[]): LossLineDocument[] {
  return lines.filter(({ bucket }) => buckets.includes(bucket));
}

function summaryBlocks(input: DossierInput, t: Translate): DossierBlock[] {
  const { loss, lines, joinedAt, approvedAt } = input;
  const { shop, plan, buckets } = loss;
  const times = lines.flatMap(({ createdAt, paidAt, clickedAt }) => createdAt ?? paidAt ?? clickedAt ?? []).sort();
  const [low, high] = resultOf(buckets);
  const name = { shop: labelOf(shop.name, shop.id ?? shop.keeperId) ?? '—', plan: labelOf(plan.name, plan.id) };
  const dayOf = (text: string | null) => (text === null ? t('loss.rate.unknown') : exactTimeText(text, t));
  return [
    { kind: 'title', text: t('dossier.title', name) },
    {
      kind: 'text',
      text: t('dossier.made', { at: exactTimeText(formatIso(input.generatedAtMs), t), zone: zoneText(t) }),
    },
    { kind: 'heading', text: t('dossier.summary') },
    {
      kind: 'list',
      items: [
        t('dossier.shop', name),
        t('dossier.joined', { joined: dayOf(joinedAt), approved: dayOf(approvedAt) }),
        t('dossier.period', { from: dayOf(times[0] ?? null), to: dayOf(times.at(-1) ?? null), lines: lines.length }),
        ...factLines(input, t),
      ],
    },
    {
      kind: 'strong',
      text: t('dossier.sum', {
        loss: rangeText(buckets.proven.lowFen ?? 0, buckets.proven.highFen ?? 0),
        lost: buckets.proven.lines,
        gain: rangeText(0 - (buckets.gain.highFen ?? 0), 0 - (buckets.gain.lowFen ?? 0)),
        gained: buckets.gain.lines,
        result: resultText(low, high, t),
      }),
    },
    { kind: 'text', text: t('dossier.ask') },
    { kind: 'list', items: [...t('dossier.ask.text').split('\n'), ...(input.isLeft ? [] : [t('dossier.ask.plan')])] },
  ];
}

/** What the affiliate got more; below 0: less. */
function resultText(lowFen: number, highFen: number, t: Translate): string {
  if (highFen <= 0) return t('dossier.result.less', { yuan: rangeText(0 - highFen, 0 - lowFen) });
  if (lowFen >= 0) return t('dossier.result.more', { yuan: rangeText(lowFen, highFen) });
  return t('dossier.result.either', { less: yuanText(0 - lowFen), more: yuanText(highFen) });
}

/** An item goes by its title. */
function itemText(item: Parameters<typeof scopeText>[0], t: Translate): string {
  return item && item.title !== null ? labelOf(item.title, item.id) : scopeText(item, t);
}

/** What happened to the plan that matters here: cuts, and when it fell below the general plan. */
function factLines({ changes, loss }: DossierInput, t: Translate): string[] {
  const told = changes.filter(({ code, plan }) => plan.id === loss.plan.id && TOLD.includes(code));
  return told.map((change) => {
    const { code, item, lastSeenBeforeMs, from, to } = change;
    const between = {
      scope: itemText(item, t),
      before: lastSeenBeforeMs === null ? '—' : exactTimeText(formatIso(lastSeenBeforeMs), t),
      after: exactTimeText(formatIso(change.firstSeenAfterMs), t),
    };
    if (code === 'lowered') {
      const rates = { from: percentText(Number(from)), to: percentText(Number(to)) };
      return t('dossier.fact.lowered', { ...between, ...rates });
    }
    if (code === 'crossed-below') return t('dossier.fact.below', { ...between, gap: gapText(Number(to)) ?? '—' });
    return t('dossier.fact.other', { ...between, what: t(`change.${code}`) });
  });
}

const TOLD: readonly PlanChange['code'][] = [
  'lowered',
  'crossed-below',
  'removed',
  'left',
  'closed',
  'locked',
  'unlocked',
];

/** Of the items that were sold, and of the shop as a whole. */
function timelineBlocks({ history, lines }: DossierInput, t: Translate): DossierBlock[] {
  const sold = new Set(lines.map(({ itemId }) => itemId));
  const pairs = history.pairs.filter(({ item, measure }) => measure === 'commission' && (!item || sold.has(item.id)));
  return [
    { kind: 'heading', text: t('dossier.timeline') },
    { kind: 'text', text: t('dossier.timeline.text') },
    tableBlock(
      ['item', 'from', 'to', 'special', 'general', 'gap'],
      pairs.flatMap(({ item, steps }) =>
        steps.map(({ fromMs, toMs, specialBp, generalBp }) => [
          itemText(item, t),
          exactTimeText(formatIso(fromMs), t),
          exactTimeText(formatIso(toMs), t),
          percentText(specialBp),
          percentText(generalBp),
          gapText(specialBp === null || generalBp === null ? null : specialBp - generalBp) ?? '—',
        ]),
      ),
      t,
    ),
  ];
}

function provenBlocks(input: DossierInput, t: Translate): DossierBlock[] {
  const proven = linesOf(input, 'proven');
  return [
    { kind: 'heading', text: t('dossier.lines') },
    { kind: 'text', text: t('dossier.lines.text', { age: ageBelowText(input.maxAgeMs, t) }) },
    ...lineTable(proven, 'loss', input, t),
    {
      kind: 'list',
      items: proven.map((line) =>
        t('dossier.line', { order: orderText(line, input), text: line.messages.join(t('sentence.separator')) }),
      ),
    },
  ];
}

function otherBlocks(input: DossierInput, t: Translate): DossierBlock[] {
  const { buckets } = input.loss;
  const left = (Object.keys(buckets) as Bucket[]).filter(
    (bucket) => bucket !== 'proven' && bucket !== 'gain' && buckets[bucket].lines > 0,
  );
  return [
    { kind: 'heading', text: t('dossier.gains') },
    ...lineTable(linesOf(input, 'gain'), 'gain', input, t),
    { kind: 'heading', text: t('dossier.left-out') },
    { kind: 'text', text: t('dossier.left-out.text') },
    tableBlock(
      ['bucket', 'rows', 'amount', 'difference', 'reason'],
      left.map((bucket) => {
        const { lines, amountFen, lowFen, highFen } = buckets[bucket];
        const notes = new Set(linesOf(input, bucket).flatMap((line) => line.notes));
        return [
          t(`bucket.${bucket}`),
          String(lines),
          yuanText(amountFen),
          lowFen === null || highFen === null || bucket === 'general' ? '—' : rangeText(lowFen, highFen),
          [...reasonsOf(bucket, t), ...[...notes].map((note) => t(`loss.note.${note}`))].join(
            t('sentence.separator'),
          ) || '—',
        ];
      }),
      t,
    ),
  ];
}

/** Of kinds whose lines need no note. */
const EXPLAINED = ['pending', 'either', 'saved', 'general', 'unexplained'] as const;

function reasonsOf(bucket: Bucket, t: Translate): string[] {
  return EXPLAINED.filter((one) => one === bucket).map((one) => t(`dossier.reason.${one}`));
}

function lineTable(
  lines: readonly LossLineDocument[],
  figure: 'loss' | 'gain',
  input: DossierInput,
  t: Translate,
): DossierBlock[] {
  if (lines.length === 0) return [{ kind: 'text', text: t('dossier.none') }];
  const timeOf = (text: string | null) => (text === null ? '—' : exactTimeText(text, t));
  const ratesOf = (side: LossLineDocument['general']) =>
    side?.rates.map(({ rateBp }) => percentText(rateBp)).join(t('loss.or')) ?? '—';
  const figureOf = ({ lowFen, highFen }: LossLineDocument) => {
    if (lowFen === null || highFen === null) return '—';
    return figure === 'loss' ? rangeText(lowFen, highFen) : rangeText(0 - highFen, 0 - lowFen);
  };
  return [
    tableBlock(
      ['order', 'item', 'clicked', 'paid', 'settled', 'amount', 'applied', 'special', 'general', figure],
      lines.map((line) => [
        orderText(line, input),
        labelOf(line.title, line.itemId) ?? '—',
        timeOf(line.clickedAt),
        timeOf(line.paidAt),
        timeOf(line.settledAt),
        yuanText(line.amountFen),
        line.rateBp === null ? '—' : percentText(line.rateBp),
        ratesOf(line.special),
        ratesOf(line.general),
        figureOf(line),
      ]),
      t,
    ),
  ];
}

/** The sub-order's number, which the merchant's own report has, too. */
export function orderText(
  { subOrderNo, orderNo }: LossLineDocument,
  { isMasked }: Pick<DossierInput, 'isMasked'>,
): string {
  const number = subOrderNo ?? orderNo ?? '—';
  return isMasked ? `…${number.slice(-4)}` : number;
}

function sourceBlocks({ sources }: DossierInput, t: Translate): DossierBlock[] {
  return [
    { kind: 'heading', text: t('dossier.sources') },
    { kind: 'text', text: t('dossier.sources.text') },
    tableBlock(
      ['file', 'digest', 'captured', 'imported', 'rows'],
      sources.map(({ file, sha256, capturedMs, importedMs, rows }) => [
        file,
        sha256,
        exactTimeText(formatIso(capturedMs), t),
        exactTimeText(formatIso(importedMs), t),
        String(rows),
      ]),
      t,
    ),
  ];
}
