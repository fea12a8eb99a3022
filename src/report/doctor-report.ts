/** `tkguard doctor`: what is well, what is not, and what to do about it. */
import { formatIso } from '../domain/time.ts';
import type { CodeAndArguments, Coded } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import { countsOf } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { type Explained, explain } from './explain.ts';
import { fieldsOf, type Report, type Tone } from './report.ts';

/** `damage`: the database cannot be used or relied on. */
export type Level = DocumentOf<'doctor'>['findings'][number]['level'];
export type Finding = { readonly level: Level } & Coded<'doctor'>;
export type Say = (level: Level, ...finding: CodeAndArguments<Coded<'doctor'>>) => void;

const TONES: Readonly<Record<Level, Tone>> = { ok: 'keep', note: 'muted', problem: 'review', damage: 'exit' };

export function buildDoctorReport(findings: readonly Finding[], generatedAtMs: number, t: Translate): Report<Finding> {
  const levels = findings.map(({ level }) => level);
  const summary = countsOf(['ok', 'note', 'problem', 'damage'], levels);
  const document: DocumentOf<'doctor'> = {
    schema: 'tkguard.doctor/1',
    generatedAt: formatIso(generatedAtMs),
    summary,
    findings,
  };
  return {
    t,
    document,
    rows: findings,
    fields: fieldsOf([
      {
        heading: 'level',
        cell: ({ level }) => t(`level.${level}`),
        csv: ['level', 'code', ['args', ({ args }) => JSON.stringify(args)]],
      },
      {
        heading: 'finding',
        shrinks: true,
        cell: (finding) => explainFinding(finding, t).what,
        csv: [
          ['finding', (finding) => explainFinding(finding, t).what],
          ['remedy', (finding) => explainFinding(finding, t).hint],
        ],
      },
    ]),
    details: (finding) => {
      const { hint } = explainFinding(finding, t);
      return hint === null ? [] : [{ text: hint, tone: finding.level === 'damage' ? 'loud' : 'plain' }];
    },
    tone: ({ level }) => TONES[level],
    summary: t('findings.summary', summary),
  };
}

/** A finding about an error takes its hint from that error. */
function explainFinding({ code, args }: Finding, t: Translate): Explained {
  const { what, hint } = explain(`doctor.${code}`, args, t);
  const error = args.fault ?? args.cause;
  return { what, hint: error === undefined ? hint : explain(`error.${error}`, args, t).hint };
}
