/** `tkguard doctor`: what is well, what is not, and what to do about it. */
import type { Finding, Level } from '../domain/examination.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import type { Explained } from './problems.ts';
import { explain } from './problems.ts';
import type { Report, Tone } from './report.ts';
import { columnOf } from './report.ts';

export interface DoctorInput {
  readonly findings: readonly Finding[];
  readonly generatedAtMs: number;
}

const TONES: Readonly<Record<Level, Tone>> = { ok: 'keep', note: 'muted', problem: 'review', damage: 'exit' };

export function buildDoctorReport({ findings, generatedAtMs }: DoctorInput, t: Translate): Report {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const counts = { ok: count('ok'), note: count('note'), problem: count('problem'), damage: count('damage') };
  return {
    document: { schema: 'tkguard.doctor/1', generatedAt: formatIso(generatedAtMs), summary: counts, findings },
    records: findings,
    columns: [columnOf('level', t('heading.level')), columnOf('finding', t('heading.finding'), 'left', true)],
    csvColumns: ['level', 'code', 'args', 'finding', 'remedy'],
    rows: findings.map((finding) => {
      const { what, hint } = explainFinding(finding, t);
      return {
        cells: { level: t(`level.${finding.level}`), finding: what },
        values: {
          level: finding.level,
          code: finding.code,
          args: JSON.stringify(finding.args),
          finding: what,
          remedy: hint,
        },
        details: hint === null ? [] : [{ text: hint, loud: finding.level === 'damage' }],
        tone: TONES[finding.level],
      };
    }),
    notes: [],
    closing: [],
    summary: t('doctor.summary', counts),
    empty: t('doctor.empty'),
    detailHeading: t('heading.remedy'),
  };
}

/** Faults of the database, the configuration and the sources have the words of the errors. */
function explainFinding({ code, args }: Finding, t: Translate): Explained {
  if (args.fault !== undefined) return explain(`error.${args.fault}`, args, t);
  if (args.cause === undefined) return explain(`doctor.${code}`, args, t);
  const { what, hint } = explain(`error.${args.cause}`, args, t);
  return { what: explain(`doctor.${code}`, { ...args, what }, t).what, hint };
}
