/**
 * The schema, as an append-only list of steps: step n brings `user_version` from n to n + 1. Never edit a released step.
 *
 * The ledger stores changes, not readings. A feed is a row of comparable snapshots; a row of `rate`, `rate_past`, `sales`,
 * `sales_past` or `fact` holds from its `at` until the next row of the same key in the same feed. `listed = 0` says that the
 * feed's snapshots from then on do not list it. So the rows say what every snapshot said, whatever the order of import.
 *
 * Times are milliseconds since 1970. Rates are basis points: 1550 is 15.50 %. Money is fen.
 * Orders stand in tables of their own: what a row of a report said, and which reports said it.
 *
 * Writing: import.ts (a transaction of many files) → write-snapshot.ts (a capture) → facts.ts, rates.ts, sales.ts (a kind of
 * value each) → write-changes.ts (compares with the feed) → change-tables.ts (rows, by the rules of delta.ts).
 * remove-snapshots.ts goes the other way. identities.ts gives the numbers of accounts, shops, plans and items.
 * Reading: read-ledger.ts → read-judged.ts (what each rate is now, for verdicts) or read-histories.ts (every reading), both
 * out of ledger-parts.ts: feeds and runs (runs.ts), plans, rates, sales (read-*.ts), and who is one merchant (merchants.ts).
 *
 * After a release a step keeps its own text of a view, and changes it by DROP and CREATE.
 */

import FIRST_STEP from './schema.sql?raw';
import { VIEWS } from './views.ts';

/** "tkgd", in SQLite's header: tells our files from others. */
export const APPLICATION_ID = 0x746b6764;

export const MIGRATIONS: readonly string[] = [
  // The views are as views.ts has them: until a release nobody has a database with older ones.
  FIRST_STEP + VIEWS,
];
