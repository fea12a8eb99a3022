/**
 * `tkguard dossier`: what one plan cost and earned, as a paper to show to the merchant or to the alliance (orders.md §5). It
 * states what can be checked, and asks; it accuses nobody. One model, from which each format is written.
 */

import type { PlanChange } from '../domain/changes.ts';
import { resultOf } from '../domain/loss-sums.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { type DossierBlock, type DossierInput, tableBlock } from './dossier-blocks.ts';
import { otherBlocks, provenBlocks } from './dossier-orders.ts';
import { rateCells, stepDocument } from './history-report.ts';
import { exactTimeText, gapText, labelOf, percentText, rangeText, scopeText, yuanText, zoneText } from './values.ts';

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
    ...askBlocks(input, t),
  ];
}

/** Only what the paper shows a reason for: of a plan that always paid as much as the general one nothing is asked. */
function askBlocks({ loss, history, isLeft }: DossierInput, t: Translate): DossierBlock[] {
  const isCostly = (loss.buckets.proven.highFen ?? 0) > 0;
  const gaps = history.pairs.flatMap(({ measure, steps }) =>
    measure === 'commission' ? [steps.flatMap((step) => stepDocument(step).gapBp ?? [])] : [],
  );
  const wasBelow = isCostly || gaps.some((ofScope) => ofScope.some((gapBp) => gapBp < 0));
  const isBelow = gaps.some((ofScope) => (ofScope.at(-1) ?? 0) < 0);
  const items = [
    ...(wasBelow ? [t('dossier.ask.reason')] : []),
    ...(isCostly ? [t('dossier.ask.difference')] : []),
    ...(isBelow && !isLeft ? [t('dossier.ask.plan')] : []),
  ];
  if (items.length === 0) return [];
  return [
    { kind: 'text', text: t('dossier.ask') },
    { kind: 'list', items },
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
      before: exactTimeText(formatIso(lastSeenBeforeMs), t),
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
        steps
          .map(stepDocument)
          .map((step) => [
            itemText(item, t),
            exactTimeText(step.from, t),
            exactTimeText(step.to, t),
            ...rateCells(step, t),
            gapText(step.gapBp) ?? '—',
          ]),
      ),
      t,
    ),
  ];
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
