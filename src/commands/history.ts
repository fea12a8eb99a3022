/** `tkguard history`: the rates of a plan, an item or a shop over time, beside the general ones. */
import type { Command } from 'commander';
import type { CommonOptions, Context, WindowOptions } from './context.ts';
import {
  addCommand,
  addOutputOptions,
  outputFormat,
  readLedger,
  windowEnd,
  windowStart,
  writeReport,
} from './context.ts';
import type { TargetOptions } from './target.ts';
import { addTargetOptions, kindsOf, readTarget } from './target.ts';

interface HistoryOptions extends CommonOptions, TargetOptions, WindowOptions {}

export function defineHistory(program: Command, context: Context): void {
  const { t } = context;
  const command = addTargetOptions(addCommand(program, 'history', t), t)
    .option('--since <time>', t('help.option.since'))
    .option('--until <time>', t('help.option.until'));
  addOutputOptions(command, t).action((text: string, _options, self: Command) =>
    runHistory(text, self.optsWithGlobals(), context),
  );
}

async function runHistory(text: string, options: HistoryOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const { nowMs, untilMs } = windowEnd(options, context);
  const sinceMs = options.since === undefined ? null : windowStart(options.since, nowMs, t);
  const target = readTarget(text, t);
  const kinds = kindsOf(target, options);
  const { historyOf } = await import('../domain/history.ts');
  const { findTarget, unknownId } = await import('../store/look-up.ts');

  const { kind, histories, newestCapturedMs } = await readLedger(options, context, untilMs, (db, reader) => {
    const match = findTarget(db, target.id, kinds, reader.merchants);
    if (!match) throw unknownId(db, kinds.length === 1 ? (kinds[0] ?? 'any') : 'any', target.id);
    const question = {
      planId: match.kind === 'plan' ? target.id : null,
      itemId: match.kind === 'item' ? target.id : null,
      sinceMs: sinceMs ?? Number.NEGATIVE_INFINITY,
    };
    const read = reader.histories(match.shopIds, { account: options.account ?? null, item: match.itemNo });
    const histories = [...read].flatMap(([, ledgers]) => ledgers.map((ledger) => historyOf(ledger, question)));
    return { kind: match.kind, histories, newestCapturedMs: reader.newestCapturedMs(options.account) };
  });

  const { buildHistoryReport } = await import('../report/history-report.ts');
  const query = { text, kind, id: target.id };
  const window = { sinceMs, untilMs: nowMs, newestCapturedMs };
  const report = buildHistoryReport({ query, histories, generatedAtMs: host.now(), ...window }, t);
  await writeReport(report, format, host);
}
