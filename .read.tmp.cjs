// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
let node_fs = require("node:fs");
let better_sqlite3 = require("better-sqlite3");
better_sqlite3 = __toESM(better_sqlite3);
// src/errors.ts
const EXIT = {
	ok: 0,
	findings: 1,
	usage: 2,
	cannotJudge: 3,
	database: 4,
	io: 74,
	busy: 75
};
/** All others end with `usage`: fix your call, your configuration or your input. */
const EXIT_OF = {
	"db-foreign": EXIT.database,
	"db-damaged": EXIT.database,
	"db-newer": EXIT.database,
	"db-older": EXIT.database,
	"db-empty-file": EXIT.database,
	"db-busy": EXIT.busy,
	"remote-down": EXIT.busy,
	io: EXIT.io
};
/** For a code and arguments that were checked when they were put together: those of the database. */
function faultOf(code, args) {
	return {
		code,
		args
	};
}
/** Stops the run: thrown once, caught once in main. `message` is for logs; people read the catalogue's sentence. */
var TkguardError = class TkguardError extends Error {
	code;
	args;
	constructor(...[code, args = {}]) {
		super(`${code} ${JSON.stringify(args)}`);
		this.name = "TkguardError";
		this.code = code;
		this.args = args;
	}
	static of({ code, args }) {
		return new TkguardError(...[code, args]);
	}
	get fault() {
		return faultOf(this.code, this.args);
	}
	get exitCode() {
		return EXIT_OF[this.code] ?? EXIT.usage;
	}
};
// src/store/connect.ts
/** Connections to SQLite, and what its errors mean to the user. */
/** How long to wait for another writer, unless told otherwise, before giving up with exit code 75. */
const BUSY_MS = 3e4;
/** SQLite takes a file without bytes for a new database; here it is a mistake: throws `db-empty-file`. */
function connect(path, options, waitMs = BUSY_MS) {
	if ((0, node_fs.existsSync)(path) && (0, node_fs.statSync)(path).size === 0) throw new TkguardError("db-empty-file", { path });
	return new better_sqlite3.default(path, {
		...options,
		nativeBinding: nativePart(),
		timeout: waitMs
	});
}
/** A database that is never kept: an empty one, or the one whose file has these bytes. */
function connectInMemory(bytes) {
	bytes?.fill(1, 18, 20);
	return new better_sqlite3.default(bytes ?? ":memory:", { nativeBinding: nativePart() });
}
/** Where the native part was built: found at once, without the search that the library would make. */
function nativePart() {
	return (typeof require === "function" ? require : process.getBuiltinModule("node:module").createRequire(__filename)).resolve("better-sqlite3/build/Release/better_sqlite3.node");
}
/** How many steps of the schema a database has taken. */
function schemaVersion(db) {
	return db.pragma("user_version", { simple: true });
}
/** Turns SQLite's errors into ours; everything else passes. */
function guard(path, work) {
	try {
		return work();
	} catch (error) {
		throw error instanceof Error ? translate(path, error) ?? error : error;
	}
}
function translate(path, error) {
	const code = "code" in error ? String(error.code) : "";
	const reason = error.message;
	if (code === "SQLITE_NOTADB") return new TkguardError("db-foreign", { path });
	if (error instanceof DamagedData) return new TkguardError("db-damaged", {
		path,
		reason
	});
	if (/^SQLITE_(CORRUPT|ERROR|FORMAT|SCHEMA|TOOBIG|MISMATCH)/.test(code)) return new TkguardError("db-damaged", {
		path,
		reason
	});
	if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new TkguardError("db-busy", { path });
	if (/^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|PERM)/.test(code) || /^E[A-Z]+$/.test(code)) return new TkguardError("io", {
		path,
		reason
	});
	return null;
}
/** The database holds what tkguard never writes: `guard` (connect.ts) turns it into `db-damaged`. */
var DamagedData = class extends Error {};
// src/store/place-file.ts
/** Where a file is, and how a finished one gets its name: in one step, so that whoever finds it finds a whole one. */
// src/store/views.ts
/**
* Views for other programs: plain names, times as text in UTC (ISO 8601), rates as basis points. Nothing of tkguard reads
* them but the export of tables. What is held back is not in them; one merchant may stand under several numbers.
*/
const iso = (ms) => `strftime('%Y-%m-%dT%H:%M:%SZ', ${ms} / 1000, 'unixepoch')`;
/** The last capture of the feed before it says something else. */
const LAST_AT = `(SELECT max(n.captured_at) FROM snapshot n WHERE n.feed_id = r.feed_id AND n.captured_at < ifnull(r.until, ${String(Number.MAX_SAFE_INTEGER)}))`;
const SHOP = `a.name AS account, iif(s.id_kind = 'seller', s.id_no, s.id_kind || ' ' || s.id_no) AS shop_id, coalesce(s.title, s.nick, s.name) AS shop, p.plan_no AS plan_id`;
const JOINS = "JOIN plan p ON p.id = r.plan_id JOIN shop s ON s.id = p.shop_id JOIN feed d ON d.id = r.feed_id JOIN account a ON a.id = d.account_id";
const KEY = "q.plan_id = r.plan_id AND q.item_id = r.item_id AND q.feed_id = r.feed_id";
const RATES$1 = `
  SELECT plan_id, item_id, feed_id, at, NULL AS until, income, rate_bp FROM rate r
  WHERE listed = 1 AND (rate_bp IS NOT NULL OR raw IS NOT '')
  UNION ALL
  SELECT plan_id, item_id, feed_id, at,
    ifnull((SELECT min(q.at) FROM rate_past q WHERE ${KEY} AND q.at > r.at), (SELECT q.at FROM rate q WHERE ${KEY})), income, rate_bp
  FROM rate_past r WHERE listed = 1 AND (rate_bp IS NOT NULL OR raw IS NOT '')`;
/** What an account's plan is said to be now, of the feed that was captured last. */
const newest = (column) => `(SELECT f.${column} FROM fact_seen f WHERE f.plan_id = k.plan_id AND f.account_id = k.account_id AND f.${column} IS NOT NULL
    ORDER BY f.seen_at DESC, f.at DESC LIMIT 1) AS`;
const nowRates = (what, more) => `(SELECT ${what} FROM rate r JOIN feed d ON d.id = r.feed_id
    WHERE r.plan_id = k.plan_id AND d.account_id = k.account_id AND d.held = 0 AND r.listed = 1 AND r.income = 0 AND r.rate_bp IS NOT NULL ${more})`;
/** What changed of a value in a feed. */
const changed = (what, from, value, item, points) => `
  SELECT ${SHOP}, ${item} AS item_id, d.format, d.coverage, ${iso("r.at")} AS at, '${what}' AS what,
         ${value.replaceAll("#", "r.was")} AS old_value, ${value.replaceAll("#", "r.value")} AS new_value, ${points} AS points
  FROM (${from}) r ${JOINS} WHERE d.held = 0 AND r.was <> r.value`;
const lag = (column, key) => `plan_id, feed_id, at, ${column} AS value, lag(${column}) OVER (PARTITION BY ${key} ORDER BY at) AS was`;
const changedFact = (column) => changed(column, `SELECT ${lag(column, "plan_id, feed_id")} FROM fact WHERE ${column} IS NOT NULL`, "#", "NULL", "NULL");
const MIGRATIONS = [`
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
    SELECT plan_id, item_id, feed_id, at, listed, income, rate_bp, line, raw FROM rate
    UNION ALL SELECT plan_id, item_id, feed_id, at, listed, income, rate_bp, line, raw FROM rate_past;

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

  -- Which other number of a shop an export shows, and when.
  CREATE VIEW evidence AS
    SELECT p.shop_id, f.keeper_id, f.other_seller_id, f.picture_seller_id, f.feed_id, f.at, f.line, f.plan_id
    FROM fact f JOIN plan p ON p.id = f.plan_id
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
  CREATE INDEX order_by_nick ON order_state (nick);
  CREATE INDEX order_by_title ON order_state (shop_title);
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
  ${`
  -- What a rate was from the first to the last capture that says so. item_id null: the shop as a whole; rate_bp null: stated as unknown.
  CREATE VIEW rate_run AS
    SELECT ${SHOP}, i.item_no AS item_id, i.title AS item, iif(r.income, 'income', 'commission') AS measure, d.format, d.coverage,
           ${iso("r.at")} AS first_at, ${iso(LAST_AT)} AS last_at, r.rate_bp, r.rate_bp / 100.0 AS rate
    FROM (${RATES$1}) r ${JOINS} LEFT JOIN item i ON i.id = r.item_id WHERE d.held = 0;

  -- For the views below.
  CREATE VIEW fact_seen AS
    SELECT r.*, d.account_id, ${LAST_AT} AS seen_at
    FROM (SELECT f.*, (SELECT min(g.at) FROM fact g WHERE g.plan_id = f.plan_id AND g.feed_id = f.feed_id AND g.at > f.at) AS until FROM fact f) r
      JOIN feed d ON d.id = r.feed_id WHERE r.listed = 1 AND d.held = 0;

  -- What was said of a plan from the first to the last capture that says so.
  CREATE VIEW fact_run AS
    SELECT ${SHOP}, d.format, d.coverage, ${iso("r.at")} AS first_at, ${iso("r.seen_at")} AS last_at, r.kind, r.name AS plan, r.state, r.status,
           r.joined_at, r.approved_at, r.starts_at, r.ends_at
    FROM fact_seen r ${JOINS};

  -- A plan of an account as it is known now. shop_rate_bp: of the shop as a whole; lowest and highest: of its items.
  CREATE VIEW plan_now AS
    SELECT ${SHOP}, ${newest("name")} plan, ${newest("kind")} kind, ${newest("status")} status, ${newest("state")} state,
           ${newest("approved_at")} approved_at, (SELECT ${iso("e.at")} FROM reported_exit e WHERE e.plan_id = k.plan_id AND e.account_id = k.account_id) AS exited_at,
           ${nowRates("r.rate_bp", "AND r.item_id = 0 ORDER BY (SELECT max(n.captured_at) FROM snapshot n WHERE n.feed_id = d.id) DESC LIMIT 1")} AS shop_rate_bp,
           ${nowRates("count(DISTINCT r.item_id)", "AND r.item_id <> 0")} AS items,
           ${nowRates("min(r.rate_bp)", "AND r.item_id <> 0")} AS lowest_bp, ${nowRates("max(r.rate_bp)", "AND r.item_id <> 0")} AS highest_bp,
           ${iso("(SELECT max(f.seen_at) FROM fact_seen f WHERE f.plan_id = k.plan_id AND f.account_id = k.account_id)")} AS seen_at
    FROM (SELECT DISTINCT f.plan_id, d.account_id FROM fact f JOIN feed d ON d.id = f.feed_id WHERE f.listed = 1 AND d.held = 0) k
      JOIN plan p ON p.id = k.plan_id JOIN shop s ON s.id = p.shop_id JOIN account a ON a.id = k.account_id;

  -- Every change within one feed: of a rate (points: in percentage points), of a membership (status), of a plan (state).
  CREATE VIEW change AS
    ${changed("rate", `SELECT ${lag("rate_bp", "plan_id, item_id, feed_id")}, item_id FROM rate_change WHERE rate_bp IS NOT NULL AND income = 0`, "printf('%.2f', # / 100.0)", "(SELECT i.item_no FROM item i WHERE i.id = r.item_id)", "(r.value - r.was) / 100.0")}
    UNION ALL ${changedFact("status")}
    UNION ALL ${changedFact("state")};
`}
  `];
