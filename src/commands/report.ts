/** `tkguard report`: a page to look at and to hand on. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { millisecondsInDay } from 'date-fns/constants';
import { ioErrorOf, TkguardError } from '../errors.ts';
import { deedOf } from '../report/done-report.ts';
import { renderPage } from '../report/html/page.ts';
import { bytesText } from '../report/values.ts';
import { type App, policyOf, print, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { POLICY } from './options.ts';
import { placeFile, refuseExisting } from './output-file.ts';
import { askReport } from './report-ledger.ts';

export const command = defineCommand({
  options: ['output.report', 'force', 'account', 'shop', 'plan', 'report-since', 'all.plans', ...POLICY, 'json.report'],
  async run(o, app) {
    const { output } = o;
    if (output !== undefined && !o.force) refuseExisting(output);
    const sinceMs = o.since(o.asOf.nowMs);
    const document = await askReport({ ...o, sinceMs, policy: policyOf(o, app), isWhole: o.all === true }, app);
    const printJson = () => print(`${JSON.stringify(document, null, 2)}\n`, app);
    if (o.json && output === undefined) return printJson();
    const page = await renderPage(document, app.t);
    if (output === undefined) return print(page, app);
    placeFile(output, page);
    if (o.json) return printJson();
    const size = bytesText(Buffer.byteLength(page));
    await writeDone([deedOf(app.t, 'report.done', { path: output, size })], 'table', app);
  },
});

/** How a report begins that may be replaced unasked. */
const OURS = '<meta name="generator" content="tkguard ';
const HEAD_BYTES = 2000;
/** Of the report of a sync. */
const WINDOW_MS = 90 * millisecondsInDay;

/** Writes the report of a sync, in place of the one before. Throws `not-report` for a file that is none. */
export async function renewReport(path: string, app: App): Promise<void> {
  if (existsSync(path) && !headOf(path).includes(OURS)) throw new TkguardError('not-report', { path });
  const nowMs = app.host.now();
  const asOf = { nowMs, untilMs: Number.MAX_SAFE_INTEGER };
  const sinceMs = nowMs - WINDOW_MS;
  const document = await askReport({ asOf, sinceMs, policy: policyOf({}, app), isWhole: false }, app);
  placeFile(path, await renderPage(document, app.t));
}

function headOf(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(path, 'r');
    try {
      return head.toString('latin1', 0, readSync(fd, head));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}
