/** `tkguard doctor`: what is well, what is not, and what to do about it. */
import type { Finding, Level } from '../domain/examination.ts';
import { LEVELS } from '../domain/examination.ts';
import { formatIso } from '../domain/time.ts';
import type { MessageArguments, Translate } from '../words/index.ts';
import { isMessageKey } from '../words/index.ts';
import { wordedArguments } from './describe-failure.ts';
import type { Report, Tone } from './report.ts';
import { columnOf } from './report.ts';
import { ageText, bytesText } from './values.ts';

export interface DoctorInput {
  readonly findings: readonly Finding[];
  readonly generatedAtMs: number;
}

const TONES: Readonly<Record<Level, Tone>> = { ok: 'keep', note: 'muted', problem: 'review', damage: 'exit' };

export function buildDoctorReport({ findings, generatedAtMs }: DoctorInput, t: Translate): Report {
  const counts = Object.fromEntries(
    LEVELS.map((level) => [level, findings.filter((finding) => finding.level === level).length]),
  );
  return {
    document: { schema: 'tkguard.doctor/1', generatedAt: formatIso(generatedAtMs), summary: counts, findings },
    records: findings,
    columns: [columnOf('level', t('heading.level')), columnOf('finding', t('heading.finding'), 'left', true)],
    csvColumns: ['level', 'code', 'args', 'finding', 'remedy'],
    rows: findings.map((finding) => {
      const remedy = remedyText(finding, t);
      return {
        cells: { level: t(`level.${finding.level}`), finding: findingText(finding, t) },
        values: {
          level: finding.level,
          code: finding.code,
          args: JSON.stringify(finding.args),
          finding: findingText(finding, t),
          remedy,
        },
        details: remedy === null ? [] : [{ text: remedy, loud: finding.level === 'damage' }],
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

/** Faults of the database and of the configuration have their words with the errors. */
function findingText({ code, args }: Finding, t: Translate): string {
  if (args.cause !== undefined) {
    const worded = { ...args, name: args.secret ?? '' };
    const what = textOf(`error.${args.cause}`, worded, t) ?? textOf(`refusal.${args.cause}`, worded, t) ?? args.cause;
    return textOf(`doctor.${code}`, { ...args, what }, t) ?? code;
  }
  return textOf(args.fault === undefined ? `doctor.${code}` : `error.${args.fault}`, args, t) ?? code;
}

function remedyText({ code, args }: Finding, t: Translate): string | null {
  if (args.cause !== undefined)
    return textOf(`refusal-hint.${args.cause}`, args, t) ?? textOf(`error-hint.${args.cause}`, args, t);
  return textOf(args.fault === undefined ? `doctor-remedy.${code}` : `error-hint.${args.fault}`, args, t);
}

function textOf(key: string, args: Finding['args'], t: Translate): string | null {
  return isMessageKey(key) ? t(key, wordedArguments(shown(args, t), t)) : null;
}

/** Ages and sizes for people. */
function shown(args: Finding['args'], t: Translate): MessageArguments {
  const entries = Object.entries(args).map(([name, value]): [string, string | number] => {
    if (typeof value !== 'number') return [name, value];
    if (name.endsWith('Ms')) return [name.slice(0, -2), ageText(value, t)];
    return name.endsWith('Bytes') ? [name.slice(0, -5), bytesText(value)] : [name, value];
  });
  return Object.fromEntries(entries);
}
