/** `tkguard inspect`: what each file is, how it is read, and what taking them all in would change. */

import type { Reading } from '../domain/reading.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';
import { bpText, csvCodes, isoOrNull, itemDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import type { FormatRow } from './formats-report.ts';
import { csvRateFields, rateFieldsText } from './formats-report.ts';
import { describeRefusal, explainRefusal } from './problems.ts';
import type { ProposedMapping } from './proposal-text.ts';
import { mappingText, proposalDocument, proposalLines } from './proposal-text.ts';
import type { Field, Report, Tone } from './report.ts';
import {
  changedVerdictDocument,
  changeLines,
  fileDocument,
  fileNotes,
  knownLines,
  recordsOf,
  unique,
} from './sync-report.ts';
import { labelOf, percentText } from './values.ts';

export { mappingText };

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
  readonly proposal: ProposedMapping | null;
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

interface Inspected {
  readonly look: Look | null;
  readonly outcome: FileOutcome;
  readonly document: InspectedDocument;
}

/** More problems than these are counted, not shown. */
const PROBLEMS_SHOWN = 20;

export function buildInspectReport(input: InspectInput, t: Translate): Report<Inspected> {
  const { looks, outcomes, effect } = input;
  const rows = outcomes.map((outcome): Inspected => {
    const look = lookOf(outcome, looks);
    return { look, outcome, document: inspectedDocument(look, outcome) };
  });
  const document: InspectDocument = {
    schema: 'tkguard.inspect/1',
    generatedAt: formatIso(input.generatedAtMs),
    summary: summaryOf(outcomes, effect),
    files: rows.map((row) => row.document),
    ledger: effect.ledger,
    ledgerReason: effect.reason && { code: effect.reason.code, args: effect.reason.args },
    changes: effect.changes.map(changedVerdictDocument),
  };
  const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
  return {
    t,
    document,
    records: recordsOf(document.files, document.changes),
    rows,
    fields: FIELDS,
    details: (row) => [...fileLines(row, t), ...proposalLines(row.look?.proposal ?? null, t)],
    tone: ({ outcome }) => STATUSES[outcome.status].tone,
    notes: [t('inspect.nothing-written')],
    closing: [
      ...(effect.reason ? [t('inspect.no-ledger', { code: effect.reason.code })] : []),
      ...changeLines(document.changes, t),
    ],
    verbatim: proposals.length === 0 ? null : { heading: t('inspect.mapping'), text: mappingText(proposals) },
    summary: t('inspect.summary', document.summary),
    empty: t('sync.empty'),
    detailHeading: 'why',
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

const STATUSES: Readonly<Record<FileStatus, { readonly word: InspectedDocument['status']; readonly tone: Tone }>> = {
  imported: { word: 'readable', tone: 'keep' },
  known: { word: 'known', tone: 'muted' },
  // Only sync leaves what somebody is still writing.
  left: { word: 'unreadable', tone: 'muted' },
  skipped: { word: 'skipped', tone: 'muted' },
  held: { word: 'held', tone: 'review' },
  refused: { word: 'refused', tone: 'exit' },
  unreadable: { word: 'unreadable', tone: 'exit' },
};

function inspectedDocument(look: Look | null, outcome: FileOutcome): InspectedDocument {
  const { file, format, encoding, snapshots, refusal, problems, notes, knownSince } = fileDocument(outcome);
  return {
    file,
    status: STATUSES[outcome.status].word,
    format: format ?? look?.format ?? null,
    encoding: encoding ?? look?.encoding ?? null,
    separator: look?.separator ?? null,
    snapshots,
    rates: look?.rates ?? [],
    columns: look?.columns ?? [],
    rows: outcome.snapshots.length > 0 ? outcome.rows : (look?.rows ?? 0),
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

function sampleDocument({ account, capturedMs, reading }: SampleRow): InspectedDocument['sample'][number] {
  const { locator, shop, item, planId, facts, rate, sales } = reading;
  return {
    locator,
    account,
    capturedAt: isoOrNull(capturedMs),
    shop: { id: shop.sellerId, keeperId: shop.keeperId, name: shop.name },
    item: itemDocument(item),
    plan: { id: planId, ...facts },
    rate: rate && {
      rateBp: rate.bp,
      rate: bpText(rate.bp),
      measure: rate.measure,
      cell: rate.raw,
      sales,
    },
  };
}

const FIELDS: readonly Field<Inspected>[] = [
  {
    heading: 'status',
    cell: ({ document }, t) => t(`status.${document.status}`),
    csv: { status: ({ document }) => document.status },
  },
  {
    heading: 'file',
    shrinks: true,
    cell: ({ document }) => document.file,
    csv: { file: ({ document }) => document.file },
  },
  { heading: 'format', cell: ({ document }) => document.format, csv: { format: ({ document }) => document.format } },
  {
    heading: 'encoding',
    cell: ({ document }) => document.encoding,
    csv: {
      encoding: ({ document }) => document.encoding,
      separator: ({ document }) => document.separator,
      account: ({ document }) => unique(document.snapshots.map(({ account }) => account)),
      captured_at: ({ document }) => unique(document.snapshots.map(({ capturedAt }) => capturedAt)),
      captured_from: ({ document }) => unique(document.snapshots.map(({ capturedFrom }) => capturedFrom)),
      coverage: ({ document }) => unique(document.snapshots.map(({ coverage }) => coverage)),
      rates: ({ document }) => csvRateFields(document.rates),
      columns_read: ({ document }) => columnNames(document, ({ column }) => column !== null),
      columns_ignored: ({ document }) => columnNames(document, ({ column }) => column === null),
    },
  },
  {
    heading: 'rows',
    align: 'right',
    cell: ({ document: { rows } }) => (rows === 0 ? null : String(rows)),
    csv: { rows: ({ document }) => document.rows },
  },
  countField('added'),
  countField('changed'),
  countField('gone'),
  {
    csv: {
      refusal: ({ document }) => document.refusal?.code ?? null,
      problems: ({ document }) => document.problemCount,
      notes: ({ document }) => csvCodes(document.notes),
      mapping_to_fill: ({ document }) => document.proposal?.open.join(' ') ?? null,
    },
  },
];

function countField(kind: 'added' | 'changed' | 'gone'): Field<Inspected> {
  return {
    heading: kind,
    align: 'right',
    cell: ({ document: { status, against } }) => (status === 'readable' ? String(against[kind]) : null),
    csv: { [kind]: ({ document }) => document.against[kind] },
  };
}

type LookColumn = InspectedDocument['columns'][number];

function columnNames({ columns }: InspectedDocument, isWanted: (column: LookColumn) => boolean): string {
  const names = columns
    .filter(isWanted)
    .map(({ name, column }) => (column && column !== name ? `${name}=${column}` : name));
  return names.join(' ');
}

function fileLines({ look, outcome, document }: Inspected, t: Translate): string[] {
  const lines: string[] = [];
  const separator = t('list.separator');
  const title = lookUp(`format.${look?.format}.title`, {}, t);
  const where = lookUp(`format.${look?.format}.where`, {}, t);
  if (title !== null && where !== null) lines.push(`${title}: ${where}`);
  if (look?.separator)
    lines.push(t('inspect.separator', { separator: SEPARATORS.get(look.separator) ?? look.separator }));
  for (const { account, capturedMs, capturedFrom, coverage, rows } of outcome.snapshots) {
    lines.push(
      t('inspect.snapshot', {
        at: formatMinute(capturedMs, t.zone),
        from: t(`captured-from.${capturedFrom}`),
        account,
        coverage: t(`coverage.${coverage}`),
        rows,
      }),
    );
  }
  if (look && look.rates.length > 0) lines.push(t('formats.rates', { rates: rateFieldsText(look.rates, t) }));
  const read = (look?.columns ?? []).filter(({ column }) => column !== null);
  if (read.length > 0)
    lines.push(
      t('inspect.columns', {
        columns: read.map(({ name, column }) => (name === column ? name : `${name} = ${column}`)).join(separator),
      }),
    );
  const ignored = (look?.columns ?? []).filter(({ name, column }) => column === null && name !== '');
  if (ignored.length > 0)
    lines.push(t('note.unknown-columns', { columns: ignored.map(({ name }) => name).join(separator) }));
  for (const row of look?.sample ?? []) lines.push(sampleLine(row, t));
  if (outcome.refusal) lines.push(...refusalLines(outcome, look?.proposal ?? null, t));
  else lines.push(...knownLines(document, t), ...fileNotes(withoutColumns(document), t));
  return lines;
}

/** The columns that are not read stand in a line of their own. */
function withoutColumns(document: InspectedDocument): InspectedDocument {
  return { ...document, notes: document.notes.filter(({ code }) => code !== 'unknown-columns') };
}

const SEPARATORS = new Map([['\t', 'TAB']]);

/** Where sync would send the user to inspect, inspect itself says what to do. */
function refusalLines(outcome: FileOutcome, proposal: ProposedMapping | null, t: Translate): string[] {
  const hint = lookUp(`inspect-hint.${outcome.refusal?.code}.${proposal ? 'mapping' : 'none'}`, {}, t);
  const lines = hint === null ? describeRefusal(outcome, t).slice(1) : [t('line.hint', { hint })];
  return [explainRefusal(outcome, t).what, ...lines];
}

function sampleLine({ reading }: SampleRow, t: Translate): string {
  const { locator, shop, item, planId, facts, rate } = reading;
  const words = [
    shop.name ?? shop.sellerId ?? shop.keeperId,
    item && t('why.scope.item', { item: item.id }),
    `${lookUp(`kind.${facts.kind}`, {}, t) ?? '—'} ${labelOf(facts.name, planId)}`,
    rate &&
      `${percentText(rate.bp)} ${t('found.text', { text: rate.raw })}${rate.measure === 'income' ? ` ${t('unit.percent.income')}` : ''}`,
    facts.status && t(`membership.${facts.status}`),
    facts.state && t(`state.${facts.state}`),
  ];
  return t('inspect.row', { n: locator, row: words.filter((word) => word).join(t('list.separator')) });
}
