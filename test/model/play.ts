/** Plays random ledgers through the program, and compares what it says with the model. */
import { expect } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';
import { BASE_MS, type Capture, type Export, moment, type Random, type Row } from './draw.ts';
import { fileOf } from './files.ts';
import { isTied, judgeShop, type Question } from './judge.ts';

const HOUR = 3_600_000;
const unique = <T>(values: readonly T[]) => [...new Set(values)];
/** Long after the last export. */
export const newWorld = () => makeWorld(new Date(BASE_MS + 40 * 24 * HOUR).toISOString());

export interface Difference {
  readonly shop: string;
  /** Of what, what the model says, and the program. */
  readonly of: string;
  readonly wanted: string;
  readonly got: string;
  readonly asOfMs: number;
  /** What was run. */
  readonly command: string;
  /** Asks again, of other exports. */
  readonly ask: (world: World, exports: readonly Export[]) => Promise<Difference[]>;
}

/** In random order, some at a time; one now and then twice. null: one after another. */
export async function importAll(world: World, exports: readonly Export[], random: Random | null): Promise<void> {
  for (const account of unique(exports.map((one) => one.account)))
    await importAccount(
      world,
      exports.filter((one) => one.account === account),
      random,
    );
}

async function importAccount(world: World, exports: readonly Export[], random: Random | null): Promise<void> {
  const rest = [...exports];
  while (rest.length > 0) {
    const some = new Map<string, Export>();
    for (let n = random ? 1 + random.below(9) : 1; n > 0 && rest.length > 0; n--) {
      const [one] = rest.splice(random ? random.below(rest.length) : 0, 1);
      // Two versions of one file come one after the other.
      if (some.has(one!.name)) rest.push(one!);
      else some.set(one!.name, one!);
      // Some come twice.
      if (random?.chance(0.05) && !one!.isDiscarded) rest.push(one!);
    }
    const paths = [...some.values()].map((one) => {
      const { name, text } = fileOf(one);
      return world.write(name, text, new Date(one.fileMs).toISOString());
    });
    const result = await world.run('sync', '--quiet', '--accept-removals', '--account', exports[0]!.account, ...paths);
    expect(result).toMatchObject({ code: 0, err: '' });
    const discarded = [...some.values()].filter((one) => one.isDiscarded).map((one) => fileOf(one).name);
    if (discarded.length === 0) continue;
    const { snapshots } = await world.json('snapshots');
    const ids = snapshots.filter((one: any) => discarded.some((name) => one.file.endsWith(`/${name}`)));
    await world.run('discard', ...ids.map((one: any) => String(one.id)));
  }
}

/** A moment between the second and the tenth day, and a policy. */
export function drawQuestion(random: Random): Question {
  return {
    asOfMs: BASE_MS + (24 * 60 + random.below(9 * 24 * 60)) * 60_000,
    minGainBp: random.pick([0, 0, 50]),
    maxAgeMs: random.pick([12, 36, 72, 72, 240, 240]) * HOUR,
    confirmMissing: random.pick([1, 2, 2, 3]),
  };
}

const optionsOf = ({ asOfMs, minGainBp, maxAgeMs, confirmMissing }: Question) => [
  ...['--as-of', new Date(asOfMs).toISOString(), '--max-age', `${maxAgeMs / HOUR}h`],
  ...['--min-gain', String(minGainBp / 100), '--confirm-missing', String(confirmMissing)],
];

/** What the model says of a shop to an account. */
function judge(captures: readonly Told[], account: string, shop: string, question: Question) {
  const all = captures.filter((capture) => capture.shop === shop);
  const own = all.filter((capture) => capture.account === account);
  return [...(judgeShop(own, all, question) ?? [])];
}

const isBelow = (reason: string | null) => reason === 'pending-below';

/** What the model says of every special plan, and where the program says otherwise. */
export async function judgeAll(world: World, exports: readonly Export[], question: Question) {
  const argv = ['diff', '--all', ...optionsOf(question)];
  const { plans } = await world.json(...argv);
  const keyOf = (account: string, shop: string, plan: string) => `plan ${plan} of shop ${shop} for ${account}`;
  const byKey = (all: readonly any[]) => new Map(all.map((one) => [keyOf(one.account, one.shop.id, one.plan.id), one]));
  const got = byKey(plans);
  // What is told without being asked for.
  const unasked = byKey((await world.json('diff', ...optionsOf(question))).plans);
  const captures = capturesOf(exports);
  const shops = new Map(captures.map(({ account, shop }) => [`${account} ${shop}`, { account, shop }]));
  const judged = [...shops.values()].flatMap(({ account, shop }) =>
    judge(captures, account, shop, question)
      .filter(([, { verdict }]) => verdict !== 'unsaid')
      .map(([plan, wanted]) => ({ shop, of: keyOf(account, shop, plan), wanted })),
  );
  const differences = judged.flatMap(({ shop, of, wanted: { verdict, reason } }): Difference[] => {
    const said = got.get(of);
    const codes: string[] = said?.reasons.map((one: any) => one.code) ?? [];
    const isUnasked = unasked.has(of);
    const isReason =
      verdict === null
        ? reason === 'unsaid' ||
          (isUnasked === (reason !== null) && codes.includes('pending-below') === isBelow(reason))
        : isUnasked && (verdict !== 'review' || reason === null || codes.includes(reason));
    if (said?.verdict === verdict && isReason) return [];
    const how = `${said?.standing}${isUnasked ? ', told' : ''}: ${codes.join(', ')}`;
    const told = said ? `${said.verdict} (${how})` : 'nothing';
    const ask: Difference['ask'] = async (other, some) => (await judgeAll(other, some, question)).differences;
    const [asOfMs, command] = [question.asOfMs, argv.join(' ')];
    return [{ shop, of, wanted: `${verdict} (${reason})`, got: told, asOfMs, command, ask }];
  });
  return { verdicts: judged.map(({ wanted }) => wanted.verdict ?? wanted.reason), differences };
}

