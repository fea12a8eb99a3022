/** `tkguard inspect`: what each file is, how it is read, and what taking them all in would change. */
import type { Reading } from '../domain/reading.ts';
import { formatIso } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import type { Proposal } from '../ingest/propose-mapping.ts';
import type { Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';
import { bpText, isoOrNull, itemDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { csvCodes, csvWords } from './fields.ts';
import type { FormatRow } from './formats-report.ts';
import { csvRateFields, rateFieldsText } from './formats-report.ts';
import { describeRefusal, explainRefusal } from './problems.ts';
import { mappingText, proposalLines } from './proposal-text.ts';
import type { FieldSpec, Line, Report, Tone } from './report.ts';
import { fieldsOf } from './report.ts';
import { changedVerdictDocument, changeLines, fileDocument, fileNotes, knownLines, recordsOf } from './sync-report.ts';
import { labelOf, percentText, timeText } from './values.ts';

export interface SampleRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

/** What a file is by itself. */
export interface Look {
  readonly file: string;
  readonly format: string | null;
  readonly encoding: string | null;
  readonly separator: string | null;
  readonly columns: readonly { readonly name: string; readonly column: string | null }[];
  readonly rates: FormatRow['rates'];
  readonly rows: number;
  readonly sample: readonly SampleRow[];
  readonly proposal: Proposal | null;
}

/** What taking in all the files would do. `ledger`: `none` where there is no database yet. */
export interface Effect {
  readonly ledger: 'none' | 'read' | 'unreadable';
  /** Why the ledger cannot be read. */
  readonly reason: Coded<'error'> | null;
  readonly changes: readonly VerdictChange[];
}

export interface InspectInput {
  readonly looks: readonly Look[];
  readonly outcomes: readonly FileOutcome[];
  readonly effect: Effect;
  readonly generatedAtMs: number;
}

type InspectDocument = DocumentOf<'inspect'>;
type InspectedDocument = InspectDocument['files'][number];

/** More problems than these are counted, not shown. */
const PROBLEMS_SHOWN = 20;

export function buildInspectReport(input: InspectInput, t: Translate): Report<InspectedDocument> {
  const { looks, outcomes, effect } = input;
  const files = outcomes.map((outcome) => inspectedDocument(lookOf(outcome, looks), outcome));
  const document: InspectDocument = {
    schema: 'tkguard.inspect/1',
    generatedAt: formatIso(input.generatedAtMs),
    summary: summaryOf(outcomes, effect),
    files,
    ledger: effect.ledger,
    ledgerReason: effect.reason && { code: effect.reason.code, args: effect.reason.args },
    changes: effect.changes.map(changedVerdictDocument),
  };
  const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
  const outcomeOf = new Map(files.map((file, i) => [file, outcomes[i]]));
  return {
    t,
    document,
    records: recordsOf(files, document.changes),
    rows: files,
    fields: FIELDS,
    details: (file) => [...fileLines(file, outcomeOf.get(file), t), ...proposalLines(file.proposal, t)],
    tone: ({ status }) => TONES[status],
    notes: [t('inspect.nothing-written')],
    closing: [
      ...(effect.reason ? [t('inspect.no-ledger', { code: effect.reason.code })] : []),
      ...changeLines(document.changes, t),
    ],
    verbatim: proposals.length === 0 ? null : { heading: t('inspect.mapping'), text: mappingText(proposals) },
    summary: t('inspect.summary', document.summary),
    empty: t('sync.empty'),
  };
}

function summaryOf(outcomes: readonly FileOutcome[], { changes }: Effect) {
  const count = (...statuses: FileStatus[]) => outcomes.filter(({ status }) => statuses.includes(status)).length;
  const sum = (kind: 'added' | 'changed' | 'gone') => outcomes.reduce((total, { against }) => total + against[kind], 0);
  return {
    readable: count('imported', 'known', 'held'),
    refused: count('refused'),
    unreadable: count('unreadable'),
    added: sum('added'),
    changed: sum('changed'),
    gone: sum('gone'),
    changes: changes.length,
  };
}

/** Of pages that were joined to one list, whose name begins with that of the first, the look at the first. */
function lookOf({ file }: FileOutcome, looks: readonly Look[]): Look | null {
  return looks.find((look) => look.file === file) ?? looks.find((look) => file.startsWith(`${look.file} (`)) ?? null;
}

const TONES: Readonly<Record<InspectedDocument['status'], Tone>> = {
  readable: 'keep',
  known: 'muted',
  skipped: 'muted',
  held: 'review',
  refused: 'exit',
  unreadable: 'exit',
};

function inspectedDocument(look: Look | null, outcome: FileOutcome): InspectedDocument {
  const { file, status, format, encoding, rows, changedRows: _, problems, ...document } = fileDocument(outcome);
  const { snapshots, refusal, notes, knownSince } = document;
  return {
    file,
    // Only sync leaves what somebody is still writing.
    status: status === 'imported' ? 'readable' : status === 'left' ? 'unreadable' : status,
    format: format ?? look?.format ?? null,
    encoding: encoding ?? look?.encoding ?? null,
    separator: look?.separator ?? null,
    snapshots,
    rates: look?.rates ?? [],
    columns: look?.columns ?? [],
    rows: snapshots.length > 0 ? rows : (look?.rows ?? 0),
    against: outcome.against,
    sample: (look?.sample ?? []).map(sampleDocument),
    refusal,
    problems: problems.slice(0, PROBLEMS_SHOWN),
    problemCount: problems.length,
    notes,
    knownSince,
    proposal: look?.proposal ? proposalDocument(look.proposal) : null,
  };
}

function proposalDocument({ name, columns, mapping, fixed, open }: Proposal): InspectedDocument['proposal'] {
  const flat = columns.map(({ source, column, by, unit, unitBy, isIncome, evidence }) => ({
    ...{ source, column, by, unit, unitBy, isIncome },
    ...evidence,
  }));
  return { name, columns: flat, mapping, fixed, open };
}

function sampleDocument({ account, capturedMs, reading }: SampleRow): InspectedDocument['sample'][number] {
  const { locator, shop, item, planId, facts, rate, sales } = reading;
  return {
    locator,
    account,
    capturedAt: isoOrNull(capturedMs),
    shop: { id: shop.sellerId, keeperId: shop.keeperId, name: shop.name },
    item: itemDocument(item),
    plan: { id: planId, ...facts },
    rate: rate && { rateBp: rate.bp, rate: bpText(rate.bp), measure: rate.measure, cell: rate.raw, sales },
  };
}

const FIELDS = fieldsOf<InspectedDocument>([
  { heading: 'status', cell: ({ status }, t) => t(`status.${status}`), csv: ['status'] },
  { heading: 'file', shrinks: true, csv: ['file'] },
  { heading: 'format', csv: ['format'] },
  { heading: 'encoding', csv: ['encoding', 'separator'] },
  {
    csv: [
      ['account', ({ snapshots }) => csvWords(snapshots.map(({ account }) => account))],
      ['captured_at', ({ snapshots }) => csvWords(snapshots.map(({ capturedAt }) => capturedAt))],
      ['captured_from', ({ snapshots }) => csvWords(snapshots.map(({ capturedFrom }) => capturedFrom))],
      ['coverage', ({ snapshots }) => csvWords(snapshots.map(({ coverage }) => coverage))],
      ['rates', ({ rates }) => csvRateFields(rates)],
      ['columns_read', ({ columns }) => columnNames(columns.filter(({ column }) => column !== null))],
      ['columns_ignored', ({ columns }) => columnNames(columns.filter(({ column }) => column === null))],
    ],
  },
  { heading: 'rows', align: 'right', cell: ({ rows }) => (rows === 0 ? null : String(rows)), csv: ['rows'] },
  countField('added'),
  countField('changed'),
  countField('gone'),
  {
    csv: [
      ['refusal', 'refusal.code'],
      ['problems', 'problemCount'],
      ['notes', ({ notes }) => csvCodes(notes)],
    ],
  },
  { csv: [['mapping_to_fill', ({ proposal }) => proposal?.open.join(' ')]] },
]);

function countField(kind: 'added' | 'changed' | 'gone'): FieldSpec<InspectedDocument> {
  return {
    heading: kind,
    align: 'right',
    cell: ({ status, against }) => (status === 'readable' ? String(against[kind]) : null),
    csv: [[kind, `against.${kind}`]],
  };
}

/** `name=column` where the file calls it otherwise. */
function columnNames(columns: InspectedDocument['columns'], between = ' ', equals = '='): string {
  const names = columns.map(({ name, column }) => (column && column !== name ? `${name}${equals}${column}` : name));
  return names.join(between);
}

function fileLines(file: InspectedDocument, outcome: FileOutcome | undefined, t: Translate): Line[] {
  const { format, separator, snapshots, rates, columns, refusal } = file;
  const between = t('list.separator');
  const title = lookUp(`format.${format}.title`, {}, t);
  const where = lookUp(`format.${format}.where`, {}, t);
  const read = columns.filter(({ column }) => column !== null);
  const ignored = columns.filter(({ name, column }) => column === null && name !== '');
  // The columns that are not read stand in a line of their own.
  const notes = file.notes.filter(({ code }) => code !== 'unknown-columns');
  return [
    ...(title !== null && where !== null ? [`${title}: ${where}`] : []),
    ...(separator ? [t('inspect.separator', { separator: separator === '\t' ? 'TAB' : separator })] : []),
    ...snapshots.map(({ account, capturedAt, capturedFrom, coverage, rows }) => {
      const [at, from] = [timeText(capturedAt, t), t(`captured-from.${capturedFrom}`)];
      return t('inspect.snapshot', { at, from, account, coverage: t(`coverage.${coverage}`), rows });
    }),
    ...(rates.length > 0 ? [t('formats.rates', { rates: rateFieldsText(rates, t) })] : []),
    ...(read.length > 0 ? [t('inspect.columns', { columns: columnNames(read, between, ' = ') })] : []),
    ...(ignored.length > 0 ? [t('note.unknown-columns', { columns: columnNames(ignored, between) })] : []),
    ...file.sample.map((row) => sampleLine(row, t)),
    ...(refusal && outcome
      ? refusalLines(outcome, file.proposal !== null, t)
      : [...knownLines(file, t), ...fileNotes({ ...file, notes }, t)]),
  ];
}

/** Where sync would send the user to inspect, inspect itself says what to do. */
function refusalLines(outcome: FileOutcome, isProposed: boolean, t: Translate): string[] {
  const hint = lookUp(`inspect-hint.${outcome.refusal?.code}.${isProposed ? 'mapping' : 'none'}`, {}, t);
  const lines = hint === null ? describeRefusal(outcome, t).slice(1) : [t('line.hint', { hint })];
  return [explainRefusal(outcome, t).what, ...lines];
}

function sampleLine({ locator, shop, item, plan, rate }: InspectedDocument['sample'][number], t: Translate): string {
  const words = [
    shop.name ?? shop.id ?? shop.keeperId,
    item && t('why.scope.item', { item: item.id }),
    `${lookUp(`kind.${plan.kind}`, {}, t) ?? '—'} ${labelOf(plan.name, plan.id)}`,
    rate && `${percentText(rate.rateBp)} ${t('found.text', { text: rate.cell })}`,
    rate?.measure === 'income' && t('unit.percent.income'),
    plan.status && t(`membership.${plan.status}`),
    plan.state && t(`state.${plan.state}`),
  ];
  return t('inspect.row', { n: locator, row: words.filter((word) => word).join(t('list.separator')) });
}
