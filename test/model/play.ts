/** Plays random ledgers through the program, and compares what it says with the model. */
import { expect } from 'vitest';
import { makeWorld, type World } from '../support/run.ts';
import { BASE_MS, type Capture, type Export, fileOf, type Random, type Row } from './draw.ts';
import { type Judgement, judgeShop, type Policy } from './judge.ts';

const HOUR = 3_600_000;
const unique = <T>(values: readonly T[]) => [...new Set(values)];
/** Long after the last export. */
export const newWorld = () => makeWorld(new Date(BASE_MS + 40 * 24 * HOUR).toISOString());

export interface Question {
  readonly asOfMs: number;
  readonly policy: Policy;
}

export interface Difference {
  readonly account: string;
  readonly shop: string;
  readonly plan: string;
  readonly wanted: Judgement;
  readonly got: string;
  readonly question: Question;
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
    policy: {
      minGainBp: random.pick([0, 0, 50]),
      maxAgeMs: random.pick([12, 36, 72, 72, 240, 240]) * HOUR,
      confirmMissing: random.pick([1, 2, 2, 3]),
    },
  };
}

const optionsOf = ({ asOfMs, policy }: Question) => [
  ...['--as-of', new Date(asOfMs).toISOString(), '--max-age', `${policy.maxAgeMs / HOUR}h`],
  ...['--min-gain', String(policy.minGainBp / 100), '--confirm-missing', String(policy.confirmMissing)],
];

/** What the model says of every special plan, and where the program says otherwise. */
export async function judgeAll(world: World, exports: readonly Export[], question: Question) {
  const document = await world.json('diff', '--all', ...optionsOf(question));
  const got = new Map<string, any>(
    document.plans.map((one: any) => [`${one.account} ${one.shop.id} ${one.plan.id}`, one]),
  );
  const captures = capturesOf(exports);
  const judged = unique(captures.map(({ shop }) => shop)).flatMap((shop) => {
    const all = captures.filter((capture) => capture.shop === shop);
    return unique(all.map(({ account }) => account)).flatMap((account) => {
      const own = all.filter((capture) => capture.account === account);
      return [...(judgeShop(own, all, question.asOfMs, question.policy) ?? [])]
        .filter(([, { verdict }]) => verdict !== 'unsaid')
        .map(([plan, wanted]) => ({ account, shop, plan, wanted, said: got.get(`${account} ${shop} ${plan}`) }));
    });
  });
  const differences = judged.flatMap(({ account, shop, plan, wanted, said }): Difference[] => {
    const codes: string[] = said?.reasons.map((reason: any) => reason.code) ?? [];
    const isReason = wanted.verdict !== 'review' || wanted.reason === null || codes.includes(wanted.reason);
    if (said?.verdict === wanted.verdict && isReason) return [];
    const told = said ? `${said.verdict} (${said.standing}: ${codes.join(', ')})` : 'nothing';
    return [{ account, shop, plan, wanted, got: told, question }];
  });
  return { judged, differences };
}

/** `check` of one plan: its exit code is that of the verdict. */
export async function checkOne(world: World, one: Omit<Difference, 'got' | 'question'>, question: Question) {
  const code = { exit: 1, keep: 0, review: 3, closed: 0 }[one.wanted.verdict as string];
  if (code === undefined) return [];
  const result = await world.run('check', '--plan', one.plan, '--account', one.account, ...optionsOf(question));
  return result.code === code ? [] : [{ ...one, question, got: `check ${result.code}` }];
}

/** What was discarded, or corrected, never was. */
const capturesOf = (exports: readonly Export[]): (Capture & { account: string; shop: string })[] =>
  exports
    .filter((one) => !one.isDiscarded && !one.isReplaced)
    .flatMap(({ shops, ...told }) => [...shops].map(([shop, rows]) => ({ ...told, shop, rows })));

/** Leaves out exports, then rows, as long as the difference stays, and shows what is left as files and a command. */
export async function describeSmallest(difference: Difference, all: readonly Export[]): Promise<string> {
  const { shop, question } = difference;
  let last = difference;
  async function isShown(some: readonly Export[]): Promise<boolean> {
    const world = newWorld();
    await importAll(world, some, null);
    const { differences } = await judgeAll(world, some, question);
    const kindOf = ({ account, plan, wanted, got }: Difference) =>
      [account, plan, wanted.verdict, wanted.reason, got.split(' ')[0]].join();
    const same = differences.find((other) => kindOf(other) === kindOf(last));
    last = same ?? last;
    return same !== undefined;
  }
  let exports: readonly Export[] = all.filter((one) => one.shops.has(shop) && one.atMs <= question.asOfMs);
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerThan(exports))
      if (await isShown(smaller)) {
        [exports, isSmaller] = [smaller, true];
        break;
      }
  }
  const inChina = (atMs: number) => new Date(atMs + 8 * HOUR).toISOString().slice(0, 16);
  return [
    `plan ${last.plan} of ${last.account}: the model says ${last.wanted.verdict} (${last.wanted.reason}), the program ${last.got}`,
    ...exports.map(
      (one) =>
        `--- ${one.isDiscarded ? 'discarded: ' : ''}${fileOf(one).name} of ${one.account}, ${inChina(one.atMs)}\n${fileOf(one).text}`,
    ),
    `--- ${inChina(question.asOfMs)}: tkguard diff --all --json ${optionsOf(question).join(' ')}`,
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
