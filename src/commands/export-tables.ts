/** `tkguard export --to`: the ledger as tables in PostgreSQL, with the verdicts of today. */
import { compareText } from '../domain/compare-text.ts';
import { formatIso } from '../domain/time.ts';
import type { Judgement } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import { remoteError } from '../remote/with-remote.ts';
import { type Deed, deedOf } from '../report/done-report.ts';
import { ledgerId } from '../store/export-ledger.ts';
import type { Db } from '../store/open.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import type { SqlValue } from '../store/statements.ts';
import { byShop, type ShopRows, tableRows, VERDICT_TABLE } from '../store/tables.ts';
import { type App, policyOf } from './app.ts';
import { judgeShops } from './ledger.ts';
import { remotesOf } from './share.ts';

/** `to`: an address of PostgreSQL, or the name of a remote. `db` is within a transaction. Throws as `push` does. */
export async function exportTables(db: Db, to: string, app: App): Promise<Deed> {
  const place = placeOf(to, app);
  const { sendTables } = await import('../remote/tables.ts');
  try {
    const { rows, unchanged } = await sendTables(place.url, ledgerId(db), allRows(db, app));
    return deedOf(app.t, 'export.tables', { remote: place.name, n: rows, unchanged });
  } catch (error) {
    throw remoteError(error, place.name, place);
  }
}

function placeOf(to: string, app: App): { readonly name: string; readonly url: string } {
  if (/^postgres(ql)?:\/\//.test(to)) return { name: 'PostgreSQL', url: to };
  const [remote] = remotesOf([to], app);
  if (remote && 'url' in remote.at) return { name: remote.name, url: remote.at.url };
  throw new TkguardError('bad-option', { option: '--to', value: to, expected: 'postgres://host/database' });
}

function* allRows(db: Db, app: App): Generator<ShopRows> {
  yield* tableRows(db);
  const nowMs = app.host.now();
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const question = { policy: policyOf({}, app), nowMs, item: null, joinedOnly: true };
  const rows = [...judgeShops(reader, reader.shopIds(true), question, { account: null })]
    .filter(({ verdict }) => verdict !== null)
    .map((judgement) => verdictRow(judgement, nowMs))
    .sort((a, b) => compareText(String(a[1]), String(b[1])));
  yield* byShop(VERDICT_TABLE, rows);
}

/** In the order of the columns of `VERDICT_TABLE`. */
function verdictRow(
  { account, shop, plan, verdict, reasons, special, general, gapBp }: Judgement,
  nowMs: number,
): SqlValue[] {
  const shopId = shop.id ?? (shop.keeperId === null ? `name ${shop.name}` : `keeper ${shop.keeperId}`);
  const codes = reasons.map(({ code }) => code).join(' ');
  return [
    account,
    shopId,
    plan.id,
    shop.name,
    plan.name,
    verdict,
    codes,
    special.bp,
    general.bp,
    gapBp,
    formatIso(nowMs),
  ];
}
