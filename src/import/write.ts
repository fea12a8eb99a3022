/** Writes an opened export into the ledger: as it is, held, or not at all. */
import { type Hold, isAccepted, type NewSnapshot } from '../domain/snapshot.ts';
import { faultOf } from '../errors.ts';
import { isRefusal, type Note, type Problem, type Refusal, refuse } from '../ingest/findings.ts';
import type { Batch } from '../ingest/format.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import { accountsWithPlans } from '../store/captures.ts';
import type { Disagreement } from '../store/columns.ts';
import { acceptRates, addHold } from '../store/holds.ts';
import type { KnownFile } from '../store/import.ts';
import { addUntold } from '../store/told.ts';
import type { SnapshotHead, SnapshotStore, SnapshotWriter } from '../store/write-snapshot.ts';
import type { CapturedTime, ImportJob, Incoming } from './incoming.ts';
import { CLOCK_SKEW_MS, capturedTime, idText, ownTimeWith } from './incoming.ts';
import { type FileOutcome, outcomeOf, refused, refuseThrown } from './outcome.ts';

/** Up to this size the captures of a file are put in order of time before they are written. Larger ones stay in flat memory. */
const ORDERED_BYTES = 32 << 20;

/** How a file is written. `held`: apart, and why. */
interface Way {
  readonly isPartial: boolean;
  readonly held: Hold | null;
}

/** `hold`: why it must be held; nothing of this attempt was kept. */
interface Attempt {
  readonly outcome: FileOutcome;
  readonly hold?: Hold;
}

/** Tries again as held or, if the user asked for it, without bad rows. `replaced`: the file that it stands in for. */
export function addExport(
  first: OpenExport,
  incoming: Incoming,
  job: ImportJob,
  replaced: KnownFile | null,
): FileOutcome {
  let way: Way = { isPartial: job.options.partial || incoming.isPartial, held: null };
  for (let opened: OpenExport | Refusal = first; ; opened = incoming.open()) {
    if (isRefusal(opened)) return refused(incoming.name, opened);
    const { outcome, hold } = attemptExport(opened, way, incoming, job, replaced);
    if (hold) way = { ...way, held: hold };
    // Bad rows may have listed anything, so the rest is `partial`.
    else if (job.options.skipBadRows && !way.isPartial && hasOnlyBadRows(outcome))
      way = { isPartial: true, held: null };
    else return outcome;
  }
}

function hasOnlyBadRows({ refusal, problems }: FileOutcome): boolean {
  return refusal?.code === 'bad-rows' && problems.every(({ code }) => code !== 'disagrees');
}

function attemptExport(
  opened: OpenExport,
  way: Way,
  incoming: Incoming,
  job: ImportJob,
  replaced: KnownFile | null,
): Attempt {
  return job.session.attempt(
    (snapshots) => {
      const write = () => writeExport(opened, way, incoming, job, replaced, snapshots);
      const written = refuseThrown(incoming.name, write, opened);
      return 'outcome' in written ? written : { outcome: written };
    },
    ({ outcome }) => outcome.status === 'imported' || outcome.status === 'held',
  );
}

function writeExport(
  opened: OpenExport,
  way: Way,
  incoming: Incoming,
  job: ImportJob,
  replaced: KnownFile | null,
  snapshots: SnapshotStore,
): Attempt {
  const { session, options, nowMs } = job;
  const { name, path, ids, bytes, sha256 } = incoming;
  const { isPartial, held } = way;
  const { format, encoding, findings } = opened;
  const { problems, notes } = findings;
  const refuseIt = (refusal: Refusal): Attempt => ({ outcome: refused(name, refusal, opened) });
  const own = ownTimeWith(opened, incoming);
  if (replaced) session.replace(replaced.fileId, nowMs);
  const captured: CapturedTime =
    options.capturedMs === null && replaced?.givenMs != null
      ? { capturedMs: replaced.givenMs, capturedFrom: 'flag' }
      : capturedTime(own, incoming, job);
  const fileId = session.addFile({
    sha256,
    account: options.account,
    name,
    ids: format.isNamed ? idText(ids) : '',
    bytes,
    encoding,
    format: format.id,
    importedMs: nowMs,
    own,
  });
  const isOrdered = bytes <= ORDERED_BYTES;
  const file = new OpenFile(fileId, snapshots, problems, isOrdered);
  for (const batch of isOrdered ? inOrderOfTime(opened.batches) : opened.batches) {
    if (batch.capturedMs === null && captured.capturedMs > nowMs + CLOCK_SKEW_MS)
      return refuseIt(futureRefusal(captured));
    file.add(headOf(batch, captured, way, { format: format.id, account: options.account }), batch);
  }
  file.finish();
  const unfit = rowRefusal(file, problems, options.skipBadRows && isPartial);
  if (unfit) return refuseIt(unfit);
  if (options.acceptRates) acceptRates(session.db, fileId, nowMs);
  const hold = file.holds.find(({ code }) => !isAccepted(code, options));
  if (hold) return { ...refuseIt(faultOf(hold.code, hold.args)), hold };
  if (file.everyRowNamesAccount) session.setOwnAccounts(fileId);
  if (file.everyRowIsDated) session.setOwnTime(fileId, file.newestMs());
  session.setGeneration(fileId);
  if (held) addHold(session.db, fileId, held);
  else addUntold(session.db, file.shopIds);
  if (path !== null && incoming.own !== null) session.corrections.place(fileId, path, incoming.own.ms);
  if (file.isOfOrders()) notes.push(...ownerNotes(job));
  const settled = session.corrections.settle(fileId, nowMs);
  if (settled.size > 0) notes.push({ code: settled.has(fileId) ? 'corrected' : 'correction', args: {} });
  return { outcome: writtenOutcome(opened, held, file, incoming) };
}

