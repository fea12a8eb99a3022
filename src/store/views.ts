/**
 * Views for other programs: plain names, times as text in UTC (ISO 8601), rates as basis points. Nothing of tkguard reads
 * them but the export of tables. What is held back is not in them; one merchant may stand under several numbers.
 * DuckDB reads the SQL of views with its own parser, and hands it to SQLite in its own words: to it `at` alone is a word of
 * the language and `IS NOT ''` an error; what it writes of a UNION SQLite does not read, so views with one have no functions.
 */

/** Programs ask what type a column has; of an expression SQLite knows it by its cast alone. */
const text = (value: string) => `CAST(${value} AS TEXT)`;
const iso = (ms: string) => text(`strftime('%Y-%m-%dT%H:%M:%SZ', ${ms} / 1000, 'unixepoch')`);
const NEVER = String(Number.MAX_SAFE_INTEGER);
/** The last capture of the feed before it says something else. */
const LAST_AT = `(SELECT max(n.captured_at) FROM snapshot n WHERE n.feed_id = r.feed_id AND n.captured_at < ifnull(r.until, ${NEVER}))`;
/** That of a seller as it is; of a keeper or a name with that word before it. */
export const SHOP_ID = text("iif(s.id_kind = 'seller', s.id_no, s.id_kind || ' ' || s.id_no)");
const SHOP = `a.name AS account, ${SHOP_ID} AS shop_id, ${text('coalesce(s.title, s.nick, s.name)')} AS shop, p.plan_no AS plan_id`;
const JOINS =
  'JOIN plan p ON p.id = r.plan_id JOIN shop s ON s.id = p.shop_id JOIN feed d ON d.id = r.feed_id JOIN account a ON a.id = d.account_id';

/** What an account's plan is said to be now, of the feed that was captured last. */
const newest = (column: string) =>
  `(SELECT f.${column} FROM fact_seen f WHERE f.plan_id = k.plan_id AND f.account_id = k.account_id AND f.${column} IS NOT NULL
    ORDER BY f.seen_at DESC, f.at DESC LIMIT 1) AS`;
const nowRates = (what: string, more: string) =>
  `(SELECT CAST(${what} AS INTEGER) FROM rate r JOIN feed d ON d.id = r.feed_id
    WHERE r.plan_id = k.plan_id AND d.account_id = k.account_id AND d.held = 0 AND r.listed = 1 AND r.income = 0 AND r.rate_bp IS NOT NULL ${more})`;

export const VIEWS = `
  -- What a rate was from the first to the last capture that says so. item_id null: the shop as a whole; rate_bp null: stated as unknown.
  CREATE VIEW rate_run AS
    SELECT ${SHOP}, i.item_no AS item_id, i.title AS item, ${text("iif(r.income, 'income', 'commission')")} AS measure, d.format, d.coverage,
           ${iso('r.at')} AS first_at, ${iso(LAST_AT)} AS last_at, r.rate_bp, CAST(r.rate_bp / 100.0 AS REAL) AS rate
    FROM (SELECT c.*, lead(c.at) OVER (PARTITION BY c.plan_id, c.item_id, c.feed_id ORDER BY c.at) AS until FROM rate_change c) r
      ${JOINS} LEFT JOIN item i ON i.id = r.item_id
    WHERE d.held = 0 AND r.listed = 1 AND (r.rate_bp IS NOT NULL OR r.raw IS NULL OR r.raw <> '');

  -- For the views below.
  CREATE VIEW fact_seen AS
    SELECT r.*, d.account_id, ${LAST_AT} AS seen_at
    FROM (SELECT f.*, (SELECT min(g.at) FROM fact g WHERE g.plan_id = f.plan_id AND g.feed_id = f.feed_id AND g.at > f.at) AS until FROM fact f) r
      JOIN feed d ON d.id = r.feed_id WHERE r.listed = 1 AND d.held = 0;

  -- What was said of a plan from the first to the last capture that says so.
  CREATE VIEW fact_run AS
    SELECT ${SHOP}, d.format, d.coverage, ${iso('r.at')} AS first_at, ${iso('r.seen_at')} AS last_at, r.kind, r.name AS plan, r.state, r.status,
           r.joined_at, r.approved_at, r.starts_at, r.ends_at
    FROM fact_seen r ${JOINS};

  -- A plan of an account as it is known now. shop_rate_bp: of the shop as a whole; lowest and highest: of its items.
  CREATE VIEW plan_now AS
    SELECT ${SHOP}, ${newest('name')} plan, ${newest('kind')} kind, ${newest('status')} status, ${newest('state')} state,
           ${newest('approved_at')} approved_at, (SELECT ${iso('e.at')} FROM reported_exit e WHERE e.plan_id = k.plan_id AND e.account_id = k.account_id) AS exited_at,
           ${nowRates('r.rate_bp', 'AND r.item_id = 0 ORDER BY (SELECT max(n.captured_at) FROM snapshot n WHERE n.feed_id = d.id) DESC LIMIT 1')} AS shop_rate_bp,
           ${nowRates('count(DISTINCT r.item_id)', 'AND r.item_id <> 0')} AS items,
           ${nowRates('min(r.rate_bp)', 'AND r.item_id <> 0')} AS lowest_bp, ${nowRates('max(r.rate_bp)', 'AND r.item_id <> 0')} AS highest_bp,
           ${iso('(SELECT max(f.seen_at) FROM fact_seen f WHERE f.plan_id = k.plan_id AND f.account_id = k.account_id)')} AS seen_at
    FROM (SELECT DISTINCT f.plan_id, d.account_id FROM fact f JOIN feed d ON d.id = f.feed_id WHERE f.listed = 1 AND d.held = 0) k
      JOIN plan p ON p.id = k.plan_id JOIN shop s ON s.id = p.shop_id JOIN account a ON a.id = k.account_id;

  -- For the view below.
  CREATE VIEW said AS
    SELECT c.plan_id, c.item_id, c.feed_id, c.at, 'rate' AS what, c.rate_bp AS value FROM rate_change c WHERE c.rate_bp IS NOT NULL AND c.income = 0
    UNION ALL SELECT f.plan_id, 0, f.feed_id, f.at, 'status', f.status FROM fact f WHERE f.status IS NOT NULL
    UNION ALL SELECT f.plan_id, 0, f.feed_id, f.at, 'state', f.state FROM fact f WHERE f.state IS NOT NULL;

  -- Every change within one feed: of a rate (points: in percentage points), of a membership (status), of a plan (state).
  CREATE VIEW change AS
    SELECT ${SHOP}, i.item_no AS item_id, d.format, d.coverage, ${iso('r.at')} AS changed_at, ${text('r.what')} AS what,
           ${text("iif(r.what = 'rate', printf('%.2f', r.was / 100.0), r.was)")} AS old_value,
           ${text("iif(r.what = 'rate', printf('%.2f', r.value / 100.0), r.value)")} AS new_value,
           CAST(iif(r.what = 'rate', (r.value - r.was) / 100.0, NULL) AS REAL) AS points
    FROM (SELECT s.*, lag(s.value) OVER (PARTITION BY s.what, s.plan_id, s.item_id, s.feed_id ORDER BY s.at) AS was FROM said s) r
      ${JOINS} LEFT JOIN item i ON i.id = r.item_id
    WHERE d.held = 0 AND r.was <> r.value;
`;
