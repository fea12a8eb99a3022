/** `tkguard inspect`: what each file is, how it is read, and what taking them all in would change. */
import { shopLabel } from '../domain/ledger.ts';
import { isSilent, type Reading } from '../domain/reading.ts';
import { formatIso } from '../domain/time.ts';
import type { Fault } from '../errors.ts';
import type { FileOutcome, VerdictChange } from '../import/outcome.ts';
import type { Proposal } from '../ingest/propose-mapping.ts';
import { lookUp, type Translate } from '../words/index.ts';
import { bpText, countsOf, isoOrNull, itemDocument, pick, recordsOf } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { csvRateFields, type FormatRow, rateFieldsText } from './formats-report.ts';
import { describeRefusal, explainRefusal, PROBLEMS_SHOWN } from './problems.ts';
import { mappingText, proposalLines } from './proposal-text.ts';
import { type FieldSpec, fieldsOf, type Line, type Report } from './report.ts';
import { FILE_TONES, fileDocument, fileNotes, knownLines, snapshotLines } from './sync-report.ts';
import { labelOf, percentText } from './values.ts';
import { changedVerdictDocument, changeLines } from './verdict-news.ts';

export interface SampleRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

/** A file by itself, without the database. */
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

/** What an import of all files would change. `ledger` is `none` where there is no database yet. */
export interface Effect {
  readonly ledger: 'none' | 'read' | 'unreadable';
  /** Why the ledger cannot be read. */
  readonly reason: Fault | null;
  readonly changes: readonly VerdictChange[];
}

interface InspectInput {
  readonly looks: readonly Look[];
  readonly outcomes: readonly FileOutcome[];
  readonly effect: Effect;
  readonly generatedAtMs: number;
}

type InspectDocument = DocumentOf<'inspect'>;
type InspectedDocument = InspectDocument['files'][number];

export function buildInspectReport(input: InspectInput, t: Translate): Report<InspectedDocument> {
  const { looks, outcomes, effect } = input;
  const files = outcomes.map((outcome) => inspectedDocument(lookOf(outcome, looks), outcome));
  const document: InspectDocument = {
    schema: 'tkguard.inspect/1',
    generatedAt: formatIso(input.generatedAtMs),
    summary: summaryOf(outcomes, effect),
    files,
    ledger: effect.ledger,
    ledgerReason: effect.reason && pick(effect.reason, 'code', 'args'),
    changes: effect.changes.map(changedVerdictDocument),
  };
  const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
  const outcomeOf = new Map(files.map((file, i) => [file, outcomes[i]]));
  return {
    t,
    document,
    records: recordsOf({ file: files, change: document.changes }),
    rows: files,
    fields: FIELDS,
    details: (file) => [...fileLines(file, outcomeOf.get(file), t), ...proposalLines(file.proposal, t)],
    tone: ({ status }) => FILE_TONES[status],
    notes: [t('inspect.nothing-written')],
    closing: [
      ...(effect.reason ? [t('inspect.no-ledger', { code: effect.reason.code })] : []),
      ...changeLines(document.changes, t),
    ],
    verbatim: proposals.length === 0 ? null : { heading: t('inspect.mapping'), text: mappingText(proposals) },
    summary: t('inspect.summary', document.summary),
  };
}

function summaryOf(outcomes: readonly FileOutcome[], { changes }: Effect) {
  const { imported, known, held, refused, unreadable } = countsOf(
    ['imported', 'known', 'held', 'refused', 'unreadable'],
    outcomes.map(({ status }) => status),
  );
  const sum = (kind: 'added' | 'changed' | 'gone') => outcomes.reduce((total, { against }) => total + against[kind], 0);
  const rows = { added: sum('added'), changed: sum('changed'), gone: sum('gone') };
  return { readable: imported + known + held, refused, unreadable, ...rows, changes: changes.length };
}

/** The look at a file. The name of a list joined from pages begins with the name of its first page: then the look at that page. */
function lookOf({ file }: FileOutcome, looks: readonly Look[]): Look | null {
  return looks.find((look) => look.file === file) ?? looks.find((look) => file.startsWith(`${look.file} (`)) ?? null;
}

