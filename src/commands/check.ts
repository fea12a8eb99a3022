/** `tkguard check`: the gate before promoting one item, plan or shop. */
import type { Command } from 'commander';
import type { GateAnswer } from '../domain/gate.ts';
import type { TargetKind } from '../store/look-up.ts';
import type { CommonOptions, Context, PolicyOptions } from './context.ts';
import {
  addCommand,
  addOutputOptions,
  addPolicyOptions,
  gateExitCode,
  momentOf,
  outputFormat,
  policyOf,
  readLedger,
  writeReport,
} from './context.ts';
import type { TargetOptions } from './target.ts';
import { addTargetOptions, kindsOf, readTarget } from './target.ts';

interface CheckOptions extends CommonOptions, PolicyOptions, TargetOptions {
  readonly quiet?: boolean;
}

export function defineCheck(program: Command, context: Context): void {
  const { t } = context;
  const command = addTargetOptions(addCommand(program, 'check', t), t).option(
    '-q, --quiet',
    t('help.option.check-quiet'),
  );
  addOutputOptions(addPolicyOptions(command, t), t).action((text: string, _options, self: Command) =>
    runCheck(text, self.optsWithGlobals(), context),
  );
}

interface Found {
  readonly kind: TargetKind | null;
  readonly id: string;
  readonly answers: readonly GateAnswer[];
  /** Items whose ids end alike, when this one is not known. */
  readonly alike: readonly string[];
  /** Plans and shops that may have been meant. */
  readonly near: readonly string[];
}

async function runCheck(text: string, options: CheckOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const policy = policyOf(options, context);
  const moment = momentOf(options, context);
  const target = readTarget(text, t);
  const kinds = kindsOf(target, options);
  const { askedShops, askGate, worstOf } = await import('../domain/gate.ts');
  const lookUp = await import('../store/look-up.ts');
  const { readMutes } = await import('../store/decisions.ts');

  const found = await readLedger(options, context, moment.untilMs, (db, reader): Found => {
    const match = lookUp.findTarget(db, target.id, kinds, reader.merchants);
    if (!match) {
      const near = lookUp.findNear(db, kinds, target.id);
      return { kind: null, id: target.id, answers: [], alike: lookUp.findItemsWithSameEnd(db, target.id), near };
    }
    const question = { policy, nowMs: moment.nowMs, item: null, mutes: [...readMutes(db), ...context.config().mutes] };
    const planId = match.kind === 'plan' ? target.id : null;
    const answers = match.shopIds.flatMap((shopId) => {
      const item = match.itemNo === null ? null : reader.scopeOf(shopId, match.itemNo);
      const ledgers = reader.asked(shopId, { account: options.account ?? null, item: match.itemNo });
      return ledgers.map((ledger) => askGate(ledger, { item, planId }, question));
    });
    return { kind: match.kind, id: target.id, answers: askedShops(answers), alike: [], near: [] };
  });
  const outcome = worstOf(found.answers.map((answer) => answer.outcome)) ?? 'review';
  const counted = worstOf(found.answers.map((answer) => answer.counted)) ?? 'review';

  const { buildCheckReport } = await import('../report/check-report.ts');
  const report = buildCheckReport(
    {
      query: { text, kind: found.kind, id: found.id },
      answers: found.answers,
      outcome,
      counted,
      unknown: found.answers.length === 0 ? 'no-such-id' : null,
      hints: hintsOf(found, t),
      generatedAtMs: host.now(),
      asOfMs: moment.nowMs,
      policy,
    },
    t,
  );
  if (!options.quiet) await writeReport(report, format, host);
  context.setExitCode(gateExitCode([counted]));
}

function hintsOf({ alike, near }: Found, t: Context['t']): string[] {
  return [
    ...(alike.length > 0 ? [t('check.alike', { items: alike.join(t('list.separator')) })] : []),
    ...(near.length > 0 ? [t('check.near', { names: near.join(t('list.separator')) })] : []),
  ];
}