// src/domain/reading.ts
/** What exports say. A reading is one row of an export in tkguard's words; `null` means that the export does not say. */
const PLAN_KINDS = [
	"general",
	"special",
	"event",
	"marketing",
	"selected"
];
const PLAN_STATES = [
	"active",
	"expired",
	"stopped",
	"deleted"
];
const MEMBERSHIPS = [
	"approved",
	"pending",
	"rejected",
	"removed",
	"left",
	"none"
];
/** Commission rates and income rates (commission plus subsidy) are different measures and never compared (design.md §4.1). */
const MEASURES = ["commission", "income"];
const NO_FACTS = {
	kind: null,
	name: null,
	state: null,
	status: null,
	joinedAt: null,
	approvedAt: null,
	exitId: null,
	locked: null,
	audit: null,
	hidden: null,
	startsAt: null,
	endsAt: null
};
/** Whether a row lists its plan and says nothing of the rate: what was known of it stays, and ages (design.md §4.1). */
function isSilent({ bp, raw }) {
	return bp === null && raw === "";
}
/** How many digits tell what the open platform calls a shop since 2022-11 from a seller number: no column does (design.md §3.4). */
const OPAQUE_DIGITS = [16, 19];
function isOpaqueId(id) {
	const [least, most] = OPAQUE_DIGITS;
	return id !== null && id.length >= least && id.length <= most && /^\d+$/.test(id);
}
/**
* What a snapshot is complete for; what it covers and does not list counts as absent.
* `listed`, `shop-plans`, `item-search`, `item-plans`: all plans (of the kinds below) of each shop-and-item it mentions.
* `joined-plans`: all joined plans of the account. `plan-items`: all items of one plan. `partial`: nothing.
* `orders`: nothing; it is a report of orders and says nothing of plans.
*/
const COVERAGES = [
	"listed",
	"joined-plans",
	"shop-plans",
	"item-search",
	"item-plans",
	"plan-items",
	"partial",
	"orders"
];
const COVERED_KINDS = {
	listed: PLAN_KINDS,
	"shop-plans": ["general", "special"],
	"item-search": [
		"general",
		"special",
		"event"
	],
	"item-plans": ["special"],
	"joined-plans": [],
	"plan-items": [],
	partial: [],
	orders: []
};
/** Whether a snapshot of this coverage would list a plan of this kind at every shop-and-item that it mentions. */
function coversKind(coverage, kind) {
	return COVERED_KINDS[coverage].includes(kind);
}
// src/store/verify.ts
/** Looks at everything in a database: what `doctor` reports, and what a copy must stand before it is relied on. */
// src/store/open.ts
/** The one place that opens the database. Files that are not ours, damaged, or newer than the program are refused, each in its own words. */
/** What is read into memory where only the file itself may be read. */
const MOST_COPIED_BYTES = 1 << 30;
function hasDatabase(path) {
	return (0, node_fs.existsSync)(path);
}
/** Opens for reading only; never creates, never writes. Throws `no-database`, and `db-older` until a sync has migrated it. */
function openForReading(path) {
	const db = openAnyVersion(path);
	if (schemaVersion(db) === MIGRATIONS.length) return db;
	db.close();
	throw new TkguardError("db-older", { path });
}
/** The same for databases of older versions too, which can be copied but not asked. */
function openAnyVersion(path) {
	if (!hasDatabase(path)) throw new TkguardError("no-database", { path });
	return guard(path, () => {
		try {
			return connectOurs(path, { readonly: true });
		} catch (error) {
			const copy = isRefusedWriting(error) ? openStillCopy(path) : null;
			if (!copy) throw error;
			return copy;
		}
	});
}
function connectOurs(path, options, waitMs = BUSY_MS) {
	const db = connect(path, {
		...options,
		fileMustExist: true
	}, waitMs);
	try {
		checkOurs(db, path);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}
/** Throws what is wrong with the file; writes nothing to it. */
function checkOurs(db, path) {
	if (db.pragma("application_id", { simple: true }) !== 0x746b6764) throw new TkguardError("db-foreign", { path });
	const found = schemaVersion(db);
	const known = MIGRATIONS.length;
	if (found > known) throw new TkguardError("db-newer", {
		path,
		found,
		known
	});
	const findTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'snapshot'");
	if (found < 1 || !findTable.get()) throw new TkguardError("db-foreign", { path });
}
/** Reading takes a file for locks beside the database, which SQLite cannot make for whoever may only read. */
function isRefusedWriting(error) {
	return error instanceof Error && "code" in error && /^SQLITE_(READONLY|CANTOPEN)/.test(String(error.code));
}
/**
* The file in memory, read without locks: only where nobody is at work in it (they would have made the locks and the
* log), and it is the same before and after. null otherwise, and where it is too large for that.
*/
function openStillCopy(path) {
	const stamp = stampOf(path);
	if (stamp === null || (0, node_fs.statSync)(path).size > MOST_COPIED_BYTES) return null;
	const db = connectInMemory((0, node_fs.readFileSync)(path));
	try {
		if (stampOf(path) !== stamp) throw new TkguardError("db-busy", { path });
		checkOurs(db, path);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}
/** Other where the file is another; null while a log holds changes that are not in the file. */
function stampOf(path) {
	const { size, mtimeNs, ino } = (0, node_fs.statSync)(path, { bigint: true });
	return ((0, node_fs.statSync)(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0 ? null : `${size} ${mtimeNs} ${ino}`;
}
// src/domain/runs.ts
/** The rate where it is known. */
function knownRate(value) {
	return value === "unknown" ? null : value;
}
const NO_MOVES = {
	change: null,
	doubt: null
};
function rank({ value, source }) {
	return `${value}\u0000${source.file}\u0000${source.locator}`;
}
/** The same order, without making texts of what mostly says the same: twenty files of one moment are compared for every fact. */
function isSmaller(value, source, than) {
	if (value !== than.value) return rank({
		value,
		source
	}) < rank(than);
	if (source.file !== than.source.file) return source.file < than.source.file;
	return `${source.locator}` < `${than.source.locator}`;
}
/** When a run was first seen, in milliseconds. */
function firstSeen(run) {
	return run.feed.times[run.first] ?? NaN;
}
/** When a run was last seen, in milliseconds. */
function lastSeen(run) {
	return run.feed.times[run.last] ?? Number.NEGATIVE_INFINITY;
}
/**
* The newest reading of a series, over all feeds: of several at one moment, they must agree.
* `accept` limits it to readings that say something (a joined list has no rate, a search no membership).
*/
function newestSighting(runs, accept) {
	let best = null;
	for (const run of runs) {
		const atMs = lastSeen(run);
		if (best && atMs < best.atMs) continue;
		const value = accept(run.value);
		if (value === null) continue;
		if (best && atMs === best.atMs) {
			const other = best;
			const conflict = other.conflict || other.value !== value;
			if (isSmaller(value, run.source, other)) best = {
				value,
				atMs,
				source: run.source,
				conflict
			};
			else if (conflict) best = {
				...other,
				conflict
			};
		} else best = {
			value,
			atMs,
			source: run.source,
			conflict: false
		};
	}
	return best;
}
/** All that is said at the moment of a sighting, in the same order whatever the order of import. */
function valuesAt(runs, accept, atMs) {
	return [...new Set(runs.flatMap((run) => lastSeen(run) === atMs ? accept(run.value) ?? [] : []))].sort((a, b) => a < b ? -1 : 1);
}
/** Index of a captured time in a feed's ascending times; of one that is not among them, of the next. */
function indexOfTime(times, at) {
	let [low, high] = [0, times.length];
	while (low < high) {
		const middle = low + high >> 1;
		if ((times[middle] ?? 0) < at) low = middle + 1;
		else high = middle;
	}
	return low;
}
/** Whether a run was seen at a captured time. */
function isSeenAt({ feed, first, last }, atMs) {
	const index = indexOfTime(feed.times, atMs);
	return feed.times[index] === atMs && index >= first && index <= last;
}
/** When a run was last seen before a moment. */
function lastSeenBefore({ feed, first, last }, ms) {
	const index = Math.min(last, indexOfTime(feed.times, ms) - 1);
	return index < first ? Number.NEGATIVE_INFINITY : feed.times[index];
}
/** Every captured time at which a run was seen. `sinceMs`: only those from then on. */
function* seenTimes(run, sinceMs = Number.NEGATIVE_INFINITY) {
	const { first, last, feed } = run;
	for (let i = Math.max(first, indexOfTime(feed.times, sinceMs)); i <= last; i++) yield feed.times[i] ?? NaN;
}
/**
* The values of a series in order of time, over all feeds together. Readings without the value and moments about
* which sources disagree are passed over.
*/
function stepsOf(runs, pick) {
	const steps = [];
	const add = (value, run, firstSeenMs, lastSeenMs) => {
		const before = steps.at(-1);
		if (before?.value === value) steps[steps.length - 1] = {
			...before,
			lastSeenMs
		};
		else steps.push({
			value,
			firstSeenMs,
			lastSeenMs,
			source: sourceAt(run, firstSeenMs)
		});
	};
	const sorted = [...runs].sort((a, b) => a.first - b.first);
	if (sorted.every((run, i) => run.feed === sorted[0]?.feed && run.first > (sorted[i - 1]?.last ?? -1))) for (const run of sorted) {
		const value = pick(run.value);
		if (value !== null) add(value, run, firstSeen(run), lastSeen(run));
	}
	else for (const { atMs, value, run } of momentsForward(runs, pick)) add(value, run, atMs, atMs);
	return steps;
}
/** Every moment at which a value was seen and no source disagreed, oldest first. */
function momentsForward(runs, pick) {
	const moments = /* @__PURE__ */ new Map();
	const torn = /* @__PURE__ */ new Set();
	for (const run of runs) {
		const value = pick(run.value);
		if (value === null) continue;
		for (const atMs of seenTimes(run)) {
			const known = moments.get(atMs);
			if (known && known.value !== value) torn.add(atMs);
			else if (!known || run.feed.fileAt(atMs) < known.run.feed.fileAt(atMs)) moments.set(atMs, {
				atMs,
				value,
				run
			});
		}
	}
	return [...moments.values()].filter(({ atMs }) => !torn.has(atMs)).sort((a, b) => a.atMs - b.atMs);
}
/** Where a run's value was read at one of its moments: line and cell are kept only where it was first read. */
function sourceAt(run, atMs) {
	if (firstSeen(run) === atMs) return run.source;
	return {
		file: run.feed.fileAt(atMs),
		locator: null,
		raw: null
	};
}
/** The first reading after a moment that is accepted, over all feeds: of two of one moment that in the file of the smaller name. */
function firstReadingAfter(runs, afterMs, accept) {
	let best = null;
	for (const run of runs) {
		if (!accept(run.value)) continue;
		const [atMs] = seenTimes(run, afterMs + 1);
		if (atMs === void 0 || best && atMs > best.atMs) continue;
		const source = sourceAt(run, atMs);
		if (!best || atMs < best.atMs || source.file < best.source.file) best = {
			atMs,
			source
		};
	}
	return best;
}
// src/domain/compare-text.ts
/** By code units; null counts as empty. */
function compareText(a, b) {
	const one = a ?? "";
	const other = b ?? "";
	return one < other ? -1 : one > other ? 1 : 0;
}
(/* @__PURE__ */ __commonJSMin(((exports) => {
	exports.__esModule = true;
	exports.distance = exports.closest = void 0;
	var peq = /* @__PURE__ */ new Uint32Array(65536);
	var myers_32 = function(a, b) {
		var n = a.length;
		var m = b.length;
		var lst = 1 << n - 1;
		var pv = -1;
		var mv = 0;
		var sc = n;
		var i = n;
		while (i--) peq[a.charCodeAt(i)] |= 1 << i;
		for (i = 0; i < m; i++) {
			var eq = peq[b.charCodeAt(i)];
			var xv = eq | mv;
			eq |= (eq & pv) + pv ^ pv;
			mv |= ~(eq | pv);
			pv &= eq;
			if (mv & lst) sc++;
			if (pv & lst) sc--;
			mv = mv << 1 | 1;
			pv = pv << 1 | ~(xv | mv);
			mv &= xv;
		}
		i = n;
		while (i--) peq[a.charCodeAt(i)] = 0;
		return sc;
	};
	var myers_x = function(b, a) {
		var n = a.length;
		var m = b.length;
		var mhc = [];
		var phc = [];
		var hsize = Math.ceil(n / 32);
		var vsize = Math.ceil(m / 32);
		for (var i = 0; i < hsize; i++) {
			phc[i] = -1;
			mhc[i] = 0;
		}
		var j = 0;
		for (; j < vsize - 1; j++) {
			var mv_1 = 0;
			var pv_1 = -1;
			var start_1 = j * 32;
			var vlen_1 = Math.min(32, m) + start_1;
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] |= 1 << k;
			for (var i = 0; i < n; i++) {
				var eq = peq[a.charCodeAt(i)];
				var pb = phc[i / 32 | 0] >>> i & 1;
				var mb = mhc[i / 32 | 0] >>> i & 1;
				var xv = eq | mv_1;
				var xh = ((eq | mb) & pv_1) + pv_1 ^ pv_1 | eq | mb;
				var ph = mv_1 | ~(xh | pv_1);
				var mh = pv_1 & xh;
				if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
				if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
				ph = ph << 1 | pb;
				mh = mh << 1 | mb;
				pv_1 = mh | ~(xv | ph);
				mv_1 = ph & xv;
			}
			for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] = 0;
		}
		var mv = 0;
		var pv = -1;
		var start = j * 32;
		var vlen = Math.min(32, m - start) + start;
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] |= 1 << k;
		var score = m;
		for (var i = 0; i < n; i++) {
			var eq = peq[a.charCodeAt(i)];
			var pb = phc[i / 32 | 0] >>> i & 1;
			var mb = mhc[i / 32 | 0] >>> i & 1;
			var xv = eq | mv;
			var xh = ((eq | mb) & pv) + pv ^ pv | eq | mb;
			var ph = mv | ~(xh | pv);
			var mh = pv & xh;
			score += ph >>> m - 1 & 1;
			score -= mh >>> m - 1 & 1;
			if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
			if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
			ph = ph << 1 | pb;
			mh = mh << 1 | mb;
			pv = mh | ~(xv | ph);
			mv = ph & xv;
		}
		for (var k = start; k < vlen; k++) peq[b.charCodeAt(k)] = 0;
		return score;
	};
	var distance = function(a, b) {
		if (a.length < b.length) {
			var tmp = b;
			b = a;
			a = tmp;
		}
		if (b.length === 0) return a.length;
		if (a.length <= 32) return myers_32(a, b);
		return myers_x(a, b);
	};
	exports.distance = distance;
	var closest = function(str, arr) {
		var min_distance = 1e400;
		var min_index = 0;
		for (var i = 0; i < arr.length; i++) {
			var dist = distance(str, arr[i]);
			if (dist < min_distance) {
				min_distance = dist;
				min_index = i;
			}
		}
		return arr[min_index];
	};
	exports.closest = closest;
})))();
// src/domain/rate.ts
/** Folds full-width digits and signs (`１５．５０％`) and every kind of blank, NBSP included, to plain ASCII. */
function foldWidth(text) {
	if (!/[\s\uff01-\uff5e]/.test(text)) return text;
	return text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 65248)).replace(/[\s\u3000]+/g, " ");
}
/** Whether a cell says a literal zero: unknown like an empty one, but worth a warning of its own. */
function isZeroRate(text) {
	return /^0+(\.0*)?%?$/.test(foldWidth(text).replaceAll(" ", ""));
}
/** `1550` → `"15.50"`: always two decimals, no sign for percent. Negative gaps keep their minus. */
function formatBp(bp) {
	const size = Math.abs(bp);
	return `${bp < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}
// src/store/columns.ts
/** What a snapshot says in columns of numbers, so that millions of rates fit into memory: 24 bytes a row. */
/** The cell that need not be stored: the rate with two decimals and a percent sign. */
function plainCell(bp) {
	return `${formatBp(bp)}%`;
}
// src/store/statements.ts
/** Made when first asked for: a command prepares only the statements that it uses. */
function lazy(make) {
	let made;
	return () => {
		made ??= make();
		return made;
	};
}
let made = 0;
/**
* Prepares a query; each run hands its rows to `visit` in the query's order. SQLite passes columns to functions only, so
* every row goes through an aggregate function of our own: `visit` takes its total, which means nothing here, then the
* columns, and must not ask the database.
*/
function prepareVisit(db, columns, query, visit) {
	const name = `visit_${made++}`;
	db.aggregate(name, {
		varargs: true,
		start: 0,
		step: visit
	});
	const statement = db.prepare(`SELECT ${name}(${columns.join(", ")}) FROM (${query})`);
	return (parameters) => void statement.get(parameters);
}
// src/domain/group-by.ts
/** `Map.groupBy`, which Node 20 does not have. */
function groupBy(values, keyOf) {
	const groups = /* @__PURE__ */ new Map();
	for (const value of values) {
		const key = keyOf(value);
		const group = groups.get(key);
		if (group) group.push(value);
		else groups.set(key, [value]);
	}
	return groups;
}
// src/store/newest-name.ts
/** Names that exports give at several times. */
/** Of several names the newest stands, of one time the greater. */
function newestName(names) {
	const [newest] = names.filter(({ name }) => name !== null).sort((a, b) => (b.namedAt ?? 0) - (a.namedAt ?? 0) || compareText(b.name, a.name));
	return newest?.name ?? null;
}
// src/store/alike-shops.ts
/** Shops that are not tied and may be one merchant all the same: no item of one is safe while the other has an approved plan (design.md §3.4). */
const NAMED = `SELECT id, id_kind AS kind, id_no AS no, nick, nick_at AS nickAt, title, title_at AS titleAt, name, name_at AS nameAt
  FROM shop WHERE id IN (SELECT value FROM json_each(?))`;
/** Gives merchants with approved plans that may be the asked one. `claimants`: rows of sellers that evidence names for him, too. */
function openAlike(db, untilMs, { firstOf, rowsOf }) {
	const approved = db.prepare(`SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status = 'approved' AND f.at <= ?`).pluck();
	const joined = new Set(approved.all(untilMs).map(firstOf));
	const named = db.prepare(NAMED);
	const readNamed = (merchants) => {
		return [...groupBy(named.all(JSON.stringify(merchants.flatMap(rowsOf))), ({ id }) => firstOf(id))].map(([first, own]) => newestNames(first, own));
	};
	const others = readNamed([...joined]).sort((a, b) => compareText(a.no, b.no));
	const withPlan = db.prepare(`SELECT DISTINCT o.shop_id FROM plan p JOIN plan o ON o.plan_no = p.plan_no AND o.shop_id <> p.shop_id
       WHERE p.shop_id IN (SELECT value FROM json_each(@rows))
         AND EXISTS (SELECT 1 FROM fact f WHERE f.plan_id = p.id AND f.at <= @untilMs)
         AND EXISTS (SELECT 1 FROM fact f WHERE f.plan_id = o.id AND f.status = 'approved')`).pluck();
	return (shopId, claimants) => {
		const [shop] = readNamed([shopId]);
		const rows = withPlan.all({
			rows: JSON.stringify(rowsOf(shopId)),
			untilMs
		});
		const told = new Set([...rows, ...claimants].map(firstOf));
		const mayBe = (other) => told.has(other.id) || shop !== void 0 && cannotBeTold(shop, other);
		return others.filter((other) => other.id !== shopId && mayBe(other)).map(({ id }) => id);
	};
}
/** What a merchant is called by the newest capture, by each kind of name. */
function newestNames(first, rows) {
	const newest = (key) => newestName(rows.map((row) => ({
		name: row[key],
		namedAt: row[`${key}At`]
	})));
	const { kind = "name", no = "" } = rows.find(({ id }) => id === first) ?? {};
	return {
		id: first,
		kind,
		no,
		nick: newest("nick"),
		title: newest("title"),
		name: newest("name")
	};
}
/** The same name; or an opaque id that no name tells from the other shop. 旺旺 is compared with 旺旺, title with title; a name of either kind may be both, and tells nothing apart. */
function cannotBeTold(shop, other) {
	const isSame = (a, b) => a !== null && a === b;
	const isNamed = ({ nick, title, name }, by) => [
		nick,
		title,
		name
	].some((own) => isSame(own, by));
	if (isSame(shop.nick, other.nick) || isSame(shop.title, other.title)) return true;
	if (isNamed(shop, other.name) || isNamed(other, shop.name)) return true;
	const isApart = (a, b) => a !== null && b !== null && a !== b;
	if (isApart(shop.nick, other.nick) || isApart(shop.title, other.title)) return false;
	const isOpaque = ({ kind, no }) => kind === "seller" && isOpaqueId(no);
	return isOpaque(shop) && !isOpaque(other);
}
// src/store/feeds.ts
/** SQL: that a format is a table of the user's own or read by a mapping. Its ids and times are what he wrote. */
function isTyped(format) {
	return `(${format} GLOB 'tkguard-*' OR ${format} GLOB 'map:*')`;
}
// src/store/ties.ts
/**
* Which numbers are one merchant, by the evidence of exports up to a moment (design.md §3.4). Nothing of it is kept: rows of
* plans and rates are never moved, and discarding a file takes its evidence away.
*/
function readTies(db, untilMs) {
	const sellerOf = /* @__PURE__ */ new Map();
	const claimants = /* @__PURE__ */ new Map();
	const isListedApart = openListedApart(db, untilMs);
	for (const [opaque, sellers] of readClaims(db, untilMs)) {
		const [seller, ...others] = sellers;
		if (seller !== void 0 && others.length === 0 && !isListedApart(opaque, seller)) sellerOf.set(opaque, seller);
		else claimants.set(opaque, [...sellers]);
	}
	return {
		sellerOf,
		claimants,
		unclear: tieKeepers(db, untilMs, sellerOf)
	};
}
const isDigits = (column) => `${column} NOT GLOB '*[^0-9]*'`;
const isOpaque = (shop) => `${shop}.id_kind = 'seller' AND length(${shop}.id_no) BETWEEN ${OPAQUE_DIGITS.join(" AND ")} AND ${isDigits(`${shop}.id_no`)}`;
const isNumber = (shop) => `${shop}.id_kind = 'seller' AND length(${shop}.id_no) <= 13 AND ${isDigits(`${shop}.id_no`)}`;
/** That an export of the alliance lists a special plan: ids that users type or map are no evidence. */
const isListedSpecial = (plan) => `EXISTS (
  SELECT 1 FROM fact f JOIN feed ON feed.id = f.feed_id
  WHERE f.plan_id = ${plan}.id AND f.at <= @untilMs AND f.listed = 1 AND feed.held = 0
    AND (f.kind = 'special' OR (f.kind IS NULL AND f.status IS NOT NULL))
    AND NOT ${isTyped("feed.format")})`;
/** By the row of an opaque id, the rows of seller numbers that evidence names, in order of their ids. */
function readClaims(db, untilMs) {
	const opaque = /* @__PURE__ */ new Map();
	const find = db.prepare(`SELECT id, id_no AS no FROM shop s WHERE ${isOpaque("s")} ORDER BY id_no`);
	for (const { id, no } of find.all()) opaque.set(no, id);
	if (opaque.size === 0) return /* @__PURE__ */ new Map();
	const claims = /* @__PURE__ */ new Map();
	const claim = (id, seller) => {
		if (id !== void 0 && seller) claims.set(id, (claims.get(id) ?? /* @__PURE__ */ new Map()).set(seller.no, seller.id));
	};
	const byPlan = db.prepare(`SELECT DISTINCT o.id AS opaque, s.id, s.id_no AS no
     FROM shop o CROSS JOIN plan op ON op.shop_id = o.id CROSS JOIN plan sp ON sp.plan_no = op.plan_no
     CROSS JOIN shop s ON s.id = sp.shop_id
     WHERE ${isOpaque("o")} AND ${isNumber("s")} AND length(op.plan_no) >= 7 AND ${isDigits("op.plan_no")}
       AND ${isListedSpecial("op")} AND ${isListedSpecial("sp")}`);
	for (const row of byPlan.all({ untilMs })) claim(row.opaque, row);
	const shown = (column) => db.prepare(`SELECT DISTINCT s.id, s.id_no AS no, s.nick, e.${column} AS others
       FROM evidence e JOIN shop s ON s.id = e.shop_id JOIN feed ON feed.id = e.feed_id
       WHERE e.${column} IS NOT NULL AND e.at <= @untilMs AND feed.held = 0`);
	const seller = db.prepare(`SELECT id, id_no AS no, nick FROM shop s WHERE id_no = @no AND ${isNumber("s")} AND EXISTS (
       SELECT 1 FROM plan p CROSS JOIN fact f ON f.plan_id = p.id JOIN feed ON feed.id = f.feed_id
       WHERE p.shop_id = s.id AND f.at <= @untilMs AND feed.held = 0)`);
	const sellerOf = (no) => seller.get({
		no,
		untilMs
	});
	for (const { no, others } of shown("other_seller_id").all({ untilMs })) for (const other of others.split(" ")) if (isOpaqueId(no)) claim(opaque.get(no), sellerOf(other));
	else claim(opaque.get(other), sellerOf(no));
	for (const { id, nick, others } of shown("picture_seller_id").all({ untilMs })) for (const found of others.split(" ").map(sellerOf)) if (nick !== null && found?.nick === nick) claim(id, found);
	return new Map([...claims].map(([id, sellers]) => [id, [...sellers].sort().map(([, row]) => row)]));
}
/** Whether one file lists both ids, as different shops under different names. */
function openListedApart(db, untilMs) {
	const isNamedApart = db.prepare(`SELECT 1 FROM shop a JOIN shop b ON b.id = @seller WHERE a.id = @opaque
         AND (a.nick <> b.nick OR a.title <> b.title) IS TRUE AND (a.nick = b.nick OR a.title = b.title) IS NOT TRUE`).pluck();
	const isListed = (shop, snapshot) => `EXISTS (
    SELECT 1 FROM plan p CROSS JOIN fact f ON f.plan_id = p.id AND f.feed_id = ${snapshot}.feed_id
    WHERE p.shop_id = @${shop} AND f.listed = 1 AND f.at = (
      SELECT max(at) FROM fact WHERE plan_id = p.id AND feed_id = f.feed_id AND at <= ${snapshot}.captured_at))`;
	const isInOneFile = db.prepare(`SELECT 1 FROM snapshot a JOIN feed ON feed.id = a.feed_id JOIN snapshot b ON b.file_id = a.file_id
       WHERE a.captured_at <= @untilMs AND b.captured_at <= @untilMs AND feed.held = 0
         AND a.feed_id IN (SELECT f.feed_id FROM plan p JOIN fact f ON f.plan_id = p.id WHERE p.shop_id = @opaque)
         AND ${isListed("opaque", "a")} AND ${isListed("seller", "b")} LIMIT 1`).pluck();
	return (opaque, seller) => isNamedApart.get({
		opaque,
		seller
	}) !== void 0 && isInOneFile.get({
		opaque,
		seller,
		untilMs
	}) !== void 0;
}
/** Sellers that show a keeper id; of what is held nothing is seen. */
const SHOWN_KEEPER = `FROM fact f JOIN plan p ON p.id = f.plan_id JOIN shop s ON s.id = p.shop_id JOIN feed ON feed.id = f.feed_id
  WHERE f.keeper_id IS NOT NULL AND f.at <= @untilMs AND feed.held = 0`;
/** Adds the ties of rows known by a keeper id alone; gives whom a contradiction leaves unclear. */
function tieKeepers(db, untilMs, sellerOf) {
	const unclear = /* @__PURE__ */ new Map();
	const sellers = db.prepare(`SELECT DISTINCT s.id, s.id_no AS no ${SHOWN_KEEPER} AND f.keeper_id = @no ORDER BY s.id_no`);
	const alone = db.prepare("SELECT id, id_no AS no FROM shop WHERE id_kind = 'keeper' ORDER BY id_no").all();
	const contested = db.prepare(`SELECT f.keeper_id ${SHOWN_KEEPER} GROUP BY f.keeper_id HAVING min(p.shop_id) <> max(p.shop_id)`).pluck().all({ untilMs });
	const claimantsOf = (no) => {
		const found = sellers.all({
			no,
			untilMs
		});
		return found.filter(({ id }) => !found.some((other) => other.id === sellerOf.get(id)));
	};
	const keepers = /* @__PURE__ */ new Map();
	for (const keeper of alone) {
		const [seller, ...others] = claimantsOf(keeper.no);
		if (seller && others.length === 0) keepers.set(keeper.id, sellerOf.get(seller.id) ?? seller.id);
	}
	for (const no of contested) {
		const claimants = claimantsOf(no);
		for (const { id } of [...alone.filter((keeper) => keeper.no === no), ...claimants]) {
			const others = claimants.filter((other) => other.id !== id).map((other) => other.no);
			if (others.length > 0) unclear.set(id, [...unclear.get(id) ?? [], ...others]);
		}
	}
	for (const [keeper, seller] of keepers) sellerOf.set(keeper, seller);
	return unclear;
}
// src/store/merchants.ts
/** Which rows of shops and plans are one merchant and one plan, what merchants are called, and which feeds tell of them. */
/** `untilMs`: evidence captured later is not seen. */
function openMerchants(db, untilMs) {
	const ties = lazy(() => readTies(db, untilMs));
	const firstOf = (shopId) => ties().sellerOf.get(shopId) ?? shopId;
	const othersOf = lazy(() => groupBy([...ties().sellerOf.keys()], firstOf));
	const rowsOf = (shopId) => [firstOf(shopId), ...othersOf().get(firstOf(shopId)) ?? []];
	const alike = lazy(() => openAlike(db, untilMs, {
		firstOf,
		rowsOf
	}));
	return {
		firstOf,
		rowsOf,
		unclearOf: (shopId) => ties().unclear.get(firstOf(shopId)) ?? [],
		alikeOf: (shopId) => alike()(firstOf(shopId), ties().claimants.get(shopId) ?? [])
	};
}
/** Gives merchants by the row that stands for each. `untilMs`: nothing captured later is seen; `held`: nor what these feeds say. */
function openShopInfos(db, untilMs, { firstOf, rowsOf }, held) {
	const shopsOf = lazy(() => db.prepare(`SELECT id, id_kind AS kind, id_no AS no, coalesce(nick, title, name) AS name, coalesce(nick_at, title_at, name_at) AS namedAt
       FROM shop WHERE id IN (SELECT value FROM json_each(?))`));
	const feedsOf = lazy(() => db.prepare(`SELECT p.shop_id AS shopId, f.feed_id AS feedId, min(f.keeper_id) AS keeperId
       FROM json_each(@rows) s CROSS JOIN plan p ON p.shop_id = s.value
       CROSS JOIN fact f ON f.plan_id = p.id AND f.at <= @untilMs GROUP BY p.shop_id, f.feed_id`));
	return (shopIds) => {
		const rows = JSON.stringify(shopIds.flatMap(rowsOf));
		const shops = groupBy(shopsOf().all(rows), ({ id }) => firstOf(id));
		const feeds = groupBy(feedsOf().all({
			rows,
			untilMs
		}), ({ shopId }) => firstOf(shopId));
		return new Map([...shops].map(([id, own]) => {
			const told = (feeds.get(id) ?? []).filter(({ feedId }) => !held.has(feedId));
			return [id, {
				shop: refOf$2(id, own, told),
				feedIds: [...new Set(told.map(({ feedId }) => feedId))]
			}];
		}));
	};
}
/** Of several keeper ids the least. */
function refOf$2(first, rows, feeds) {
	const noOf = (kind) => rows.filter((row) => row.kind === kind).map(({ no }) => no);
	const [keeperId = null] = [...noOf("keeper"), ...feeds.flatMap((feed) => feed.keeperId ?? [])].sort();
	return {
		id: rows.find((row) => row.id === first && row.kind === "seller")?.no ?? null,
		keeperId,
		name: newestName(rows) ?? noOf("name")[0] ?? null
	};
}
// src/store/plan-rows.ts
/** Gives the rows of a plan of a merchant, that of his first number first. */
function openPlanRows(db, { rowsOf }) {
	const find = lazy(() => db.prepare("SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?").pluck());
	return (shopId, planNo) => rowsOf(shopId).flatMap((row) => find().get(row, planNo) ?? []);
}
/** A plan of an account. `planRow`: row of `plan`. */
function accountPlanKey(planRow, account) {
	return `${planRow} ${account}`;
}
// src/store/decisions.ts
/** When the user left which plans, by `accountPlanKey`; later ones than `untilMs` are not seen. */
function readReportedExits(db, untilMs) {
	const rows = db.prepare("SELECT plan_id, a.name, at FROM reported_exit JOIN account a ON a.id = account_id WHERE at <= ?").raw().all(untilMs);
	return new Map(rows.map(([planRow, account, at]) => [accountPlanKey(planRow, account), at]));
}
// src/store/items.ts
/** Who asks for items asks for many: so many neighbours are read together, as one text. */
const TOGETHER$1 = 512;
function openItems(db) {
	const ids = openTexts(db, "item_no");
	const titles = openTexts(db, "title");
	const idOf = (row) => row === 0 ? null : ids(row);
	return {
		idOf,
		itemOf(row) {
			const id = idOf(row);
			return id === null ? null : {
				id,
				title: titles(row)
			};
		}
	};
}
/** Gives a column of `item` by row. */
function openTexts(db, column) {
	const pages = /* @__PURE__ */ new Map();
	const readPage = lazy(() => db.prepare(`SELECT json_group_array(id), json_group_array(${column}) FROM item WHERE id >= ? AND id < ? + ${TOGETHER$1}`).raw());
	function pageAt(first) {
		const [rows, texts] = readPage().get(first, first).map((text) => JSON.parse(text));
		const page = [];
		for (const [index, row] of rows.entries()) page[row - first] = texts[index];
		return page;
	}
	return (row) => {
		const first = row - row % TOGETHER$1;
		const page = pages.get(first) ?? pageAt(first);
		pages.set(first, page);
		return page[row - first] ?? null;
	};
}
// src/store/fact-columns.ts
/** By fact, the name of its column. A fact more is one line here, one in the schema and one where it is read. */
const COLUMN_OF = {
	kind: "kind",
	name: "name",
	state: "state",
	status: "status",
	joinedAt: "joined_at",
	approvedAt: "approved_at",
	exitId: "exit_id",
	locked: "locked",
	audit: "audit",
	hidden: "hidden",
	startsAt: "starts_at",
	endsAt: "ends_at"
};
const FACT_KEYS = Object.keys(COLUMN_OF);
const FACT_COLUMNS = Object.values(COLUMN_OF);
/** SQLite has no booleans. */
const FLAGS = /* @__PURE__ */ new Set([
	"locked",
	"audit",
	"hidden"
]);
/** Facts out of the values of `FACT_COLUMNS`. */
function factsOf(values) {
	const facts = { ...NO_FACTS };
	for (let i = 0; i < FACT_KEYS.length; i++) {
		const [key, value = null] = [FACT_KEYS[i], values[i]];
		if (value !== null) facts[key] = FLAGS.has(key) ? value === 1 : value;
	}
	return facts;
}
// src/store/runs.ts
/** Feeds as the domain sees them, up to a moment, and what each said of one thing in consecutive snapshots. */
function openFeedReader(db, untilMs, withHeld) {
	const held = withHeld ? [] : db.prepare("SELECT id FROM feed WHERE held = 1").pluck().all();
	const feed = db.prepare("SELECT f.id, a.name AS account, f.format, f.coverage, f.rated FROM feed f JOIN account a ON a.id = f.account_id WHERE f.id = ?");
	const times = db.prepare("SELECT captured_at FROM snapshot WHERE feed_id = ? AND captured_at <= ? ORDER BY captured_at").pluck();
	const file = db.prepare("SELECT name FROM snapshot JOIN file ON file.id = file_id WHERE feed_id = ? AND captured_at = ?").pluck();
	const accepted = groupBy(db.prepare("SELECT feed_id, captured_at FROM file f JOIN snapshot n ON n.file_id = f.id WHERE f.accepted_at IS NOT NULL").raw().all(), ([feedId]) => feedId);
	const joined = db.prepare(`SELECT DISTINCT captured_at FROM feed f JOIN account a ON a.id = f.account_id JOIN snapshot n ON n.feed_id = f.id
       WHERE f.coverage = 'joined-plans' AND f.held = 0 AND a.name = ? AND captured_at <= ? ORDER BY captured_at`).pluck();
	const feeds = /* @__PURE__ */ new Map();
	const joinedTimes = /* @__PURE__ */ new Map();
	function read(id) {
		const row = feed.get(id);
		if (!row || !COVERAGES.includes(row.coverage)) throw new DamagedData(`feed ${id} is not there, or of no known coverage`);
		const files = /* @__PURE__ */ new Map();
		const fileAt = (ms) => {
			const name = files.get(ms) ?? file.get(id, ms) ?? "";
			files.set(ms, name);
			return name;
		};
		const { rated, ...known } = row;
		const isAccepted = (ms) => accepted.get(id)?.some(([, capturedMs]) => capturedMs === ms) ?? false;
		return {
			id,
			...known,
			isRated: rated === 1,
			times: times.all(id, untilMs),
			fileAt,
			isAccepted
		};
	}
	return {
		held: new Set(held),
		feedOf(id) {
			const known = feeds.get(id) ?? read(id);
			feeds.set(id, known);
			return known;
		},
		joinedTimesOf(account) {
			const known = joinedTimes.get(account) ?? joined.all(account, untilMs);
			joinedTimes.set(account, known);
			return known;
		}
	};
}
/** Rows of one key, ordered by feed and time. Equal neighbours become one run, first read where the first was. */
function toRuns(rows, kind, feedOf) {
	const runs = [];
	for (let index = 0; index < rows.length; index++) {
		const row = rows[index];
		const value = row?.listed === 1 ? kind.valueOf(row) : void 0;
		if (!row || value === void 0) continue;
		const feed = feedOf(row.feedId);
		const next = rows[index + 1];
		const end = next?.feedId === row.feedId ? indexOfTime(feed.times, next.at) : feed.times.length;
		const first = captureIndex(feed.times, row.at);
		const before = runs.at(-1);
		if (before && before.feed === feed && before.last + 1 === first && kind.isSame(before.value, value)) {
			runs[runs.length - 1] = {
				...before,
				last: end - 1
			};
			continue;
		}
		const source = {
			file: feed.fileAt(row.at),
			locator: row.line,
			raw: kind.rawOf(row)
		};
		runs.push({
			feed,
			value,
			first,
			last: end - 1,
			source
		});
	}
	return runs;
}
/** Index of a row's capture in the times of its feed. Throws `DamagedData` where it is none of them. */
function captureIndex(times, at) {
	const index = indexOfTime(times, at);
	if (times[index] !== at) throw new DamagedData("a row is of a capture that is not there");
	return index;
}
// src/store/read-plans.ts
/** Shops, their plans, and what is said of these, many merchants at once. */
/** SQL: memberships of which something is told: see the index `fact_joined`. */
const JOINED = "('approved', 'pending', 'removed')";
/** Plans that were ever joined or applied for, the general one, events and marketing plans. */
const NEEDED = `(p.plan_no = '0' OR EXISTS (SELECT 1 FROM fact x WHERE x.plan_id = p.id AND x.at <= @untilMs
  AND (x.status IN ${JOINED} OR x.kind = 'event' OR x.kind = 'marketing')))`;
/** `untilMs`: nothing captured later is seen. */
function openPlanReader(db, untilMs, merchants, feeds) {
	let found = [];
	const visitPlan = (_total, shopId, row, planId, feedId, ...rest) => {
		let plan = found.at(-1);
		if (plan?.row !== row) {
			plan = {
				planId,
				shopId,
				row,
				facts: []
			};
			found.push(plan);
		}
		if (feedId === null || feeds.held.has(feedId)) return;
		const [at, listed, line, ...values] = rest;
		const facts = factsOf(values);
		checkWords(facts);
		plan.facts.push({
			feedId,
			at,
			listed,
			line,
			facts
		});
	};
	const columns = [
		"shop_id",
		"id",
		"plan_no",
		"feed_id",
		"at",
		"listed",
		"line",
		...FACT_COLUMNS
	];
	const prepare = (only) => prepareVisit(db, columns, `SELECT p.shop_id, p.id, p.plan_no, ${columns.slice(3).map((column) => `f.${column}`)}
       FROM json_each(@shops) s CROSS JOIN plan p ON p.shop_id = s.value LEFT JOIN fact f ON f.plan_id = p.id AND f.at <= @untilMs
       WHERE ${only} ORDER BY s.key, p.plan_no, f.feed_id, f.at`, visitPlan);
	const readNeeded = lazy(() => prepare(NEEDED));
	const readAll = lazy(() => prepare("@untilMs IS NOT NULL"));
	const infosOf = openShopInfos(db, untilMs, merchants, feeds.held);
	return {
		read(shopIds, joinedOnly) {
			const rowsOf = new Map(shopIds.map((id) => [id, merchants.rowsOf(id)]));
			const all = JSON.stringify([...rowsOf.values()].flat());
			found = [];
			(joinedOnly ? readNeeded() : readAll())({
				shops: all,
				untilMs
			});
			const plans = groupBy(found, (plan) => merchants.firstOf(plan.shopId));
			const infos = infosOf(shopIds);
			return new Map([...rowsOf].flatMap(([id, rows]) => {
				const info = infos.get(id);
				return info ? [[id, {
					...info,
					rows,
					plans: mergePlans(plans.get(id) ?? [])
				}]] : [];
			}));
		},
		factRuns: ({ facts }, account) => facts.flatMap((rows) => toRuns(account === null ? rows : rows.filter(({ feedId }) => feeds.feedOf(feedId).account === account), FACT_RUNS, feeds.feedOf))
	};
	/** The same plan under several numbers of one merchant is one plan. */
	function mergePlans(plans) {
		return [...groupBy(plans, ({ planId }) => planId)].map(([planId, same]) => ({
			planId,
			rows: same.map(({ row }) => row),
			facts: same.map(({ facts }) => facts)
		})).sort((a, b) => compareText(a.planId, b.planId));
	}
}
const FACT_RUNS = {
	valueOf: ({ facts }) => facts,
	isSame: (a, b) => Object.keys(a).every((key) => a[key] === b[key]),
	rawOf: ({ facts }) => facts.status
};
const KINDS = /* @__PURE__ */ new Set([...PLAN_KINDS, null]);
const STATES = /* @__PURE__ */ new Set([...PLAN_STATES, null]);
const STATUSES = /* @__PURE__ */ new Set([...MEMBERSHIPS, null]);
/** SQLite looks at words when they are written, not when they are read. */
function checkWords({ kind, state, status }) {
	if (!KINDS.has(kind) || !STATES.has(state) || !STATUSES.has(status)) throw new DamagedData("a plan has a word that is not known");
}
// src/domain/last-change.ts
/**
* The last change of a series' value, over all feeds together. Readings without the value (`pick` gives null) are
* passed over, unknown in between is not a change; so are moments about which sources disagree.
*
* It looks at the ends of runs: walking from reading to reading, a verdict took longer with every day of the ledger.
*/
function lastChange(runs, pick) {
	if (runs.length < 2) return null;
	const claims = [];
	for (const run of runs) {
		const value = pick(run.value);
		if (value !== null) claims.push({
			run,
			value
		});
	}
	const now = newestMoment(claims, () => true);
	const before = now && newestMoment(claims, ({ value }) => value !== now.value);
	if (!now || !before) return null;
	let firstSeenAfterMs = now.atMs;
	for (const claim of claims) {
		const { run, value } = claim;
		if (value !== now.value) continue;
		for (let i = Math.max(run.first, indexOfTime(run.feed.times, before.atMs + 1)); i <= run.last; i++) {
			const atMs = run.feed.times[i] ?? NaN;
			if (atMs >= firstSeenAfterMs) break;
			if (!isDisputed(claims, claim, atMs)) firstSeenAfterMs = atMs;
		}
	}
	return {
		from: before.value,
		to: now.value,
		lastSeenBeforeMs: before.atMs,
		firstSeenAfterMs
	};
}
/** The newest moment of the claims that are asked for which no other claim disputes. */
function newestMoment(claims, isAsked) {
	let newest = null;
	for (const claim of claims.toReversed()) {
		const { run, value } = claim;
		if (!isAsked(claim)) continue;
		for (let i = run.last; i >= run.first; i--) {
			const atMs = run.feed.times[i] ?? NaN;
			if (newest && atMs <= newest.atMs) break;
			if (!isDisputed(claims, claim, atMs)) newest = {
				atMs,
				value
			};
		}
	}
	return newest;
}
/** Whether another run says something else at one of the claim's moments. */
function isDisputed(claims, { run, value }, atMs) {
	return claims.some(({ run: other, value: said }) => {
		if (said === value) return false;
		return other.feed === run.feed ? firstSeen(other) <= atMs && atMs <= lastSeen(other) : isSeenAt(other, atMs);
	});
}
// src/domain/unit-doubt.ts
/**
* Whether the unit of a rate is in doubt (design.md §3.5): a believed rate that moves to a hundredth or a hundredfold, within
* rounding, is not believed until another format says the same or the user accepts a capture that says it. The same format
* saying it again settles nothing; any other rate that comes after it is believed, above all the old one.
*/
/** Whether one of two rates is a hundredth of the other, rounded either way: of 15.50 both 0.15 and 0.16 are. */
function isHundredth(aBp, bBp) {
	return Math.abs(Math.min(aBp, bBp) * 100 - Math.max(aBp, bBp)) <= 50;
}
/** The rates of a series in order of time, over all feeds together (see `stepsOf`). */
function rateSteps(runs) {
	if (!mayLeap(runs)) return stepsOf(runs, knownRate).map((step) => ({
		...step,
		believedBp: null
	}));
	const believe = openBelief(runs);
	const steps = [];
	for (const { atMs, value, run } of momentsForward(runs, knownRate)) {
		const believedBp = believe(value, atMs);
		const before = steps.at(-1);
		if (before?.value === value && before.believedBp === believedBp) steps[steps.length - 1] = {
			...before,
			lastSeenMs: atMs
		};
		else steps.push({
			value,
			believedBp,
			firstSeenMs: atMs,
			lastSeenMs: atMs,
			source: sourceAt(run, atMs)
		});
	}
	return steps;
}
/** Whether two of the rates are so far apart that one may be a hundredth of the other. */
function mayLeap(runs) {
	let [lowest, highest] = [Number.POSITIVE_INFINITY, 0];
	for (const run of runs) {
		const value = knownRate(run.value);
		if (value === null) continue;
		lowest = Math.min(lowest, value);
		highest = Math.max(highest, value);
	}
	return highest >= lowest * 50;
}
/** To be told the rate of every moment in turn; gives what is believed instead of it, or null. */
function openBelief(runs) {
	let believed = null;
	/** Formats that said a rate while the believed one was believed. */
	const formats = /* @__PURE__ */ new Map();
	function isSettled(bp, atMs) {
		const saying = runs.filter((run) => run.value === bp && isSeenAt(run, atMs)).map(({ feed }) => feed);
		const known = /* @__PURE__ */ new Set([...formats.get(bp) ?? [], ...saying.map(({ format }) => format)]);
		formats.set(bp, known);
		return known.size > 1 || saying.some((feed) => feed.isAccepted(atMs));
	}
	return (bp, atMs) => {
		if (bp === believed) return null;
		if (believed !== null && isHundredth(believed, bp) && !isSettled(bp, atMs)) return believed;
		believed = bp;
		formats.clear();
		return null;
	};
}
/** When a rate last changed among those that were believed; or since when it is in doubt. */
function rateMoves(runs) {
	if (!mayLeap(runs)) {
		const change = lastChange(runs, knownRate);
		return change ? {
			change,
			doubt: null
		} : NO_MOVES;
	}
	const steps = rateSteps(runs);
	const now = steps.at(-1);
	if (now && now.believedBp !== null) return {
		change: null,
		doubt: changeAt(steps, steps.length - 1)
	};
	const believed = steps.filter(({ believedBp }) => believedBp === null);
	const index = believed.findLastIndex(({ value }) => value !== now?.value) + 1;
	return index > 0 ? {
		change: changeAt(believed, index),
		doubt: null
	} : NO_MOVES;
}
/** The change that led to a step; one in doubt would lead there from what is believed. */
function changeAt(steps, index) {
	const [before, after] = [steps[index - 1], steps[index]];
	if (!before || !after) return null;
	return {
		from: after.believedBp ?? before.value,
		to: after.value,
		lastSeenBeforeMs: before.lastSeenMs,
		firstSeenAfterMs: after.firstSeenMs
	};
}
/** Tells of moments whether a rate was in doubt then. */
function doubtsOf(runs) {
	if (!mayLeap(runs)) return () => false;
	const doubted = rateSteps(runs).filter(({ believedBp }) => believedBp !== null);
	return (atMs) => doubted.some(({ firstSeenMs, lastSeenMs }) => firstSeenMs <= atMs && atMs <= lastSeenMs);
}
// src/store/rates.ts
/** The cell as it stood in the export; null: it is not known, or there was none. */
function cellOf({ bp, raw }) {
	return raw ?? (bp === null ? null : plainCell(bp));
}
// src/store/read-rates.ts
/** Rows of rates by plan: those of now, all until a moment, or those of some scopes; and the runs that they are. */
/** Rows of `rate` in columns: those of a plan stand together, in the order of scopes and feeds. */
var NowRows = class {
	plans = [];
	scopes = [];
	feeds = [];
	/** Since which capture it is listed no longer; 0: it is listed. */
	unlistedAt = [];
	isIncome = [];
	isZero = [];
	/** Nothing is said of the rate: what was known of it is not in these columns. */
	isSilent = [];
	bps = [];
	/** The last other known rate, the capture that no longer had it, and since when it is this one. */
	wasBps = [];
	wasTo = [];
	changedAt = [];
	/** It once moved to a hundredth or a hundredfold. */
	hasLeapt = [];
	#ranges = /* @__PURE__ */ new Map();
	get length() {
		return this.plans.length;
	}
	/** The rows of a plan. */
	rangeOf(plan) {
		return this.#ranges.get(plan) ?? NO_RANGE;
	}
	/** To call when rows were added. */
	note(firstAdded) {
		for (let from = firstAdded; from < this.length;) {
			const plan = this.plans[from];
			let to = from + 1;
			while (to < this.length && this.plans[to] === plan) to += 1;
			this.#ranges.set(plan, {
				from,
				to
			});
			from = to;
		}
	}
};
const NO_RANGE = {
	from: 0,
	to: 0
};
const COLUMNS = [
	"plan_id",
	"item_id",
	"feed_id",
	"at",
	"listed",
	"income",
	"rate_bp",
	"line",
	"raw"
];
/** Numbers above 2^30 take time: most rows need none. */
const COLUMNS_NOW = [
	"plan_id",
	"item_id",
	"feed_id",
	"iif(listed, 0, at)",
	"income",
	"rate_bp",
	"iif(rate_bp IS NULL, raw, NULL)",
	"was_bp",
	"was_to",
	"changed_at",
	"leapt"
];
const FEW_RATES = 200;
/** Tables of which a plan is one value, and a rate a pair. */
const PLANS = "json_each(@plans) j";
const PLANS_AND_SCOPES = `${PLANS} CROSS JOIN json_each(@scopes) s`;
const RATES = "json_each(@rates) j";
const OF_PLAN = "r.plan_id = j.value";
const OF_SCOPE = `${OF_PLAN} AND r.item_id = s.value`;
const OF_RATE = "r.plan_id = json_extract(j.value, '$[0]') AND r.item_id = json_extract(j.value, '$[1]')";
/** `untilMs`: nothing captured later is seen. */
function openRateReader(db, untilMs, { held }) {
	let all = /* @__PURE__ */ new Map();
	let now = new NowRows();
	const query = (table, from, where) => `SELECT r.* FROM ${from} CROSS JOIN ${table} r ON ${where}`;
	const prepareNow = (from, where) => lazy(() => prepareVisit(db, COLUMNS_NOW, query("rate", from, where), (_total, plan, scope, feedId, unlistedAt, income, bp, raw, wasBp, wasTo, changedAt, leapt) => {
		if (held.has(feedId)) return;
		now.plans.push(plan);
		now.scopes.push(scope);
		now.feeds.push(feedId);
		now.unlistedAt.push(unlistedAt);
		now.isIncome.push(income === 1);
		now.isZero.push(raw !== null && isZeroRate(raw));
		now.isSilent.push(isSilent({
			bp,
			raw
		}));
		now.bps.push(bp);
		now.wasBps.push(wasBp);
		now.wasTo.push(wasTo);
		now.changedAt.push(changedAt);
		now.hasLeapt.push(leapt === 1);
	}));
	const both = (from, where) => lazy(() => {
		const until = `${where} AND r.at <= @untilMs`;
		return ["rate_past", "rate"].map((table) => prepareVisit(db, COLUMNS, query(table, from, until), (_total, plan, scope, feedId, at, listed, income, bp, line, raw) => {
			if (held.has(feedId)) return;
			const own = all.get(plan);
			const row = {
				plan,
				scope,
				feedId,
				at,
				listed,
				income,
				bp,
				line,
				raw
			};
			if (own) own.push(row);
			else all.set(plan, [row]);
		}));
	});
	const statements = {
		now: prepareNow(PLANS, OF_PLAN),
		nowOf: prepareNow(RATES, OF_RATE),
		all: both(PLANS, OF_PLAN),
		allAt: both(PLANS_AND_SCOPES, OF_SCOPE),
		past: both(RATES, OF_RATE),
		large: lazy(() => db.prepare(`SELECT j.value FROM ${PLANS}
           WHERE (SELECT count(*) FROM (SELECT 1 FROM rate r WHERE ${OF_PLAN} LIMIT 201)) > ${FEW_RATES}`).pluck()),
		changed: lazy(() => db.prepare(`SELECT r.plan_id, r.item_id FROM ${PLANS} CROSS JOIN rate r ON ${OF_PLAN} AND (r.at >= @sinceMs OR r.leapt = 1)`).raw())
	};
	function addNow(rows, work) {
		const from = rows.length;
		now = rows;
		work();
		rows.note(from);
		return rows;
	}
	/** Rows of the past come before those of now: each rate's stand together in the order of time. */
	function readAllRows(runs, parameters) {
		all = /* @__PURE__ */ new Map();
		for (const run of runs) run({
			...parameters,
			untilMs
		});
		for (const own of all.values()) own.sort(compareRows);
		return all;
	}
	const json = (values) => JSON.stringify([...values]);
	return {
		readNow: (plans) => addNow(new NowRows(), () => statements.now()({ plans: json(plans) })),
		addNowOf: (rows, rates) => void addNow(rows, () => statements.nowOf()({ rates: pairsOf(rates) })),
		readAll: (plans, scopes) => scopes === null ? readAllRows(statements.all(), { plans: json(plans) }) : readAllRows(statements.allAt(), {
			plans: json(plans),
			scopes: json(scopes)
		}),
		readPast: (asked) => readAllRows(statements.past(), { rates: pairsOf(asked) }),
		largePlans: (plans) => statements.large().all({ plans: json(plans) }),
		changedScopes: (plans, sinceMs) => statements.changed().all({
			plans: json(plans),
			sinceMs
		})
	};
}
/** Each rate once, those of a plan together and in the order of scopes. */
function pairsOf(rates) {
	const pairs = new Map(rates.map(({ plan, scope }) => [`${plan} ${scope}`, [plan, scope]]));
	return JSON.stringify([...pairs.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
}
function compareRows(a, b) {
	return a.scope - b.scope || a.feedId - b.feedId || a.at - b.at;
}
/** All readings of each rate. `rows`: every row of these rates, of one account; `itemOf`: where items are to be named. */
function seriesOf(rows, { feedOf }, itemOf = () => null) {
	const plans = /* @__PURE__ */ new Map();
	for (const [plan, own] of rows) {
		const all = [];
		for (const [scope, same] of groupBy(own, (row) => row.scope)) for (const measure of MEASURES) {
			const runs = rateRuns(same, measure, feedOf);
			const isTold = scope !== 0 || runs.some(({ value }) => value !== null);
			if (runs.length > 0 && isTold) all.push({
				scope,
				measure,
				item: itemOf(scope),
				runs
			});
		}
		plans.set(plan, all);
	}
	return plans;
}
/** What is said of one rate. */
function rateRuns(rows, measure, feedOf) {
	return toRuns(rows, RATE_RUNS[measure], feedOf);
}
function runsOfMeasure(measure) {
	const income = MEASURES.indexOf(measure);
	return {
		valueOf: (row) => row.income === income ? row.bp ?? (isSilent(row) ? null : "unknown") : void 0,
		isSame: (a, b) => a === b,
		rawOf: cellOf
	};
}
const RATE_RUNS = {
	commission: runsOfMeasure("commission"),
	income: runsOfMeasure("income")
};
// src/store/read-sales.ts
/** Gives the sales of the items of some shop rows. `untilMs`: nothing captured later is seen; `isPast`: something was. */
function openSalesReader(db, untilMs, isPast, { feedOf, held }) {
	let rows = [];
	const take = (_total, item, feedId, at, sales) => {
		if (!held.has(feedId)) rows.push({
			item,
			feedId,
			at,
			sales
		});
	};
	const columns = [
		"item_id",
		"feed_id",
		"at",
		"sales"
	];
	const prepare = (table) => prepareVisit(db, columns, `SELECT ${columns.map((column) => `n.${column}`)} FROM json_each(@shops) j
       CROSS JOIN ${table} n ON n.shop_id = j.value AND n.at <= @untilMs`, take);
	const now = lazy(() => prepare("sales"));
	const past = lazy(() => prepare("sales_past"));
	const before = lazy(() => db.prepare(`SELECT sales FROM sales_past WHERE shop_id = (SELECT shop_id FROM item WHERE id = @item) AND item_id = @item
         AND feed_id = @feedId AND at < @at ORDER BY at DESC LIMIT 1`).pluck());
	return (shopIds) => {
		const parameters = {
			shops: JSON.stringify(shopIds),
			untilMs
		};
		rows = [];
		if (isPast) past()(parameters);
		now()(parameters);
		const newest = isPast ? newestOfEach(rows) : rows;
		rows = [];
		const sightings = [];
		let isOneFeed = true;
		for (const row of newest) {
			isOneFeed &&= row.feedId === newest[0]?.feedId;
			const sighting = lastStated(row);
			if (sighting) sightings.push(sighting);
		}
		if (!isOneFeed) sightings.sort((a, b) => a.seenMs - b.seenMs || a.sales - b.sales);
		const accounts = /* @__PURE__ */ new Map();
		for (const { account, item, sales } of sightings) {
			const own = accounts.get(account);
			if (own) own.set(item, sales);
			else accounts.set(account, /* @__PURE__ */ new Map([[item, sales]]));
		}
		return accounts;
	};
	/** The sales that a feed stated last of an item, and when; null: none. */
	function lastStated({ item, feedId, at, sales }) {
		const { account, times } = feedOf(feedId);
		if (sales !== null) return {
			account,
			item,
			sales,
			seenMs: times.at(-1) ?? at
		};
		const stated = before().get({
			item,
			feedId,
			at
		});
		return stated == null ? null : {
			account,
			item,
			sales: stated,
			seenMs: times.findLast((ms) => ms < at) ?? at
		};
	}
}
/** Of each item and feed the newest row. */
function newestOfEach(rows) {
	const newest = /* @__PURE__ */ new Map();
	for (const row of rows) {
		const key = `${row.item} ${row.feedId}`;
		if (row.at > (newest.get(key)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(key, row);
	}
	return [...newest.values()];
}
// src/store/ledger-parts.ts
/** `untilMs`: nothing captured later is seen. `withHeld`: what is held is, too. */
function openLedgerParts(db, untilMs, withHeld, merchants = openMerchants(db, untilMs)) {
	const isPast = db.prepare("SELECT 1 FROM snapshot WHERE captured_at > ? LIMIT 1").get(untilMs) !== void 0;
	const feeds = openFeedReader(db, untilMs, withHeld);
	const plans = openPlanReader(db, untilMs, merchants, feeds);
	const exits = lazy(() => readReportedExits(db, untilMs));
	const items = openItems(db);
	const itemRows = lazy(() => db.prepare("SELECT id FROM item WHERE item_no = @item AND shop_id IN (SELECT value FROM json_each(@shops)) ORDER BY id").pluck());
	return {
		isPast,
		merchants,
		feeds,
		plans,
		rates: openRateReader(db, untilMs, feeds),
		salesOf: openSalesReader(db, untilMs, isPast, feeds),
		items,
		exits,
		itemRows: (rows, item) => itemRows().all({
			item,
			shops: JSON.stringify(rows)
		}),
		ledgers(merchant, asked, ratesOf) {
			const accounts = accountsOf(merchant, feeds);
			return accounts.filter((name) => asked === null || name === asked).map((account) => {
				const only = accounts.length === 1 ? null : account;
				const { series, now: ratesNow } = ratesOf(account, only);
				return {
					account,
					shop: merchant.shop,
					plans: merchant.plans.flatMap((plan) => {
						const facts = plans.factRuns(plan, only);
						const rates = mergeScopes(plan.rows.map((row) => series.get(row) ?? []));
						const now = ratesNow?.get(plan.rows[0] ?? 0);
						if (facts.length === 0 && rates.length === 0 && !now) return [];
						const left = plan.rows.flatMap((row) => exits().get(accountPlanKey(row, account)) ?? []);
						const exited = left.length === 0 ? {} : { exitedMs: Math.max(...left) };
						return [{
							planId: plan.planId,
							facts,
							rates,
							...now ? { now } : {},
							...exited
						}];
					}),
					joinedListTimes: feeds.joinedTimesOf(account),
					unclear: merchants.unclearOf(merchant.rows[0] ?? 0),
					sales: NO_SALES,
					...items
				};
			});
		}
	};
}
const NO_SALES = /* @__PURE__ */ new Map();
/** Accounts that say something of a merchant, in order. */
function accountsOf({ feedIds }, { feedOf }) {
	return [...new Set(feedIds.map((id) => feedOf(id).account))].sort();
}
/** Whether more than one feed tells an account of a merchant's rates. */
function hasSeveralFeeds({ feedIds }, { feedOf }) {
	const told = feedIds.map(feedOf).filter(({ isRated }) => isRated);
	return new Set(told.map(({ account }) => account)).size < told.length;
}
/** Rows of `plan`. */
function plansOf({ plans }) {
	return plans.flatMap((plan) => plan.rows);
}
/** The rows of the account; `only` null: all. */
function ofAccount(rows, only, { feedOf }) {
	if (only === null) return rows;
	return new Map([...rows].map(([plan, all]) => [plan, all.filter(({ feedId }) => feedOf(feedId).account === only)]));
}
/** The shop as a whole, and an item of it. */
function scopesOf({ itemRows }, { rows }, item) {
	return /* @__PURE__ */ new Set([0, ...item === null ? [] : itemRows(rows, item)]);
}
/** Of a merchant with several numbers each item has a row for each: the first stands for all. */
function openScopes({ itemRows, items }) {
	const scopes = /* @__PURE__ */ new Map();
	const scopeOf = (rows, scope) => {
		const known = scopes.get(scope) ?? itemRows(rows, items.idOf(scope) ?? "")[0] ?? scope;
		scopes.set(scope, known);
		return known;
	};
	return {
		rates({ rows }, all) {
			if (rows.length === 1) return all;
			const moved = (row) => ({
				...row,
				scope: scopeOf(rows, row.scope)
			});
			return new Map([...all].map(([plan, own]) => [plan, own.map(moved)]));
		},
		sales({ rows }, all = NO_SALES) {
			if (rows.length === 1) return all;
			const sales = /* @__PURE__ */ new Map();
			for (const [item, n] of all) {
				const scope = scopeOf(rows, item);
				sales.set(scope, Math.max(n, sales.get(scope) ?? 0));
			}
			return sales;
		}
	};
}
/** The rates of one plan that stands under several numbers of a merchant. */
function mergeScopes(parts) {
	const [first = [], ...others] = parts;
	if (others.length === 0) return first;
	const merged = /* @__PURE__ */ new Map();
	for (const rate of parts.flat()) {
		const key = `${rate.scope} ${rate.measure}`;
		const other = merged.get(key);
		merged.set(key, other ? {
			...rate,
			runs: [...other.runs, ...rate.runs]
		} : rate);
	}
	return [...merged.values()];
}
/** Merchants that are read at once: one statement costs as much as dozens of rows. */
const TOGETHER = 32;
function* chunksOf(values) {
	for (let i = 0; i < values.length; i += TOGETHER) yield values.slice(i, i + TOGETHER);
}
// src/store/changed-scopes.ts
/**
* Which rates of a merchant changed since a moment, where nothing but rates can have changed: what is left out can change
* nothing of them, for whatever lists one of the two rates of a scope would list the other.
*/
/** Gives of merchants all rows of the scopes that changed since; null where more than rates may have. */
function openChangedReader({ feeds, rates, exits }) {
	const { feedOf, joinedTimesOf } = feeds;
	return (merchants, sinceMs, account) => {
		const steady = [...merchants.values()].filter((merchant) => isSteady(merchant, sinceMs, account));
		const merchantOf = new Map(steady.flatMap((merchant) => plansOf(merchant).map((plan) => [plan, merchant])));
		const changed = groupBy(rates.changedScopes([...merchantOf.keys()], sinceMs), ([plan]) => merchantOf.get(plan));
		const asked = steady.flatMap((merchant) => {
			const scopes = new Set((changed.get(merchant) ?? []).map(([, scope]) => scope));
			return plansOf(merchant).flatMap((plan) => [...scopes].map((scope) => ({
				plan,
				scope
			})));
		});
		const rows = asked.length === 0 ? NO_ROWS$1 : rates.readPast(asked);
		const known = new Set(steady);
		return (merchant) => {
			const own = plansOf(merchant).flatMap((row) => {
				const ofPlan = rows.get(row);
				return ofPlan ? [[row, ofPlan]] : [];
			});
			return known.has(merchant) && !own.some(([, ofPlan]) => ofPlan.some(isSilent)) ? new Map(own) : null;
		};
	};
	/** Whether one feed tells all rates of a merchant, and nothing was newly said of his plans. */
	function isSteady(merchant, sinceMs, account) {
		const feed = feedOfRates(merchant);
		if (!feed || account !== null && account !== feed.account) return false;
		return merchant.plans.every((plan) => {
			const [facts = []] = plan.facts;
			return !plan.rows.some((row) => exits().has(accountPlanKey(row, feed.account))) && isUnchanged(facts, feed.id, sinceMs) && standsInEach(facts, feed.account);
		});
	}
	/** The one feed that lists all plans of a merchant who has one number and neither events nor marketing plans; null: there is none. */
	function feedOfRates({ rows, plans, feedIds }) {
		const told = feedIds.map(feedOf);
		const [feed, ...others] = told.filter(({ isRated }) => isRated);
		if (!feed || others.length > 0 || rows.length > 1 || told.some(({ account }) => account !== feed.account)) return null;
		const listsAll = coversKind(feed.coverage, "general") && coversKind(feed.coverage, "special");
		const hasContext = plans.some(({ facts }) => facts.some((all) => all.some((row) => row.facts.kind === "event" || row.facts.kind === "marketing")));
		return listsAll && !hasContext && plans.some(({ planId }) => planId === "0") ? feed : null;
	}
	/** Whether nothing is said of a membership, or it is in each of the joined lists from one on that had it. */
	function standsInEach(facts, account) {
		const joinedTimes = joinedTimesOf(account);
		if (joinedTimes.length === 0 || facts.every((row) => row.facts.status === null)) return true;
		return facts.some((row, index) => {
			const { coverage, times } = feedOf(row.feedId);
			if (coverage !== "joined-plans" || row.listed === 0 || row.facts.status === null) return false;
			const isLast = facts[index + 1]?.feedId !== row.feedId;
			const since = (all) => all.length - indexOfTime(all, row.at);
			return isLast && since(times) === since(joinedTimes);
		});
	}
}
const NO_ROWS$1 = /* @__PURE__ */ new Map();
/**
* Whether nothing was newly said of a plan since a moment, its feed listed it from before then on, and it never had
* another name, state, status or lock: then it did not open, close or go missing, and its rates crossed at rows of theirs.
*/
function isUnchanged(rows, feedId, sinceMs) {
	let isListed = false;
	for (const row of rows) {
		if (row.at >= sinceMs) return false;
		if (row.feedId === feedId) isListed = row.listed === 1;
	}
	return isListed && [
		"name",
		"state",
		"status",
		"locked"
	].every((key) => isOne(rows, key));
}
/** Whether a fact never had two values. */
function isOne(rows, key) {
	return new Set(rows.flatMap(({ facts }) => facts[key] ?? [])).size <= 1;
}
// src/store/read-histories.ts
/** Reads of merchants every reading, or those of the rates that changed. */
function openHistoryReader(parts) {
	const { feeds, plans, rates, salesOf } = parts;
	const scopes = openScopes(parts);
	const changedOf = openChangedReader(parts);
	function ledgersOf(merchant, rows, account) {
		const moved = scopes.rates(merchant, rows);
		return parts.ledgers(merchant, account, (_, only) => {
			const series = seriesOf(ofAccount(moved, only, feeds), feeds, parts.items.itemOf);
			return { series: new Map([...series].map(([plan, own]) => [plan, own.toSorted(compareItems)])) };
		});
	}
	return {
		*histories(shopIds, { account = null, joinedOnly = false, item = null, withSales = false } = {}) {
			for (const some of chunksOf(shopIds)) for (const [shopId, merchant] of plans.read(some, joinedOnly)) {
				const asked = item === null ? null : scopesOf(parts, merchant, item);
				const ledgers = ledgersOf(merchant, rates.readAll(plansOf(merchant), asked), account);
				const sales = withSales ? salesOf(merchant.rows) : null;
				const told = (ledger) => ({
					...ledger,
					sales: scopes.sales(merchant, sales?.get(ledger.account))
				});
				yield [shopId, ledgers.map(told)];
			}
		},
		*joinable(shopIds, scopesOf) {
			for (const some of chunksOf(shopIds)) {
				const read = [...plans.read(some, false)];
				const large = new Set(rates.largePlans(read.flatMap(([, merchant]) => plansOf(merchant))));
				const isLarge = ([, merchant]) => plansOf(merchant).some((plan) => large.has(plan));
				const whole = rates.readAll(read.filter((one) => !isLarge(one)).flatMap(([, merchant]) => plansOf(merchant)), null);
				for (const one of read) {
					const [shopId, merchant] = one;
					const asked = /* @__PURE__ */ new Set([0, ...scopesOf(shopId)]);
					const rows = isLarge(one) ? rates.readAll(plansOf(merchant), asked) : whole;
					const own = new Map(plansOf(merchant).map((plan) => [plan, rows.get(plan) ?? []]));
					const moved = scopes.rates(merchant, own);
					const series = (only) => seriesOf(ofAccount(moved, only, feeds), feeds);
					yield [
						shopId,
						parts.ledgers(merchant, null, (_, only) => ({ series: series(only) })),
						!isLarge(one)
					];
				}
			}
		},
		*changed(shopIds, sinceMs, { account = null, joinedOnly = false }) {
			for (const some of chunksOf(shopIds)) {
				const read = plans.read(some, joinedOnly);
				const rowsOf = changedOf(read, sinceMs, account);
				for (const [shopId, merchant] of read) {
					const rows = rowsOf(merchant);
					const [ledger = null] = rows ? ledgersOf(merchant, rows, account) : [];
					yield [shopId, ledger];
				}
			}
		}
	};
}
/** Told by item, whatever the order of import. */
function compareItems(a, b) {
	return compareText(a.item?.id ?? null, b.item?.id ?? null);
}
const NONE_ABSENT = () => 0;
/** The rates of many plans, in rows. */
var RateTable = class {
	scopes = [];
	/** Basis points; null: listed as unknown, or sources disagree. */
	bps = [];
	/** The same where captures since then would have listed it: null. */
	usableBps = [];
	atMs = [];
	/** Of the last change: the rate before (0: there was no other), when it was last seen, and since when it is this one. */
	#from = [];
	#beforeMs = [];
	#afterMs = [];
	/** Moves that must be looked up. */
	#recalls = /* @__PURE__ */ new Map();
	#zeros = /* @__PURE__ */ new Set();
	/** Rows whose feed does not list all special plans of the scope. */
	#partial = /* @__PURE__ */ new Set();
	/** Of rates that are listed no longer: how many captures do not. */
	#absent = /* @__PURE__ */ new Map();
	/** Rates that were worked out from several readings. */
	#worked = /* @__PURE__ */ new Map();
	get length() {
		return this.scopes.length;
	}
	/** A rate as one feed alone has it. */
	add(scope, bp, atMs) {
		this.scopes.push(scope);
		this.bps.push(bp);
		this.usableBps.push(bp);
		this.atMs.push(atMs);
		this.#from.push(0);
		this.#beforeMs.push(0);
		this.#afterMs.push(0);
	}
	/** The rate that was added last is stated as a literal zero. */
	setZero() {
		this.#zeros.add(this.length - 1);
	}
	/** The rate that was added last stands in exports that do not list all special plans there. */
	setPartial() {
		this.#partial.add(this.length - 1);
	}
	/** Whether what tells of the rate lists all special plans of its scope. */
	listsSpecials(row) {
		return !this.#worked.has(row) && !this.#partial.has(row);
	}
	/** When the rate that was added last was another one. */
	setChange(fromBp, lastSeenBeforeMs, firstSeenAfterMs) {
		const row = this.length - 1;
		this.#from[row] = fromBp;
		this.#beforeMs[row] = lastSeenBeforeMs;
		this.#afterMs[row] = firstSeenAfterMs;
	}
	setRecall(recall) {
		this.#recalls.set(this.length - 1, recall);
	}
	addWorked(rate) {
		this.add(rate.scope, rate.bp, rate.atMs);
		this.#worked.set(this.length - 1, rate);
		if (rate.absentCaptures > 0) this.usableBps[this.length - 1] = null;
	}
	/** `absentOf`: how many captures since a moment would list it. */
	addRow(from, row, absentOf = NONE_ABSENT) {
		const worked = from.#worked.get(row);
		if (worked) this.addWorked(worked);
		else this.addPlain(from, row, absentOf);
	}
	addPlain(from, row, absentOf) {
		this.add(from.scopes[row], from.bps[row], from.atMs[row]);
		const absent = from.#absent.get(row) ?? absentOf(from.atMs[row]);
		if (absent > 0) {
			this.#absent.set(this.length - 1, absent);
			this.usableBps[this.length - 1] = null;
		}
		if (from.isZero(row)) this.setZero();
		if (from.#partial.has(row)) this.setPartial();
		const recall = from.#recalls.get(row);
		if (recall) this.setRecall(recall);
		this.setChange(from.#from[row], from.#beforeMs[row], from.#afterMs[row]);
	}
	isZero(row) {
		return this.#zeros.has(row) || this.#worked.get(row)?.zero === true;
	}
	isStated(row) {
		return this.#worked.get(row)?.isStated ?? true;
	}
	/** None also where it was never another known rate. */
	moves(row) {
		const from = this.#from[row];
		const to = this.bps[row];
		if (from !== 0 && to !== null) {
			const [lastSeenBeforeMs, firstSeenAfterMs] = [this.#beforeMs[row], this.#afterMs[row]];
			return {
				change: {
					from,
					to,
					lastSeenBeforeMs,
					firstSeenAfterMs
				},
				doubt: null
			};
		}
		if (this.#worked.size === 0 && this.#recalls.size === 0) return NO_MOVES;
		const worked = this.#worked.get(row);
		return worked ? worked.moves() : this.#recalls.get(row)?.() ?? NO_MOVES;
	}
	rateAt(row) {
		return this.#worked.get(row) ?? {
			scope: this.scopes[row],
			bp: this.bps[row],
			atMs: this.atMs[row],
			isStated: true,
			zero: this.isZero(row),
			conflict: false,
			absentCaptures: this.#absent.get(row) ?? 0,
			series: null,
			moves: () => this.moves(row)
		};
	}
};
/** The rates of a plan: the rows from `from` to before `to`, a row for each scope, ascending. */
var Rates = class Rates {
	table;
	from;
	to;
	/** Where the last scope that was asked for stands: scopes are mostly asked for in order. */
	#next;
	constructor(table, from, to) {
		this.table = table;
		this.from = from;
		this.to = to;
		this.#next = from;
	}
	/** The row of a scope, or `NO_ROW`. */
	find(scope) {
		const { scopes } = this.table;
		let row = this.#next;
		if (row < this.to && scopes[row] < scope) row += 1;
		if (row >= this.to || scopes[row] !== scope) row = this.#search(scope);
		if (row >= this.to) return -1;
		this.#next = row;
		return scopes[row] === scope ? row : -1;
	}
	#search(scope) {
		const { scopes } = this.table;
		let [low, high] = [this.from, this.to];
		while (low < high) {
			const middle = low + high >> 1;
			if (scopes[middle] < scope) low = middle + 1;
			else high = middle;
		}
		return low;
	}
	/** The rate of a row where it is known and still listed. */
	usableBp(row) {
		return row === -1 ? null : this.table.usableBps[row];
	}
	/** Whether a row says what the rate is, or that it is unknown; one that only lists the plan says neither. */
	isStated(row) {
		return row !== -1 && this.table.isStated(row);
	}
	/** When a row was last seen; null where there is none. */
	seenMs(row) {
		return row === -1 ? null : this.table.atMs[row];
	}
	moves(row) {
		return row === -1 ? NO_MOVES : this.table.moves(row);
	}
	/** Whether a rate that was last seen at a moment is in doubt (unit-doubt.ts). */
	hasDoubtAt(atMs) {
		for (let row = this.from; row < this.to; row++) if (this.seenMs(row) === atMs && this.moves(row).doubt !== null) return true;
		return false;
	}
	rateAt(row) {
		return row === -1 ? null : this.table.rateAt(row);
	}
	/** The same rates, but for these, by scope. */
	withRates(rates) {
		const table = new RateTable();
		for (let row = this.from; row < this.to; row++) {
			const rate = rates.get(this.table.scopes[row]);
			if (rate) table.addWorked(rate);
			else table.addRow(this.table, row);
		}
		return new Rates(table, 0, table.length);
	}
	at(scope) {
		return this.rateAt(this.find(scope));
	}
	scopes() {
		return this.table.scopes.slice(this.from, this.to);
	}
};
const NO_RATES$1 = new Rates(new RateTable(), 0, 0);
/** The rows of `plain` and the rates that were worked out, of other scopes, together. `absentOf`: of a row last seen then, how many captures list it no longer; null: each still is. */
function mergeRates(plain, worked, table, absentOf) {
	if (worked.length === 0 && !absentOf) return plain;
	const from = table.length;
	let row = plain.from;
	for (const rate of worked.toSorted((a, b) => a.scope - b.scope)) {
		for (; row < plain.to && plain.table.scopes[row] < rate.scope; row++) table.addRow(plain.table, row, absentOf ?? NONE_ABSENT);
		table.addWorked(rate);
	}
	for (; row < plain.to; row++) table.addRow(plain.table, row, absentOf ?? NONE_ABSENT);
	return new Rates(table, from, table.length);
}
// src/store/read-judged.ts
function openJudgedReader(db, parts) {
	const { feeds, isPast, plans, rates, salesOf } = parts;
	const { feedOf } = feeds;
	const scopes = openScopes(parts);
	const otherPlans = lazy(() => db.prepare(`SELECT id, shop_id FROM plan WHERE shop_id IN (SELECT value FROM json_each(@shops))
         AND id NOT IN (SELECT value FROM json_each(@plans))`).raw());
	/** As of the past, and of a merchant with several numbers, the rows of now do not say all. */
	function needsAllRows({ rows }) {
		return isPast || rows.length > 1;
	}
	function fromAllRows(merchant, rows, account) {
		const moved = scopes.rates(merchant, rows);
		const sales = salesOf(merchant.rows);
		return parts.ledgers(merchant, account, (_, only) => ({ series: seriesOf(ofAccount(moved, only, feeds), feeds) })).map((ledger) => ({
			...ledger,
			sales: scopes.sales(merchant, sales.get(ledger.account))
		}));
	}
	/** Of several merchants at once: what each lacks is read for all. */
	function fromNow(merchants, now, account) {
		const others = addOthers(merchants, now);
		const accounts = new Map(merchants.map((merchant) => [merchant, nowByAccount(merchant, now, others.get(merchant) ?? [])]));
		const asked = [...accounts.values()].flatMap((own) => [...own.values()].flatMap((one) => unclearRates(one, now)));
		const past = asked.length === 0 ? NO_ROWS : rates.readPast(asked);
		const sales = salesOf(merchants.flatMap(({ rows }) => rows));
		const table = new RateTable();
		const ledgersOf = (merchant) => {
			const left = /* @__PURE__ */ new Map();
			return parts.ledgers(merchant, account, (name) => {
				const own = accounts.get(merchant)?.get(name);
				if (!own) return NO_RATES;
				const read = ratesOf(own, now, past, table);
				left.set(name, (others.get(merchant) ?? []).flatMap((plan) => read.series.get(plan) ?? []));
				return read;
			}).map((ledger) => ({
				...ledger,
				others: left.get(ledger.account) ?? [],
				sales: sales.get(ledger.account) ?? ledger.sales
			}));
		};
		return new Map(merchants.map((merchant) => [merchant, ledgersOf(merchant)]));
	}
	/** Adds the rates of other plans at scopes where a kept plan is no longer listed: they show whether it is absent. Gives these plans. */
	function addOthers(merchants, now) {
		const others = /* @__PURE__ */ new Map();
		const unlisted = new Map(merchants.map((merchant) => [merchant, unlistedScopes(now, plansOf(merchant))]));
		const asked = merchants.filter((merchant) => unlisted.get(merchant)?.size);
		if (asked.length === 0) return others;
		const merchantOf = new Map(asked.flatMap((merchant) => merchant.rows.map((row) => [row, merchant])));
		const shops = JSON.stringify([...merchantOf.keys()]);
		const keys = [];
		const found = otherPlans().all({
			shops,
			plans: JSON.stringify(asked.flatMap(plansOf))
		});
		for (const [plan, shop] of found) {
			const merchant = merchantOf.get(shop);
			if (!merchant) continue;
			const own = others.get(merchant);
			if (own) own.push(plan);
			else others.set(merchant, [plan]);
			for (const scope of unlisted.get(merchant) ?? []) keys.push({
				plan,
				scope
			});
		}
		if (keys.length > 0) rates.addNowOf(now, keys);
		return others;
	}
	function nowByAccount(merchant, now, others) {
		const all = [...plansOf(merchant), ...others];
		const accounts = accountsOf(merchant, feeds);
		return new Map(accounts.map((account) => {
			const only = accounts.length === 1 ? null : account;
			return [account, {
				only,
				plans: all,
				unclear: unclearScopes(now, all, only)
			}];
		}));
	}
	function isOf(only, feedId) {
		return only === null || feedOf(feedId).account === only;
	}
	/**
	* Scopes that are not told of by one feed that lists all there, or last listed all, with known rates, in one capture. The
	* shop as a whole is one, for what lists all its plans tells of every scope; so are the items of a plan that are listed alone.
	*/
	function unclearScopes(now, plans, only) {
		const listing = oneListing(now, plans);
		if (listing !== null && feedOf(listing).coverage !== "plan-items") return /* @__PURE__ */ new Set();
		const unclear = /* @__PURE__ */ new Set([0]);
		const first = /* @__PURE__ */ new Map();
		for (const plan of plans) {
			const { from, to } = now.rangeOf(plan);
			const isListedAlone = hasItemList(now, plan);
			for (let row = from; row < to; row++) {
				if (!isOf(only, now.feeds[row])) continue;
				const scope = now.scopes[row];
				const other = first.get(scope);
				if (other === void 0) first.set(scope, row);
				if (isListedAlone || !isToldWith(now, row, other ?? row)) unclear.add(scope);
			}
		}
		return unclear;
	}
	function hasItemList(now, plan) {
		const { from, to } = now.rangeOf(plan);
		return [...new Set(now.feeds.slice(from, to))].some((id) => feedOf(id).coverage === "plan-items");
	}
	function unclearRates({ plans, unclear, only }, now) {
		const keys = [];
		if (unclear.size === 0) return keys;
		for (const plan of plans) {
			const { from, to } = now.rangeOf(plan);
			for (let row = from; row < to; row++) {
				const scope = now.scopes[row];
				if (unclear.has(scope) && isOf(only, now.feeds[row])) keys.push({
					plan,
					scope
				});
			}
		}
		return keys;
	}
	/** `past`: every row of the rates at unclear scopes, of all accounts. */
	function ratesOf(own, now, past, table) {
		const { plans, unclear, only } = own;
		const clear = /* @__PURE__ */ new Map();
		for (const plan of plans) {
			const first = table.length;
			const { from, to } = now.rangeOf(plan);
			for (let row = from; row < to; row++) {
				if (now.isIncome[row] || !isOf(only, now.feeds[row])) continue;
				if (unclear.size === 0 || !unclear.has(now.scopes[row])) addRate(table, now, row);
			}
			if (table.length > first) clear.set(plan, new Rates(table, first, table.length));
		}
		if (unclear.size === 0) return {
			series: NO_RATES.series,
			now: clear
		};
		const rows = plans.map((plan) => [plan, (past.get(plan) ?? []).filter((row) => unclear.has(row.scope))]);
		return {
			series: seriesOf(ofAccount(new Map(rows), only, feeds), feeds),
			now: clear
		};
	}
	function addRate(table, now, row) {
		const feed = feedOf(now.feeds[row]);
		const scope = now.scopes[row];
		const unlistedAt = now.unlistedAt[row];
		const wasBp = now.wasBps[row];
		const bp = unlistedAt === 0 ? now.bps[row] : wasBp;
		table.add(scope, bp, unlistedAt === 0 ? feed.times.at(-1) : captureBefore(feed, unlistedAt));
		if (now.isZero[row]) table.setZero();
		if (!coversKind(feed.coverage, "special")) table.setPartial();
		if (wasBp === null) return;
		const wasTo = now.wasTo[row];
		const changedAt = now.changedAt[row];
		if (unlistedAt !== 0 || bp === null || now.hasLeapt[row]) table.setRecall(() => recall(now.plans[row], scope, feed));
		else if (wasTo !== null && changedAt !== null) table.setChange(wasBp, captureBefore(feed, wasTo), changedAt);
	}
	/**
	* What the row of a rate that is listed no longer, or as unknown, calls its last other rate is the last that was known; and
	* of what once moved by a hundred times all rows tell what is believed.
	*/
	function recall(plan, scope, feed) {
		return rateMoves(rateRuns((rates.readPast([{
			plan,
			scope
		}]).get(plan) ?? []).filter(({ feedId }) => feedId === feed.id), "commission", feedOf));
	}
	/** Whole where a look at some plans alone could miss that one of them is absent. */
	function readMerchants(shopIds, joinedOnly) {
		const read = plans.read(shopIds, joinedOnly && !isPast);
		if (!joinedOnly || isPast) return read;
		const whole = [...read].filter(([, merchant]) => needsAllRows(merchant) || hasSeveralFeeds(merchant, feeds));
		if (whole.length === 0) return read;
		const ids = whole.map(([id]) => id);
		return new Map([...read, ...plans.read(ids, false)]);
	}
	return { *judged(shopIds, { account = null, joinedOnly = false } = {}) {
		for (const some of chunksOf(shopIds)) {
			const read = readMerchants(some, joinedOnly);
			const merchants = [...read.values()].filter((merchant) => !needsAllRows(merchant));
			const ledgers = fromNow(merchants, rates.readNow(merchants.flatMap(plansOf)), account);
			for (const [shopId, merchant] of read) yield [shopId, ledgers.get(merchant) ?? fromAllRows(merchant, rates.readAll(plansOf(merchant), null), account)];
		}
	} };
}
const NO_RATES = { series: /* @__PURE__ */ new Map() };
const NO_ROWS = /* @__PURE__ */ new Map();
function captureBefore({ times }, at) {
	return times[indexOfTime(times, at) - 1] ?? Number.NEGATIVE_INFINITY;
}
/** The feed that lists all rates of these plans, where each has some. */
function oneListing(now, plans) {
	let feedId = null;
	for (const plan of plans) {
		const { from, to } = now.rangeOf(plan);
		if (from === to) return null;
		for (let row = from; row < to; row++) {
			feedId ??= now.feeds[row];
			if (!(now.unlistedAt[row] === 0 && !now.isIncome[row] && !now.isSilent[row]) || now.feeds[row] !== feedId) return null;
		}
	}
	return feedId;
}
/**
* Whether one feed tells of both rates of a scope and lists both still, or last listed both, with a known rate, in one capture.
* Where an income rate stands a commission rate may have stood; so it may where nothing is said.
*/
function isToldWith(now, row, other) {
	const { feeds, unlistedAt, isIncome, isSilent, wasBps, wasTo } = now;
	if (feeds[row] !== feeds[other] || unlistedAt[row] !== unlistedAt[other]) return false;
	if (isIncome[row] || isSilent[row]) return false;
	return unlistedAt[row] === 0 || wasBps[row] !== null && wasTo[row] === unlistedAt[row];
}
/** Scopes at which one of the plans is listed no longer. */
function unlistedScopes(now, plans) {
	const scopes = /* @__PURE__ */ new Set();
	for (const plan of plans) {
		const { from, to } = now.rangeOf(plan);
		for (let row = from; row < to; row++) if (now.unlistedAt[row] !== 0) scopes.add(now.scopes[row]);
	}
	return scopes;
}
// src/store/read-ledger.ts
/** `untilMs`: nothing captured later is seen. */
function openLedgerReader(db, untilMs, options = {}) {
	const { withHeld = false } = options;
	const parts = openLedgerParts(db, untilMs, withHeld, options.merchants);
	const { merchants } = parts;
	const judged = openJudgedReader(db, parts);
	return {
		merchants,
		...judged,
		...openHistoryReader(parts),
		*alike(shopId, account) {
			const shops = merchants.alikeOf(shopId);
			for (const [, ledgers] of judged.judged(shops, {
				account,
				joinedOnly: true
			})) yield* ledgers;
		},
		scopeOf: (shopId, item) => parts.itemRows(merchants.rowsOf(shopId), item)[0] ?? null,
		shopIds(joinedOnly) {
			const sql = joinedOnly ? `SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status IN ${JOINED}` : "SELECT id FROM shop";
			const rows = db.prepare(sql).pluck().all();
			return [...new Set(rows.map(merchants.firstOf))].sort((a, b) => a - b);
		},
		planRows: openPlanRows(db, merchants),
		newestCapturedMs(account = null) {
			return db.prepare(`SELECT max(n.captured_at) FROM snapshot n JOIN feed f ON f.id = n.feed_id JOIN account a ON a.id = f.account_id
           WHERE n.captured_at <= @untilMs AND f.coverage <> 'orders' AND (@account IS NULL OR a.name = @account) AND (f.held = 0 OR @withHeld = 1)`).pluck().get({
				untilMs,
				account,
				withHeld: Number(withHeld)
			});
		}
	};
}
// ../../main/node_modules/@date-fns/tz/tzOffset/index.js
const offsetFormatCache = {};
const offsetCache = {};
/**
* The function returns UTC offset in minutes for the given date in specified
* time zone.
*
* Unlike `Date.prototype.getTimezoneOffset`, this function returns the value
* mirrored to the sign of the offset in the time zone. For Asia/Singapore
* (UTC+8), `tzOffset` returns `480`, while `getTimezoneOffset` returns `-480`.
*
* It uses `Intl.DateTimeFormat` internally to access otherwise unavailable
* runtime's time zone data, and falls back to basic manual parsing if Intl API
* is not supported (e.g., older Node.js versions, React Native's Hermes, etc.).
*
* @param timeZone - Time zone name (IANA or UTC offset).
* @param date - Date to check the offset for.
*
* @returns UTC offset in minutes (e.g., `480` for date in UTC+8).
*/
function tzOffset(timeZone, date) {
	try {
		const offsetStr = (offsetFormatCache[timeZone] ||= new Intl.DateTimeFormat("en-US", {
			timeZone,
			timeZoneName: "longOffset"
		}).format)(date).split("GMT")[1];
		if (offsetStr in offsetCache) return offsetCache[offsetStr];
		return calcOffset(offsetStr, offsetStr.split(":"));
	} catch {
		if (timeZone in offsetCache) return offsetCache[timeZone];
		const captures = timeZone?.match(offsetRe);
		if (captures) return calcOffset(timeZone, captures.slice(1));
		return NaN;
	}
}
const offsetRe = /([+-]\d\d):?(\d\d)?/;
function calcOffset(cacheStr, values) {
	const hours = +(values[0] || 0);
	const minutes = +(values[1] || 0);
	const seconds = +(values[2] || 0) / 60;
	return offsetCache[cacheStr] = hours * 60 + minutes > 0 ? hours * 60 + minutes + seconds : hours * 60 - minutes - seconds;
}
// ../../main/node_modules/@date-fns/tz/date/mini.js
var TZDateMini = class TZDateMini extends Date {
	constructor(...args) {
		super();
		if (args.length > 1 && typeof args[args.length - 1] === "string") this.timeZone = args.pop();
		this.internal = /* @__PURE__ */ new Date();
		if (isNaN(tzOffset(this.timeZone, this))) this.setTime(NaN);
		else if (!args.length) this.setTime(Date.now());
		else if (typeof args[0] === "number" && (args.length === 1 || args.length === 2 && typeof args[1] !== "number")) this.setTime(args[0]);
		else if (typeof args[0] === "string") this.setTime(+new Date(args[0]));
		else if (args[0] instanceof Date) this.setTime(+args[0]);
		else {
			this.setTime(+new Date(...args));
			adjustToSystemTZ(this, args);
		}
	}
	static tz(tz, ...args) {
		return args.length ? new TZDateMini(...args, tz) : new TZDateMini(Date.now(), tz);
	}
	withTimeZone(timeZone) {
		return new TZDateMini(+this, timeZone);
	}
	getTimezoneOffset() {
		const offset = -tzOffset(this.timeZone, this);
		return offset > 0 ? Math.floor(offset) : Math.ceil(offset);
	}
	setTime(_time) {
		Date.prototype.setTime.apply(this, arguments);
		syncToInternal(this);
		return +this;
	}
	[Symbol.for("constructDateFrom")](date) {
		return new TZDateMini(+new Date(date), this.timeZone);
	}
};
const re$1 = /^(get|set)(?!UTC)/;
Object.getOwnPropertyNames(Date.prototype).forEach((method) => {
	if (!re$1.test(method)) return;
	const utcMethod = method.replace(re$1, "$1UTC");
	if (!TZDateMini.prototype[utcMethod]) return;
	if (method.startsWith("get")) TZDateMini.prototype[method] = function() {
		return this.internal[utcMethod]();
	};
	else {
		TZDateMini.prototype[method] = function() {
			Date.prototype[utcMethod].apply(this.internal, arguments);
			syncFromInternal(this);
			return +this;
		};
		TZDateMini.prototype[utcMethod] = function() {
			Date.prototype[utcMethod].apply(this, arguments);
			syncToInternal(this);
			return +this;
		};
	}
});
/**
* @internal
* Function syncs time to internal date, applying the current time zone offset.
*
* @param {Date} date - `Date` to sync
*/
function syncToInternal(date) {
	date.internal.setTime(+date);
	date.internal.setUTCSeconds(date.internal.getUTCSeconds() - Math.round(-tzOffset(date.timeZone, date) * 60));
}
/**
* @internal
* Function syncs internal wall-clock fields into the external date.
*
* @param {Date} date - The date to sync
*/
function syncFromInternal(date) {
	Date.prototype.setFullYear.call(date, date.internal.getUTCFullYear(), date.internal.getUTCMonth(), date.internal.getUTCDate());
	Date.prototype.setHours.call(date, date.internal.getUTCHours(), date.internal.getUTCMinutes(), date.internal.getUTCSeconds(), date.internal.getUTCMilliseconds());
	adjustToSystemTZ(date);
}
/**
* @internal
* Function adjusts the date to the system time zone. It uses the time zone
* differences to calculate the offset and adjust the date.
*
* We use it when constructing `TZDate` and syncing the external date from
* the internal one.
*
* @param {TZDate} date - `TZDate` to adjust.
*/
function adjustToSystemTZ(date, constructorArgs) {
	const expectedInternalTime = Array.isArray(constructorArgs) ? constructorArgsToInternalTime(constructorArgs) : +date.internal;
	const offsetWithSeconds = tzOffset(date.timeZone, date);
	const offset = offsetWithSeconds > 0 ? Math.floor(offsetWithSeconds) : Math.ceil(offsetWithSeconds);
	const prevHour = /* @__PURE__ */ new Date(+date);
	prevHour.setUTCHours(prevHour.getUTCHours() - 1);
	const systemOffset = -(/* @__PURE__ */ new Date(+date)).getTimezoneOffset();
	const prevHourSystemOffset = -(/* @__PURE__ */ new Date(+prevHour)).getTimezoneOffset();
	const systemDSTChange = systemOffset - prevHourSystemOffset;
	let systemOffsetForDiff = systemOffset;
	if (systemDSTChange && systemOffset !== offset) {
		if (Date.prototype.getHours.apply(date) !== (Array.isArray(constructorArgs) ? constructorArgs[3] || 0 : date.internal.getUTCHours())) {
			const testDate = /* @__PURE__ */ new Date(+date);
			const testOffsetDiff = systemOffset - offset;
			if (testOffsetDiff) testDate.setUTCMinutes(testDate.getUTCMinutes() + testOffsetDiff);
			const testOffsetWithSeconds = tzOffset(date.timeZone, testDate);
			if ((testOffsetWithSeconds > 0 ? Math.floor(testOffsetWithSeconds) : Math.ceil(testOffsetWithSeconds)) === offset) systemOffsetForDiff = prevHourSystemOffset;
		}
	}
	const offsetDiff = systemOffsetForDiff - offset;
	if (offsetDiff) Date.prototype.setUTCMinutes.call(date, Date.prototype.getUTCMinutes.call(date) + offsetDiff);
	const systemDate = /* @__PURE__ */ new Date(+date);
	systemDate.setUTCSeconds(0);
	const systemSecondsOffset = systemOffset > 0 ? systemDate.getSeconds() : (systemDate.getSeconds() - 60) % 60;
	const secondsOffset = Math.round(-(tzOffset(date.timeZone, date) * 60)) % 60;
	if (secondsOffset || systemSecondsOffset) Date.prototype.setUTCSeconds.call(date, Date.prototype.getUTCSeconds.call(date) + secondsOffset + systemSecondsOffset);
	const postOffsetWithSeconds = tzOffset(date.timeZone, date);
	const postOffset = postOffsetWithSeconds > 0 ? Math.floor(postOffsetWithSeconds) : Math.ceil(postOffsetWithSeconds);
	const postOffsetDiff = -(/* @__PURE__ */ new Date(+date)).getTimezoneOffset() - postOffset;
	const offsetChanged = postOffset !== offset;
	const postDiff = postOffsetDiff - offsetDiff;
	const targetDSTShift = postOffset - offset;
	const postOffsetCandidate = expectedInternalTime - postOffset * 60 * 1e3;
	const normalizedTargetDSTGap = targetDSTShift > 0 && targetInternalTime(date) - expectedInternalTime === targetDSTShift * 60 * 1e3 && targetInternalTime(date, postOffsetCandidate) !== expectedInternalTime;
	if (offsetChanged && postDiff && !normalizedTargetDSTGap) {
		Date.prototype.setUTCMinutes.call(date, Date.prototype.getUTCMinutes.call(date) + postDiff);
		const newOffsetWithSeconds = tzOffset(date.timeZone, date);
		const offsetChange = postOffset - (newOffsetWithSeconds > 0 ? Math.floor(newOffsetWithSeconds) : Math.ceil(newOffsetWithSeconds));
		if (offsetChange && postDiff < 0) Date.prototype.setUTCMinutes.call(date, Date.prototype.getUTCMinutes.call(date) + offsetChange);
	}
	syncToInternal(date);
	const drift = (constructorArgs ? expectedInternalTime : expectedInternalTime + secondsOffset * 1e3) - +date.internal;
	if (drift && Math.abs(drift) < 18e5) {
		Date.prototype.setTime.call(date, +date + drift);
		syncToInternal(date);
	}
}
function constructorArgsToInternalTime(args) {
	return Date.UTC(args[0], args.length > 1 ? args[1] : 0, args.length > 2 ? args[2] : 1, ...args.slice(3));
}
function targetInternalTime(date, time) {
	const internal = new Date(time ?? +date);
	internal.setUTCSeconds(internal.getUTCSeconds() - Math.round(-tzOffset(date.timeZone, internal) * 60));
	return +internal;
}
// ../../main/node_modules/@date-fns/utc/date/mini.js
var UTCDateMini = class extends Date {
	constructor() {
		super();
		this.setTime(arguments.length === 0 ? Date.now() : arguments.length === 1 ? typeof arguments[0] === "string" ? +new Date(arguments[0]) : arguments[0] : Date.UTC(...arguments));
	}
	getTimezoneOffset() {
		return 0;
	}
};
const re = /^(get|set)(?!UTC)/;
Object.getOwnPropertyNames(Date.prototype).forEach((method) => {
	if (re.test(method)) {
		const utcMethod = Date.prototype[method.replace(re, "$1UTC")];
		if (utcMethod) UTCDateMini.prototype[method] = utcMethod;
	}
});
-(Math.pow(10, 8) * 24 * 60 * 60 * 1e3);
/**
* @constant
* @name millisecondsInDay
* @summary Milliseconds in 1 day.
*/
const millisecondsInDay = 864e5;
/**
* @constant
* @name millisecondsInMinute
* @summary Milliseconds in 1 minute
*/
const millisecondsInMinute = 6e4;
/**
* @constant
* @name millisecondsInHour
* @summary Milliseconds in 1 hour
*/
const millisecondsInHour = 36e5;
/**
* @constant
* @name constructFromSymbol
* @summary Symbol enabling Date extensions to inherit properties from the reference date.
*
* The symbol is used to enable the `constructFrom` function to construct a date
* using a reference date and a value. It allows to transfer extra properties
* from the reference date to the new date. It's useful for extensions like
* [`TZDate`](https://github.com/date-fns/tz) that accept a time zone as
* a constructor argument.
*/
const constructFromSymbol = Symbol.for("constructDateFrom");
// ../../main/node_modules/date-fns/_lib/addLeadingZeros.js
function addLeadingZeros(number, targetLength) {
	return (number < 0 ? "-" : "") + Math.abs(number).toString().padStart(targetLength, "0");
}
// ../../main/node_modules/date-fns/_lib/format/lightFormatters.js
const lightFormatters = {
	y(date, token) {
		const signedYear = date.getFullYear();
		const year = signedYear > 0 ? signedYear : 1 - signedYear;
		return addLeadingZeros(token === "yy" ? year % 100 : year, token.length);
	},
	M(date, token) {
		const month = date.getMonth();
		return token === "M" ? String(month + 1) : addLeadingZeros(month + 1, 2);
	},
	d(date, token) {
		return addLeadingZeros(date.getDate(), token.length);
	},
	a(date, token) {
		const dayPeriodEnumValue = date.getHours() / 12 >= 1 ? "pm" : "am";
		switch (token) {
			case "a":
			case "aa": return dayPeriodEnumValue.toUpperCase();
			case "aaa": return dayPeriodEnumValue;
			case "aaaaa": return dayPeriodEnumValue[0];
			default: return dayPeriodEnumValue === "am" ? "a.m." : "p.m.";
		}
	},
	h(date, token) {
		return addLeadingZeros(date.getHours() % 12 || 12, token.length);
	},
	H(date, token) {
		return addLeadingZeros(date.getHours(), token.length);
	},
	m(date, token) {
		return addLeadingZeros(date.getMinutes(), token.length);
	},
	s(date, token) {
		return addLeadingZeros(date.getSeconds(), token.length);
	},
	S(date, token) {
		const numberOfDigits = token.length;
		const milliseconds = date.getMilliseconds();
		return addLeadingZeros(Math.trunc(milliseconds * Math.pow(10, numberOfDigits - 3)), token.length);
	}
};
// ../../main/node_modules/date-fns/isDate.js
/**
* @name isDate
* @category Common Helpers
* @summary Is the given value a date?
*
* @description
* Returns true if the given value is an instance of Date. The function works for dates transferred across iframes.
*
* @param value - The value to check
*
* @returns True if the given value is a date
*
* @example
* // For a valid date:
* const result = isDate(new Date())
* //=> true
*
* @example
* // For an invalid date:
* const result = isDate(new Date(NaN))
* //=> true
*
* @example
* // For some value:
* const result = isDate('2014-02-31')
* //=> false
*
* @example
* // For an object:
* const result = isDate({})
* //=> false
*/
function isDate(value) {
	return value instanceof Date || typeof value === "object" && Object.prototype.toString.call(value) === "[object Date]";
}
// ../../main/node_modules/date-fns/constructFrom.js
/**
* @name constructFrom
* @category Generic Helpers
* @summary Constructs a date using the reference date and the value
*
* @description
* The function constructs a new date using the constructor from the reference
* date and the given value. It helps to build generic functions that accept
* date extensions.
*
* It defaults to `Date` if the passed reference date is a number or a string.
*
* Starting from v3.7.0, it allows to construct a date using `[Symbol.for("constructDateFrom")]`
* enabling to transfer extra properties from the reference date to the new date.
* It's useful for extensions like [`TZDate`](https://github.com/date-fns/tz)
* that accept a time zone as a constructor argument.
*
* @typeParam DateType - The `Date` type, the function operates on. Gets inferred from passed arguments. Allows to use extensions like [`UTCDate`](https://github.com/date-fns/utc).
*
* @param date - The reference date to take constructor from
* @param value - The value to create the date
*
* @returns Date initialized using the given date and value
*
* @example
* import { constructFrom } from "./constructFrom/date-fns";
*
* // A function that clones a date preserving the original type
* function cloneDate<DateType extends Date>(date: DateType): DateType {
*   return constructFrom(
*     date, // Use constructor from the given date
*     date.getTime() // Use the date value to create a new date
*   );
* }
*/
function constructFrom(date, value) {
	if (typeof date === "function") return date(value);
	if (date && typeof date === "object" && constructFromSymbol in date) return date[constructFromSymbol](value);
	if (date instanceof Date) return new date.constructor(value);
	return new Date(value);
}
// ../../main/node_modules/date-fns/toDate.js
/**
* @name toDate
* @category Common Helpers
* @summary Convert the given argument to an instance of Date.
*
* @description
* Convert the given argument to an instance of Date.
*
* If the argument is an instance of Date, the function returns its clone.
*
* If the argument is a number, it is treated as a timestamp.
*
* If the argument is none of the above, the function returns Invalid Date.
*
* Starting from v3.7.0, it clones a date using `[Symbol.for("constructDateFrom")]`
* enabling to transfer extra properties from the reference date to the new date.
* It's useful for extensions like [`TZDate`](https://github.com/date-fns/tz)
* that accept a time zone as a constructor argument.
*
* **Note**: *all* Date arguments passed to any *date-fns* function is processed by `toDate`.
*
* @typeParam DateType - The `Date` type, the function operates on. Gets inferred from passed arguments. Allows to use extensions like [`UTCDate`](https://github.com/date-fns/utc).
* @typeParam ResultDate - The result `Date` type, it is the type returned from the context function if it is passed, or inferred from the arguments.
*
* @param argument - The value to convert
*
* @returns The parsed date in the local time zone
*
* @example
* // Clone the date:
* const result = toDate(new Date(2014, 1, 11, 11, 30, 30))
* //=> Tue Feb 11 2014 11:30:30
*
* @example
* // Convert the timestamp to date:
* const result = toDate(1392098430000)
* //=> Tue Feb 11 2014 11:30:30
*/
function toDate(argument, context) {
	return constructFrom(context || argument, argument);
}
// ../../main/node_modules/date-fns/isValid.js
/**
* @name isValid
* @category Common Helpers
* @summary Is the given date valid?
*
* @description
* Returns false if argument is Invalid Date and true otherwise.
* Argument is converted to Date using `toDate`. See [toDate](https://date-fns.org/docs/toDate)
* Invalid Date is a Date, whose time value is NaN.
*
* Time value of Date: http://es5.github.io/#x15.9.1.1
*
* @param date - The date to check
*
* @returns The date is valid
*
* @example
* // For the valid date:
* const result = isValid(new Date(2014, 1, 31))
* //=> true
*
* @example
* // For the value, convertible into a date:
* const result = isValid(1393804800000)
* //=> true
*
* @example
* // For the invalid date:
* const result = isValid(new Date(''))
* //=> false
*/
function isValid(date) {
	return !(!isDate(date) && typeof date !== "number" || isNaN(+toDate(date)));
}
// ../../main/node_modules/date-fns/lightFormat.js
const formattingTokensRegExp = /(\w)\1*|''|'(''|[^'])+('|$)|./g;
const escapedStringRegExp = /^'([^]*?)'?$/;
const doubleQuoteRegExp = /''/g;
const unescapedLatinCharacterRegExp = /[a-zA-Z]/;
/**
* @private
*/
/**
* @name lightFormat
* @category Common Helpers
* @summary Format the date.
*
* @description
* Return the formatted date string in the given format. Unlike `format`,
* `lightFormat` doesn't use locales and outputs date using the most popular tokens.
*
* > ⚠️ Please note that the `lightFormat` tokens differ from Moment.js and other libraries.
* > See: https://github.com/date-fns/date-fns/blob/master/docs/unicodeTokens.md
*
* The characters wrapped between two single quotes characters (') are escaped.
* Two single quotes in a row, whether inside or outside a quoted sequence, represent a 'real' single quote.
*
* Format of the string is based on Unicode Technical Standard #35:
* https://www.unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table
*
* Accepted patterns:
* | Unit                            | Pattern | Result examples                   |
* |---------------------------------|---------|-----------------------------------|
* | AM, PM                          | a..aaa  | AM, PM                            |
* |                                 | aaaa    | a.m., p.m.                        |
* |                                 | aaaaa   | a, p                              |
* | Calendar year                   | y       | 44, 1, 1900, 2017                 |
* |                                 | yy      | 44, 01, 00, 17                    |
* |                                 | yyy     | 044, 001, 000, 017                |
* |                                 | yyyy    | 0044, 0001, 1900, 2017            |
* | Month (formatting)              | M       | 1, 2, ..., 12                     |
* |                                 | MM      | 01, 02, ..., 12                   |
* | Day of month                    | d       | 1, 2, ..., 31                     |
* |                                 | dd      | 01, 02, ..., 31                   |
* | Hour [1-12]                     | h       | 1, 2, ..., 11, 12                 |
* |                                 | hh      | 01, 02, ..., 11, 12               |
* | Hour [0-23]                     | H       | 0, 1, 2, ..., 23                  |
* |                                 | HH      | 00, 01, 02, ..., 23               |
* | Minute                          | m       | 0, 1, ..., 59                     |
* |                                 | mm      | 00, 01, ..., 59                   |
* | Second                          | s       | 0, 1, ..., 59                     |
* |                                 | ss      | 00, 01, ..., 59                   |
* | Fraction of second              | S       | 0, 1, ..., 9                      |
* |                                 | SS      | 00, 01, ..., 99                   |
* |                                 | SSS     | 000, 001, ..., 999                |
* |                                 | SSSS    | ...                               |
*
* @param date - The original date
* @param format - The string of tokens
*
* @returns The formatted date string
*
* @throws `Invalid time value` if the date is invalid
* @throws format string contains an unescaped latin alphabet character
*
* @example
* const result = lightFormat(new Date(2014, 1, 11), 'yyyy-MM-dd')
* //=> '2014-02-11'
*/
function lightFormat(date, formatStr) {
	const date_ = toDate(date);
	if (!isValid(date_)) throw new RangeError("Invalid time value");
	const tokens = formatStr.match(formattingTokensRegExp);
	if (!tokens) return "";
	return tokens.map((substring) => {
		if (substring === "''") return "'";
		const firstCharacter = substring[0];
		if (firstCharacter === "'") return cleanEscapedString(substring);
		const formatter = lightFormatters[firstCharacter];
		if (formatter) return formatter(date_, substring);
		if (firstCharacter.match(unescapedLatinCharacterRegExp)) throw new RangeError("Format string contains an unescaped latin alphabet character `" + firstCharacter + "`");
		return substring;
	}).join("");
}
function cleanEscapedString(input) {
	const matches = input.match(escapedStringRegExp);
	if (!matches) return input;
	return matches[1].replace(doubleQuoteRegExp, "'");
}
// ../../main/node_modules/date-fns/parseISO.js
/**
* The {@link parseISO} function options.
*/
/**
* @name parseISO
* @category Common Helpers
* @summary Parse ISO string
*
* @description
* Parse the given string in ISO 8601 format and return an instance of Date.
*
* Function accepts complete ISO 8601 formats as well as partial implementations.
* ISO 8601: http://en.wikipedia.org/wiki/ISO_8601
*
* If the argument isn't a string, the function cannot parse the string or
* the values are invalid, it returns Invalid Date.
*
* @typeParam DateType - The `Date` type, the function operates on. Gets inferred from passed arguments. Allows to use extensions like [`UTCDate`](https://github.com/date-fns/utc).
* @typeParam ResultDate - The result `Date` type, it is the type returned from the context function if it is passed, or inferred from the arguments.
*
* @param argument - The value to convert
* @param options - An object with options
*
* @returns The parsed date in the local time zone
*
* @example
* // Convert string '2014-02-11T11:30:30' to date:
* const result = parseISO('2014-02-11T11:30:30')
* //=> Tue Feb 11 2014 11:30:30
*
* @example
* // Convert string '+02014101' to date,
* // if the additional number of digits in the extended year format is 1:
* const result = parseISO('+02014101', { additionalDigits: 1 })
* //=> Fri Apr 11 2014 00:00:00
*/
function parseISO(argument, options) {
	const invalidDate = () => constructFrom(options?.in, NaN);
	const additionalDigits = options?.additionalDigits ?? 2;
	const dateStrings = splitDateString(argument);
	let date;
	if (dateStrings.date) {
		const parseYearResult = parseYear(dateStrings.date, additionalDigits);
		date = parseDate(parseYearResult.restDateString, parseYearResult.year);
	}
	if (!date || isNaN(+date)) return invalidDate();
	const timestamp = +date;
	let time = 0;
	let offset;
	if (dateStrings.time) {
		time = parseTime$1(dateStrings.time);
		if (isNaN(time)) return invalidDate();
	}
	if (dateStrings.timezone) {
		offset = parseTimezone(dateStrings.timezone);
		if (isNaN(offset)) return invalidDate();
	} else {
		const tmpDate = new Date(timestamp + time);
		const result = toDate(0, options?.in);
		result.setFullYear(tmpDate.getUTCFullYear(), tmpDate.getUTCMonth(), tmpDate.getUTCDate());
		result.setHours(tmpDate.getUTCHours(), tmpDate.getUTCMinutes(), tmpDate.getUTCSeconds(), tmpDate.getUTCMilliseconds());
		return result;
	}
	return toDate(timestamp + time + offset, options?.in);
}
const patterns = {
	dateTimeDelimiter: /[T ]/,
	timeZoneDelimiter: /[Z ]/i,
	timezone: /([Z+-].*)$/
};
const dateRegex = /^-?(?:(\d{3})|(\d{2})(?:-?(\d{2}))?|W(\d{2})(?:-?(\d{1}))?|)$/;
const timeRegex = /^(\d{2}(?:[.,]\d*)?)(?::?(\d{2}(?:[.,]\d*)?))?(?::?(\d{2}(?:[.,]\d*)?))?$/;
const timezoneRegex = /^([+-])(\d{2})(?::?(\d{2}))?$/;
function splitDateString(dateString) {
	const dateStrings = {};
	const array = dateString.split(patterns.dateTimeDelimiter);
	let timeString;
	if (array.length > 2) return dateStrings;
	if (/:/.test(array[0])) timeString = array[0];
	else {
		dateStrings.date = array[0];
		timeString = array[1];
		if (patterns.timeZoneDelimiter.test(dateStrings.date)) {
			dateStrings.date = dateString.split(patterns.timeZoneDelimiter)[0];
			timeString = dateString.substr(dateStrings.date.length, dateString.length);
		}
	}
	if (timeString) {
		const token = patterns.timezone.exec(timeString);
		if (token) {
			dateStrings.time = timeString.replace(token[1], "");
			dateStrings.timezone = token[1];
		} else dateStrings.time = timeString;
	}
	return dateStrings;
}
function parseYear(dateString, additionalDigits) {
	const regex = new RegExp("^(?:(\\d{4}|[+-]\\d{" + (4 + additionalDigits) + "})|(\\d{2}|[+-]\\d{" + (2 + additionalDigits) + "})$)");
	const captures = dateString.match(regex);
	if (!captures) return {
		year: NaN,
		restDateString: ""
	};
	const year = captures[1] ? parseInt(captures[1]) : null;
	const century = captures[2] ? parseInt(captures[2]) : null;
	return {
		year: century === null ? year : century * 100,
		restDateString: dateString.slice((captures[1] || captures[2]).length)
	};
}
function parseDate(dateString, year) {
	if (year === null) return /* @__PURE__ */ new Date(NaN);
	const captures = dateString.match(dateRegex);
	if (!captures) return /* @__PURE__ */ new Date(NaN);
	const isWeekDate = !!captures[4];
	const dayOfYear = parseDateUnit(captures[1]);
	const month = parseDateUnit(captures[2]) - 1;
	const day = parseDateUnit(captures[3]);
	const week = parseDateUnit(captures[4]);
	const dayOfWeek = parseDateUnit(captures[5]) - 1;
	if (isWeekDate) {
		if (!validateWeekDate(year, week, dayOfWeek)) return /* @__PURE__ */ new Date(NaN);
		return dayOfISOWeekYear(year, week, dayOfWeek);
	} else {
		const date = /* @__PURE__ */ new Date(0);
		if (!validateDate(year, month, day) || !validateDayOfYearDate(year, dayOfYear)) return /* @__PURE__ */ new Date(NaN);
		date.setUTCFullYear(year, month, Math.max(dayOfYear, day));
		return date;
	}
}
function parseDateUnit(value) {
	return value ? parseInt(value) : 1;
}
function parseTime$1(timeString) {
	const captures = timeString.match(timeRegex);
	if (!captures) return NaN;
	const hours = parseTimeUnit(captures[1]);
	const minutes = parseTimeUnit(captures[2]);
	const seconds = parseTimeUnit(captures[3]);
	if (!validateTime(hours, minutes, seconds)) return NaN;
	return hours * millisecondsInHour + minutes * millisecondsInMinute + seconds * 1e3;
}
function parseTimeUnit(value) {
	return value && parseFloat(value.replace(",", ".")) || 0;
}
function parseTimezone(timezoneString) {
	if (timezoneString === "Z") return 0;
	const captures = timezoneString.match(timezoneRegex);
	if (!captures) return 0;
	const sign = captures[1] === "+" ? -1 : 1;
	const hours = parseInt(captures[2]);
	const minutes = captures[3] && parseInt(captures[3]) || 0;
	if (!validateTimezone(hours, minutes)) return NaN;
	return sign * (hours * millisecondsInHour + minutes * millisecondsInMinute);
}
function dayOfISOWeekYear(isoWeekYear, week, day) {
	const date = /* @__PURE__ */ new Date(0);
	date.setUTCFullYear(isoWeekYear, 0, 4);
	const fourthOfJanuaryDay = date.getUTCDay() || 7;
	const diff = (week - 1) * 7 + day + 1 - fourthOfJanuaryDay;
	date.setUTCDate(date.getUTCDate() + diff);
	return date;
}
const daysInMonths = [
	31,
	null,
	31,
	30,
	31,
	30,
	31,
	31,
	30,
	31,
	30,
	31
];
function isLeapYearIndex(year) {
	return year % 400 === 0 || year % 4 === 0 && year % 100 !== 0;
}
function validateDate(year, month, date) {
	return month >= 0 && month <= 11 && date >= 1 && date <= (daysInMonths[month] || (isLeapYearIndex(year) ? 29 : 28));
}
function validateDayOfYearDate(year, dayOfYear) {
	return dayOfYear >= 1 && dayOfYear <= (isLeapYearIndex(year) ? 366 : 365);
}
function validateWeekDate(_year, week, day) {
	return week >= 1 && week <= 53 && day >= 0 && day <= 6;
}
function validateTime(hours, minutes, seconds) {
	if (hours === 24) return minutes === 0 && seconds === 0;
	return seconds >= 0 && seconds < 60 && minutes >= 0 && minutes < 60 && hours >= 0 && hours < 25;
}
function validateTimezone(_hours, minutes) {
	return minutes >= 0 && minutes <= 59;
}
// src/domain/time.ts
/** Eight hours ahead of UTC since 1991. Written out: the first formatter of `Intl` costs half of what `check` may take. */
const CHINA = {
	name: "Asia/Shanghai",
	parse: (iso) => parseISO(`${iso}+08:00`).getTime(),
	wall: (ms) => new UTCDateMini(ms + 8 * millisecondsInHour)
};
const TIME = /^(\d{4})(?:-(\d{1,2})-|\/(\d{1,2})\/|年(\d{1,2})月)(\d{1,2})日?(?:[T ]+([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?)?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;
const [FIRST_MS, LAST_MS] = [CHINA.parse("1900-01-01T00:00:00"), CHINA.parse("9999-12-31T23:59:59") + 999];
/**
* Reads `2026-11-20`, `2026-11-20 09:30[:15]`, `2026/11/20 9:30` (as Excel saves it), `2026年11月20日` and ISO 8601, from
* 1900 to 9999. Without an offset it is a time of `zone`; an hour that comes twice is its second coming. Returns null for
* anything else, impossible dates (`2026-02-30`) included.
*/
function parseTime(text, zone = CHINA) {
	const m = TIME.exec(text.trim());
	if (!m) return null;
	const [, year, dashed, slashed, chinese, dayOfMonth = "", hour, minute, second = "00", fraction = "", offset] = m;
	const day = `${year}-${(dashed ?? slashed ?? chinese ?? "").padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`;
	if (hour === void 0 && offset !== void 0) return null;
	const iso = `${day}T${(hour ?? "00").padStart(2, "0")}:${minute ?? "00"}:${second}`;
	const thousandths = Number(fraction.slice(0, 3).padEnd(3, "0"));
	const ms = (offset ? parseISO(iso + offset.toUpperCase()).getTime() : zone.parse(iso)) + thousandths;
	if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null;
	return {
		ms,
		text: hour === void 0 ? day : formatIso(ms)
	};
}
/** The last moment of a time text: a date lasts until its midnight, a date-time is its own end. */
function endMs(text, zone = CHINA) {
	const parsed = parseTime(text, zone);
	if (!parsed || parsed.text.length > 10) return parsed?.ms ?? null;
	return zone.parse(`${parsed.text}T23:59:59`) + 999;
}
/** An instant as ISO 8601 text in Shanghai time: `2026-11-20T09:30:00+08:00` (milliseconds only where there are any). */
function formatIso(ms) {
	const known = formatted.get(ms);
	if (known !== void 0) return known;
	const iso = lightFormat(CHINA.wall(ms), `yyyy-MM-dd'T'HH:mm:ss${ms % 1e3 === 0 ? "" : ".SSS"}'+08:00'`);
	if (formatted.size >= MOST_FORMATTED) formatted.clear();
	formatted.set(ms, iso);
	return iso;
}
/** Thousands of values were captured at a few moments. */
const formatted = /* @__PURE__ */ new Map();
const MOST_FORMATTED = 1e3;
/** The calendar day of an instant, as `2026-11-20`. */
function formatDay(ms, zone = CHINA) {
	return lightFormat(zone.wall(ms), "yyyy-MM-dd");
}
// src/domain/reported-exit.ts
/** What stands for the file where the user's word is the source. */
const USERS_WORD = "tkguard exited";
/** What is said of the membership: by exports, and by the user. */
function membershipRuns(plan) {
	const { exitedMs = null } = plan;
	if (exitedMs === null) return plan.facts;
	const isTaken = plan.facts.some((run) => isSeenAt(run, exitedMs));
	return [...plan.facts, usersWord(isTaken ? exitedMs + 1 : exitedMs)];
}
function usersWord(atMs) {
	const feed = {
		id: -1,
		format: "user",
		coverage: "partial",
		times: [atMs],
		fileAt: () => USERS_WORD,
		isAccepted: () => false
	};
	const source = {
		file: USERS_WORD,
		locator: null,
		raw: null
	};
	return {
		feed,
		value: {
			...NO_FACTS,
			status: "left"
		},
		first: 0,
		last: 0,
		source
	};
}
/**
* What became of the exit that the user recorded; null: none was recorded, or the plan was joined anew since then.
* Anything but "approved" captured after it confirms it, as does a complete joined list (`joinedLists`, their times)
* without the plan. "Approved" says that it did not take effect, unless it was joined or approved on a later day than
* the exit: that is a new membership.
*/
function reportedExitOf(plan, joinedLists) {
	const { exitedMs: atMs = null } = plan;
	if (atMs === null) return null;
	const said = momentsForward(plan.facts, (facts) => facts.status).filter((moment) => moment.atMs > atMs);
	const approved = said.filter(({ value }) => value === "approved");
	const stated = new Set(said.map((moment) => moment.atMs));
	const gone = [...said.filter(({ value }) => value !== "approved").map((moment) => moment.atMs), ...joinedLists.filter((ms) => ms > atMs && !stated.has(ms))];
	const confirmedMs = gone.length === 0 ? null : Math.min(...gone);
	if (approved.length === 0) return {
		atMs,
		confirmedMs,
		isEffective: true
	};
	return confirmedMs !== null || isJoinedAnew(plan, atMs) ? null : {
		atMs,
		confirmedMs: null,
		isEffective: false
	};
}
function isJoinedAnew(plan, exitedMs) {
	return ["joinedAt", "approvedAt"].map((key) => newestSighting(plan.facts, (facts) => facts[key])).some((date) => date !== null && isAfter(date.value, exitedMs));
}
/** A bare date on the day of the exit may lie before it. */
function isAfter(text, ms) {
	const parsed = parseTime(text);
	if (!parsed) return false;
	return parsed.text.length === 10 ? parsed.text > formatDay(ms) : parsed.ms > ms;
}
// src/domain/absence.ts
/**
* What exports list no longer (design.md §3.5). Absence is counted per scope: an item that the plan no longer lists has left
* the plan, and the plan is missing when no scope lists it any more. A capture of all plans of the shop (it has the average of
* the general one) speaks for all scopes of a plan that it lacks, one of all items of a plan for its items.
*/
/** Captures of all plans of the shop that are closer to each other confirm nothing to one another. */
const CONFIRMING_MS = 6 * millisecondsInHour;
function mentionsByScope(all) {
	const scopes = /* @__PURE__ */ new Map();
	for (const { scope, runs } of all) {
		const stating = runs.filter(({ value }) => value !== null);
		const known = scopes.get(scope);
		if (known) known.push(...stating);
		else scopes.set(scope, stating);
	}
	return scopes;
}
/** Captures, oldest first, that would list a plan of this kind at this scope. `afterMs`: only those later. */
function coveringTimes(mentions, scope, kind, afterMs = Number.NEGATIVE_INFINITY) {
	const covering = (mentions.get(scope) ?? []).filter((run) => lastSeen(run) > afterMs && coversKind(run.feed.coverage, kind));
	return [...new Set(covering.flatMap((run) => [...seenTimes(run, afterMs + 1)]))].sort((a, b) => a - b);
}
/** Captures, oldest first, of all plans of the shop, as far as plans of this kind go. */
function wholeShopTimes(plans, kind, afterMs = Number.NEGATIVE_INFINITY) {
	return coveringTimes(mentionsByScope((plans.find(({ planId }) => planId === "0")?.rates ?? []).filter(({ scope }) => scope === 0)), 0, kind, afterMs);
}
/** Captures, ascending, that list all items of a plan: at least one is there. */
function itemListTimes({ rates }) {
	const listing = rates.flatMap(({ runs }) => runs.filter(({ feed }) => feed.coverage === "plan-items"));
	return [...new Set(listing.flatMap((run) => [...seenTimes(run)]))].sort((a, b) => a - b);
}
/** Nothing is absent from captures that were not made: what was seen in the newest of the shop's is not looked for. */
function openAbsences({ plans, others = [] }) {
	const all = [...plans.flatMap((plan) => plan.rates), ...others];
	let newestMs = Number.NEGATIVE_INFINITY;
	for (const { runs } of all) for (const run of runs) newestMs = Math.max(newestMs, lastSeen(run));
	let mentions = null;
	const covering = (scope, kind, afterMs) => {
		if (afterMs >= newestMs) return [];
		mentions ??= mentionsByScope(all);
		return coveringTimes(mentions, scope, kind, afterMs);
	};
	return (plan, kind) => {
		const lists = itemListTimes(plan);
		const known = /* @__PURE__ */ new Map();
		const shopLacking = (afterMs) => {
			if (afterMs >= newestMs) return [];
			const times = known.get(afterMs) ?? wholeShopTimes(plans, kind, afterMs).filter((ms) => !isPlanSeenAt(plan, ms));
			known.set(afterMs, times);
			return times;
		};
		return {
			shopLacking,
			isCovered: (scope) => lists.length > 0 || covering(scope, kind, Number.NEGATIVE_INFINITY).length > 0,
			lacking(scope, afterMs) {
				const items = scope === 0 ? [] : lists.filter((ms) => ms > afterMs);
				return [.../* @__PURE__ */ new Set([
					...covering(scope, kind, afterMs),
					...shopLacking(afterMs),
					...items
				])];
			}
		};
	};
}
/** `now` has only the newest sighting of each rate. */
function isPlanSeenAt({ facts, rates, now = NO_RATES$1 }, ms) {
	if (facts.some((run) => isSeenAt(run, ms))) return true;
	if (rates.some(({ runs }) => runs.some((run) => isSeenAt(run, ms)))) return true;
	for (let row = now.from; row < now.to; row++) if (now.seenMs(row) === ms) return true;
	return false;
}
/** How many captures confirm each other: two answers within six hours count once. */
function confirmations(times) {
	let [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
	for (const ms of times) if (ms - lastMs >= CONFIRMING_MS) [count, lastMs] = [count + 1, ms];
	return count;
}
// src/domain/timeline.ts
/** The general plan's id says it, else the newest reading. Of kinds that contradict each other special stands: such a plan is judged. */
function kindOf(plan) {
	if (plan.planId === "0") return "general";
	const kind = newestSighting(plan.facts, (facts) => facts.kind);
	if (!kind?.conflict) return kind?.value ?? null;
	return valuesAt(plan.facts, (facts) => facts.kind, kind.atMs).includes("special") ? "special" : kind.value;
}
function nameOf(plan) {
	return newestSighting(plan.facts, (facts) => facts.name)?.value ?? null;
}
/** Special, or of a kind that no export has said: only special plans are applied for (as in verdict.ts). */
function isSpecialPlan(plan) {
	const kind = kindOf(plan);
	return kind === "special" || kind === null && plan.facts.some((run) => run.value.status !== null);
}
// src/domain/state.ts
function stateOf(ledger) {
	const absenceOf = openAbsences(ledger);
	const table = new RateTable();
	const plans = [];
	const isListing = (scope) => plans.some(({ rates }) => rates.find(scope) !== -1 && rates.table.listsSpecials(rates.find(scope)));
	plans.push(...ledger.plans.map((plan) => planNow(plan, ledger, absenceOf, table, isListing)));
	return {
		ledger,
		general: plans.find((plan) => plan.id === "0") ?? null,
		plans
	};
}
/** When anything of a plan was last seen. */
function newestSeen({ facts, rates, now = NO_RATES$1 }) {
	let newestMs = Number.NEGATIVE_INFINITY;
	for (const run of facts) newestMs = Math.max(newestMs, lastSeen(run));
	for (const { runs } of rates) for (const run of runs) newestMs = Math.max(newestMs, lastSeen(run));
	for (let row = now.from; row < now.to; row++) newestMs = Math.max(newestMs, now.seenMs(row) ?? newestMs);
	return newestMs;
}
function planNow(plan, ledger, absenceOf, table, isListing) {
	const attribute = (key) => newestSighting(plan.facts, (facts) => facts[key]);
	const kind = kindOf(plan);
	const state = attribute("state");
	const absence = absenceOf(plan, kind ?? "special");
	const worked = plan.rates.flatMap((series) => rateNow(series, absence) ?? []);
	const plain = plan.now ?? NO_RATES$1;
	const rates = mergeRates(plain, worked, table, goneFrom(plain, absence));
	return {
		id: plan.planId,
		kind,
		name: attribute("name")?.value ?? null,
		state: state?.value ?? null,
		stateAtMs: state?.atMs ?? null,
		exitId: attribute("exitId")?.value ?? null,
		locked: attribute("locked")?.value ?? null,
		audit: attribute("audit")?.value ?? null,
		hidden: attribute("hidden")?.value ?? null,
		endsAt: attribute("endsAt")?.value ?? null,
		membership: membershipNow(plan, ledger),
		reportedExit: reportedExitOf(plan, ledger.joinedListTimes),
		missing: isJoinedByList(plan, ledger) ? null : missingNow(plan, absence),
		rates,
		contradictions: [...contradictedFacts(plan), ...contradictedRates(worked)],
		isOutside: (scope) => {
			const rate = rates.at(scope);
			if (rate) return rate.absentCaptures > 0;
			const own = plan.rates.filter((series) => series.scope === scope).flatMap(({ runs }) => runs.map(lastSeen));
			if (own.length > 0) return absence.lacking(scope, Math.max(...own)).length > 0;
			return isListing(scope) || absence.isCovered(scope);
		}
	};
}
const STATED = [
	"status",
	"state",
	"approvedAt"
];
/** A date and a time of that day agree. */
function contradictedFacts(plan) {
	return STATED.flatMap((of) => {
		const facts = of === "status" ? membershipRuns(plan) : plan.facts;
		if (facts.length < 2) return [];
		const pick = (value) => value[of];
		const stated = newestSighting(facts, pick);
		if (!stated?.conflict) return [];
		const values = mostExact(valuesAt(facts, pick, stated.atMs));
		return values.length < 2 ? [] : [{
			of,
			values,
			atMs: stated.atMs
		}];
	});
}
/** Without dates of which a time of that day is stated, too. */
function mostExact(values) {
	return values.filter((value) => !values.some((other) => other !== value && other.startsWith(`${value}T`)));
}
function contradictedRates(rates) {
	return rates.flatMap(({ conflict, absentCaptures, scope, atMs, series }) => {
		if (!conflict || absentCaptures > 0 || !series) return [];
		return [{
			of: "rate",
			scope,
			values: valuesAt(series.runs, statedRate, atMs).map((bp) => bp === UNKNOWN ? null : bp),
			atMs
		}];
	});
}
/** While the newest complete joined list has it approved and active, absence elsewhere only makes its rates unknown. */
function isJoinedByList(plan, { joinedListTimes }) {
	const newestMs = joinedListTimes.at(-1);
	if (newestMs === void 0) return false;
	return plan.facts.filter((run) => run.feed.coverage === "joined-plans" && isSeenAt(run, newestMs)).some(({ value: { status, state } }) => status === "approved" && (state ?? "active") === "active");
}
/** See `PlanNow.missing`. From `now` of a plan only captures of all plans of the shop take: one feed tells of these scopes, and of every plan there. */
function missingNow(plan, { shopLacking, lacking }) {
	const lacked = shopLacking(newestSeen(plan));
	if (lacked.length > 0) return { confirmations: confirmations(lacked) };
	const { rates, now = NO_RATES$1 } = plan;
	for (let row = now.from; row < now.to; row++) if (shopLacking(now.seenMs(row) ?? 0).length === 0) return null;
	const isGone = ({ scope, runs }) => lacking(scope, Math.max(...runs.map(lastSeen))).length > 0;
	return (rates.length > 0 || now.to > now.from) && rates.every(isGone) ? { confirmations: 0 } : null;
}
/** Of a rate that was last seen at a moment, how many captures of all plans of the shop lack the plan since; null: none lacks any. */
function goneFrom(rates, { shopLacking }) {
	let oldestMs = Number.POSITIVE_INFINITY;
	for (let row = rates.from; row < rates.to; row++) oldestMs = Math.min(oldestMs, rates.seenMs(row) ?? oldestMs);
	return shopLacking(oldestMs).length === 0 ? null : (seenMs) => shopLacking(seenMs).length;
}
/** Stands for a rate that is stated as unknown: lower than any, so that of two sources that disagree it comes first. */
const UNKNOWN = -1;
function statedRate(value) {
	return value === "unknown" ? UNKNOWN : value;
}
/**
* What a rate comes to as of the newest of its readings: a stated unknown hides an older rate, and what says nothing of the rate
* lets it stand (design.md §4.1). null for an income rate, which is compared with nothing.
*/
function rateNow(series, { lacking }) {
	if (series.measure !== "commission") return null;
	const { scope, runs } = series;
	const rate = newestSighting(runs, statedRate);
	const listedMs = Math.max(...runs.map(lastSeen));
	return {
		scope,
		bp: rate && !rate.conflict && rate.value !== UNKNOWN ? rate.value : null,
		atMs: rate?.atMs ?? listedMs,
		isStated: rate !== null,
		zero: runs.some((run) => lastSeen(run) === rate?.atMs && run.value === "unknown" && isZeroRate(run.source.raw ?? "")),
		conflict: rate?.conflict ?? false,
		absentCaptures: lacking(scope, listedMs).length,
		series,
		moves: () => rateMoves(runs)
	};
}
/** Where a status was first read since another one was, whatever the order of import. */
function firstSource(runs, { value, atMs, source }) {
	let afterMs = Number.NEGATIVE_INFINITY;
	for (const run of runs) if (run.value.status !== null && run.value.status !== value) afterMs = Math.max(afterMs, Math.min(lastSeen(run), atMs - 1));
	return firstReadingAfter(runs, afterMs, (facts) => facts.status === value)?.source ?? source;
}
function membershipNow(plan, ledger) {
	const runs = membershipRuns(plan);
	const status = newestSighting(runs, (facts) => facts.status);
	if (!status) return null;
	const stated = (key) => {
		const sighting = newestSighting(plan.facts, (facts) => facts[key]);
		if (!sighting?.conflict) return sighting?.value ?? null;
		return mostExact(valuesAt(plan.facts, (facts) => facts[key], sighting.atMs))[0] ?? null;
	};
	const [joinedAt, approvedAt] = [stated("joinedAt"), stated("approvedAt")];
	return {
		status: status.value,
		joinedAt,
		approvedAt,
		approval: approvalOf(runs, status.atMs, joinedAt, approvedAt),
		atMs: status.atMs,
		source: firstSource(runs, status),
		conflict: status.conflict,
		absentCaptures: ledger.joinedListTimes.filter((time) => time > status.atMs).length
	};
}
/**
* The interval of approval (design.md §4.4): the stated time, a bare date being the whole day; else from the later of joining
* and the last capture that showed it not approved, to the first that showed it approved. `statusMs`: the newest capture of its
* status, of which the approval is taken for true.
*/
function approvalOf(runs, statusMs, joinedAt, approvedAt) {
	if (approvedAt !== null) return approvalAt(approvedAt);
	let notMs = Number.NEGATIVE_INFINITY;
	for (const run of runs) if (run.value.status !== null && run.value.status !== "approved") notMs = Math.max(notMs, lastSeenBefore(run, statusMs));
	const first = firstReadingAfter(runs, notMs, (facts) => facts.status === "approved");
	return {
		fromMs: Math.max(notMs, joinedAt === null ? notMs : approvalAt(joinedAt).fromMs),
		toMs: first?.atMs ?? Number.POSITIVE_INFINITY
	};
}
/** Of a stated time: a bare date is the whole day. */
function approvalAt(text) {
	const known = approvals.get(text);
	if (known) return known;
	const [fromMs, toMs] = [parseTime(text)?.ms ?? Number.NEGATIVE_INFINITY, endMs(text) ?? Number.POSITIVE_INFINITY];
	if (approvals.size >= MOST_APPROVALS) approvals.clear();
	approvals.set(text, {
		fromMs,
		toMs
	});
	return {
		fromMs,
		toMs
	};
}
/** Thousands of plans were approved on a few days. */
const approvals = /* @__PURE__ */ new Map();
const MOST_APPROVALS = 1e3;
// src/domain/membership-at.ts
/** Memberships of an account in a shop, at the moment of a click or, of one that is not known, in the window in which it lies. */
function openMemberships(ledger, policyOf) {
	const joined = ledger.plans.filter(isSpecialPlan).map((plan) => joinedOf(plan, ledger, policyOf(plan.planId).maxAgeMs));
	const turns = turnsOf$1(joined);
	const known = /* @__PURE__ */ new Map();
	return (click) => {
		if (click.fromMs !== click.toMs) return membershipsAt(click);
		const index = indexOfTime(turns, click.fromMs + 1);
		const found = known.get(index) ?? membershipsAt(click);
		known.set(index, found);
		return found;
	};
	function membershipsAt(click) {
		const members = joined.flatMap((one) => {
			const period = one.periods.findLast(({ fromMs, toMs }) => fromMs <= click.toMs && toMs >= click.fromMs);
			if (!period || isDead(one, click)) return [];
			return [{
				...one,
				period,
				isSure: period.sinceMs <= click.fromMs && period.untilMs >= click.toMs
			}];
		});
		const isOverridden = (one) => members.some((other) => other.isSure && other.period.fromMs > one.period.sinceMs);
		const applying = members.filter((one) => !isOverridden(one)).sort((a, b) => b.period.sinceMs - a.period.sinceMs);
		return {
			applying: applying.map(({ plan, isSure }) => ({
				...refOf$1(plan),
				isSure: isSure && applying.length === 1
			})),
			superseded: members.filter(isOverridden).map(({ plan }) => refOf$1(plan)),
			left: applying.length > 0 ? null : lastLeft(joined, click),
			isUnknown: ledger.joinedListTimes.length === 0 && joined.some(isUntold)
		};
	}
}
/** Moments from which a membership, or what is known of it, may be another one; ascending. */
function turnsOf$1(joined) {
	const turns = joined.flatMap(({ periods, states, ends }) => [
		...periods.flatMap(({ fromMs, sinceMs, untilMs, toMs, exitMs }) => [
			fromMs,
			sinceMs,
			untilMs + 1,
			toMs + 1,
			...exitMs === null ? [] : [exitMs]
		]),
		...[...states, ...ends].flatMap(({ firstSeenMs, lastSeenMs }) => [firstSeenMs, lastSeenMs + 1]),
		...ends.map(({ value }) => (endMs(value) ?? 0) + 1)
	]);
	return [...new Set(turns.filter(Number.isFinite))].sort((a, b) => a - b);
}
function refOf$1(plan) {
	return {
		id: plan.planId,
		name: nameOf(plan)
	};
}
function isUntold({ plan }) {
	return plan.facts.every(({ value }) => value.status === null);
}
function lastLeft(joined, click) {
	let last = null;
	for (const { plan, periods } of joined) {
		const exitMs = periods.findLast((period) => period.exitMs !== null && period.exitMs <= click.fromMs)?.exitMs ?? null;
		if (exitMs !== null && (last === null || exitMs > last.exitMs)) last = {
			...refOf$1(plan),
			exitMs
		};
	}
	return last;
}
function joinedOf(plan, { joinedListTimes }, maxAgeMs) {
	const statuses = stepsOf(membershipRuns(plan), (facts) => facts.status);
	const stated = (key) => stepsOf(plan.facts, (facts) => facts[key]);
	const [approvals, joins] = [stated("approvedAt"), stated("joinedAt")];
	return {
		plan,
		periods: statuses.flatMap((step, i) => {
			const [before, after] = [statuses[i - 1] ?? null, statuses[i + 1] ?? null];
			const began = beganAt(step, before, approvals, joins);
			if (step.value === "approved") return [{
				...began,
				...endedAt(step, after, joinedListTimes, maxAgeMs)
			}];
			const isPast = before === null && (step.value === "left" || step.value === "removed");
			const ended = {
				untilMs: Number.NEGATIVE_INFINITY,
				toMs: step.firstSeenMs,
				exitMs: exitOf(step)
			};
			return isPast ? [{
				...began,
				sinceMs: step.firstSeenMs,
				...ended
			}] : [];
		}),
		states: stepsOf(plan.facts, (facts) => facts.state),
		ends: stepsOf(plan.facts, (facts) => facts.endsAt)
	};
}
/** As a stated time of approval has it, as far as captures do not say otherwise; else between two captures. */
function beganAt(step, before, approvals, joins) {
	const notMs = before?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
	const during = (one) => one.firstSeenMs <= step.lastSeenMs && one.lastSeenMs >= step.firstSeenMs;
	const approved = approvals.find(during);
	const joined = joins.find(during);
	const stated = approved && approvalAt(approved.value);
	if (stated && stated.toMs > notMs) return {
		fromMs: Math.max(notMs, stated.fromMs),
		sinceMs: Math.min(step.firstSeenMs, stated.toMs)
	};
	return {
		fromMs: Math.max(notMs, joined ? approvalAt(joined.value).fromMs : notMs),
		sinceMs: step.firstSeenMs
	};
}
function endedAt(step, after, joinedLists, maxAgeMs) {
	if (after) {
		const [untilMs, toMs] = [after.source.file === "tkguard exited" ? after.firstSeenMs - 1 : step.lastSeenMs, after.firstSeenMs - 1];
		return {
			untilMs,
			toMs,
			exitMs: exitOf(after)
		};
	}
	const isLacked = joinedLists.some((ms) => ms > step.lastSeenMs);
	return {
		untilMs: step.lastSeenMs + (isLacked ? 0 : maxAgeMs),
		toMs: Number.POSITIVE_INFINITY,
		exitMs: null
	};
}
/** No record any more is an exit, too: it was purged. */
function exitOf({ value, firstSeenMs }) {
	return value === "left" || value === "none" ? firstSeenMs : null;
}
/** Stopped, expired or deleted all the time of the click; or past its end, unless it was seen active after that. */
function isDead({ states, ends }, { fromMs, toMs }) {
	const state = states.findLast((step) => step.firstSeenMs <= fromMs);
	if (state && state.value !== "active" && state.lastSeenMs >= toMs) return true;
	const isLast = state !== void 0 && state === states.at(-1);
	if (state && state.value !== "active" && isLast) return true;
	const end = ends.findLast((step) => step.firstSeenMs <= fromMs) ?? ends[0];
	const endsMs = end ? endMs(end.value) ?? Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
	return endsMs < fromMs && !states.some((step) => step.value === "active" && step.lastSeenMs > endsMs);
}
// src/domain/money.ts
/** The two parts of what is paid out at a plan's rate, each rounded by itself from the unrounded product. */
function payoutAt({ amountFen, serviceFeeBp, shareBp, feeBp }, rateBp) {
	const commissionBp = rateBp - serviceFeeBp;
	return {
		commissionFen: timesBp(amountFen, commissionBp, shareBp),
		feeFen: feeBp === null ? 0 : timesBp(amountFen, commissionBp, feeBp)
	};
}
/** net(A, r) of orders.md §3.2: commission less technical fee at a plan's rate. */
function netFen(terms, rateBp) {
	const { commissionFen, feeFen } = payoutAt(terms, rateBp);
	return commissionFen - feeFen;
}
const BP = 1e4;
/** An amount times two rates, to the nearest fen, half up. */
function timesBp(fen, aBp, bBp) {
	const product = fen * aBp * bBp;
	if (Math.abs(product) < 2 ** 52) return divideRound(product, BP * BP);
	const [one, whole] = [BigInt(fen) * BigInt(aBp) * BigInt(bBp) * 2n + BigInt(BP * BP), 2n * BigInt(BP * BP)];
	const cut = one / whole;
	return Number(one < 0n && cut * whole !== one ? cut - 1n : cut);
}
/** The nearest integer of a quotient, half up; both are integers, and twice the dividend is below 2^53. */
function divideRound(dividend, divisor) {
	return Math.floor((2 * dividend + divisor) / (2 * divisor)) + 0;
}
// src/domain/order-terms.ts
/** What an order line by itself comes to: its amount after refunds, what it was paid by, and why it may not be comparable (orders.md §3.2, §3.4). */
/** Local services: they have no plans. */
const OTHER_PLATFORMS = /口碑|饿了么/;
/** What the alliance pays on, before refunds; null where the report does not say. */
function grossFen({ state, settledFen, paidFen }) {
	return state === "settled" ? settledFen ?? paidFen : paidFen;
}
/** A: the settled amount, else the paid one, less refunds that succeeded. */
function amountOf(line) {
	const gross = grossFen(line);
	if (gross === null) return null;
	const back = line.refunds.reduce((sum, { state, refundFen }) => sum + (state === "succeeded" ? refundFen ?? 0 : 0), 0);
	return Math.max(0, gross - back);
}
function obstacleOf(line) {
	if (line.state === "void") return "invalid";
	if (amountOf(line) === 0) return "refunded";
	if (line.role === "third-party") return "third-party";
	if (line.product !== null) return "product";
	if (line.marketing !== null) return "marketing";
	if (OTHER_PLATFORMS.test(line.platform ?? "")) return "platform";
	return line.shareBp === 0 ? "no-share" : null;
}
/** The whole rate, as a plan has it: what was applied, and the special service fee that was taken out of it before. */
function wholeRateOf({ rateBp, serviceFeeBp }) {
	return rateBp === null ? null : rateBp + (serviceFeeBp ?? 0);
}
/** null: the amount or the share is not known. */
function termsOf(line) {
	const { shareBp, feeBp } = line;
	const [amountFen, serviceFeeBp] = [amountOf(line), line.serviceFeeBp ?? 0];
	return amountFen === null || shareBp === null ? null : {
		amountFen,
		serviceFeeBp,
		shareBp,
		feeBp
	};
}
/** Whether a refund was, or may be, made of which no amount is known. */
function isRefundUnknown({ refundTag, refunds }) {
	if (refunds.length === 0) return refundTag === true;
	return refunds.some(({ state, refundFen }) => state === "succeeded" && refundFen === null);
}
function isRefundOpen({ refunds }) {
	return refunds.some(({ state }) => state === "open");
}
/** Whether what the report says of the money is not what its own rate comes to, by more than a fen. */
function doAmountsDisagree(line) {
	const [terms, gross, rateBp] = [
		termsOf(line),
		grossFen(line),
		wholeRateOf(line)
	];
	if (terms === null || gross === null || rateBp === null) return false;
	const { commissionFen, feeFen } = payoutAt({
		...terms,
		amountFen: gross
	}, rateBp);
	const reported = reportedCommission(line);
	const isOff = (ours, theirs) => theirs !== null && Math.abs(ours - theirs) > 1;
	return isOff(commissionFen, reported) || terms.feeBp !== null && isOff(feeFen, line.feeFen);
}
/** Without the subsidy; null where it cannot be told apart. */
function reportedCommission(line) {
	const { state, settledIncomeFen, estimatedFen, commissionFen, subsidyFen, incomeBp, rateBp } = line;
	const subsidy = subsidyFen ?? (incomeBp === rateBp ? 0 : null);
	const income = state === "settled" ? settledIncomeFen : estimatedFen;
	if (income !== null && subsidy !== null) return income - subsidy;
	return state === "settled" ? commissionFen : null;
}
/** Before an order the click came at most so much earlier. */
const CLICK_MS = 15 * millisecondsInDay;
/** null: the report has no time of the line. Times of one row may be out of order by seconds. */
function timesOf({ clickedMs, createdMs, paidMs }) {
	const ordered = createdMs ?? paidMs;
	const atMs = clickedMs ?? ordered;
	if (atMs === null) return null;
	const fromMs = clickedMs ?? atMs - CLICK_MS;
	const toMs = Math.max(atMs, paidMs ?? ordered ?? atMs);
	return {
		atMs,
		click: {
			fromMs,
			toMs: atMs
		},
		window: {
			fromMs: Math.min(fromMs, toMs),
			toMs
		}
	};
}
// src/domain/policy.ts
/** What the user decides about verdicts (design.md §4.5). */
const DEFAULT_POLICY = {
	minGainBp: 0,
	maxAgeMs: 3 * millisecondsInDay,
	confirmMissing: 2
};
/** A plan that ends within this time is named with `ends-soon`. */
const ENDS_SOON_MS = 7 * millisecondsInDay;
/** The alliance purges dead joined records after 30 days (formats.md §4, R9): after that a vanished record says nothing. */
const PURGE_MS = 30 * millisecondsInDay;
/** The policy in force for one plan of a shop, or for the shop as such: the plan's exception, else the shop's, else the rule. */
function policyFor(rules, { id, keeperId }, planId) {
	if (isEmpty(rules.shops) && isEmpty(rules.plans)) return rules;
	const { minGainBp, maxAgeMs, confirmMissing } = rules;
	const shop = id ?? keeperId;
	return {
		minGainBp,
		maxAgeMs,
		confirmMissing,
		...shop === null ? {} : ownValue(rules.shops, shop),
		...planId === null ? {} : ownValue(rules.plans, planId)
	};
}
function isEmpty(exceptions) {
	for (const _ in exceptions) return false;
	return true;
}
function ownValue(values, key) {
	return values && Object.hasOwn(values, key) ? values[key] : void 0;
}
function isSamePolicy(a, b) {
	return a.minGainBp === b.minGainBp && a.maxAgeMs === b.maxAgeMs && a.confirmMissing === b.confirmMissing;
}
// src/domain/rate-window.ts
/**
* What a rate may have been in a window of time (orders.md §3.3). Between two readings that agree the rate is that one; between
* two that differ it is either. It is unknown next to a reading that states it as unknown or to a capture that would list the
* plan and does not, before the first reading, and later than `maxAge` after the last.
*/
const NOTHING_KNOWN = {
	bps: [],
	isUnknown: true,
	isAssumed: false
};
/** Readings that agree, further apart than this, leave room for a change and its taking back. */
const SURE_MS = 14 * millisecondsInDay;
function isSame(a, b) {
	return a.bps.length === b.bps.length && a.bps.every((bp, i) => bp === b.bps[i]);
}
/** All readings of one plan's commission rate at one scope, in order of time. */
var RateTrack = class {
	#times;
	#spans;
	#stating;
	/** What is possible inside a span, and between it and the next: most windows are short. */
	#inside = [];
	#between = [];
	constructor(times, spans, stating) {
		this.#times = times;
		this.#spans = spans;
		this.#stating = stating;
	}
	/** `maxAgeMs`: for so long after the last reading the rate is taken to be the same. */
	during(window, maxAgeMs) {
		const { fromMs, toMs } = window;
		const index = this.#spanBefore(fromMs);
		const span = this.#spans[index];
		const next = this.#spans[index + 1];
		if (span && toMs <= this.#time(span.last) && !this.#hasLongGap(span, fromMs, toMs)) {
			this.#inside[index] ??= this.#work(window, maxAgeMs);
			return this.#inside[index];
		}
		if (span && next && fromMs > this.#time(span.last) && toMs < this.#time(next.first)) {
			this.#between[index] ??= this.#work(window, maxAgeMs);
			return this.#between[index];
		}
		return this.#work(window, maxAgeMs);
	}
	#work({ fromMs, toMs }, maxAgeMs) {
		const [found, spans] = [/* @__PURE__ */ new Set(), this.#spans];
		let [isUnknown, isAssumed] = [false, false];
		const add = (bps) => {
			if (bps.length === 0) isUnknown = true;
			for (const bp of bps) found.add(bp);
		};
		let index = this.#spanBefore(fromMs);
		if (index < 0) [isUnknown, index] = [true, 0];
		for (; index < spans.length; index++) {
			const span = spans[index];
			const [startMs, endMs] = [this.#time(span.first), this.#time(span.last)];
			if (startMs > toMs) break;
			if (endMs >= fromMs) {
				add(span.bps);
				isAssumed ||= this.#hasLongGap(span, fromMs, toMs);
			}
			if (toMs <= endMs) break;
			const next = spans[index + 1];
			if (!next) {
				if (fromMs <= endMs + maxAgeMs) add(span.bps);
				if (toMs > endMs + maxAgeMs) isUnknown = true;
			} else if (fromMs < this.#time(next.first)) {
				if (span.bps.length === 0 || next.bps.length === 0) isUnknown = true;
				else for (const bp of [...span.bps, ...next.bps]) found.add(bp);
				isAssumed ||= isSame(span, next) && this.#time(next.first) - endMs > SURE_MS;
			}
		}
		return {
			bps: [...found].sort((a, b) => a - b),
			isUnknown,
			isAssumed
		};
	}
	/** The readings that decide what is possible, the oldest first; to be asked while the ledger is open. */
	readingsAround({ fromMs, toMs }) {
		const readings = /* @__PURE__ */ new Map();
		for (let index = Math.max(0, this.#spanBefore(fromMs)); index < this.#spans.length; index++) {
			const { first, last, bps } = this.#spans[index];
			const after = indexOfTime(this.#times, fromMs);
			const from = Math.min(last, Math.max(first, this.#times[after] === fromMs ? after : after - 1));
			const to = Math.min(last, Math.max(first, indexOfTime(this.#times, toMs)));
			for (const at of [from, to]) readings.set(this.#time(at), bps);
			if (this.#time(last) >= toMs || this.#time(first) > toMs) break;
		}
		return [...readings].map(([atMs, bps]) => ({
			atMs,
			bps,
			source: this.#sourceAt(atMs)
		}));
	}
	/** Of several files of one moment the one of the least name. */
	#sourceAt(atMs) {
		return this.#stating.filter((run) => isSeenAt(run, atMs)).map((run) => sourceAt(run, atMs)).sort((a, b) => a.file < b.file ? -1 : 1)[0] ?? null;
	}
	#time(index) {
		return this.#times[index] ?? NaN;
	}
	/** The last span that begins at or before a moment; -1: none does. */
	#spanBefore(ms) {
		let [low, high] = [0, this.#spans.length];
		while (low < high) {
			const middle = low + high >> 1;
			if (this.#time(this.#spans[middle].first) <= ms) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}
	#hasLongGap({ first, last }, fromMs, toMs) {
		const start = Math.max(first, indexOfTime(this.#times, fromMs) - 1);
		for (let i = start; i < last && this.#time(i) < toMs; i++) if (this.#time(i + 1) > fromMs && this.#time(i + 1) - this.#time(i) > SURE_MS) return true;
		return false;
	}
};
/** Gives the track of a plan at a scope; null where no export ever listed the plan there. */
function openTracks(ledger) {
	const known = /* @__PURE__ */ new Map();
	let mentions = null;
	const plans = new Map(ledger.plans.map((plan) => [plan.planId, plan]));
	const lists = generalAverages(plans.get("0"));
	return (planId, scope) => {
		const key = `${planId} ${scope}`;
		const made = known.get(key);
		if (made !== void 0) return made;
		const plan = plans.get(planId);
		mentions ??= mentionsByScope(ledger.plans.flatMap(({ rates }) => rates));
		const track = plan ? trackOf(plan, scope, mentions.get(scope) ?? [], lists) : null;
		known.set(key, track);
		return track;
	};
}
/** Where these are told, all plans of the shop are. */
function generalAverages(general) {
	return general?.rates.find(({ scope, measure }) => scope === 0 && measure === "commission")?.runs ?? [];
}
function trackOf(plan, scope, mentions, lists) {
	const runs = plan.rates.filter((one) => one.scope === scope && one.measure === "commission").flatMap((one) => one.runs);
	const stating = runs.filter(({ value }) => value !== null);
	if (stating.length === 0) return null;
	const kind = kindOf(plan) ?? "special";
	const looks = {
		stating,
		silent: runs.filter(({ value }) => value === null),
		listing: [...mentions.filter(({ feed }) => coversKind(feed.coverage, kind)), ...itemLists(plan, scope)],
		shopWide: listsOf(lists, kind),
		isPlanSeen: (ms) => plan.facts.some((run) => isSeenAt(run, ms)) || plan.rates.some((one) => one.runs.some((run) => isSeenAt(run, ms))),
		isDoubted: doubtsOf(stating)
	};
	const oneFeed = feedOfAll(looks);
	const [times, spans] = oneFeed ? [oneFeed.times, spansOfFeed(looks)] : spansOfMany(looks);
	return new RateTrack(times, spans, stating);
}
function listsOf(lists, kind) {
	return kind === "general" ? [] : lists.filter(({ feed }) => coversKind(feed.coverage, kind));
}
/** Lists of all items of the plan. */
function itemLists({ rates }, scope) {
	if (scope === 0) return [];
	return rates.flatMap(({ runs }) => runs.filter(({ feed }) => feed.coverage === "plan-items"));
}
/** The one feed that tells all there is to know, each moment once; null where it needs a closer look. */
function feedOfAll({ stating, silent, listing, shopWide, isDoubted }) {
	const [first] = stating;
	if (!first || silent.length > 0) return null;
	for (const runs of [
		stating,
		listing,
		shopWide
	]) if (runs.some(({ feed }) => feed !== first.feed)) return null;
	if (stating.some((run) => isDoubted(first.feed.times[run.first] ?? 0))) return null;
	const sorted = stating.toSorted((a, b) => a.first - b.first);
	return sorted.every((run, i) => run.first > (sorted[i - 1]?.last ?? -1)) ? first.feed : null;
}
/** Of one feed: the runs are the spans; what lists another plan there between and after them shows this one absent. */
function spansOfFeed(looks) {
	const sorted = looks.stating.toSorted((a, b) => a.first - b.first);
	const spans = [];
	const addAbsence = (from, to) => {
		for (let i = from; i <= to; i++) if (isLacking(looks, sorted[0]?.feed.times[i] ?? NaN)) spans.push({
			first: i,
			last: i,
			bps: []
		});
	};
	let next = 0;
	for (const { first, last, value } of sorted) {
		addAbsence(next, first - 1);
		spans.push({
			first,
			last,
			bps: typeof value === "number" ? [value] : []
		});
		next = last + 1;
	}
	const [some] = sorted;
	if (some) addAbsence(next, some.feed.times.length - 1);
	return spans;
}
/** Of several feeds moment by moment. */
function spansOfMany(looks) {
	const all = /* @__PURE__ */ new Set();
	for (const runs of [
		looks.stating,
		looks.listing,
		looks.shopWide
	]) for (const run of runs) for (const ms of seenTimes(run)) all.add(ms);
	const times = [];
	const spans = [];
	for (const ms of [...all].sort((a, b) => a - b)) {
		const bps = ratesAt(looks, ms);
		if (bps === null) continue;
		const [before, index] = [spans.at(-1), times.length];
		times.push(ms);
		const span = {
			first: index,
			last: index,
			bps
		};
		if (before && isSame(before, span)) spans[spans.length - 1] = {
			...before,
			last: index
		};
		else spans.push(span);
	}
	return [times, spans];
}
/** What captures of a moment say; empty: unknown; null: nothing. */
function ratesAt(looks, ms) {
	const said = new Set(looks.stating.filter((run) => isSeenAt(run, ms)).map(({ value }) => value));
	if (said.size === 0) return isLacking(looks, ms) ? [] : null;
	if (said.has("unknown") || looks.isDoubted(ms)) return [];
	return [...said].filter((value) => typeof value === "number").sort((a, b) => a - b);
}
/** Whether captures of a moment would list the plan and do not. */
function isLacking({ silent, listing, shopWide, isPlanSeen }, ms) {
	if (silent.some((run) => isSeenAt(run, ms))) return false;
	if (listing.some((run) => isSeenAt(run, ms))) return true;
	return shopWide.some((run) => isSeenAt(run, ms)) && !isPlanSeen(ms);
}
// src/domain/loss.ts
const BUCKETS = [
	"proven",
	"gain",
	"pending",
	"estimated",
	"either",
	"saved",
	"general",
	"other-plan",
	"unexplained",
	"unknown",
	"unknown-shop",
	"not-comparable",
	"void"
];
/** A line that no ledger is needed for, or of which no shop is known. */
function judgeAlone(order, isShopUnclear = false) {
	const obstacle = obstacleOf(order);
	const notes = obstacle ? [obstacle] : isShopUnclear ? ["shop-unclear"] : [];
	return lineOf$1(order, null, {
		bucket: obstacle ? bucketOf(obstacle) : "unknown-shop",
		notes,
		plan: null
	});
}
function bucketOf(obstacle) {
	return obstacle === "invalid" || obstacle === "refunded" ? "void" : "not-comparable";
}
function lineOf$1(order, shop, found) {
	const { terms = termsOf(order), times = timesOf(order) } = found;
	return {
		order,
		account: order.account,
		shop,
		plan: found.plan,
		bucket: found.bucket,
		notes: found.notes,
		amountFen: terms?.amountFen ?? amountOf(order) ?? 0,
		terms,
		times,
		appliedBp: wholeRateOf(order),
		general: found.general ?? null,
		special: found.special ?? null,
		lowFen: found.lowFen ?? null,
		highFen: found.highFen ?? null
	};
}
/** Judges the lines of one account in one shop. `scope`: of the line's item in the ledger; null: no export has it. */
function openLossJudge(ledger, rules) {
	const policyOf = (planId) => policyFor(rules, ledger.shop, planId);
	const membershipsAt = openMemberships(ledger, policyOf);
	const trackOf = openTracks(ledger);
	const others = ledger.plans.flatMap((plan) => {
		const kind = kindOf(plan);
		return kind === "event" || kind === "marketing" || kind === "selected" ? plan.planId : [];
	});
	const sides = /* @__PURE__ */ new Map();
	function sideOf(planId, scope, window, maxAgeMs) {
		const own = scope === null ? null : trackOf(planId, scope);
		const track = own ?? trackOf(planId, 0);
		if (!track) return {
			planId,
			basis: "item",
			track,
			...NOTHING_KNOWN
		};
		const rates = track.during(window, maxAgeMs);
		const side = sides.get(rates) ?? {
			planId,
			basis: own ? "item" : "shop-average",
			track,
			...rates
		};
		sides.set(rates, side);
		return side;
	}
	return (order, scope) => {
		const times = timesOf(order);
		const members = times && membershipsAt(times.click);
		const plan = members ? members.applying[0] ?? members.left : null;
		const ref = plan && {
			id: plan.id,
			name: plan.name
		};
		const obstacle = obstacleOf(order);
		const [terms, appliedBp] = [termsOf(order), wholeRateOf(order)];
		const unknown = (...notes) => lineOf$1(order, ledger.shop, {
			bucket: "unknown",
			notes,
			plan: ref
		});
		if (obstacle) return lineOf$1(order, ledger.shop, {
			bucket: bucketOf(obstacle),
			notes: [obstacle],
			plan: ref
		});
		if (!times || !members) return unknown("no-time");
		if (!terms) return unknown("no-amount");
		if (appliedBp === null) return unknown("no-rate");
		const { maxAgeMs } = policyOf(plan?.id ?? null);
		const side = (planId) => sideOf(planId, scope, times.window, maxAgeMs);
		const found = attribute({
			order,
			terms,
			appliedBp,
			members,
			others,
			side
		});
		const notes = [...order.clickedMs === null ? ["no-click"] : [], ...found.notes];
		return lineOf$1(order, ledger.shop, {
			...found,
			notes
		});
	};
}
/** The classes of orders.md §3.4 from `unknown` on. */
function attribute(evidence) {
	const { appliedBp, members, side } = evidence;
	const general = side("0");
	const candidates = members.applying.map((plan) => ({
		...plan,
		side: side(plan.id)
	}));
	const isAt = ({ bps }) => bps.includes(appliedBp);
	const matching = candidates.filter((one) => isAt(one.side));
	const special = matching.find((one) => !one.side.isUnknown) ?? matching[0] ?? candidates[0] ?? null;
	const plan = special ? refOf(special) : members.left && refOf(members.left);
	const sides = {
		general,
		special: special?.side ?? null,
		plan
	};
	const sureness = candidates.length > 1 ? "binding-unknown" : special && !special.isSure ? "membership-open" : null;
	const notes = sureness ? [sureness] : [];
	if (general.isUnknown) return {
		...sides,
		bucket: "unknown",
		notes: ["general-unknown"]
	};
	if (!isAt(general)) {
		if (matching.length === 0 && candidates.some((one) => one.side.isUnknown) || special?.side.isUnknown) return {
			...sides,
			bucket: "unknown",
			notes: ["special-unknown"]
		};
		if (!special && members.isUnknown) return {
			...sides,
			bucket: "unknown",
			notes: ["membership-unknown"]
		};
	}
	if (general.basis === "shop-average" || special?.side.basis === "shop-average") {
		const figure = plan ? boundsOf(evidence, lossOf(evidence, general)) : {};
		return {
			...sides,
			...figure,
			bucket: "estimated",
			notes: [...notes, "shop-average"]
		};
	}
	if (special && matching.length > 0) return isAt(general) ? {
		...sides,
		...hull(lossOf(evidence, general)),
		bucket: "either",
		notes
	} : {
		...sides,
		...specialLoss(evidence, special, general, notes)
	};
	if (isAt(general)) return {
		...sides,
		...savedBy(evidence, notes)
	};
	return {
		...sides,
		...otherwise(evidence, general)
	};
}
function refOf({ id, name }) {
	return {
		id,
		name
	};
}
/** net(A, r) less net(A, a) over all rates r that the other side may have had. */
function lossOf({ terms, appliedBp }, { bps }) {
	const paid = netFen(terms, appliedBp);
	const losses = bps.map((bp) => netFen(terms, bp) - paid);
	return {
		lowFen: Math.min(...losses),
		highFen: Math.max(...losses)
	};
}
/** Where a refund may have been made, anything between nothing and all of it. */
function boundsOf({ order }, figure) {
	return isRefundUnknown(order) ? hull(figure) : figure;
}
/** Between nothing and all of it. */
function hull({ lowFen, highFen }) {
	return {
		lowFen: Math.min(0, lowFen),
		highFen: Math.max(0, highFen)
	};
}
/** Paid at the special rate, which the general plan did not have. */
function specialLoss(evidence, { side }, general, sureness) {
	const { order, terms } = evidence;
	const figure = lossOf(evidence, general);
	const doubts = [];
	if (general.isAssumed || side.isAssumed) doubts.push("assumed");
	if (terms.feeBp === null) doubts.push("fee-unknown");
	if (doAmountsDisagree(order)) doubts.push("amounts-disagree");
	const refund = isRefundUnknown(order) ? ["refund-amount-unknown"] : [];
	if (isRefundOpen(order)) refund.push("refund-open");
	const bounds = boundsOf(evidence, figure);
	const notes = [
		...sureness,
		...doubts,
		...refund
	];
	if (doubts.length > 0) return {
		...bounds,
		bucket: "estimated",
		notes
	};
	if (order.state !== "settled" || refund.includes("refund-open")) return {
		...bounds,
		bucket: "pending",
		notes
	};
	return {
		...bounds,
		bucket: figure.highFen < 0 ? "gain" : "proven",
		notes
	};
}
/** Paid at the general rate: after an exit from a plan whose rate is known, what that saved. */
function savedBy(evidence, notes) {
	const { terms, appliedBp, members, side } = evidence;
	const left = members.left && side(members.left.id);
	if (!left || left.isUnknown || left.basis !== "item") return {
		bucket: "general",
		notes,
		lowFen: 0,
		highFen: 0
	};
	const paid = netFen(terms, appliedBp);
	const saved = left.bps.map((bp) => paid - netFen(terms, bp));
	return {
		...boundsOf(evidence, {
			lowFen: Math.min(...saved),
			highFen: Math.max(...saved)
		}),
		bucket: "saved",
		notes,
		special: left
	};
}
/** All that may have applied is known, and nothing of it is what was paid. */
function otherwise(evidence, general) {
	const { appliedBp, terms, members, others, side } = evidence;
	const isAt = (planId) => side(planId).bps.includes(appliedBp);
	if (others.some(isAt)) return {
		bucket: "other-plan",
		notes: ["event"]
	};
	if (members.superseded.some(({ id }) => isAt(id))) return {
		bucket: "other-plan",
		notes: ["superseded"]
	};
	const left = members.left && side(members.left.id);
	const known = [general, ...members.applying.map(({ id }) => side(id))].flatMap(({ bps }) => bps);
	const notes = [];
	if (left?.bps.includes(appliedBp)) notes.push("exit-not-effective");
	if (terms.feeBp === 0 && known.some((bp) => Math.floor((bp * 9 + 5) / 10) === appliedBp)) notes.push("maybe-net");
	return {
		...lossOf(evidence, general),
		bucket: "unexplained",
		notes,
		...left ? { special: left } : {}
	};
}
// src/domain/at-risk.ts
/** What a plan to exit costs a day as long as it is joined, by the account's own orders (orders.md §3.8). */
/** The days that are looked back, and the least by which a sum is divided. */
const DAYS = 14;
const LEAST_DAYS = 7;
const FEW_LINES = 5;
/** null: no line of an item of which both rates are known now. Averages and old rates do not count. */
function atRiskOf(account, comparisons, { special, general }, orders, nowMs) {
	let [lines, amountFen, sumFen, firstMs] = [
		0,
		0,
		0,
		nowMs
	];
	for (const comparison of comparisons) {
		if (comparison.basis !== "item" || comparison.relation === "unknown") continue;
		const [own, other] = [special.usableBp(comparison.special), general.usableBp(comparison.general)];
		const recent = own === null || other === null ? [] : orders.linesAt(account, comparison.scope);
		for (const { terms } of recent) {
			lines += 1;
			amountFen += terms.amountFen;
			sumFen += netFen(terms, other ?? 0) - netFen(terms, own ?? 0);
		}
		if (recent.length > 0) firstMs = Math.min(firstMs, orders.firstMs(account, comparison.scope) ?? nowMs);
	}
	if (lines === 0) return null;
	const known = Math.ceil((nowMs - firstMs) / millisecondsInDay);
	const days = Math.min(DAYS, Math.max(LEAST_DAYS, known));
	return {
		fenPerDay: divideRound(sumFen, days),
		lines,
		amountFen,
		days,
		isFew: lines < FEW_LINES
	};
}
// src/domain/compare.ts
/** Compares a special plan's rates with the general plan's, scope by scope (design.md §4.1–4.3). */
/**
* Picks the scopes that a verdict may stand on, best evidence first (design.md §4.1–4.2): items with both rates known; else both
* averages; else what is too old to judge by; else an item against an average, which decides nothing, and is shown.
*/
function compareScopes(special, general, question) {
	const { only } = question;
	const compare = openCompare(special, general, question);
	const average = {
		special: special.find(0),
		general: general.find(0)
	};
	const items = [];
	for (let own = special.from; own < special.to; own++) {
		const scope = special.table.scopes[own];
		if (scope === 0 || only !== null && scope !== only) continue;
		const other = general.find(scope);
		const isMixed = !general.isStated(other) && average.general !== -1;
		items.push(isMixed ? compare(scope, 0, own, average.general, "mixed") : compare(scope, 0, own, other, "item"));
	}
	if (items.some(isKnown)) return {
		comparisons: items,
		basis: items.length === 1 ? "item" : "items"
	};
	const shop = compare(0, 1, average.special, average.general, "shop-average");
	if (isKnown(shop)) return {
		comparisons: [...items, shop],
		basis: "shop-average"
	};
	const stale = [...items, shop].filter((comparison) => comparison.stale);
	if (stale.length > 0) return {
		comparisons: stale,
		basis: null
	};
	if (items.some(isMixed)) return {
		comparisons: items,
		basis: "mixed"
	};
	const reverse = [];
	for (let other = general.from; other < general.to; other++) {
		const scope = general.table.scopes[other];
		if (scope === 0 || special.isStated(special.find(scope)) || only !== null && scope !== only) continue;
		reverse.push(compare(scope, 2, average.special, other, "mixed"));
	}
	if (reverse.some(isMixed)) return {
		comparisons: reverse,
		basis: "mixed"
	};
	return {
		comparisons: [
			...items,
			shop,
			...reverse
		].filter((c) => c.special !== -1 || c.general !== -1),
		basis: null
	};
}
function isKnown({ relation }) {
	return relation !== "unknown";
}
function isMixed({ basis }) {
	return basis === "mixed";
}
function openCompare(ofSpecial, ofGeneral, { sales, nowMs, maxAgeMs }) {
	return (scope, rank, special, general, basis) => {
		const own = ofSpecial.usableBp(special);
		const other = ofGeneral.usableBp(general);
		const gapBp = own !== null && other !== null ? own - other : null;
		const oldestMs = Math.min(ofSpecial.seenMs(special) ?? nowMs, ofGeneral.seenMs(general) ?? nowMs);
		const counts = gapBp !== null && basis !== "mixed";
		const stale = counts && nowMs - oldestMs > maxAgeMs;
		return {
			scope,
			rank,
			basis: gapBp === null ? null : basis,
			relation: !counts || stale ? "unknown" : gapBp < 0 ? "below" : gapBp > 0 ? "above" : "equal",
			special,
			general,
			gapBp,
			sales: sales.get(scope) ?? null,
			stale
		};
	};
}
/** The order in which comparisons are told, whatever the order of import: by rank, then by the ids of items. */
function inOrder(idOf) {
	return (a, b) => a.rank - b.rank || compareText(idOf(a.scope), idOf(b.scope));
}
// src/domain/contradictions.ts
/** More combinations than these are not tried. */
const MOST_WORLDS = 64;
/** The shop with each combination of the contradicting values; null: there are too many. */
function worldsOf(shop) {
	const choices = choicesOf(shop.plans);
	if (choices.reduce((count, choice) => count * choice.length, 1) > MOST_WORLDS) return null;
	let worlds = [[]];
	for (const choice of choices) worlds = worlds.flatMap((world) => choice.map((settings) => [...world, ...settings]));
	return worlds.map((world) => withSettings(shop, world));
}
/** Rates known beyond doubt need no combining: no verdict gets better by a lower special rate, or by a higher general one. */
function choicesOf(plans) {
	const all = plans.flatMap((plan) => plan.contradictions.map((contradiction) => ({
		plan,
		contradiction
	})));
	function isSureRate({ plan, contradiction: one }) {
		const rate = one.of === "rate" ? plan.rates.at(one.scope) : null;
		return rate !== null && one.values.every((bp) => isSure(rate, bp));
	}
	const rates = all.filter(isSureRate);
	const extreme = (isWorst) => rates.map((one) => {
		const isLowest = one.plan.id === "0" !== isWorst;
		return {
			...one,
			value: one.contradiction.values.at(isLowest ? 0 : -1) ?? null
		};
	});
	const others = all.filter((one) => !isSureRate(one));
	return [...rates.length > 0 ? [[extreme(true), extreme(false)]] : [], ...others.map((one) => one.contradiction.values.map((value) => [{
		...one,
		value
	}]))];
}
function isSure(rate, bp) {
	return bp !== null && takenForTrue(rate, bp).moves().doubt === null;
}
function withSettings(shop, settings) {
	const plans = shop.plans.map((plan) => {
		const own = settings.filter((setting) => setting.plan === plan);
		return own.length === 0 ? plan : withValues(plan, own);
	});
	return {
		...shop,
		plans,
		general: plans.find(({ id }) => id === "0") ?? null
	};
}
function withValues(plan, settings) {
	let { state, membership } = plan;
	const rates = /* @__PURE__ */ new Map();
	for (const { contradiction, value } of settings) {
		const rate = contradiction.of === "rate" ? plan.rates.at(contradiction.scope) : null;
		if (rate) rates.set(rate.scope, takenForTrue(rate, value));
		else if (contradiction.of === "state") state = value;
		else if (membership && contradiction.of === "approvedAt") membership = {
			...membership,
			approvedAt: String(value),
			approval: approvalAt(String(value))
		};
		else if (membership) membership = {
			...membership,
			[contradiction.of]: value
		};
	}
	return {
		...plan,
		state,
		membership,
		rates: rates.size === 0 ? plan.rates : plan.rates.withRates(rates)
	};
}
/** The rate if of the values of its newest moment this one is true. */
function takenForTrue(rate, bp) {
	const runs = (rate.series?.runs ?? []).flatMap((run) => {
		if (run.value === null || run.value === (bp ?? "unknown") || lastSeen(run) !== rate.atMs) return [run];
		return run.first === run.last ? [] : [{
			...run,
			last: run.last - 1
		}];
	});
	return {
		...rate,
		bp,
		moves: () => rateMoves(runs)
	};
}
/** When exports contradict each other about what a judgement of these scopes stands on; null: they do not. */
function contradictedMs(plan, general, scopes) {
	const ofGeneral = general?.contradictions ?? [];
	const times = [...plan.contradictions, ...ofGeneral].flatMap((one) => one.of !== "rate" || scopes.has(one.scope) ? one.atMs : []);
	return times.length === 0 ? null : Math.max(...times);
}
// src/domain/mute.ts
/**
* Mutes: what the user does not want to be told of for a time. A muted plan is judged like any other, since the verdict
* must not lie; it only does not count where a verdict raises an alarm (exit codes, verdict changes of a sync).
*/
/** The mute in force at a moment: of several the one that lasts longest, so that their order cannot show. Null: none. */
function muteAt(mutes, target, atMs) {
	if (mutes.length === 0) return null;
	const [longest] = mutes.filter((mute) => isInForce(mute, atMs) && concerns(mute, target)).sort((a, b) => endOf(b) - endOf(a) || compareText(a.reason, b.reason));
	return longest ?? null;
}
/** Whether a mute has begun, and has not ended. */
function isInForce({ fromMs, untilMs }, atMs) {
	return (fromMs === null || fromMs <= atMs) && (untilMs === null || atMs < untilMs);
}
function concerns(mute, { account, shop, plan }) {
	if (mute.planId !== plan.id || mute.account !== null && mute.account !== account) return false;
	return mute.shop === null || [
		shop.id,
		shop.keeperId,
		shop.name
	].includes(mute.shop);
}
function endOf({ untilMs }) {
	return untilMs ?? Number.POSITIVE_INFINITY;
}
// src/domain/standing.ts
/**
* Approved and open is `binding`, also while a disappearance is unconfirmed. Approved but stopped, ended or confirmed
* missing is `closed` (design.md §3.5, §4.5). What the joined list no longer has is never `closed`: the list may be filtered,
* or of another login. A dead record that it has dropped is `not-joined`, and so is one missing for longer than records are kept.
* A plan of which nothing says whether it is joined is `not-joined` only where there is a complete joined list.
*/
function standingOf(plan, { policy, nowMs }, hasJoinedList) {
	const { membership, missing } = plan;
	if (membership === null) return hasJoinedList ? "not-joined" : "unknown";
	if (membership.status === "pending") return "pending";
	if (membership.status !== "approved") return "not-joined";
	if (isUnlisted(plan)) return isClosed(plan, nowMs) || nowMs - membership.atMs > PURGE_MS ? "not-joined" : "binding";
	const isGone = missing !== null && missing.confirmations >= policy.confirmMissing;
	return isClosed(plan, nowMs) || isGone ? "closed" : "binding";
}
/** Removed by the merchant, and the joined list still says so, or did while it keeps such records. */
function isRemoved(plan, nowMs) {
	const { membership } = plan;
	return membership?.status === "removed" && !isUnlisted(plan) && nowMs - membership.atMs <= PURGE_MS;
}
/** A complete joined list of the account since then does not have it. */
function isUnlisted({ membership }) {
	return (membership?.absentCaptures ?? 0) > 0;
}
/** Stopped, expired or deleted; or past its end, unless it was seen active after that. */
function isClosed(plan, nowMs) {
	if (plan.state !== null && plan.state !== "active") return true;
	const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
	if (ends === null || ends >= nowMs) return false;
	return !(plan.state === "active" && plan.stateAtMs !== null && plan.stateAtMs > ends);
}
/**
* Which of the approved, open special plans of one account in one shop was approved last (design.md §4.4, order of approval):
* later only if the intervals of approval do not meet. A membership too old to judge by overrides no fresh one, but may be the
* later one, unless a complete joined list since then lacks it.
*/
function findBinding(approved, isStale) {
	const overriding = (plan) => approved.filter((other) => isLater(other, plan) && (isStale(plan) || !isStale(other)));
	const isOverridden = (plan) => overriding(plan).length > 0;
	const last = approved.filter((plan) => !isOverridden(plan));
	const overridden = approved.filter(isOverridden);
	return {
		superseded: new Map(overridden.map((plan) => [plan, overriding(plan).filter((other) => !isOverridden(other))])),
		rivalsOf: (plan) => last.filter((other) => other !== plan && !isLater(plan, other) && !(isStale(other) && (isStale(plan) || isUnlisted(other))))
	};
}
function isLater({ membership: a }, { membership: b }) {
	return a !== null && b !== null && a.approval.fromMs > b.approval.toMs;
}
// src/domain/reason.ts
/** What a plan's verdict is, and why: codes with arguments. Sentences are made from them at the edge (report/). */
function decide(found, standing, binding, unclear) {
	switch (standing) {
		case "superseded": return {
			verdict: null,
			reasons: (binding.superseded.get(found.plan) ?? []).map((other) => ({
				code: "superseded",
				by: other.id
			}))
		};
		case "pending": return {
			verdict: null,
			reasons: [{ code: "pending-approval" }, ...pendingBelow(found)]
		};
		case "unknown": return {
			verdict: null,
			reasons: [{ code: "membership-unknown" }]
		};
		case "not-joined": return {
			verdict: null,
			reasons: [notJoinedReason(found.plan)]
		};
		case "closed": return {
			verdict: "closed",
			reasons: closedReasons(found)
		};
		case "binding": return decideBinding(found, binding.rivalsOf(found.plan), unclear);
		default: return standing;
	}
}
/** Once approved it would pay less than the general plan: told before it is too late, of what can be judged. */
function pendingBelow(found) {
	const { gapBp, basis } = found.tally;
	if (gapBp === null || gapBp >= 0 || basis === "mixed" || isClosed(found.plan, found.question.nowMs)) return [];
	return obstaclesOf(found, []).length === 0 ? [{
		code: "pending-below",
		gapBp
	}] : [];
}
/** Rejected since is no word on the exit. */
function notJoinedReason({ membership, reportedExit }) {
	const status = membership?.status ?? null;
	if (!reportedExit || status === "rejected") return {
		code: "not-joined",
		status
	};
	const { atMs, confirmedMs } = reportedExit;
	return {
		code: "exited",
		at: formatIso(atMs),
		confirmedAt: confirmedMs === null ? null : formatIso(confirmedMs)
	};
}
/** The user thinks to have left, and the alliance does not: told before all else, whatever the verdict. */
function notEffective({ reportedExit }, verdict) {
	if (verdict === null || !reportedExit || reportedExit.isEffective) return [];
	return [{
		code: "exit-not-effective",
		at: formatIso(reportedExit.atMs)
	}];
}
function closedReasons({ plan, question }) {
	const state = plan.state === "active" ? null : plan.state;
	if (state) return [{
		code: "plan-stopped",
		state
	}];
	if (plan.missing) return [missingReason(plan.missing, question)];
	return [{
		code: "plan-stopped",
		state: "expired"
	}];
}
function missingReason({ confirmations }, { policy }) {
	return {
		code: "missing",
		captures: confirmations,
		needed: policy.confirmMissing
	};
}
/** A plan that binds: review while anything stands in the way of judging, else by the comparison. */
function decideBinding(found, rivals, unclear) {
	const obstacles = [...unclearReasons(unclear), ...obstaclesOf(found, rivals)];
	const comparison = byComparison(found);
	if (obstacles.length > 0) return {
		verdict: "review",
		reasons: [...obstacles, ...comparison.reasons]
	};
	const doubt = comparison.verdict === "keep" ? staleDoubt(found) : null;
	return doubt ? {
		verdict: "review",
		reasons: [doubt, ...comparison.reasons]
	} : comparison;
}
/** Whose plans bind cannot be told where it cannot be told who the merchant is. */
function unclearReasons(shops) {
	return shops.length === 0 ? [] : [{
		code: "shop-unclear",
		shops
	}];
}
function obstaclesOf({ plan, tally, ageMs, question }, rivals) {
	const { policy } = question;
	const reasons = [];
	if (rivals.length > 0) reasons.push({
		code: "binding-unknown",
		plans: rivals.map((other) => other.id)
	});
	if (isUnlisted(plan)) reasons.push({ code: "not-listed" });
	if (plan.missing) reasons.push(missingReason(plan.missing, question));
	if (ageMs !== null && ageMs > policy.maxAgeMs) reasons.push({
		code: "stale",
		ageHours: Math.floor(ageMs / millisecondsInHour)
	});
	const isOutside = !plan.missing && isOutsidePlan({
		plan,
		tally,
		question
	});
	if (isOutside) reasons.push({ code: "not-in-plan" });
	for (const { rates, item, change } of tally.doubts) reasons.push({
		code: "unit-doubt",
		rates,
		item,
		...changeArguments(change)
	});
	if (tally.known > 0) return reasons;
	if (!tally.isSpecialKnown && !plan.missing && !isOutside) reasons.push({ code: "no-special-rate" });
	if (!tally.isGeneralKnown || reasons.length === 0) {
		const { generalGoneMs: gone } = tally;
		reasons.push({
			code: "no-general-rate",
			lastSeenAt: gone === null ? null : formatIso(gone)
		});
	}
	return reasons;
}
function isOutsidePlan({ plan, tally, question: { item } }) {
	if (item !== null) return plan.isOutside(item);
	const { comparisons, isSpecialKnown } = tally;
	return !isSpecialKnown && comparisons.length > 0 && comparisons.every(({ scope }) => plan.isOutside(scope));
}
/** Fresh rates say keep, but others too old to judge by forbid it (design.md §4.2). */
function staleDoubt({ tally: { staleMs }, question }) {
	return staleMs === null ? null : {
		code: "stale",
		ageHours: Math.floor((question.nowMs - staleMs) / millisecondsInHour)
	};
}
/**
* All known scopes below: exit. None below: keep. Mixed: by the sum of gap × weight (design.md §4.3).
* With a minimum gain, "below" is below general plus that gain.
*/
function byComparison({ tally, question }) {
	const { minGainBp } = question.policy;
	const { gapBp, known, below, gain, lower, itemsBelow, basis } = tally;
	if (known === 0 || gapBp === null || basis === "mixed") return {
		verdict: "review",
		reasons: []
	};
	const exit = below === known || below > 0 && gain < 0;
	const reasons = [];
	if (gapBp < 0) reasons.push({
		code: "below-general",
		gapBp
	});
	else if (exit && minGainBp > 0) reasons.push({
		code: "below-min-gain",
		gapBp,
		minGainBp
	});
	else if (gapBp > 0) reasons.push({
		code: "above-general",
		gapBp
	});
	else if (!exit) reasons.push({ code: "no-gain" });
	if (lower > 0 && lower < known) reasons.push({
		code: "mixed",
		below: lower,
		above: known - lower,
		itemsBelow
	});
	return {
		verdict: exit ? "exit" : "keep",
		reasons
	};
}
/** What the user should know besides, whatever the verdict. */
function circumstances({ plan, tally, question }) {
	const { lastChange, raise, gapBp, basis, byAverage } = tally;
	const reasons = [];
	if (lastChange !== null && lastChange.to < lastChange.from) reasons.push({
		code: "rate-cut",
		item: lastChange.item,
		...changeArguments(lastChange)
	});
	if (raise && gapBp !== null && gapBp < 0) reasons.push({
		code: "general-raised",
		item: raise.item,
		...changeArguments(raise)
	});
	if (tally.isZero) reasons.push({ code: "zero-rate" });
	if (basis === "shop-average" || basis === "mixed") reasons.push({
		code: "average-only",
		basis
	});
	else if (byAverage > 0) reasons.push({
		code: "part-average",
		items: byAverage
	});
	if (plan.locked) reasons.push({ code: "locked" });
	const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
	if (plan.endsAt && ends !== null && ends >= question.nowMs && ends - question.nowMs <= ENDS_SOON_MS) reasons.push({
		code: "ends-soon",
		endsAt: plan.endsAt
	});
	return reasons;
}
function changeArguments({ from, to, firstSeenAfterMs }) {
	return {
		fromBp: from,
		toBp: to,
		at: formatIso(firstSeenAfterMs)
	};
}
// src/domain/tally.ts
const UNKNOWN_VIEW = {
	bp: null,
	atMs: null
};
const SIDES = ["special", "general"];
/** `item` narrows it to one item. */
function tallyScopes(special, general, { sales, idOf }, { item, nowMs, policy: { maxAgeMs, minGainBp } }) {
	const { comparisons, basis } = compareScopes(special, general, {
		only: item,
		sales,
		nowMs,
		maxAgeMs
	});
	const scopes = countRelations(comparisons);
	const compare = inOrder(idOf);
	const sums = makeSums(special, general, {
		minGainBp,
		compare,
		idOf
	});
	let [staleMs, byAverage] = [null, 0];
	const counts = countedBy(comparisons, scopes);
	for (const comparison of comparisons) {
		if (counts(comparison)) sums.add(comparison);
		if (comparison.basis === "mixed") byAverage += 1;
		if (comparison.stale && (basis === "shop-average" || (comparison.gapBp ?? 0) < minGainBp)) staleMs = Math.min(staleMs ?? nowMs, special.seenMs(comparison.special) ?? nowMs, general.seenMs(comparison.general) ?? nowMs);
	}
	const { lower, ...told } = sums.result();
	return {
		comparisons,
		basis,
		scopes,
		...told,
		lower: lower.length,
		itemsBelow: lower.length < told.known ? lower.sort(compare).flatMap(({ scope }) => idOf(scope) ?? []) : [],
		byAverage,
		staleMs
	};
}
/** The comparisons that decide; where none can, those that would if they were not stale; else whatever is known. */
function countedBy(comparisons, scopes) {
	if (scopes.unknown < comparisons.length) return ({ relation }) => relation !== "unknown";
	return comparisons.some(({ stale }) => stale) ? ({ stale }) => stale : () => true;
}
function countRelations(comparisons) {
	const counts = {
		below: 0,
		equal: 0,
		above: 0,
		unknown: 0
	};
	for (const { relation } of comparisons) counts[relation] += 1;
	return counts;
}
/** Adds up the comparisons that count. */
function makeSums(ofSpecial, ofGeneral, { minGainBp, ...order }) {
	const lower = [];
	const both = makeMeans();
	const sides = {
		special: makeSide(ofSpecial),
		general: makeSide(ofGeneral)
	};
	let below = 0;
	let [isZero, generalGoneMs] = [false, null];
	const moves = makeMoves(ofSpecial, ofGeneral, order);
	function addKnown(comparison, specialBp, generalBp) {
		if (specialBp < generalBp) lower.push(comparison);
		if (specialBp - generalBp < minGainBp) below += 1;
		both.add(comparison, specialBp, generalBp);
	}
	/** A known rate is no zero. */
	function addUnknown(special, general) {
		const [own, other] = [ofSpecial.rateAt(special), ofGeneral.rateAt(general)];
		if (own?.bp === null && own.zero) isZero = true;
		if (other && other.bp !== null && other.absentCaptures > 0) generalGoneMs = Math.max(generalGoneMs ?? other.atMs, other.atMs);
	}
	return {
		add(comparison) {
			const { special, general, gapBp } = comparison;
			sides.special.add(comparison, special);
			sides.general.add(comparison, general);
			const own = ofSpecial.usableBp(special);
			const other = ofGeneral.usableBp(general);
			if (gapBp !== null && own !== null && other !== null) addKnown(comparison, own, other);
			if (own === null || other === null) addUnknown(special, general);
			moves.add(comparison);
		},
		result() {
			const { known, weigh, gain, ...means } = both.result(minGainBp);
			const [special, general] = [sides.special.view(), sides.general.view()];
			return {
				weigh,
				special: known > 0 ? {
					...special,
					bp: means.special
				} : special,
				general: known > 0 ? {
					...general,
					bp: means.general
				} : special.bp === null ? general : UNKNOWN_VIEW,
				gapBp: means.special !== null && means.general !== null ? means.special - means.general : null,
				...moves.result(),
				known,
				below,
				gain,
				lower,
				isZero,
				isSpecialKnown: special.atMs !== null,
				isGeneralKnown: general.atMs !== null,
				generalGoneMs
			};
		}
	};
}
/** How the compared rates last moved. */
function makeMoves(ofSpecial, ofGeneral, { compare, idOf }) {
	const isLater = (a, b) => {
		const later = a.change.firstSeenAfterMs - b.change.firstSeenAfterMs;
		return later > 0 || later === 0 && isFirst(a.of, b);
	};
	const last = makeTold(isLater, idOf);
	const raise = makeTold((a, b) => isFirst(a.of, b), idOf);
	const doubts = {
		special: null,
		general: null
	};
	const isFirst = (of, known) => known === null || compare(of, known.of) < 0;
	return {
		add(of) {
			const moves = {
				special: ofSpecial.moves(of.special),
				general: ofGeneral.moves(of.general)
			};
			const usable = {
				special: ofSpecial.usableBp(of.special),
				general: ofGeneral.usableBp(of.general)
			};
			for (const side of SIDES) {
				const { doubt } = moves[side];
				if (doubt?.to === usable[side] && isFirst(of, doubts[side])) doubts[side] = {
					of,
					change: doubt
				};
			}
			last.add(of, moves.special.change);
			const { change } = moves.general;
			raise.add(of, change && change.to > change.from ? change : null);
		},
		result: () => ({
			lastChange: last.result(),
			raise: raise.result(),
			doubts: SIDES.flatMap((rates) => {
				const found = doubts[rates];
				return found ? [{
					rates,
					item: idOf(found.of.scope),
					change: found.change
				}] : [];
			})
		})
	};
}
/** Of changes, added one for each comparison (null: none), the one that is told. */
function makeTold(isBefore, idOf) {
	let told = null;
	let first;
	let isAlike = true;
	return {
		add(of, change) {
			if (first === void 0) first = change;
			else isAlike &&= change?.from === first?.from && change?.to === first?.to;
			if (change && (!told || isBefore({
				of,
				change
			}, told))) told = {
				of,
				change
			};
		},
		result: () => told && {
			...told.change,
			item: isAlike ? null : idOf(told.of.scope)
		}
	};
}
/** One rate of each comparison, by itself. */
function makeSide(rates) {
	const means = makeMeans();
	let atMs = null;
	return {
		add(comparison, row) {
			const bp = rates.usableBp(row);
			const seenMs = rates.seenMs(row);
			if (bp === null || seenMs === null) return;
			if (atMs === null || seenMs < atMs) atMs = seenMs;
			means.add(comparison, bp, 0);
		},
		view: () => ({
			bp: means.result(0).special,
			atMs
		})
	};
}
/**
* Means of compared rates, rounded half up. Items weigh by their sales; if those of any are unknown, or all are 0, all weigh
* 1 (design.md §4.3).
*/
function makeMeans() {
	const weighed = {
		special: 0,
		general: 0,
		weight: 0
	};
	const alike = {
		special: 0,
		general: 0,
		weight: 0
	};
	let [hasAllSales, hasSales] = [true, false];
	return {
		add({ scope, sales }, specialBp, generalBp) {
			if (sales !== null && sales > 0) hasSales = true;
			if (sales === null && scope !== 0) hasAllSales = false;
			const weight = sales ?? 1;
			weighed.special += specialBp * weight;
			weighed.general += generalBp * weight;
			weighed.weight += weight;
			alike.special += specialBp;
			alike.general += generalBp;
			alike.weight += 1;
		},
		result(minGainBp) {
			const isWeighed = hasAllSales && hasSales;
			const { special, general, weight } = isWeighed ? weighed : alike;
			const weigh = isWeighed ? ({ sales }) => sales ?? 1 : () => 1;
			const mean = (sum) => weight === 0 ? null : Math.floor(sum / weight + .5);
			return {
				known: alike.weight,
				special: mean(special),
				general: mean(general),
				gain: special - general - minGainBp * weight,
				weigh
			};
		}
	};
}
// src/domain/verdict.ts
/** Judges every special plan of one account in one shop; plans not joined come with `verdict: null`. */
function judgeShop(ledger, question) {
	return judgeState(stateOf(ledger), question);
}
/** As `judgeShop`, for a state already derived. Where exports contradict each other each of the values is tried (design.md §4.4). */
function judgeState(shop, question) {
	if (shop.plans.every(({ contradictions }) => contradictions.length === 0)) return judgeWorld(shop, question);
	const all = {
		...question,
		joinedOnly: false
	};
	const worlds = worldsOf(shop)?.map((world) => judgeWorld(world, all));
	return judgeWorld(shop, all).map((judged, index) => {
		const tried = worlds?.map((world) => world[index]) ?? [];
		const isSure = worlds ? new Set(tried.map(outcomeOf)).size === 1 : !isTorn(judged);
		const told = tried.find(({ reasons }) => !isPendingBelow(reasons)) ?? tried[0];
		return isSure ? told ?? judged : asReview(judged, shop);
	}).filter((judged) => !question.joinedOnly || isToldAlways(judged, question.nowMs));
}
function outcomeOf({ verdict, standing }) {
	return standing === "closed" ? standing : `${verdict}`;
}
function isTorn({ verdict, reasons }) {
	return verdict !== null || reasons.some(({ code }) => code === "conflict");
}
/** The contradicting values give different verdicts. */
function asReview(judged, { plans }) {
	const own = judged.reasons.find((reason) => reason.code === "conflict");
	const atMs = Math.max(...plans.flatMap(({ contradictions }) => contradictions.map((one) => one.atMs)));
	const conflict = {
		code: "conflict",
		at: own?.at ?? formatIso(atMs),
		matters: true
	};
	const isRate = plans.some(({ contradictions }) => contradictions.some(({ of }) => of === "rate"));
	const isTold = ({ code }) => !(isRate && (code === "no-special-rate" || code === "no-general-rate"));
	const others = judged.reasons.filter((reason) => reason !== own && isTold(reason));
	return {
		...judged,
		verdict: "review",
		standing: "binding",
		reasons: [conflict, ...others]
	};
}
/**
* What is told without being asked for: plans that are joined; those applied for that would pay less than the general plan; and
* being removed from one (design.md §4).
*/
function isToldAlways({ verdict, standing, reasons, plan }, nowMs) {
	if (verdict !== null || standing === "superseded") return true;
	return isRemoved(plan, nowMs) || isPendingBelow(reasons);
}
function isPendingBelow(reasons) {
	return reasons.some(({ code }) => code === "pending-below");
}
function judgeWorld(shop, question) {
	const specials = shop.plans.filter(isSpecial);
	const questionOf = (plan) => {
		const policy = policyFor(question.policy, shop.ledger.shop, plan.id);
		return policy === question.policy ? question : {
			...question,
			policy
		};
	};
	const hasJoinedList = shop.ledger.joinedListTimes.length > 0;
	const standings = new Map(specials.map((plan) => [plan, standingOf(plan, questionOf(plan), hasJoinedList)]));
	const isStale = (plan) => question.nowMs - (plan.membership?.atMs ?? question.nowMs) > questionOf(plan).policy.maxAgeMs;
	const binding = findBinding(specials.filter((plan) => standings.get(plan) === "binding"), isStale);
	return specials.flatMap((plan) => {
		const standing = binding.superseded.has(plan) ? "superseded" : standings.get(plan) ?? "not-joined";
		const isOutside = standing === "unknown" || standing === "not-joined" && !isRemoved(plan, question.nowMs);
		if (question.joinedOnly && isOutside) return [];
		const own = questionOf(plan);
		const tally = tallyScopes(plan.rates, shop.general?.rates ?? NO_RATES$1, shop.ledger, own);
		const ownPolicy = isSamePolicy(own.policy, question.policy) ? null : own.policy;
		const judged = judgePlan(shop, {
			plan,
			tally,
			question: own
		}, standing, binding, ownPolicy);
		return question.joinedOnly && !isToldAlways(judged, question.nowMs) ? [] : [judged];
	});
}
/** By item, whatever the order of import. Of a million scopes they would fill the memory: they are asked for. */
function shownComparisons({ rates }, { comparisons, weigh }, shop) {
	const { itemOf, idOf } = shop.ledger;
	return comparisons.toSorted(inOrder(idOf)).map((comparison) => ({
		...comparison,
		special: rates.rateAt(comparison.special),
		general: shop.general?.rates.rateAt(comparison.general) ?? null,
		item: itemOf(comparison.scope),
		weight: weigh(comparison)
	}));
}
/** Special, or of a kind that no export has said: only special plans are applied for. */
function isSpecial(plan) {
	return plan.kind === "special" || plan.kind === null && plan.membership !== null;
}
function judgePlan(shop, { plan, tally, question }, standing, binding, ownPolicy) {
	const { nowMs } = question;
	const { special, general } = tally;
	const { rates, contradictions, isOutside: _, ...known } = plan;
	const needed = [
		standing === "not-joined" ? null : plan.membership?.atMs ?? null,
		special.atMs,
		general.atMs
	];
	const oldest = Math.min(...needed.filter((ms) => ms !== null));
	const ageMs = Number.isFinite(oldest) ? Math.max(0, nowMs - oldest) : null;
	const found = {
		plan,
		tally,
		ageMs,
		question
	};
	const { verdict, reasons } = decide(found, standing, binding, shop.ledger.unclear ?? []);
	const atMs = contradictions.length > 0 || (shop.general?.contradictions.length ?? 0) > 0 ? contradictedMs(plan, shop.general, new Set(tally.comparisons.map((c) => c.scope))) : null;
	const contradicted = atMs === null ? [] : [{
		code: "conflict",
		at: formatIso(atMs),
		matters: false
	}];
	const back = verdict === "exit" && binding.superseded.size > 0 ? [{
		code: "may-come-back",
		plans: [...binding.superseded.keys()].map((other) => other.id)
	}] : [];
	return {
		verdict,
		standing,
		reasons: [
			...notEffective(plan, verdict),
			...contradicted,
			...reasons,
			...back,
			...circumstances(found)
		],
		account: shop.ledger.account,
		shop: shop.ledger.shop,
		plan: known,
		basis: tally.basis,
		special,
		general,
		gapBp: tally.gapBp,
		comparisons: question.withItems ? shownComparisons(plan, tally, shop) : [],
		items: question.withItems ? rates.scopes().flatMap((scope) => shop.ledger.idOf(scope) ?? []) : [],
		scopes: tally.scopes,
		lastChange: tally.lastChange,
		atRisk: verdict === "exit" && question.orders ? riskOf(shop, {
			plan,
			tally,
			question
		}, question.orders) : null,
		ageMs,
		event: bestOf(shop, "event", tally.comparisons, question),
		marketing: bestOf(shop, "marketing", tally.comparisons, question),
		muted: muteAt(question.mutes ?? [], {
			account: shop.ledger.account,
			shop: shop.ledger.shop,
			plan
		}, nowMs),
		ownPolicy
	};
}
/** Of the whole plan, also where one item is asked about: leaving it concerns all of its items. */
function riskOf({ ledger, general }, { plan, tally, question }, orders) {
	const rates = {
		special: plan.rates,
		general: general?.rates ?? NO_RATES$1
	};
	const whole = question.item === null ? tally : tallyScopes(rates.special, rates.general, ledger, {
		...question,
		item: null
	});
	return atRiskOf(ledger.account, whole.comparisons, rates, orders, question.nowMs);
}
function bestOf(shop, kind, comparisons, question) {
	let best = null;
	for (const plan of shop.plans) {
		if (plan.kind !== kind || !isRunning(plan, question.nowMs)) continue;
		for (const { scope } of comparisons) {
			const row = plan.rates.find(scope);
			const [bp, atMs] = [plan.rates.usableBp(row), plan.rates.seenMs(row)];
			if (bp === null || atMs === null || question.nowMs - atMs > question.policy.maxAgeMs) continue;
			if (!best || bp > best.bp || bp === best.bp && atMs > best.atMs) best = {
				bp,
				atMs
			};
		}
	}
	return best;
}
/** An event earns its rate only between its start and its end (formats.md §8, R5). */
function isRunning(plan, nowMs) {
	const ends = plan.endsAt === null ? null : endMs(plan.endsAt);
	return (plan.state === null || plan.state === "active") && plan.missing === null && (ends === null || ends >= nowMs);
}
// src/domain/verdict-at.ts
/** `ledger` has all readings of the shop. `judgeExactly`: as of a moment, with the sales that items had then. */
function openPastVerdicts(ledger, policy, judgeExactly) {
	const feeds = feedsOf(ledger);
	const times = [.../* @__PURE__ */ new Set([...feeds.flatMap((feed) => feed.times), ...ledger.joinedListTimes])].sort((a, b) => a - b);
	const turns = feeds.length === 1 && ledger.joinedListTimes.length === 0 ? turnsOf(ledger) : null;
	const judged = /* @__PURE__ */ new Map();
	const exits = /* @__PURE__ */ new Map();
	function verdictsAt(capturedMs) {
		const key = turns ? indexOfTime(turns, capturedMs + 1) : capturedMs;
		const known = judged.get(key) ?? judge(capturedMs);
		judged.set(key, known);
		return known;
	}
	function judge(capturedMs) {
		const question = {
			policy,
			nowMs: capturedMs,
			item: null
		};
		const plain = judgeShop(ledgerUntil(ledger, capturedMs), question);
		const isMixed = ({ scopes }) => scopes.below > 0 && scopes.above + scopes.equal > 0;
		const all = plain.some(isMixed) ? judgeExactly(capturedMs) : plain;
		return new Map(all.flatMap(({ plan, verdict }) => verdict === null ? [] : [[plan.id, verdict]]));
	}
	const lastBefore = (ms) => times[indexOfTime(times, ms + 1) - 1] ?? null;
	return {
		at(planId, ms) {
			const capturedMs = lastBefore(ms);
			const verdict = capturedMs === null ? void 0 : verdictsAt(capturedMs).get(planId);
			if (capturedMs === null || verdict === void 0) return null;
			return {
				verdict,
				capturedMs,
				feedIds: feeds.filter(({ times }) => times[indexOfTime(times, capturedMs)] === capturedMs).map(({ id }) => id)
			};
		},
		saidExit(planId, ms) {
			const search = exits.get(planId) ?? {
				next: 0,
				hasExit: false
			};
			exits.set(planId, search);
			for (; !search.hasExit && (times[search.next] ?? Number.POSITIVE_INFINITY) <= ms; search.next++) search.hasExit = verdictsAt(times[search.next] ?? 0).get(planId) === "exit";
			return search.hasExit;
		}
	};
}
function runsOf({ plans }) {
	return plans.flatMap((plan) => [...plan.facts, ...plan.rates.flatMap((series) => series.runs)]);
}
function feedsOf(ledger) {
	return [...new Set(runsOf(ledger).map(({ feed }) => feed))];
}
/** Moments from which the ledger says something else, ascending. */
function turnsOf(ledger) {
	const turns = /* @__PURE__ */ new Set();
	for (const { feed, first, last } of runsOf(ledger)) for (const index of [first, last + 1]) if (feed.times[index] !== void 0) turns.add(feed.times[index]);
	for (const { exitedMs } of ledger.plans) if (exitedMs !== void 0) turns.add(exitedMs);
	return [...turns].sort((a, b) => a - b);
}
/** What the same ledger was when nothing captured later was known. */
function ledgerUntil(ledger, untilMs) {
	const feeds = /* @__PURE__ */ new Map();
	const feedUntil = (feed) => {
		const known = feeds.get(feed) ?? {
			...feed,
			times: feed.times.slice(0, indexOfTime(feed.times, untilMs + 1))
		};
		feeds.set(feed, known);
		return known;
	};
	function runsUntil(runs) {
		return runs.flatMap((run) => {
			const feed = feedUntil(run.feed);
			return run.first >= feed.times.length ? [] : [{
				...run,
				feed,
				last: Math.min(run.last, feed.times.length - 1)
			}];
		});
	}
	const plans = ledger.plans.flatMap((plan) => {
		const { exitedMs, ...rest } = plan;
		const facts = runsUntil(plan.facts);
		const rates = plan.rates.map((series) => ({
			...series,
			runs: runsUntil(series.runs)
		}));
		const own = {
			...rest,
			facts,
			rates: rates.filter(({ runs }) => runs.length > 0)
		};
		if (facts.length === 0 && own.rates.length === 0) return [];
		return [exitedMs === void 0 || exitedMs > untilMs ? own : {
			...own,
			exitedMs
		}];
	});
	return {
		...ledger,
		plans,
		joinedListTimes: ledger.joinedListTimes.filter((ms) => ms <= untilMs)
	};
}
// src/store/import-times.ts
/** Gives the moment from which all of some feeds was known that was captured at a moment. */
function openImportTimes(db) {
	const find = db.prepare(`SELECT max(f.imported_at) FROM snapshot n JOIN file f ON f.id = n.file_id
       WHERE n.captured_at = ? AND n.feed_id IN (SELECT value FROM json_each(?))`).pluck();
	const known = /* @__PURE__ */ new Map();
	return (feedIds, capturedMs) => {
		const key = `${capturedMs} ${feedIds}`;
		const found = known.get(key) ?? find.get(capturedMs, JSON.stringify(feedIds));
		known.set(key, found);
		return found;
	};
}
// src/store/order-places.ts
/** Which merchant an order line is of: by its item, else by the seller's number or the 旺旺 (orders.md §0.3). */
/** `itemNos`: all that will be asked about. */
function openOrderPlaces(db, { firstOf }, itemNos) {
	const items = groupBy(db.prepare(`SELECT id, shop_id AS shopId, item_no AS itemNo FROM item
         WHERE item_no IN (SELECT value FROM json_each(?)) ORDER BY id`).all(JSON.stringify([...new Set(itemNos)])), ({ itemNo }) => itemNo);
	const shops = lazy(() => db.prepare(`SELECT id, iif(id_kind = 'seller', id_no, NULL) AS sellerId, nick, name FROM shop
           UNION ALL SELECT id, NULL, id_no, NULL FROM shop WHERE id_kind = 'name'`).all());
	const byNick = lazy(() => merchantsBy(({ nick, name }) => [nick, name]));
	const bySeller = lazy(() => merchantsBy(({ sellerId }) => [sellerId]));
	function merchantsBy(keysOf) {
		const found = /* @__PURE__ */ new Map();
		for (const shop of shops()) for (const key of keysOf(shop)) if (key !== null) found.set(key, (found.get(key) ?? /* @__PURE__ */ new Set()).add(firstOf(shop.id)));
		return found;
	}
	function byNames({ sellerId, nick }) {
		return (sellerId === null ? void 0 : bySeller().get(sellerId)) ?? (nick === null ? void 0 : byNick().get(nick)) ?? NONE;
	}
	return { placeOf(line) {
		const own = line.itemNo === null ? [] : items.get(line.itemNo) ?? [];
		const known = new Set(own.map(({ shopId }) => firstOf(shopId)));
		const named = known.size === 1 ? known : byNames(line);
		const found = known.size > 1 && named.size > 0 ? [...named].filter((shop) => known.has(shop)) : [...named];
		const [shopId] = found;
		if (shopId === void 0 || found.length > 1) return known.size > 1 || found.length > 1 ? "unclear" : null;
		return {
			shopId,
			scope: own.find((item) => firstOf(item.shopId) === shopId)?.id ?? null
		};
	} };
}
const NONE = /* @__PURE__ */ new Set();
// src/domain/order-line.ts
/**
* Order lines: what reports say of the user's own orders (orders.md §1, §3.1). One line is one sub-order: one item of an
* order. Money is integer fen, rates are integer basis points, times are milliseconds since 1970, ids are text; `null`
* means that the report does not say.
*/
/** 已付款, 已收货, 已结算, 已失效; a later one is newer where no time tells. */
const ORDER_STATES = [
	"paid",
	"received",
	"settled",
	"void"
];
function keysOf(all) {
	return Object.keys(all);
}
/** All facts of a line, in the order of their columns. */
const ORDER_KEYS = keysOf({
	role: 1,
	subOrderNo: 1,
	orderNo: 1,
	itemNo: 1,
	itemTitle: 1,
	quantity: 1,
	unitPriceFen: 1,
	nick: 1,
	shopTitle: 1,
	sellerId: 1,
	clickedMs: 1,
	createdMs: 1,
	paidMs: 1,
	settledMs: 1,
	modifiedMs: 1,
	state: 1,
	paidFen: 1,
	settledFen: 1,
	rateBp: 1,
	serviceFeeBp: 1,
	subsidyFen: 1,
	incomeBp: 1,
	shareBp: 1,
	feeBp: 1,
	feeFen: 1,
	estimatedFen: 1,
	settledIncomeFen: 1,
	commissionFen: 1,
	product: 1,
	marketing: 1,
	platform: 1,
	refundTag: 1
});
/** The column, and the name for users, of a fact: `clickedMs` is `clicked_at`, `rateBp` is `rate_bp`. */
function orderColumn(fact) {
	return fact.replace(/Ms$/, "At").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
/** When a line or a case came to be, as far as its row says. */
function orderMoment(row) {
	return row.createdMs ?? row.paidMs ?? row.clickedMs ?? null;
}
/** Not decided; 维权成功, which alone counts; 维权失败. */
const REFUND_STATES = [
	"open",
	"failed",
	"succeeded"
];
const REFUND_KEYS = keysOf({
	role: 1,
	subOrderNo: 1,
	orderNo: 1,
	state: 1,
	refundFen: 1,
	settledFen: 1,
	returnedFen: 1,
	createdMs: 1,
	finishedMs: 1,
	modifiedMs: 1
});
// src/domain/merge-orders.ts
/** The newest state of each order line, from what any reports said of it (orders.md §3.1). */
function momentOf({ modifiedMs, source }) {
	return modifiedMs ?? source.capturedMs;
}
/** The newest first, whatever the order of import. */
function newestFirst(statements, states) {
	return [...statements].sort((a, b) => momentOf(b) - momentOf(a) || b.source.capturedMs - a.source.capturedMs || states.indexOf(b.state) - states.indexOf(a.state) || compareText(a.source.sha256, b.source.sha256) || a.source.line - b.source.line);
}
/** What tells one line of an account from another (orders.md §3.1); a report without roles is of own orders. */
function lineKey({ account, role, subOrderNo, orderNo, itemNo, quantity, unitPriceFen, occurrence }) {
	return JSON.stringify([
		account,
		role ?? "own",
		...subOrderNo === null ? [
			orderNo,
			itemNo,
			quantity,
			unitPriceFen,
			occurrence
		] : [subOrderNo]
	]);
}
/** Several cases of one line are told apart by when they were opened. */
function refundKey({ account, subOrderNo, orderNo, createdMs, occurrence }) {
	return JSON.stringify([
		account,
		subOrderNo,
		orderNo,
		createdMs ?? occurrence
	]);
}
/** What does not change in the life of a line: where the newest state does not say it, an older one may. */
const LASTING = [
	"role",
	"orderNo",
	"itemNo",
	"itemTitle",
	"quantity",
	"unitPriceFen",
	"nick",
	"shopTitle",
	"sellerId",
	"clickedMs",
	"createdMs",
	"paidMs",
	"product",
	"marketing",
	"platform"
];
/**
* The lines that rows of any reports speak of, each in its newest state, with the refund cases of these rows. Rows of
* one order must be given together; which file came first does not matter. A case that names only an order of several
* lines belongs to none of them: they count as tagged, with no amount.
*/
function mergeOrderStates(statements, refunds) {
	const [only] = statements;
	if (only && statements.length === 1 && refunds.length === 0) return [{
		...only,
		earlier: [],
		refunds: []
	}];
	const cases = [...groupBy(refunds, refundKey).values()].flatMap((one) => newestFirst(one, REFUND_STATES).slice(0, 1));
	const lines = [...groupBy(withSubOrders(statements), lineKey).values()].flatMap((one) => lineOf(newestFirst(one, ORDER_STATES)));
	return lines.map((line) => {
		const own = cases.filter((one) => one.account === line.account && isCaseOf(one, line));
		const isAlone = lines.filter((other) => other.account === line.account && other.orderNo === line.orderNo).length === 1;
		const certain = own.filter((one) => isAlone || one.subOrderNo !== null && line.subOrderNo !== null);
		const refundTag = certain.length < own.length || line.refundTag;
		return {
			...line,
			refundTag,
			refunds: newestFirst(certain, REFUND_STATES).reverse()
		};
	});
}
/**
* Rows of a report that leaves sub-order numbers empty get those of other reports: of the same item, number and price.
*/
function withSubOrders(statements) {
	const numbered = statements.filter(({ subOrderNo }) => subOrderNo !== null);
	if (numbered.length === 0 || numbered.length === statements.length) return statements;
	const keyOf = (one) => lineKey({
		...one,
		subOrderNo: null,
		occurrence: 1
	});
	return statements.map((one) => {
		if (one.subOrderNo !== null) return one;
		const alike = numbered.filter((other) => keyOf(other) === keyOf(one) && other.source.sha256 !== one.source.sha256);
		const numbers = [...new Set(alike.map(({ subOrderNo }) => subOrderNo))].sort(compareText);
		return {
			...one,
			subOrderNo: numbers[one.occurrence - 1] ?? null
		};
	});
}
function lineOf([newest, ...older]) {
	if (!newest) return [];
	const lasting = LASTING.map((field) => [field, [newest, ...older].find((one) => one[field] !== null)?.[field] ?? null]);
	return [{
		...newest,
		...Object.fromEntries(lasting),
		earlier: earlierRates([newest, ...older]),
		refunds: []
	}];
}
function isCaseOf(refund, line) {
	if (refund.subOrderNo !== null && line.subOrderNo !== null) return refund.subOrderNo === line.subOrderNo;
	return refund.orderNo !== null && refund.orderNo === line.orderNo;
}
/** Of states with the newest first, each where the next one had another state or rate. */
function earlierRates(states) {
	return states.flatMap((one, i) => {
		const next = states[i - 1];
		return next && (next.state !== one.state || next.rateBp !== one.rateBp || next.serviceFeeBp !== one.serviceFeeBp) ? [{
			state: one.state,
			rateBp: one.rateBp,
			serviceFeeBp: one.serviceFeeBp,
			source: one.source
		}] : [];
	}).reverse();
}
// src/store/orders.ts
const tablesOf = (name, keys) => ({
	name,
	keys,
	columns: keys.map(orderColumn)
});
const TABLES = {
	order: tablesOf("order", ORDER_KEYS),
	refund: tablesOf("refund", REFUND_KEYS)
};
// src/store/read-orders.ts
/** Reads order lines in their newest state (orders.md §3.1). */
/** The lines of a scope with their refund cases; lines of one order stand together. */
function* readOrders(db, scope) {
	const reports = readReports(db, scope);
	const refundsOf = openRefunds(db, reports);
	const narrow = narrowing(scope);
	const read = (which) => readStatements(db, TABLES.order, reports, narrow, which);
	const strays = groupBy(read("s.order_no IS NULL"), ({ order }) => order);
	let open = [];
	let openOrder = null;
	for (const { order, statement } of read("s.order_no IS NOT NULL")) {
		if (order !== openOrder) {
			yield* linesOf(open);
			open = (strays.get(order) ?? []).map((stray) => stray.statement);
			strays.delete(order);
			openOrder = order;
		}
		open.push(statement);
	}
	yield* linesOf(open);
	for (const rest of strays.values()) yield* linesOf(rest.map(({ statement }) => statement));
	function* linesOf(statements) {
		const ofAccounts = statements.length < 2 ? [statements] : groupBy(statements, ({ account }) => account).values();
		for (const ofAccount of ofAccounts) for (const line of mergeOrderStates(ofAccount, refundsOf(ofAccount))) if (isWithin(line, scope)) yield line;
	}
}
/** SQL: `orderMoment`. */
const CREATED = "coalesce(s.created_at, s.paid_at, s.clicked_at)";
/**
* What was captured until then. The same bytes again are a copy, whatever time their file has: a report of orders never
* goes back to what it said before. So their first capture counts.
*/
function readReports(db, { asOfMs, accounts }) {
	const asked = db.prepare(`SELECT n.id, a.name AS account, f.name AS file, f.sha256, f.imported_at AS importedMs,
              min(n.captured_at) OVER (PARTITION BY f.sha256, d.account_id) AS capturedMs
       FROM feed d JOIN snapshot n ON n.feed_id = d.id JOIN file f ON f.id = n.file_id JOIN account a ON a.id = d.account_id
       WHERE d.coverage = 'orders'`).all().filter(({ capturedMs, account }) => {
		return capturedMs <= (asOfMs ?? capturedMs) && (accounts?.includes(account) ?? true);
	});
	return new Map(asked.map(({ id, ...report }) => [id, report]));
}
/** The number of the order, also where a report has the sub-order's alone. */
const ORDER_NO = `coalesce(s.order_no,
  (SELECT max(o.order_no) FROM order_state o WHERE coalesce(o.sub_order_no, o.order_no) = s.sub_order_no), s.sub_order_no)`;
/** Orders with a statement that is asked for: which of its lines are is known when they are merged. */
function narrowing({ sinceMs, untilMs, of, orderNos }) {
	const conditions = [];
	const among = (column, list) => `s.${column} IN (SELECT value FROM json_each(@${list}))`;
	if (sinceMs !== null || untilMs !== null) conditions.push(`coalesce(${CREATED}, @sinceMs, @untilMs)
         BETWEEN coalesce(@sinceMs, ${Number.MIN_SAFE_INTEGER}) AND coalesce(@untilMs, ${Number.MAX_SAFE_INTEGER})`);
	if (of) conditions.push(`(${among("item_no", "itemNos")} OR ${among("nick", "nicks")} OR ${among("shop_title", "titles")})`);
	if (orderNos) conditions.push(`(${among("order_no", "orderNos")} OR ${among("sub_order_no", "orderNos")})`);
	const lists = {
		itemNos: of?.itemNos,
		nicks: of?.nicks,
		titles: of?.titles,
		orderNos
	};
	return {
		where: conditions.join(" AND "),
		parameters: {
			sinceMs,
			untilMs,
			...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, JSON.stringify(list ?? [])]))
		}
	};
}
/** Columns before those of the facts. */
const FIRST_FACT = 5;
const EVERYTHING = {
	where: "",
	parameters: {}
};
/** Each statement of these reports once, at the newest of them, with the number of its order; those of one order stand together. */
function* readStatements(db, { name, keys, columns }, reports, { where, parameters }, which = "true") {
	const isNarrow = where !== "";
	const asked = isNarrow ? `WITH asked AS MATERIALIZED (SELECT s.order_no, coalesce(s.sub_order_no, s.order_no) AS no FROM order_state s WHERE ${where})` : "";
	const within = isNarrow ? "s.order_no IN (SELECT order_no FROM asked) OR coalesce(s.sub_order_no, s.order_no) IN (SELECT no FROM asked)" : "true";
	const rows = db.prepare(`${asked} SELECT s.id, n.snapshot_id, n.line, ${name === "order" ? ORDER_NO : "NULL"}, s.occurrence, ${columns.map((column) => `s.${column}`).join(", ")}
       FROM ${name}_state s CROSS JOIN ${name}_seen n ON n.state_id = s.id WHERE ${which} AND (${within})
       ORDER BY ${isNarrow ? "+" : ""}s.order_no, s.id`).raw().iterate(parameters);
	let open = null;
	const close = ({ row, order, source, account }) => {
		const statement = {
			account,
			occurrence: row[4],
			source
		};
		for (let i = 0; i < keys.length; i++) statement[keys[i]] = row[i + FIRST_FACT];
		if (name === "order") statement.refundTag = toFlag(row[keys.indexOf("refundTag") + FIRST_FACT]);
		return {
			order,
			statement
		};
	};
	for (const row of rows) {
		const [id, snapshotId, line, order] = row;
		const report = reports.get(snapshotId);
		if (!report) continue;
		const { account, file, sha256, capturedMs, importedMs } = report;
		const source = {
			file,
			sha256,
			line,
			capturedMs,
			importedMs
		};
		if (open?.id === id) {
			if (isNewer(source, open.source)) open.source = source;
			continue;
		}
		if (open) yield close(open);
		open = {
			id,
			row,
			order,
			source,
			account
		};
	}
	if (open) yield close(open);
}
function toFlag(value) {
	return value === null || value === void 0 ? null : value === 1;
}
/** A total order: which report came first does not matter. */
function isNewer(a, b) {
	if (a.capturedMs !== b.capturedMs) return a.capturedMs > b.capturedMs;
	return a.sha256 === b.sha256 ? a.file < b.file : a.sha256 < b.sha256;
}
/** Refund cases by the numbers that they name: there are few beside the orders. */
function openRefunds(db, reports) {
	const cases = Array.from(readStatements(db, TABLES.refund, reports, EVERYTHING), ({ statement }) => statement);
	const [bySub, byOrder] = [groupBy(cases, (one) => one.subOrderNo), groupBy(cases, (one) => one.orderNo)];
	return (statements) => {
		if (cases.length === 0) return NO_CASES;
		const found = statements.flatMap(({ subOrderNo, orderNo }) => [...subOrderNo !== null && bySub.get(subOrderNo) || [], ...orderNo !== null && byOrder.get(orderNo) || []]);
		return [...new Set(found)];
	};
}
const NO_CASES = [];
/** What is asked for of the merged lines. */
function isWithin(line, { sinceMs, untilMs, of, orderNos }) {
	const at = orderMoment(line);
	if (at !== null && (at < (sinceMs ?? at) || at > (untilMs ?? at))) return false;
	const isOf = (value, list) => value !== null && list.includes(value);
	if (orderNos && !isOf(line.subOrderNo, orderNos) && !isOf(line.orderNo, orderNos)) return false;
	return !of || isOf(line.itemNo, of.itemNos) || isOf(line.nick, of.nicks) || isOf(line.shopTitle, of.titles);
}
// src/commands/loss-lines.ts
/** Joins order lines to the ledger: reads both, one merchant after the other, and judges each line. */
/** Every line once; merchant after merchant, so that no more than a few ledgers are in memory. */
function* judgeOrders({ db, reader }, question) {
	const orders = [...readOrders(db, question.orders)];
	const places = openOrderPlaces(db, reader.merchants, orders.flatMap(({ itemNo }) => itemNo ?? []));
	const placed = /* @__PURE__ */ new Map();
	for (const order of orders) {
		const place = places.placeOf(order);
		if (place === null || place === "unclear") {
			const nowhere = {
				shopId: null,
				scope: null,
				ledger: null,
				moment: null,
				isTold: false
			};
			if (question.shopIds === null) yield {
				line: judgeAlone(order, place === "unclear"),
				...nowhere
			};
			continue;
		}
		const own = placed.get(place.shopId);
		if (own) own.push({
			order,
			scope: place.scope
		});
		else placed.set(place.shopId, [{
			order,
			scope: place.scope
		}]);
	}
	const shopIds = [...placed.keys()].filter((id) => question.shopIds?.has(id) ?? true).sort((a, b) => a - b);
	const scopesOf = (shopId) => new Set((placed.get(shopId) ?? []).flatMap(({ scope }) => scope ?? []));
	const importedMs = openImportTimes(db);
	for (const [shopId, ledgers, isWhole] of reader.joinable(shopIds, scopesOf)) for (const [account, lines] of groupBy(placed.get(shopId) ?? [], ({ order }) => order.account)) {
		const ledger = ledgerOf(ledgers, account);
		const judge = ledger ? openLossJudge(ledger, question.policy) : (order) => judgeAlone(order);
		let verdicts = null;
		for (const { order, scope } of lines) {
			const line = judge(order, scope);
			if (line.bucket === "proven") verdicts ??= verdictsOf(shopId, isWhole ? ledger : null, account);
			yield {
				line,
				shopId,
				scope,
				ledger,
				...timingOf(line, verdicts, importedMs)
			};
		}
	}
	function verdictsOf(shopId, ledger, account) {
		const { policy } = question;
		return openPastVerdicts(ledger ?? [...reader.histories([shopId], { account })].flatMap(([, own]) => own)[0] ?? EMPTY, policy, (nowMs) => {
			return [...openLedgerReader(db, nowMs, { merchants: reader.merchants }).judged([shopId], { account })].flatMap(([, own]) => own).flatMap((own) => judgeShop(own, {
				policy,
				nowMs,
				item: null
			}));
		});
	}
}
/** An account is judged by its own exports alone: where it has none of the shop, nothing is known. */
function ledgerOf(ledgers, account) {
	const own = ledgers.find((ledger) => ledger.account === account);
	const [other] = ledgers;
	return own ?? (other ? {
		...other,
		account,
		plans: [],
		joinedListTimes: []
	} : null);
}
const EMPTY = {
	account: "",
	shop: {
		id: null,
		keeperId: null,
		name: null
	},
	plans: [],
	sales: /* @__PURE__ */ new Map(),
	joinedListTimes: [],
	itemOf: () => null,
	idOf: () => null
};
/** orders.md §3.6. */
function timingOf({ bucket, plan, times }, verdicts, importedMs) {
	if (bucket !== "proven" || !plan || !times || !verdicts) return {
		moment: null,
		isTold: false
	};
	const { atMs } = times;
	const past = verdicts.at(plan.id, atMs);
	if (past?.verdict !== "exit") return {
		moment: verdicts.saidExit(plan.id, atMs) ? null : "before-known",
		isTold: false
	};
	const knownMs = importedMs(past.feedIds, past.capturedMs);
	return {
		moment: "after-verdict",
		isTold: knownMs !== null && knownMs <= atMs
	};
}
// src/domain/ledger.ts
/** What tells one shop from any other: its seller id, else its keeper id, else its name. */
function shopKey({ id, keeperId, name }) {
	if (id !== null) return `seller ${id}`;
	return keeperId === null ? `name ${name}` : `keeper ${keeperId}`;
}
// src/domain/loss-sums.ts
/** What lines come to for each plan and in all (orders.md §3.5, §3.6). A sum is one of rounded lines; each line is in one bucket. */
/** Buckets of lines that mostly have no figure: nothing in them is not 0. */
const WITHOUT_FIGURE = [
	"other-plan",
	"unknown",
	"unknown-shop",
	"not-comparable",
	"void"
];
function emptySum(hasFigure) {
	return {
		lines: 0,
		amountFen: 0,
		lowFen: hasFigure ? 0 : null,
		highFen: hasFigure ? 0 : null
	};
}
function emptySums() {
	const sums = BUCKETS.map((bucket) => [bucket, emptySum(!WITHOUT_FIGURE.includes(bucket))]);
	return Object.fromEntries(sums);
}
function add(sum, { amountFen, lowFen, highFen }) {
	if (lowFen !== null && highFen !== null) {
		sum.lowFen = (sum.lowFen ?? 0) + lowFen;
		sum.highFen = (sum.highFen ?? 0) + highFen;
	} else if (sum.lines === 0) [sum.lowFen, sum.highFen] = [null, null];
	sum.lines += 1;
	sum.amountFen += amountFen;
}
/** Adds up lines one by one, in any order. Lines of one shop name it by one object. */
var LossSums = class {
	summary = emptySums();
	beforeKnown = emptySum(true);
	afterVerdict = emptySum(true);
	told = emptySum(true);
	#plans = /* @__PURE__ */ new Map();
	add({ line, moment, isTold }) {
		const sums = [this.summary[line.bucket]];
		const own = this.#planOf(line);
		if (own) sums.push(own.buckets[line.bucket]);
		if (own && line.notes.includes("exit-not-effective")) sums.push(own.notEffective);
		for (const all of own ? [this, own] : [this]) {
			if (moment === "before-known") sums.push(all.beforeKnown);
			if (moment === "after-verdict") sums.push(all.afterVerdict);
			if (isTold) sums.push(all.told);
		}
		for (const sum of sums) add(sum, line);
	}
	#planOf({ account, shop, plan }) {
		if (!shop || !plan) return null;
		const ofShop = this.#plans.get(shop) ?? /* @__PURE__ */ new Map();
		this.#plans.set(shop, ofShop);
		const key = `${plan.id} ${account}`;
		const known = ofShop.get(key);
		if (known) return known;
		const [beforeKnown, afterVerdict, told, notEffective] = [
			true,
			true,
			true,
			true
		].map(emptySum);
		const made = {
			account,
			shop,
			plan,
			buckets: emptySums(),
			beforeKnown,
			afterVerdict,
			told,
			notEffective
		};
		ofShop.set(key, made);
		return made;
	}
	/** The greatest loss first; what is proven counts before what is not. */
	plans() {
		const weigh = ({ buckets }) => [
			buckets.proven.highFen ?? 0,
			buckets.pending.highFen ?? 0,
			buckets.estimated.highFen ?? 0
		];
		return [...this.#plans.values()].flatMap((ofShop) => [...ofShop.values()]).sort((a, b) => {
			const [own, other] = [weigh(a), weigh(b)];
			const differing = own.findIndex((fen, i) => fen !== other[i]);
			if (differing >= 0) return (other[differing] ?? 0) - (own[differing] ?? 0);
			return compareText(a.account, b.account) || compareText(shopKey(a.shop), shopKey(b.shop)) || compareText(a.plan.id, b.plan.id);
		});
	}
};
// ../../../tmp/lossb/lossrun.ts
const cpu = () => {
	const u = process.cpuUsage();
	return Math.round((u.user + u.system) / 1e3);
};
const db = openForReading(process.env.DB ?? "/tmp/lossb/s.db");
const scope = {
	sinceMs: null,
	untilMs: null,
	asOfMs: null,
	accounts: null,
	of: null,
	orderNos: null
};
let t = cpu();
let n = 0;
for (const _ of readOrders(db, scope)) n++;
console.log("read orders", n, cpu() - t);
t = cpu();
const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
const sums = new LossSums();
for (const j of judgeOrders({
	db,
	reader,
	mutes: []
}, {
	orders: scope,
	policy: DEFAULT_POLICY,
	shopIds: null
})) sums.add(j);
console.log("judge all", cpu() - t);
console.log(JSON.stringify(sums.summary.proven), sums.afterVerdict.lines);
