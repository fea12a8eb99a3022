/** What `tkguard export` writes (domain/ledger-line.ts): read strictly, since nobody but tkguard writes it. */

import { createHash } from 'node:crypto';
import type { EndLine, LedgerLine } from '../../domain/ledger-line.ts';
import { HOLD_REASONS, ID_KINDS, LEDGER_FORMAT } from '../../domain/ledger-line.ts';
import { COVERAGES, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../../domain/reading.ts';
import { CAPTURED_FROM } from '../../domain/snapshot.ts';
import { instantOf } from '../../domain/time.ts';
import type { ByteSource } from '../decode.ts';
import { decodeChunks } from '../decode.ts';
import type { Refusal } from '../findings.ts';
import { refuse } from '../findings.ts';
import { splitLines } from '../json-lines.ts';

export const LEDGER_FORMAT_ID = 'tkguard-ledger';

const FIRST_LINE = Buffer.from(`{"format":"${LEDGER_FORMAT}"}\n`);

export function isLedger(head: Uint8Array): boolean {
  return FIRST_LINE.equals(head.subarray(0, FIRST_LINE.length));
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const id: Check = (value) => text(value) && value !== '';
const flag: Check = (value) => typeof value === 'boolean';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const time: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(instantOf(value));
const percent: Check = (value) => typeof value === 'string' && /^\d{1,3}\.\d\d$/.test(value);
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const object: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const hold: Check = (value) => {
  const { reason, args, released_at } = object(value) ? (value as Record<string, unknown>) : {};
  return (
    HOLD_REASONS.some((known) => known === reason) && object(args) && (released_at === undefined || time(released_at))
  );
};

const CHANGE = { shop: count, feed: count, at: time };
const PLAN_CHANGE = { ...CHANGE, plan_id: id, listed: flag };
/** Keys of each kind of line: those that it must have, and those that it may. */
const SHAPES: Readonly<Record<LedgerLine['type'], readonly [Record<string, Check>, Record<string, Check>]>> = {
  shop: [
    { shop: count, id_kind: oneOf(ID_KINDS), id_no: id },
    { nick: text, nick_at: time, title: text, title_at: time, name: text, name_at: time },
  ],
  item: [{ shop: count, item_id: id, item_title: text, titled_at: time }, {}],
  file: [
    {
      file: count,
      name: text,
      sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
      account: text,
      ids: text,
      bytes: count,
      encoding: text,
      format: text,
      imported_at: time,
    },
    { own_at: time, captured_at: time, discarded_at: time, hold },
  ],
  feed: [{ feed: count, account: id, format: text, coverage: oneOf(COVERAGES), subject: text, held: flag }, {}],
  snapshot: [{ feed: count, file: count, captured_at: time, captured_from: oneOf(CAPTURED_FROM), rows: count }, {}],
  plan: [
    PLAN_CHANGE,
    {
      line: count,
      plan_type: oneOf(PLAN_KINDS),
      plan_name: text,
      plan_state: oneOf(PLAN_STATES),
      status: oneOf(MEMBERSHIPS),
      joined_at: text,
      approved_at: text,
      exit_id: text,
      locked: flag,
      audit: flag,
      hidden: flag,
      starts_at: text,
      ends_at: text,
      keeper_id: id,
      other_seller_id: id,
      picture_seller_id: id,
    },
  ],
  rate: [
    { ...PLAN_CHANGE, income: flag },
    { line: count, item_id: id, rate: percent, cell: text },
  ],
  sales: [{ ...CHANGE, item_id: id }, { sales_30d: count }],
  mute: [
    { shop: count, plan_id: id, muted_at: time },
    { account: id, until_at: time, reason: text },
  ],
  exit: [{ shop: count, plan_id: id, account: id, left_at: time }, {}],
};

/** The lines, and at the end a refusal where the document is cut off or was changed: then nothing of it must be kept. */
export function* readLedger(source: ByteSource): Generator<LedgerLine | Refusal> {
  const hash = createHash('sha256');
  let end: EndLine | null = null;
  let lines = 0;
  for (const { line, text: written } of splitLines(decodeChunks(source, 'utf-8'))) {
    const parsed: Parsed = end === null ? parseLine(written, line) : null;
    if (parsed === null) {
      yield refuse('bad-ledger', { line });
      return;
    }
    if (parsed.type === 'end') {
      end = parsed;
      continue;
    }
    hash.update(`${written}\n`);
    lines = line;
    if (parsed.type !== 'head') yield parsed;
  }
  if (end === null || end.lines !== lines || end.sha256 !== hash.digest('hex'))
    yield refuse('bad-ledger', { line: lines + 1 });
}

type Parsed = LedgerLine | EndLine | { readonly type: 'head' } | null;

function parseLine(written: string, line: number): Parsed {
  if (line === 1) return { type: 'head' };
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return null;
  }
  if (!object(value)) return null;
  const { type, ...rest } = value as Record<string, unknown>;
  if (type === 'end') return count(rest.lines) && text(rest.sha256) ? (value as EndLine) : null;
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null;
  const [needed, allowed] = SHAPES[type as LedgerLine['type']];
  const isWhole = Object.entries(needed).every(([key, check]) => check(rest[key]));
  const isKnown = Object.entries(rest).every(
    ([key, found]) => Object.hasOwn(needed, key) || (Object.hasOwn(allowed, key) && allowed[key]?.(found)),
  );
  return isWhole && isKnown ? (value as LedgerLine) : null;
}
