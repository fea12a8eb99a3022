/** Better choices: in documents, in the CSV, and in sentences. */
import type { Alternative } from '../domain/better.ts';
import { formatBp } from '../domain/rate.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { pick } from './document-parts.ts';
import type { BetterDocument } from './document-shapes.ts';
import { csvRate } from './fields.ts';
import type { CsvColumn } from './report.ts';
import { labelOf } from './values.ts';

export function betterDocument(better: readonly Alternative[]): BetterDocument[] {
  return better.map((one) => ({
    ...pick(one, 'via', 'planId', 'planName', 'rateBp'),
    rate: formatBp(one.rateBp),
    gainBp: one.gainBp,
    capturedAt: formatIso(one.atMs),
    ...pick(one, 'audit', 'locked'),
  }));
}

/** The best one. */
export function betterColumns<R>(of: (row: R) => readonly BetterDocument[]): CsvColumn<R>[] {
  return [
    ['better_via', (row) => of(row)[0]?.via],
    ['better_plan_id', (row) => of(row)[0]?.planId],
    ['better_rate', (row) => csvRate(of(row)[0]?.rateBp)],
    ['better_bp', (row) => of(row)[0]?.rateBp],
  ];
}

export function betterSentence({ via, planId, planName, rate, audit, locked }: BetterDocument, t: Translate): string {
  if (via === 'general') return t('check.better.general', { via: t('via.general'), rate });
  const traits = [
    ...(audit === null ? [] : [t(audit ? 'better.audit' : 'better.no-audit')]),
    ...(locked ? [t('better.locked')] : []),
  ];
  const told = traits.length === 0 ? '' : t('better.traits', { traits: traits.join(t('list.separator')) });
  return t('check.better', { via: t(`via.${via}`), plan: labelOf(planName, planId), rate, traits: told });
}
