/**
 * The schema, as an append-only list of migrations: step n brings `user_version` from n to n + 1. Never edit a released step.
 *
 * The ledger stores changes, not readings: a stream is a row of comparable snapshots (same account, format, coverage,
 * subject, and largely the same plans), and a row of `fact`, or an entry of `rate_page`, holds from its `at` until the next
 * of the same key in the same stream. `listed = 0` says that the stream's snapshots from then on do not list it. So the set
 * of rows is a lossless code for the set of all readings, whatever the order of import, and an unchanged plan costs nothing.
 *
 * Rates stand in pages: what snapshots newly say of one plan is packed into few rows (rate-page.ts), so all rates of a plan
 * lie together. What a stream lists is found through its facts, for a plan whose rates a stream lists has facts there too.
 */

/** "tkgd", in SQLite's header: tells our files from others. */
export const APPLICATION_ID = 0x746b6764;

/** Instead of an item: the shop as a whole. */
export const SHOP_ITEM = 0;

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> '')
  ) STRICT;

  -- A shop without seller_id is known by its keeper id alone, until an export shows both.
  CREATE TABLE shop (
    id INTEGER PRIMARY KEY,
    seller_id TEXT UNIQUE,
    name TEXT,
    name_at INTEGER
  ) STRICT;

  CREATE TABLE keeper (
    keeper_id TEXT PRIMARY KEY,
    shop_id INTEGER NOT NULL REFERENCES shop
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX keeper_shop ON keeper (shop_id);

  CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL REFERENCES shop,
    plan_no TEXT NOT NULL,
    UNIQUE (shop_id, plan_no)
  ) STRICT;
  CREATE INDEX plan_by_no ON plan (plan_no);

  -- suffix: of an opaque id, the part after its last '-' (formats.md 1.3: which part is stable is not known).
  CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    item_no TEXT NOT NULL UNIQUE,
    suffix TEXT,
    title TEXT,
    title_at INTEGER
  ) STRICT;
  CREATE INDEX item_by_suffix ON item (suffix) WHERE suffix IS NOT NULL;

  CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    format TEXT NOT NULL,
    imported_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX file_by_digest ON file (sha256);

  CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account,
    format TEXT NOT NULL,
    coverage TEXT NOT NULL,
    subject TEXT NOT NULL
  ) STRICT;
  CREATE INDEX stream_by_subject ON stream (account_id, subject, format, coverage);

  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES stream,
    captured_at INTEGER NOT NULL,
    captured_from TEXT NOT NULL CHECK (captured_from IN ('content', 'flag', 'file-time', 'now')),
    file_id INTEGER NOT NULL REFERENCES file,
    rows INTEGER NOT NULL,
    UNIQUE (stream_id, captured_at)
  ) STRICT;
  CREATE INDEX snapshot_by_file ON snapshot (file_id);

  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plan,
    item_id INTEGER NOT NULL,
    measure TEXT NOT NULL CHECK (measure IN ('commission', 'income')),
    UNIQUE (plan_id, item_id, measure)
  ) STRICT;
  CREATE INDEX series_by_item ON series (item_id) WHERE item_id <> 0;

  -- line: where the value was read in the file of the snapshot captured then; null where a late arrival made it be written again.
  CREATE TABLE rate (
    series_id INTEGER NOT NULL REFERENCES series,
    stream_id INTEGER NOT NULL REFERENCES stream,
    at INTEGER NOT NULL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    rate_bp INTEGER CHECK (rate_bp BETWEEN 1 AND 10000),
    sales INTEGER,
    raw TEXT,
    line INTEGER,
    PRIMARY KEY (series_id, stream_id, at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rate_by_stream ON rate (stream_id, series_id);

  CREATE TABLE fact (
    plan_id INTEGER NOT NULL REFERENCES plan,
    stream_id INTEGER NOT NULL REFERENCES stream,
    at INTEGER NOT NULL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    kind TEXT CHECK (kind IN ('general', 'special', 'event', 'marketing', 'selected')),
    name TEXT,
    state TEXT CHECK (state IN ('active', 'expired', 'stopped', 'deleted')),
    status TEXT CHECK (status IN ('approved', 'pending', 'rejected', 'removed', 'left', 'none')),
    joined_at TEXT,
    approved_at TEXT,
    exit_id TEXT,
    locked INTEGER,
    audit INTEGER,
    hidden INTEGER,
    starts_at TEXT,
    ends_at TEXT,
    line INTEGER,
    PRIMARY KEY (plan_id, stream_id, at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX fact_by_stream ON fact (stream_id, plan_id);
  CREATE INDEX fact_approved ON fact (plan_id) WHERE status = 'approved';
  `,
  `
  -- A held stream is kept apart: nothing is judged by it until it is released.
  ALTER TABLE stream ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

  -- Ids of the file's name, where they decide what the content is about; '' elsewhere.
  ALTER TABLE file ADD COLUMN ids TEXT NOT NULL DEFAULT '';

  -- Thrown away by the user: known, and not taken in again.
  ALTER TABLE file ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0 CHECK (discarded IN (0, 1));

  CREATE TABLE hold (
    file_id INTEGER PRIMARY KEY REFERENCES file,
    reason TEXT NOT NULL CHECK (reason IN ('mass-disappearance', 'format-drift')),
    args TEXT NOT NULL CHECK (json_valid(args))
  ) STRICT;
  `,
  `
  ALTER TABLE rate RENAME TO rate_of_series;

  -- No REFERENCES: checking two parents took a third of the time of a million inserts. The writer has just looked both up.
  -- measure: index in MEASURES (domain/reading.ts).
  -- line: where the value was read in the file of the snapshot captured then; null where a late arrival made it be written again.
  CREATE TABLE rate (
    plan_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    measure INTEGER NOT NULL CHECK (measure IN (0, 1)),
    stream_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    rate_bp INTEGER CHECK (rate_bp BETWEEN 1 AND 10000),
    sales INTEGER,
    raw TEXT,
    line INTEGER,
    PRIMARY KEY (plan_id, item_id, measure, stream_id, at)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO rate SELECT plan_id, item_id, measure = 'income', stream_id, at, listed, rate_bp, sales, raw, line
    FROM rate_of_series JOIN series ON series.id = series_id ORDER BY 1, 2, 3, 4, 5;

  -- In which shops an item has rates.
  CREATE TABLE item_shop (
    item_id INTEGER NOT NULL REFERENCES item,
    shop_id INTEGER NOT NULL REFERENCES shop,
    PRIMARY KEY (item_id, shop_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO item_shop SELECT DISTINCT item_id, shop_id FROM rate JOIN plan ON plan.id = plan_id WHERE item_id <> 0;

  DROP TABLE rate_of_series;
  DROP TABLE series;
  `,
  `
  -- What the user does not want to be told of. account_id null: for every account; until_at null: until it is taken back.
  CREATE TABLE mute (
    plan_id INTEGER NOT NULL REFERENCES plan,
    account_id INTEGER REFERENCES account,
    muted_at INTEGER NOT NULL,
    until_at INTEGER,
    reason TEXT
  ) STRICT;
  CREATE UNIQUE INDEX mute_of_plan ON mute (plan_id, coalesce(account_id, 0));

  -- When the user left a plan, by their own word.
  CREATE TABLE departure (
    plan_id INTEGER NOT NULL REFERENCES plan,
    account_id INTEGER NOT NULL REFERENCES account,
    at INTEGER NOT NULL,
    PRIMARY KEY (plan_id, account_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What is remembered of a source of the configuration. new_at: when it last brought something new.
  -- address: digest of the address that tag and modified (as the server wrote them) are of.
  CREATE TABLE source (
    name TEXT PRIMARY KEY CHECK (name <> ''),
    first_at INTEGER NOT NULL,
    new_at INTEGER,
    address TEXT,
    tag TEXT,
    modified TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The rows of the newest snapshot of a stream, to recognise them by in the next (store/roll.ts). Nothing is lost without it.
  CREATE TABLE roll (
    stream_id INTEGER PRIMARY KEY REFERENCES stream,
    at INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    print TEXT NOT NULL
  ) STRICT;
  CREATE TABLE roll_part (
    stream_id INTEGER NOT NULL REFERENCES roll ON DELETE CASCADE,
    part INTEGER NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (stream_id, part)
  ) STRICT;
  `,
  `
  -- What a snapshot newly says of a plan's rates (rate-page.ts), in parts that fit SQLite's own pages. pack_rates is made in open.ts.
  CREATE TABLE rate_page (
    plan_id INTEGER NOT NULL,
    stream_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    part INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (plan_id, stream_id, at, part)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO rate_page SELECT plan_id, stream_id, at, 0, pack_rates(item_id, measure, listed, rate_bp, sales, raw, line)
    FROM (SELECT * FROM rate ORDER BY plan_id, stream_id, at, item_id, measure) GROUP BY plan_id, stream_id, at;
  DROP TABLE rate;

  -- Rows that state a rate which another row states too are recognised no longer.
  DELETE FROM roll;

  -- No REFERENCES: they made an import of many items three times as slow here. The writer has just made both.
  ALTER TABLE item_shop RENAME TO item_shop_before;
  CREATE TABLE item_shop (
    item_id INTEGER NOT NULL,
    shop_id INTEGER NOT NULL,
    PRIMARY KEY (item_id, shop_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO item_shop SELECT * FROM item_shop_before;
  DROP TABLE item_shop_before;

  -- The same tables, but for how their CHECKs are written: of a list of three words or more, SQLite builds a table in
  -- every statement, which took four fifths of the time of writing a small file's facts.
  CREATE TABLE fact_next (
    plan_id INTEGER NOT NULL REFERENCES plan,
    stream_id INTEGER NOT NULL REFERENCES stream,
    at INTEGER NOT NULL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    kind TEXT CHECK (kind = 'general' OR kind = 'special' OR kind = 'event' OR kind = 'marketing' OR kind = 'selected'),
    name TEXT,
    state TEXT CHECK (state = 'active' OR state = 'expired' OR state = 'stopped' OR state = 'deleted'),
    status TEXT CHECK (status = 'approved' OR status = 'pending' OR status = 'rejected' OR status = 'removed' OR status = 'left' OR status = 'none'),
    joined_at TEXT,
    approved_at TEXT,
    exit_id TEXT,
    locked INTEGER,
    audit INTEGER,
    hidden INTEGER,
    starts_at TEXT,
    ends_at TEXT,
    line INTEGER,
    PRIMARY KEY (plan_id, stream_id, at)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO fact_next SELECT * FROM fact;
  DROP TABLE fact;
  ALTER TABLE fact_next RENAME TO fact;
  CREATE INDEX fact_by_stream ON fact (stream_id, plan_id);
  CREATE INDEX fact_approved ON fact (plan_id) WHERE status = 'approved';

  CREATE TABLE snapshot_next (
    id INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES stream,
    captured_at INTEGER NOT NULL,
    captured_from TEXT NOT NULL
      CHECK (captured_from = 'content' OR captured_from = 'flag' OR captured_from = 'file-time' OR captured_from = 'now'),
    file_id INTEGER NOT NULL REFERENCES file,
    rows INTEGER NOT NULL,
    UNIQUE (stream_id, captured_at)
  ) STRICT;
  INSERT INTO snapshot_next SELECT * FROM snapshot;
  DROP TABLE snapshot;
  ALTER TABLE snapshot_next RENAME TO snapshot;
  CREATE INDEX snapshot_by_file ON snapshot (file_id);
  `,
  `
  -- From here on a page of rates may hold more than one time, its row's first (rate-page.ts); those that stand do not.
  `,
];
