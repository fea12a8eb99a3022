/** An order line of `loss`: its document, and its arithmetic in words. */
import type { LossLine, Side } from '../domain/loss-line.ts';
import type { TimedLine } from '../domain/loss-sums.ts';
import { netFen, payoutAt, type Terms } from '../domain/money.ts';
import { wholeRateOf } from '../domain/order-terms.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { bpText, isoOrNull, pick, shopDocument } from './document-parts.ts';
import type { LossLineDocument } from './documents-of-money.ts';
import { cleanText } from './sanitize.ts';
import { exactTimeText, percentText, yuanText } from './values.ts';

type NameOf = (file: string) => string;

/** To be asked while the ledger is open: sources are looked up. `paper`: for others, with names of files that they may know. */
export function lossLineDocument(timed: TimedLine, t: Translate, paper: NameOf | null = null): LossLineDocument {
  const nameOf: NameOf = paper ?? ((file) => file);
  const { line, moment, isTold } = timed;
  const { order, shop, plan, times } = line;
  const document = {
    account: line.account,
    shop: shop && shopDocument(shop),
    plan: plan && pick(plan, 'id', 'name'),
    ...pick(order, 'orderNo', 'subOrderNo'),
    itemId: order.itemNo,
    title: order.itemTitle,
    state: order.state,
    ...pick(line, 'bucket', 'notes', 'amountFen'),
    rateBp: line.appliedBp,
    rate: bpText(line.appliedBp),
    ...pick(order, 'serviceFeeBp', 'shareBp', 'feeBp'),
    clickedAt: isoOrNull(order.clickedMs),
    createdAt: isoOrNull(order.createdMs),
    paidAt: isoOrNull(order.paidMs),
    settledAt: isoOrNull(order.settledMs),
    window: times && { from: formatIso(times.window.fromMs), to: formatIso(times.window.toMs) },
    general: sideDocument(line.general, line, nameOf),
    special: sideDocument(line.special, line, nameOf),
    ...pick(line, 'lowFen', 'highFen'),
    moment,
    told: isTold,
    file: nameOf(order.source.file),
    line: order.source.line,
  };
  const isHinted = !paper && line.notes.includes('refund-amount-unknown');
  const sentences = [...lineSentences(document, line, nameOf, t), ...(isHinted ? [t('loss.hint.refunds')] : [])];
  return { ...document, messages: sentences.map(cleanText) };
}

function sideDocument(side: Side | null, { times }: LossLine, nameOf: NameOf): LossLineDocument['general'] {
  if (!side) return null;
  return {
    ...pick(side, 'planId', 'basis'),
    rates: side.bps.map((bp) => ({ rateBp: bp, rate: formatBp(bp) })),
    unknown: side.isUnknown,
    assumed: side.isAssumed,
    readings: (times && side.track ? side.track.readingsAround(times.window) : []).map(({ atMs, bps, source }) => ({
      capturedAt: formatIso(atMs),
      rates: bps.map(formatBp),
      file: source && nameOf(source.file),
      line: source?.locator ?? null,
      raw: source?.raw ?? null,
    })),
  };
}

type Draft = Omit<LossLineDocument, 'messages'>;

/** When, at which rates by which readings, what it comes to, and what is not sure. */
function lineSentences(document: Draft, line: LossLine, nameOf: NameOf, t: Translate): string[] {
  const { window, general, special, notes, moment, told } = document;
  return [
    ...(window ? [windowSentence(window, document, t)] : []),
    ...(general ? [sideSentence('general', general, t)] : []),
    ...(special ? [sideSentence('special', special, t)] : []),
    ...arithmetic(line, t),
    ...earlierSentences(line, nameOf, t),
    ...notes.map((note) => t(`loss.note.${note}`)),
    ...(moment ? [t(`loss.moment.${moment}`)] : []),
    ...(moment === 'after-verdict' ? [t(told ? 'loss.told' : 'loss.knowable')] : []),
  ];
}

/** One moment where the settings say so. */
function windowSentence(
  { from, to }: NonNullable<Draft['window']>,
  { clickedAt, paidAt }: Draft,
  t: Translate,
): string {
  if (from === to && clickedAt !== null && paidAt !== null && clickedAt < paidAt)
    return t('loss.window.moment', { at: exactTimeText(from, t) });
  return t('loss.window', { from: exactTimeText(from, t), to: exactTimeText(to, t) });
}

function sideSentence(kind: 'general' | 'special', side: NonNullable<Draft['general']>, t: Translate): string {
  const rates = [...side.rates.map(({ rate }) => `${rate}%`), ...(side.unknown ? [t('loss.rate.unknown')] : [])];
  const readings = side.readings.map((reading) =>
    t('loss.reading', {
      at: exactTimeText(reading.capturedAt, t),
      rate: reading.rates.map((rate) => `${rate}%`).join(t('loss.or')) || t('loss.rate.unknown'),
      source: reading.line === null ? (reading.file ?? '—') : `${reading.file}:${reading.line}`,
    }),
  );
  return t(`loss.side.${kind}`, {
    plan: side.planId,
    basis: t(`basis.${side.basis}`),
    rates: rates.join(t('loss.or')),
    readings: readings.join(t('list.separator')) || '—',
  });
}

/** A rate that changed between two reports of the order; the oldest first. */
function earlierSentences({ order, appliedBp }: LossLine, nameOf: NameOf, t: Translate): string[] {
  return order.earlier.flatMap((state) => {
    const rateBp = wholeRateOf(state);
    if (rateBp === null || rateBp === appliedBp) return [];
    const { file, line, capturedMs } = state.source;
    const args = { rate: percentText(rateBp), at: exactTimeText(formatIso(capturedMs), t) };
    return [t('loss.earlier', { ...args, source: `${nameOf(file)}:${line}` })];
  });
}

/** What was paid, and what it would have been at each rate of the other side. */
function arithmetic({ bucket, terms, appliedBp, general, special, lowFen }: LossLine, t: Translate): string[] {
  if (!terms || appliedBp === null || lowFen === null) return [];
  const other = bucket === 'saved' ? special : general;
  if (!other || bucket === 'general') return [];
  const paid = netFen(terms, appliedBp);
  const kind = bucket === 'saved' ? 'special' : 'general';
  return [
    t('loss.paid', { pay: payText(terms, appliedBp, t) }),
    ...other.bps.map((bp) => {
      const lossFen = netFen(terms, bp) - paid;
      const difference = lossFen > 0 ? 'less' : lossFen < 0 ? 'more-earned' : 'same';
      const yuan = yuanText(Math.abs(lossFen));
      return t(`loss.at.${kind}`, { pay: payText(terms, bp, t), difference: t(`loss.${difference}`, { yuan }) });
    }),
  ];
}

function payText(terms: Terms, rateBp: number, t: Translate): string {
  const { commissionFen, feeFen } = payoutAt(terms, rateBp);
  const { amountFen, serviceFeeBp, shareBp, feeBp } = terms;
  const rate = serviceFeeBp === 0 ? percentText(rateBp) : `(${percentText(rateBp)} − ${percentText(serviceFeeBp)})`;
  const share = shareBp === 10_000 ? '' : ` × ${percentText(shareBp)}`;
  const args = { amount: yuanText(amountFen), rate: rate + share, commission: yuanText(commissionFen) };
  if (feeBp === null) return t('loss.pay.no-fee', args);
  return t('loss.pay', { ...args, fee: yuanText(feeFen), net: yuanText(commissionFen - feeFen) });
}
