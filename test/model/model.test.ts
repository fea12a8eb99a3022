/**
 * Random ledgers, imported in random order, against the plain model beside this file: every judgement of `diff --all`, and samples
 * of `check`. Replay: `MODEL_SEED=<seed> npx vitest run test/model`; MODEL_LENGTH: how many judgements, MODEL_SHOW: of how many
 * kinds of differences a smallest ledger is shown.
 */
import { expect, test } from 'vitest';
import { drawAccount, type Export, randomOf } from './draw.ts';
import {
  checkOne,
  type Difference,
  describeSmallest,
  drawQuestion,
  drawTarget,
  importAll,
  judgeAll,
  newWorld,
} from './play.ts';

/** One by default, so that what fails is what was changed; others by hand. */
const SEED = Number(process.env.MODEL_SEED ?? 11);
const LENGTH = Number(process.env.MODEL_LENGTH ?? 8000);
const SHOWN = Number(process.env.MODEL_SHOW ?? 1);
/** Of one database. */
const [ACCOUNTS, QUESTIONS] = [60, 90];

test(`the program judges as the model does (MODEL_SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
  const counts = new Map<unknown, number>();
  let judgements = 0;
  for (let round = 0; judgements < LENGTH; round++) {
    const random = randomOf(SEED * 1000 + round);
    const exports = Array.from({ length: ACCOUNTS }, (_, n) => drawAccount(random, n + 1)).flat();
    const world = newWorld();
    await importAll(world, exports, random);
    const differences: Difference[] = [];
    for (let n = 0; n < QUESTIONS && judgements < LENGTH; n++) {
      const question = drawQuestion(random);
      const { verdicts, differences: found } = await judgeAll(world, exports, question);
      for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      judgements += verdicts.length;
      differences.push(...found);
      for (let checks = 2; checks > 0; checks--)
        differences.push(...(await checkOne(world, exports, question, drawTarget(random, exports))));
    }
    if (differences.length > 0) expect.fail(await describeAll(differences, exports));
  }
  console.log(`MODEL_SEED=${SEED}: ${[...counts].map(([verdict, n]) => `${n} ${verdict}`).join(', ')}`);
});

/** How many there are of each kind, and the smallest ledger that shows it, of the first kinds. */
async function describeAll(differences: readonly Difference[], exports: readonly Export[]): Promise<string> {
  const kinds = new Map<string, Difference[]>();
  for (const difference of differences) {
    const kind = `${difference.wanted} / ${difference.got}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), difference]);
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const counts = sorted.map(([kind, { length }]) => `${length} × ${kind}`);
  const lines = [`MODEL_SEED=${SEED}: the model / the program`, ...counts];
  for (const [, [first]] of sorted.slice(0, SHOWN)) lines.push('', await describeSmallest(first!, exports));
  return lines.join('\n');
}
