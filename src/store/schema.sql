-- The first step: see schema.ts, which adds the views.

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

-- One number, or name, by which exports call a merchant. Which of them are one merchant is told by the view evidence and
-- worked out when it is asked: rows of plans and rates are never moved.
-- nick: 旺旺; title: 店铺名称; name: one of the two, the export does not say which.
CREATE TABLE shop (
  id INTEGER PRIMARY KEY,
  id_kind TEXT NOT NULL CHECK (id_kind = 'seller' OR id_kind = 'keeper' OR id_kind = 'name'),
  id_no TEXT NOT NULL CHECK (id_no <> ''),
  nick TEXT,
  nick_at INTEGER,
  title TEXT,
  title_at INTEGER,
  name TEXT,
  name_at INTEGER,
  UNIQUE (id_kind, id_no)
) STRICT;

CREATE TABLE plan (
  id INTEGER PRIMARY KEY,
  shop_id INTEGER NOT NULL REFERENCES shop,
  plan_no TEXT NOT NULL,
  UNIQUE (shop_id, plan_no)
) STRICT;
CREATE INDEX plan_by_no ON plan (plan_no);

-- suffix: of an opaque id, the part after its last '-' (which part is stable is not known).
-- title_at: the newest capture that gave this title.
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  shop_id INTEGER NOT NULL,
  item_no TEXT NOT NULL,
  suffix TEXT,
  title TEXT,
  title_at INTEGER
) STRICT;
CREATE UNIQUE INDEX item_by_no ON item (item_no, shop_id);
CREATE INDEX item_by_suffix ON item (suffix) WHERE suffix IS NOT NULL;

-- A content as it was imported for an account. account: '' where every row names its own. ids: those of its name, where
-- they decide what it is about. own_at: the time in its content, else the file's in whole seconds; null: it had neither.
-- dated = 1: own_at is of the content, so these bytes have no other. discarded_at: when the user
-- threw it away, or a correction replaced it; it is known, and not taken in again. corrected = 1: by a correction, or in part.
-- accepted_at: when the user said that its rates are right, however far they moved.
-- last_captured_at: of what was discarded, the newest of the snapshots that it had. generation: how often this content was
-- taken in again after it had been discarded. Where ledgers are merged the highest counts, and within it a discard.
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  account TEXT NOT NULL,
  ids TEXT NOT NULL,
  own_at INTEGER,
  dated INTEGER NOT NULL DEFAULT 0 CHECK (dated IN (0, 1)),
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  encoding TEXT NOT NULL,
  format TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  discarded_at INTEGER,
  corrected INTEGER NOT NULL DEFAULT 0 CHECK (corrected IN (0, 1)),
  accepted_at INTEGER,
  last_captured_at INTEGER,
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX file_by_digest ON file (sha256);
CREATE INDEX file_accepted ON file (id) WHERE accepted_at IS NOT NULL;

-- Where on this machine a content was seen, and the newest time of its file there, in whole seconds.
CREATE TABLE place (
  path TEXT NOT NULL,
  file_id INTEGER NOT NULL REFERENCES file,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (path, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_of_file ON place (file_id);

-- Why a file could not be believed unseen. released_at: when the user said that it may be; until then it is held.
CREATE TABLE hold (
  file_id INTEGER PRIMARY KEY REFERENCES file,
  reason TEXT NOT NULL,
  args TEXT NOT NULL CHECK (json_valid(args)),
  released_at INTEGER
) STRICT;

-- Comparable snapshots: one account, format, coverage and subject, and largely the same plans.
-- held = 1: of a file that is held; nothing is judged by it. rated = 1: it has rates, not memberships alone.
CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  format TEXT NOT NULL,
  coverage TEXT NOT NULL,
  subject TEXT NOT NULL,
  held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  rated INTEGER NOT NULL DEFAULT 0 CHECK (rated IN (0, 1))
) STRICT;
CREATE INDEX feed_by_subject ON feed (account_id, subject, format, coverage);

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feed,
  captured_at INTEGER NOT NULL,
  captured_from TEXT NOT NULL
    CHECK (captured_from = 'content' OR captured_from = 'flag' OR captured_from = 'file-time' OR captured_from = 'now'),
  file_id INTEGER NOT NULL REFERENCES file,
  rows INTEGER NOT NULL,
  UNIQUE (feed_id, captured_at)
) STRICT;
CREATE INDEX snapshot_by_file ON snapshot (file_id);