/** Of a plan, or of an item. */
interface Target {
  readonly account: string;
  readonly shop: string;
  readonly plan?: string;
  readonly item?: string;
}

export function drawTarget(random: Random, exports: readonly Export[]): Target {
  const { account, shop, rows } = random.pick(capturesOf(exports).filter((capture) => capture.rows.length > 0));
  const { plan, item } = random.pick(rows);
  return { account, shop, ...(item && random.chance(0.7) ? { item } : { plan }) };
}

/** `check` answers with the code of the most urgent verdict, where a plan binds. */
export async function checkOne(
  world: World,
  exports: readonly Export[],
  question: Question,
  target: Target,
): Promise<Difference[]> {
  const { account, shop, plan, item } = target;
  const captures = capturesOf(exports).filter(({ atMs }) => atMs <= question.asOfMs);
  const all = captures.filter((capture) => capture.shop === shop);
  if (all.some(({ knownBy }) => !isTied(all, knownBy))) return [];
  const judged = judge(captures, account, shop, item ? { ...question, item } : question);
  const verdicts = judged.flatMap(([id, { verdict }]) => (item || id === plan ? [verdict] : []));
  const wanted = (['exit', 'review', 'closed', 'keep'] as const).find((verdict) => verdicts.includes(verdict));
  if (!wanted || verdicts.includes('unsaid')) return [];
  const asked = item ? ['--item', item] : ['--plan', plan!];
  const argv = ['check', ...asked, '--account', account, ...optionsOf(question)];
  const { code } = await world.run(...argv);
  if (code === { exit: 1, review: 3, closed: 0, keep: 0 }[wanted]) return [];
  const ask: Difference['ask'] = (other, some) => checkOne(other, some, question, target);
  const [of, asOfMs, command] = [`${item ?? plan} for ${account}`, question.asOfMs, argv.join(' ')];
  return [{ shop, of, wanted, got: `check ${code}`, asOfMs, command, ask }];
}

type Told = Capture & { readonly account: string; readonly shop: string };

/** What was discarded, or corrected, never was. */
const capturesOf = (exports: readonly Export[]): Told[] =>
  exports
    .filter((one) => !one.isDiscarded && !one.isReplaced)
    .flatMap(({ shops, ...told }) => [...shops].map(([shop, rows]) => ({ ...told, shop, rows })));

/** Leaves out exports, then rows, as long as the difference stays, and shows what is left as files and a command. */
export async function describeSmallest(difference: Difference, all: readonly Export[]): Promise<string> {
  let last = difference;
  async function isShown(some: readonly Export[]): Promise<boolean> {
    const world = newWorld();
    await importAll(world, some, null);
    const kindOf = ({ of, wanted, got }: Difference) => [of, wanted, got.split(' (')[0]].join();
    const same = (await difference.ask(world, some)).find((other) => kindOf(other) === kindOf(difference));
    last = same ?? last;
    return same !== undefined;
  }
  let exports: readonly Export[] = all.filter((one) => one.shops.has(last.shop) && one.atMs <= last.asOfMs);
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerThan(exports))
      if (await isShown(smaller)) {
        [exports, isSmaller] = [smaller, true];
        break;
      }
  }
  return [
    `${last.of}: the model says ${last.wanted}, the program ${last.got}`,
    ...exports.map(
      (one) =>
        `--- ${one.isDiscarded ? 'discarded: ' : ''}${fileOf(one).name} of ${one.account}, ${moment(one.atMs)}\n${fileOf(one).text}`,
    ),
    `--- ${moment(last.asOfMs)}: tkguard ${last.command}`,
  ].join('\n');
}

function* smallerThan(exports: readonly Export[]): Generator<readonly Export[]> {
  for (const one of exports) if (exports.length > 1) yield exports.filter((other) => other !== one);
  for (const one of exports)
    for (const [shop, rows] of one.shops)
      for (const row of one.kind === 'joined' || one.kind === 'part' || one.kind === 'table' ? rows : []) {
        const left: [string, readonly Row[]][] = [...one.shops].map(([id, all]) => [
          id,
          id === shop ? all.filter((other) => other !== row) : all,
        ]);
        const shops = new Map(left.filter(([, { length }]) => length > 0 || one.kind === 'joined'));
        if (left.some(([, { length }]) => length > 0))
          yield exports.map((other) => (other === one ? { ...one, shops } : other));
      }
}
