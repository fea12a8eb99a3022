/**
 * The whole ledger, line by line: what `tkguard export` writes and `tkguard sync` reads. One JSON object a line; names
 * are those of tkguard's own rows (formats.md §0); what is unknown is left out. Each field is a codec between the JSON and
 * the column of the database: `parse` gives rows, `encode` gives lines. `shop`, `file` and `feed` are numbers of the document.
 */
import * as z from 'zod';
import { type FactKinds, ORDER_FACTS, ORDER_ROLES, ORDER_STATES, REFUND_FACTS, REFUND_STATES } from './order-line.ts';
import { formatBp } from './rate.ts';
import { COVERAGES, columnOf, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from './reading.ts';
import { CAPTURED_FROM, HOLD_REASONS } from './snapshot.ts';
import { formatIso, instantOf } from './time.ts';

const LEDGER_FORMAT = 'tkguard/ledger@2';

const text = z.string();
const id = z.string().min(1);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 with offset; in the database milliseconds since 1970. */
const time = z.codec(z.iso.datetime({ offset: true }), z.int(), { decode: instantOf, encode: formatIso });
/** SQLite has no booleans. */
const flag = z.codec(z.boolean(), z.literal([0, 1]), { decode: (is) => (is ? 1 : 0), encode: (is) => is === 1 });
/** `"15.50"`; in the database 1550. */
const percent = z.codec(z.string().regex(/^\d{1,3}\.\d\d$/), z.int(), {
  decode: (rate) => Number(rate.replace('.', '')),
  encode: formatBp,
});

/** Left out where it is unknown; null in the database. */
function maybe<T extends z.ZodType>(field: T) {
  return z.codec(field.optional(), z.custom<z.output<T> | null>(), {
    decode: (known) => known ?? null,
    encode: (known) => known ?? undefined,
  });
}

/** The first line. `ledger`: the number of the ledger that it is of. */
export const HEAD_LINE = z.strictObject({
  format: z.literal(LEDGER_FORMAT),
  ledger: z.string().regex(/^[0-9a-f]{32}$/),
});
type LedgerHead = z.output<typeof HEAD_LINE>;

export function headOf(ledger: string): LedgerHead {
  return { format: LEDGER_FORMAT, ledger };
}

function line<T extends string, S extends z.core.$ZodLooseShape>(type: T, fields: S) {
  return z.strictObject({ type: z.literal(type), ...fields });
}

/** One number, or name, by which exports call a merchant; before the lines that speak of it. */
const SHOP = line('shop', {
  shop: count,
  id_kind: z.enum(['seller', 'keeper', 'name']),
  id_no: id,
  nick: maybe(text),
  nick_at: maybe(time),
  title: maybe(text),
  title_at: maybe(time),
  name: maybe(text),
  name_at: maybe(time),
});

/** An item that has a title. */
const ITEM = line('item', { shop: count, item_id: id, item_title: text, titled_at: time });

/** An export as it was imported. */
const FILE = line('file', {
  file: count,
  name: text,
  sha256: digest,
  /** '' where every row names its own. */
  account: text,
  ids: text,
  bytes: count,
  encoding: text,
  format: text,
  imported_at: time,
  /** The time in its content, else the file's time. */
  own_at: maybe(time),
  /** `own_at` is of the content. */
  dated: flag,
  discarded_at: maybe(time),
  /** When the user said that its rates are right. */
  accepted_at: maybe(time),
  /** A correction replaced it, or some of its snapshots. */
  corrected: flag,
  /** Newest of its snapshots, also of those that it had. */
  captured_at: time,
  /** How often it was taken in again after it had been discarded: the highest counts, and within it a discard. */
  generation: count,
  /** Why it is held, or was until it was released. */
  hold: maybe(
    z.strictObject({
      reason: z.enum(HOLD_REASONS),
      args: z.record(z.string(), z.union([z.string(), z.number()])),
      released_at: maybe(time),
    }),
  ),
});

/** Snapshots that are compared with each other. */
const FEED = line('feed', {
  feed: count,
  account: id,
  format: text,
  coverage: z.enum(COVERAGES),
  subject: text,
  held: flag,
});

/** Of one feed in order of time, before the lines of that feed. */
const SNAPSHOT = line('snapshot', {
  feed: count,
  file: count,
  captured_at: time,
  captured_from: z.enum(CAPTURED_FROM),
  rows: count,
});

/** What a plan's line says of it. */
export const PLAN_LINE_FIELDS = {
  plan_type: maybe(z.enum(PLAN_KINDS)),
  plan_name: maybe(text),
  plan_state: maybe(z.enum(PLAN_STATES)),
  status: maybe(z.enum(MEMBERSHIPS)),
  joined_at: maybe(text),
  approved_at: maybe(text),
  exit_id: maybe(text),
  locked: maybe(flag),
  audit: maybe(flag),
  hidden: maybe(flag),
  starts_at: maybe(text),
  ends_at: maybe(text),
  /** Other numbers of its shop that the same row shows. */
  keeper_id: maybe(id),
  other_seller_id: maybe(id),
  picture_seller_id: maybe(id),
};

/**
 * What the snapshots of a feed say from `at` on, until the next line of the same thing; lines of one thing stand together,
 * in order of time. `listed` false: they do not list it; then nothing else is said. `line`: where it stood in the export.
 */
const PLAN = line('plan', {
  shop: count,
  plan_id: id,
  feed: count,
  at: time,
  listed: flag,
  line: maybe(count),
  ...PLAN_LINE_FIELDS,
});

const RATE = line('rate', {
  shop: count,
  plan_id: id,
  /** Absent: the shop as a whole. */
  item_id: maybe(id),
  feed: count,
  at: time,
  listed: flag,
  income: flag,
  /** The cell, where it is not just the rate and a percent sign. */
  cell: maybe(text),
  line: maybe(count),
  /** Absent: stated as unknown; with an empty `cell`: nothing is said of it. */
  rate: maybe(percent),
});

const SALES = line('sales', {
  shop: count,
  item_id: id,
  feed: count,
  at: time,
  /** Absent: nothing is said from then on. */
  sales_30d: maybe(count),
});

/**
 * What the user does not want to be told of; without `account` for every account, without `until_at` until it is taken back.
 * Without `muted_at` it was taken back. Of several words on one plan and account the one decided last stands.
 */
const MUTE = line('mute', {
  shop: count,
  plan_id: id,
  account: maybe(id),
  decided_at: time,
  muted_at: maybe(time),
  until_at: maybe(time),
  reason: maybe(text),
});

/** When the user left a plan, by their own word; without `left_at` it was taken back. */
const EXIT = line('exit', { shop: count, plan_id: id, account: id, decided_at: time, left_at: maybe(time) });

/** What a report says of an order line or a refund case: its facts, by the names of the columns of `order_state`. */
function said(facts: FactKinds, states: readonly string[]) {
  const fields = {
    text: maybe(text),
    number: maybe(count),
    time: maybe(time),
    flag: maybe(flag),
    role: maybe(z.enum(ORDER_ROLES)),
    state: z.enum(states),
  };
  return z.strictObject(
    Object.fromEntries(Object.entries(facts).map(([fact, kind]) => [columnOf(fact), fields[kind]])),
  );
}

const statement = {
  account: id,
  occurrence: count,
  /** In which files, and where. */
  seen: z.array(z.strictObject({ file: count, line: count })),
};

/** Only where they were asked for. */
const ORDER = line('order', { ...statement, said: said(ORDER_FACTS, ORDER_STATES) });
const REFUND = line('refund', { ...statement, said: said(REFUND_FACTS, REFUND_STATES) });

const LINES = [SHOP, ITEM, FILE, FEED, SNAPSHOT, PLAN, RATE, SALES, MUTE, EXIT, ORDER, REFUND] as const;
export const LEDGER_LINE = z.discriminatedUnion('type', LINES);
/** As it is in the database. */
export type LedgerRow = z.output<typeof LEDGER_LINE>;
/** As it is in JSON. */
export type LedgerLine = z.input<typeof LEDGER_LINE>;
export type LedgerRowOf<T extends LedgerRow['type']> = Extract<LedgerRow, { readonly type: T }>;

/** The last line: without it, or where it does not fit, the document is cut off or was changed. `sha256`: of all lines before. */
const END = line('end', { lines: count, sha256: digest });
export const DOCUMENT_LINE = z.discriminatedUnion('type', [LEDGER_LINE, END]);