-- A snapshot with what its feed says of it. held = 1: it is not believed, and nothing is judged by it.
CREATE VIEW capture AS
  SELECT n.id, n.feed_id, n.file_id, n.captured_at, n.captured_from, n.rows, d.account_id, a.name AS account, d.format, d.coverage,
         d.subject, d.held
  FROM snapshot n JOIN feed d ON d.id = n.feed_id JOIN account a ON a.id = d.account_id;

-- What a feed says of a plan as a whole. keeper_id, other_seller_id, picture_seller_id: other numbers of the plan's shop
-- that the same rows show, the last one in links of their pictures; several with blanks between. line: in the file of the snapshot captured then; null where a late arrival made it be written.
CREATE TABLE fact (
  plan_id INTEGER NOT NULL REFERENCES plan,
  feed_id INTEGER NOT NULL REFERENCES feed,
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
  keeper_id TEXT,
  other_seller_id TEXT,
  picture_seller_id TEXT,
  line INTEGER,
  PRIMARY KEY (plan_id, feed_id, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_by_feed ON fact (feed_id, plan_id);
CREATE INDEX fact_approved ON fact (plan_id) WHERE status = 'approved';
CREATE INDEX fact_joined ON fact (plan_id) WHERE status IN ('approved', 'pending', 'removed');
CREATE INDEX fact_keeper ON fact (keeper_id, plan_id) WHERE keeper_id IS NOT NULL;
CREATE INDEX fact_other ON fact (plan_id) WHERE other_seller_id IS NOT NULL;
CREATE INDEX fact_picture ON fact (plan_id) WHERE picture_seller_id IS NOT NULL;

-- What each rate is now, in each feed. item_id 0: the shop as a whole. income 1: an income rate, compared with nothing.
-- rate_bp null: not listed; or stated as unknown; or, where raw is '', nothing is said, and what was said before stays.
-- raw: the cell; null where it is just the rate with two decimals and a percent sign. line: see fact.
-- was_bp: the last other known rate; was_to: the capture that no longer had it; changed_at: since when it is this one.
-- leapt 1: it once moved to a hundredth or a hundredfold, so that all its rows tell what is believed (domain/unit-doubt.ts).
-- No REFERENCES: the writer has just made both.
CREATE TABLE rate (
  plan_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  feed_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  income INTEGER NOT NULL CHECK (income IN (0, 1)),
  rate_bp INTEGER CHECK (rate_bp BETWEEN 1 AND 10000),
  line INTEGER,
  raw TEXT,
  was_bp INTEGER,
  was_to INTEGER,
  changed_at INTEGER,
  leapt INTEGER CHECK (leapt = 1),
  PRIMARY KEY (plan_id, item_id, feed_id)
) STRICT, WITHOUT ROWID;

-- Every change before the newest.
CREATE TABLE rate_past (
  plan_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  feed_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  income INTEGER NOT NULL CHECK (income IN (0, 1)),
  rate_bp INTEGER CHECK (rate_bp BETWEEN 1 AND 10000),
  line INTEGER,
  raw TEXT,
  PRIMARY KEY (plan_id, item_id, feed_id, at)
) STRICT, WITHOUT ROWID;

-- SQLite looks a plan up in it only where the plan is given as a value, not where it is joined.
CREATE VIEW rate_change AS
  SELECT plan_id, item_id, feed_id, r.at, listed, income, rate_bp, line, raw FROM rate r
  UNION ALL SELECT plan_id, item_id, feed_id, r.at, listed, income, rate_bp, line, raw FROM rate_past r;

-- An item's sales in 30 days as each feed says now; null: it says nothing from then on.
CREATE TABLE sales (
  shop_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  feed_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  sales INTEGER CHECK (sales >= 0),
  PRIMARY KEY (shop_id, item_id, feed_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sales_past (
  shop_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  feed_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  sales INTEGER CHECK (sales >= 0),
  PRIMARY KEY (shop_id, item_id, feed_id, at)
) STRICT, WITHOUT ROWID;

-- Which other number of a shop an export shows, and when. held = 1: nothing is judged by it.
CREATE VIEW evidence AS
  SELECT p.shop_id, f.keeper_id, f.other_seller_id, f.picture_seller_id, f.feed_id, f.at, f.line, f.plan_id, d.held
  FROM fact f JOIN plan p ON p.id = f.plan_id JOIN feed d ON d.id = f.feed_id
  WHERE f.keeper_id IS NOT NULL OR f.other_seller_id IS NOT NULL OR f.picture_seller_id IS NOT NULL;

-- What reports said of a line of the user's own orders: one row for each different statement, whichever reports made it.
-- Which of them is the newest is worked out when it is asked (domain/order-line.ts). Buyers are in no column.
-- occurrence: of rows of one report that have no sub-order number and are alike, which.
CREATE TABLE order_state (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  occurrence INTEGER NOT NULL,
  role TEXT CHECK (role = 'own' OR role = 'third-party'),
  sub_order_no TEXT,
  order_no TEXT,
  item_no TEXT,
  item_title TEXT,
  quantity INTEGER,
  unit_price_fen INTEGER,
  nick TEXT,
  shop_title TEXT,
  seller_id TEXT,
  clicked_at INTEGER,
  created_at INTEGER,
  paid_at INTEGER,
  settled_at INTEGER,
  modified_at INTEGER,
  state TEXT NOT NULL CHECK (state = 'paid' OR state = 'received' OR state = 'settled' OR state = 'void'),
  paid_fen INTEGER,
  settled_fen INTEGER,
  rate_bp INTEGER,
  service_fee_bp INTEGER,
  subsidy_fen INTEGER,
  income_bp INTEGER,
  share_bp INTEGER,
  fee_bp INTEGER,
  fee_fen INTEGER,
  estimated_fen INTEGER,
  settled_income_fen INTEGER,
  commission_fen INTEGER,
  product TEXT,
  marketing TEXT,
  platform TEXT,
  refund_tag INTEGER CHECK (refund_tag IN (0, 1)),
  CHECK (sub_order_no IS NOT NULL OR order_no IS NOT NULL)
) STRICT;
CREATE INDEX order_by_no ON order_state (coalesce(sub_order_no, order_no));
CREATE INDEX order_by_item ON order_state (item_no);
CREATE INDEX order_by_order ON order_state (order_no);

-- Reports that said it, and where. The report's snapshot has its time and file.
CREATE TABLE order_seen (
  state_id INTEGER NOT NULL REFERENCES order_state,
  snapshot_id INTEGER NOT NULL REFERENCES snapshot,
  line INTEGER NOT NULL,
  PRIMARY KEY (state_id, snapshot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_of_snapshot ON order_seen (snapshot_id);

-- The same of refund cases after settlement (维权). state: only what succeeded counts.
CREATE TABLE refund_state (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  occurrence INTEGER NOT NULL,
  role TEXT CHECK (role = 'own' OR role = 'third-party'),
  sub_order_no TEXT,
  order_no TEXT,
  state TEXT NOT NULL CHECK (state = 'open' OR state = 'failed' OR state = 'succeeded'),
  refund_fen INTEGER,
  settled_fen INTEGER,
  returned_fen INTEGER,
  created_at INTEGER,
  finished_at INTEGER,
  modified_at INTEGER,
  CHECK (sub_order_no IS NOT NULL OR order_no IS NOT NULL)
) STRICT;
CREATE INDEX refund_by_no ON refund_state (coalesce(sub_order_no, order_no));

CREATE TABLE refund_seen (
  state_id INTEGER NOT NULL REFERENCES refund_state,
  snapshot_id INTEGER NOT NULL REFERENCES snapshot,
  line INTEGER NOT NULL,
  PRIMARY KEY (state_id, snapshot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_of_snapshot ON refund_seen (snapshot_id);

-- The last verdict that the user was told; null: the plan is judged no longer.
CREATE TABLE told (
  account_id INTEGER NOT NULL REFERENCES account,
  plan_id INTEGER NOT NULL REFERENCES plan,
  verdict TEXT CHECK (verdict = 'exit' OR verdict = 'keep' OR verdict = 'review' OR verdict = 'closed'),
  told_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, plan_id)
) STRICT, WITHOUT ROWID;

-- Shops of which something was imported since their verdicts were told.
CREATE TABLE untold (
  shop_id INTEGER PRIMARY KEY REFERENCES shop
) STRICT;

-- What the user does not want to be told of. account_id null: for every account; until_at null: until it is taken back.
-- muted_at null: it was taken back. decided_at: of two words on one plan and account the later stands.
CREATE TABLE mute (
  plan_id INTEGER NOT NULL REFERENCES plan,
  account_id INTEGER REFERENCES account,
  decided_at INTEGER NOT NULL,
  muted_at INTEGER,
  until_at INTEGER,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX mute_of_plan ON mute (plan_id, coalesce(account_id, 0));

-- When the user left a plan, by their own word. at null: it was taken back. decided_at: see mute.
CREATE TABLE reported_exit (
  plan_id INTEGER NOT NULL REFERENCES plan,
  account_id INTEGER NOT NULL REFERENCES account,
  decided_at INTEGER NOT NULL,
  at INTEGER,
  PRIMARY KEY (plan_id, account_id)
) STRICT, WITHOUT ROWID;

-- This ledger's own number, by which two machines of one name are told apart.
CREATE TABLE ledger (
  id TEXT NOT NULL
) STRICT;
INSERT INTO ledger VALUES (lower(hex(randomblob(16))));

-- Digests of what lies in remotes and is in this ledger: what was pulled, and its own.
CREATE TABLE shared (
  sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- When this ledger was last left in a remote of the configuration, and when all was taken in that lay there.
CREATE TABLE remote (
  name TEXT PRIMARY KEY,
  pushed_at INTEGER,
  pulled_at INTEGER
) STRICT, WITHOUT ROWID;

-- How long plans of all merchants stayed good (domain/lifetimes.ts). stamp: of which ledger and policy.
CREATE TABLE remembered (
  stamp TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

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

-- What people are alerted of: one open row for an account, a plan (0: the account as a whole) and a kind (domain/alert.ts).
-- key: the same on every machine. facts: what is so now, for messages. told_bp, told_fen: the worst that was told.
CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account,
  plan_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)),
  told_bp INTEGER,
  told_fen INTEGER,
  facts TEXT NOT NULL CHECK (json_valid(facts))
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (account_id, plan_id, kind) WHERE closed_at IS NULL;

-- What each channel of the configuration is to be sent, or was. void: nobody need be told any more, or the user dropped it.
-- lease_until: somebody is sending it; where it has passed, he died. answer: the channel's last.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alert,
  channel TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('opened', 'worse', 'resolved', 'withdrawn')),
  key TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sent', 'dead', 'void')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL,
  lease_until INTEGER,
  done_at INTEGER,
  answer TEXT,
  UNIQUE (channel, key)
) STRICT;
CREATE INDEX delivery_of_alert ON delivery (alert_id);
CREATE INDEX delivery_open ON delivery (channel) WHERE state = 'due' OR state = 'dead';

-- How a channel does. hold_until: it waits, whatever is due. refused: why it takes nothing until the user has mended it.
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  hold_until INTEGER NOT NULL DEFAULT 0,
  fails INTEGER NOT NULL DEFAULT 0,
  ok_at INTEGER NOT NULL DEFAULT 0,
  refused TEXT
) STRICT, WITHOUT ROWID;