function inspectedDocument(look: Look | null, outcome: FileOutcome): InspectedDocument {
  const { file, status, format, encoding, rows, changedRows: _, problems, ...document } = fileDocument(outcome);
  const { snapshots, refusal, notes, knownSince } = document;
  return {
    file,
    // Only sync leaves a file for the next run.
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
  const flat = columns.map((column) => ({
    ...pick(column, 'source', 'column', 'by', 'unit', 'unitBy', 'isIncome'),
    ...column.evidence,
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
    rate:
      rate === null || isSilent(rate)
        ? null
        : { rateBp: rate.bp, rate: bpText(rate.bp), measure: rate.measure, cell: rate.raw, sales },
  };
}

const FIELDS = fieldsOf<InspectedDocument>([
  { heading: 'status', cell: ({ status }, t) => t(`status.${status}`), csv: ['status'] },
  { heading: 'file', shrinks: true, csv: ['file'] },
  { heading: 'format', csv: ['format'] },
  { heading: 'encoding', csv: ['encoding', 'separator'] },
  {
    csv: [
      ['account', 'snapshots.account'],
      ['captured_at', 'snapshots.capturedAt'],
      ['captured_from', 'snapshots.capturedFrom'],
      ['coverage', 'snapshots.coverage'],
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
      ['notes', 'notes.code'],
      ['mapping_to_fill', 'proposal.open'],
    ],
  },
]);

function countField(kind: 'added' | 'changed' | 'gone'): FieldSpec<InspectedDocument> {
  return {
    heading: kind,
    align: 'right',
    cell: ({ status, against }) => (status === 'readable' ? String(against[kind]) : null),
    csv: [[kind, `against.${kind}`]],
  };
}

/** `name=column` where the two differ. */
function columnNames(columns: InspectedDocument['columns'], between = ' ', equals = '='): string {
  const names = columns.map(({ name, column }) => (column && column !== name ? `${name}${equals}${column}` : name));
  return names.join(between);
}

function fileLines(file: InspectedDocument, outcome: FileOutcome | undefined, t: Translate): Line[] {
  const { format, separator, rates, columns, refusal } = file;
  const between = t('list.separator');
  const title = lookUp(`format.${format}.title`, {}, t);
  const where = lookUp(`format.${format}.where`, {}, t);
  const read = columns.filter(({ column }) => column !== null);
  const ignored = columns.filter(({ name, column }) => column === null && name !== '');
  // Unknown columns have a line of their own.
  const notes = file.notes.filter(({ code }) => code !== 'unknown-columns');
  return [
    ...(title !== null && where !== null ? [t('pair', { name: title, value: where })] : []),
    ...(separator ? [t('inspect.separator', { separator: separator === '\t' ? 'TAB' : separator })] : []),
    ...snapshotLines(file, t),
    ...(rates.length > 0 ? [t('formats.rates', { rates: rateFieldsText(rates, t) })] : []),
    ...(read.length > 0 ? [t('inspect.columns', { columns: columnNames(read, between, ' = ') })] : []),
    ...(ignored.length > 0 ? [t('note.unknown-columns', { columns: columnNames(ignored, between) })] : []),
    ...file.sample.map((row) => sampleLine(row, t)),
    ...(refusal && outcome
      ? refusalLines(outcome, file.proposal !== null, t)
      : [...knownLines(file, t), ...fileNotes({ ...file, notes }, t)]),
  ];
}

/** The hint of sync says to run inspect; inspect gives a hint of its own instead. */
function refusalLines(outcome: FileOutcome, isProposed: boolean, t: Translate): string[] {
  const hint = lookUp(`inspect-hint.${outcome.refusal?.code}.${isProposed ? 'mapping' : 'none'}`, {}, t);
  const lines = hint === null ? describeRefusal(outcome, t).slice(1) : [t('line.hint', { hint })];
  return [explainRefusal(outcome, t).what, ...lines];
}

function sampleLine({ locator, shop, item, plan, rate }: InspectedDocument['sample'][number], t: Translate): string {
  const words = [
    shopLabel(shop),
    item && t('why.scope.item', { item: item.id }),
    `${lookUp(`kind.${plan.kind}`, {}, t) ?? '—'} ${labelOf(plan.name, plan.id)}`,
    rate && `${percentText(rate.rateBp)} ${t('found.text', { text: rate.cell })}`,
    rate?.measure === 'income' && t('unit.percent.income'),
    plan.status && t(`membership.${plan.status}`),
    plan.state && t(`state.${plan.state}`),
  ];
  return t('inspect.row', { n: locator, row: words.filter((word) => word).join(t('list.separator')) });
}
