/** `tkguard inspect`: what each file is, how it is read, and what taking them all in would change. */

import { formatBp } from '../domain/rate.ts';
import type { Reading } from '../domain/reading.ts';
import { formatIso, formatMinute } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { FileOutcome, FileStatus, VerdictChange } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { lookUp } from '../words/index.ts';
import type { FormatRow } from './formats-report.ts';
import { rateFieldsText } from './formats-report.ts';
import { describeRefusal, explainRefusal } from './problems.ts';
import type { ProposedMapping } from './proposal-text.ts';
import { mappingText, proposalDocument, proposalLines } from './proposal-text.ts';
import type { Report, Row, Tone, Verbatim } from './report.ts';
import { columnOf } from './report.ts';
import { changedVerdictDocument, changeLines, fileDocument, fileNotes, knownLines } from './sync-report.ts';
import { isoOrNull, labelOf, percentText } from './values.ts';

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

interface Inspected {
  readonly look: Look | null;
  readonly outcome: FileOutcome;
}

/** More problems than these are counted, not shown. */
const PROBLEMS_SHOWN = 20;

export function buildInspectReport({ looks, outcomes, effect, generatedAtMs }: InspectInput, t: Translate): Report {
  const files = outcomes.map((outcome): Inspected => ({ outcome, look: lookOf(outcome, looks) }));
  const summary = summaryOf(outcomes, effect);
  const proposals = looks.flatMap(({ proposal }) => proposal ?? []);
  return {
    get document() {
      return {
        schema: 'tkguard.inspect/1',
        generatedAt: formatIso(generatedAtMs),
        summary,
        files: files.map(inspectedDocument),
        ledger: effect.ledger,
        ledgerReason: effect.reason && { code: effect.reason.code, args: effect.reason.args },
        changes: effect.changes.map(changedVerdictDocument),
      };
    },
    get records() {
      return [
        ...files.map((file) => ({ record: 'file', ...inspectedDocument(file) })),
        ...effect.changes.map((change) => ({ record: 'change', ...changedVerdictDocument(change) })),
      ];
    },
    columns: [
      columnOf('status', t('heading.status')),
      columnOf('file', t('heading.file'), 'left', true),
      columnOf('format', t('heading.format')),
      columnOf('encoding', t('heading.encoding')),
      columnOf('rows', t('heading.rows'), 'right'),
      columnOf('added', t('heading.added'), 'right'),
      columnOf('changed', t('heading.changed'), 'right'),
      columnOf('gone', t('heading.gone'), 'right'),
    ],
    csvColumns: [
      'status',
      'file',
      'format',
      'encoding',
      'separator',
      'account',
      'captured_at',
      'captured_from',
      'coverage',
      'rates',
      'columns_read',
      'columns_ignored',
      'rows',
      'added',
      'changed',
      'gone',
      'refusal',
      'problems',
      'notes',
      'mapping_to_fill',
    ],
    get rows() {
      return files.map((file) => inspectedRow(file, t));
    },
    notes: [t('inspect.nothing-written')],
    get closing() {
      return [
        ...(effect.reason ? [t('inspect.no-ledger', { code: effect.reason.code })] : []),
        ...changeLines(effect.changes, t),
      ];
    },
    verbatim:
      proposals.length === 0
        ? null
        : ({ heading: t('inspect.mapping'), text: mappingText(proposals) } satisfies Verbatim),
    summary: t('inspect.summary', summary),
    empty: t('sync.empty'),
    detailHeading: t('heading.why'),
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

const STATUSES: Readonly<Record<FileStatus, { readonly word: string; readonly tone: Tone }>> = {
  imported: { word: 'readable', tone: 'keep' },
  known: { word: 'known', tone: 'muted' },
  // Only sync leaves what somebody is still writing.
  left: { word: 'unreadable', tone: 'muted' },
  held: { word: 'held', tone: 'review' },
  refused: { word: 'refused', tone: 'exit' },
  unreadable: { word: 'unreadable', tone: 'exit' },
};

function inspectedDocument({ look, outcome }: Inspected) {
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

function sampleDocument({ account, capturedMs, reading }: SampleRow) {
  const { locator, shop, item, planId, facts, rate } = reading;
  return {
    locator,
    account,
    capturedAt: isoOrNull(capturedMs),
    shop: { id: shop.sellerId, keeperId: shop.keeperId, name: shop.name },
    item: item && { id: item.id, title: item.title },
    plan: { id: planId, ...facts },
    rate: rate && {
      rateBp: rate.bp,
      rate: rate.bp === null ? null : formatBp(rate.bp),
      measure: rate.measure,
      cell: rate.raw,
      sales: rate.sales,
    },
  };
}

function inspectedRow(inspected: Inspected, t: Translate): Row {
  const { look, outcome } = inspected;
  const { word, tone } = STATUSES[outcome.status];
  const document = inspectedDocument(inspected);
  const { added, changed, gone } = outcome.against;
  const isRead = outcome.status === 'imported';
  const named = (isThere: boolean) =>
    document.columns
      .filter(({ column }) => (column !== null) === isThere)
      .map(({ name, column }) => (column && column !== name ? `${name}=${column}` : name));
  const unique = (values: readonly string[]) => [...new Set(values)].join(' ');
  return {
    cells: {
      status: t(`inspect.status.${word}` as 'inspect.status.readable'),
      file: outcome.file,
      format: document.format,
      encoding: document.encoding,
      rows: document.rows === 0 ? null : String(document.rows),
      added: isRead ? String(added) : null,
      changed: isRead ? String(changed) : null,
      gone: isRead ? String(gone) : null,
    },
    values: {
      status: word,
      file: outcome.file,
      format: document.format,
      encoding: document.encoding,
      separator: document.separator,
      account: unique(outcome.snapshots.map(({ account }) => account)),
      captured_at: unique(outcome.snapshots.map(({ capturedMs }) => formatIso(capturedMs))),
      captured_from: unique(outcome.snapshots.map(({ capturedFrom }) => capturedFrom)),
      coverage: unique(outcome.snapshots.map(({ coverage }) => coverage)),
      rates: document.rates.map(({ field, unit, measure }) => `${field} ${unit ?? 'unknown'} ${measure}`).join('; '),
      columns_read: named(true).join(' '),
      columns_ignored: named(false).join(' '),
      rows: document.rows,
      added,
      changed,
      gone,
      refusal: outcome.refusal?.code ?? null,
      problems: document.problemCount,
      notes: outcome.notes.map(({ code }) => code).join(' '),
      mapping_to_fill: look?.proposal?.open.join(' ') ?? null,
    },
    details: [...fileLines(inspected, t), ...proposalLines(look?.proposal ?? null, t)].map((text) => ({
      text,
      loud: false,
    })),
    tone,
  };
}

function fileLines({ look, outcome }: Inspected, t: Translate): string[] {
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
  else lines.push(...knownLines(outcome, t), ...fileNotes(withoutColumns(outcome), t));
  return lines;
}

/** The columns that are not read stand in a line of their own. */
function withoutColumns(outcome: FileOutcome): FileOutcome {
  return { ...outcome, notes: outcome.notes.filter(({ code }) => code !== 'unknown-columns') };
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
    `${lookUp(`kind.${facts.kind}`, {}, t) ?? '—'} ${labelOf(facts.name, planId) ?? planId}`,
    rate &&
      `${percentText(rate.bp)} ${t('found.text', { text: rate.raw })}${rate.measure === 'income' ? ` ${t('unit.percent.income')}` : ''}`,
    facts.status && t(`membership.${facts.status}`),
    facts.state && t(`state.${facts.state}`),
  ];
  return t('inspect.row', { n: locator, row: words.filter((word) => word).join(t('list.separator')) });
}