/** What the rows do not say themselves the file says. */
function headOf(
  { account, capturedMs, coverage, subject }: Batch,
  captured: CapturedTime,
  { isPartial, held }: Way,
  file: { readonly format: string; readonly account: string },
): SnapshotHead {
  return {
    capturedMs: capturedMs ?? captured.capturedMs,
    capturedFrom: capturedMs === null ? captured.capturedFrom : 'content',
    account: account ?? file.account,
    format: file.format,
    coverage: isPartial && coverage !== 'orders' ? 'partial' : coverage,
    subject,
    held: held !== null,
  };
}

function futureRefusal({ capturedMs, capturedFrom }: CapturedTime): Refusal {
  return refuse(capturedFrom === 'content' ? 'future-request-time' : 'future-file-time', { atMs: capturedMs });
}

/** `isSkipping`: bad rows are left out, but for those that say otherwise of what others say. */
function rowRefusal({ snapshots }: OpenFile, problems: readonly Problem[], isSkipping: boolean): Refusal | null {
  const count = problems.length;
  const maySkip = isSkipping && problems.every(({ code }) => code !== 'disagrees');
  if (count > 0 && !maySkip) return refuse('bad-rows', { count });
  if (snapshots.length > 0) return null;
  return count > 0 ? refuse('no-good-rows', { count }) : refuse('no-rows');
}

function writtenOutcome(
  { format, encoding, rowUnit, findings: { problems, notes } }: OpenExport,
  held: Hold | null,
  { snapshots, changedRows, against }: OpenFile,
  incoming: Incoming,
): FileOutcome {
  return outcomeOf(incoming.name, held ? 'held' : 'imported', {
    refusal: held && faultOf(held.code, held.args),
    format: format.id,
    encoding,
    rowUnit,
    snapshots,
    rows: snapshots.reduce((sum, { rows }) => sum + rows, 0),
    changedRows,
    against,
    problems,
    notes: [...incoming.notes, ...notes],
  });
}

/** Reports do not say whose orders they are: of an account that has no plans, they meet no rates. */
function ownerNotes({ session, options: { account } }: ImportJob): Note[] {
  const accounts = accountsWithPlans(session.db);
  if (accounts.length === 0 || accounts.includes(account)) return [];
  const args = { account, others: accounts.join(', ') };
  if (session.isRehearsal) return [{ code: 'orders-would-be-alone', args }];
  return [{ code: 'orders-alone', args: { ...args, id: session.lastSnapshot() } }];
}

/** Those without a time of their own are of one time, the file's: they need not wait. */
function* inOrderOfTime(batches: Iterable<Batch>): Generator<Batch> {
  const dated: [ms: number, batch: Batch][] = [];
  for (const batch of batches) {
    if (batch.capturedMs === null) yield batch;
    else dated.push([batch.capturedMs, batch]);
  }
  for (const [, batch] of dated.sort(([a], [b]) => a - b)) yield batch;
}

/** The snapshots of one file while they are written. */
class OpenFile {
  readonly snapshots: NewSnapshot[] = [];
  readonly holds: Hold[] = [];
  readonly shopIds = new Set<number>();
  readonly against = { added: 0, changed: 0, gone: 0 };
  changedRows = 0;
  everyRowNamesAccount = true;
  everyRowIsDated = true;
  readonly #open = new Map<string, { readonly head: SnapshotHead; readonly writer: SnapshotWriter }>();
  #capturedMs: number | null = null;

  /** `isOrdered`: one capture is complete before the next begins, so that the next is compared with it. */
  constructor(
    private readonly fileId: number,
    private readonly store: SnapshotStore,
    private readonly problems: OpenExport['findings']['problems'],
    private readonly isOrdered: boolean,
  ) {}

  add(head: SnapshotHead, batch: Batch): void {
    this.everyRowNamesAccount &&= batch.account !== null;
    this.everyRowIsDated &&= batch.capturedMs !== null;
    if (this.isOrdered && head.capturedMs !== this.#capturedMs) this.finish();
    this.#capturedMs = head.capturedMs;
    const key = JSON.stringify([head.account, head.capturedMs, head.coverage, head.subject]);
    const writer = this.#open.get(key)?.writer ?? this.store.open(head, batch, this.fileId);
    this.#open.set(key, { head, writer });
    this.#note(writer.add(batch));
  }

  /** Completes the open snapshots. */
  finish(): void {
    for (const { head, writer } of this.#open.values()) {
      const { rows, orders, changed, counts, holds, disagreements, shopIds } = writer.finish();
      this.#note(disagreements);
      this.changedRows += changed;
      for (const kind of ['added', 'changed', 'gone'] as const) this.against[kind] += counts[kind];
      this.holds.push(...holds);
      for (const shopId of shopIds) this.shopIds.add(shopId);
      const { account, capturedMs, capturedFrom, coverage } = head;
      this.snapshots.push({ account, capturedMs, capturedFrom, coverage, rows, orders });
    }
    this.#open.clear();
  }

  isOfOrders(): boolean {
    return this.snapshots.some(({ coverage }) => coverage === 'orders');
  }

  newestMs(): number {
    return this.snapshots.reduce((newest, { capturedMs }) => Math.max(newest, capturedMs), 0);
  }

  #note(disagreements: readonly Disagreement[]): void {
    for (const { locator, field, found, earlier } of disagreements)
      this.problems.push({ code: 'disagrees', locator, field, found, expected: earlier });
  }
}
