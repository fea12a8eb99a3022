/** The orders in the paper of `tkguard dossier`: what was lost and gained, line by line, and what is left out. */
import { BUCKETS, type Bucket } from '../domain/loss-line.ts';
import type { Translate } from '../words/index.ts';
import type { LossLineDocument } from './documents-of-money.ts';
import { type DossierBlock, type DossierInput, tableBlock } from './dossier-blocks.ts';
import { ageBelowText, exactTimeText, labelOf, percentText, rangeText, yuanText } from './values.ts';

export function provenBlocks(input: DossierInput, t: Translate): DossierBlock[] {
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

export function otherBlocks(input: DossierInput, t: Translate): DossierBlock[] {
  const { buckets } = input.loss;
  const left = BUCKETS.filter((bucket) => bucket !== 'proven' && bucket !== 'gain' && buckets[bucket].lines > 0);
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

function linesOf({ lines }: DossierInput, bucket: Bucket): LossLineDocument[] {
  return lines.filter((line) => line.bucket === bucket);
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
        percentText(line.rateBp),
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
