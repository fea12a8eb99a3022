/**
 * Field trials: a folder of `fixtures/trials/<kind>/<case>` is one case: the exports, and `steps.json`, which says what is
 * run and what design.md answers. A new case adds no code; fixtures/trials/README.md explains the words of a step.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES, makeWorld, type Result, type World } from './support/run.ts';

interface Expectations {
  /** The exit code, or those that are right. */
  readonly exit?: number | readonly number[];
  /** By plan id, or account/plan id: verdict (`none`: it has none), then reasons it must have, with `!` must not have. */
  readonly plans?: Readonly<Record<string, string>>;
  /** All changes of verdict that are told: `plan: from > to`. */
  readonly told?: readonly string[];
  /** By file name: its status, or `refused <code>`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Parts that some object of the document must have; a text that begins with `~` is a pattern. */
  readonly contains?: readonly object[];
  readonly lacks?: readonly object[];
  /** Patterns of what is said on stdout and stderr. */
  readonly says?: readonly string[];
  readonly hides?: readonly string[];
}

interface Step extends Expectations {
  /** What the clock shows from here on. */
  readonly now?: string;
  /** Puts a file there: its time, or the file it is copied from and its time. */
  readonly put?: Readonly<Record<string, string | { readonly from: string; readonly at: string }>>;
  /** Puts each of these files and syncs it, one after another; `order: any`: in every order. */
  readonly sync?: Readonly<Record<string, string>>;
  readonly order?: 'any';
  readonly with?: string;
  /** Arguments; a name of a file that was put stands for its path. */
  readonly run?: string | readonly string[];
  readonly config?: object;
  /** Of stdout during this step: the disk behind it is full. */
  readonly stdout?: 'full' | 'closed';
  /** This file grows while it is read. */
  readonly grows?: string;
}

interface Trial {
  /** The rule by which the answers were worked out. */
  readonly rule: string;
  /** The program does not do it yet: the case must fail, and loses this word when it passes. */
  readonly notYet?: true;
  readonly now: string;
  readonly steps: readonly Step[];
}

const TRIALS = join(FIXTURES, 'trials');
const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

for (const kind of foldersIn(TRIALS)) {
  describe(kind, () => {
    for (const name of foldersIn(join(TRIALS, kind))) {
      const folder = join(TRIALS, kind, name);
      const trial: Trial = JSON.parse(readFileSync(join(folder, 'steps.json'), 'utf8'));
      const widest = Math.max(...trial.steps.map((step) => (step.order ? Object.keys(step.sync ?? {}).length : 1)));
      if (trial.notYet) test.fails(name, () => playTrial(trial, folder, ordersOf(widest)[0] ?? []));
      else
        for (const order of ordersOf(widest)) {
          test(`${name}${widest > 1 ? `, order ${order.map((n) => n + 1).join(' ')}` : ''}`, () =>
            playTrial(trial, folder, order));
        }
    }
  });
}

async function playTrial(trial: Trial, folder: string, order: readonly number[]): Promise<void> {
  const world = makeWorld(trial.now);
  for (const [index, step] of trial.steps.entries()) {
    if (step.now) world.now = Date.parse(step.now);
    if (step.config) world.configure(step.config);
    for (const [name, put] of Object.entries(step.put ?? {})) {
      const { from, at } = typeof put === 'string' ? { from: name, at: put } : put;
      putFile(world, name, join(folder, from), at);
    }
    const files = Object.entries(step.sync ?? {});
    const sorted = step.order ? order.flatMap((n) => files.slice(n, n + 1)) : files;
    for (const [name, at] of sorted) {
      const path = putFile(world, name, join(folder, name), at);
      const result = await world.run('sync', path, ...wordsOf(step.with), '--json');
      expectAll(result, { exit: 0, ...step }, `${trial.rule}: step ${index + 1}, sync ${name}`);
    }
    if (step.run !== undefined) {
      world.broken = step.stdout ?? null;
      const { grows } = step;
      if (grows) world.whileReading = () => appendFileSync(join(world.folder, grows), ' ');
      const argv = typeof step.run === 'string' ? wordsOf(step.run) : step.run;
      const result = await world.run(...argv.map((arg) => pathOf(world, arg)));
      world.broken = null;
      world.whileReading = () => {};
      expectAll(result, step, `${trial.rule}: step ${index + 1}, ${argv.join(' ')}`);
    }
  }
}

const wordsOf = (text: string | undefined) => (text ? text.split(' ') : []);

function pathOf(world: World, arg: string): string {
  return !arg.startsWith('-') && existsSync(join(world.folder, arg)) ? join(world.folder, arg) : arg;
}

function putFile(world: World, name: string, from: string, at: string): string {
  mkdirSync(dirname(join(world.folder, name)), { recursive: true });
  return world.write(name, readFileSync(from), at);
}

function expectAll(result: Result, wanted: Expectations, label: string): void {
  const at = `${label}\n${result.out.slice(0, 3000)}${result.err.slice(0, 1000)}`;
  const allowed = [wanted.exit ?? []].flat();
  if (allowed.length > 0) expect(allowed, `exit code ${result.code}: ${at}`).toContain(result.code);
  const text = result.out + result.err;
  for (const pattern of wanted.says ?? []) expect(text, label).toMatch(new RegExp(pattern));
  for (const pattern of wanted.hides ?? []) expect(text, label).not.toMatch(new RegExp(pattern));
  const { plans, told, files, contains, lacks } = wanted;
  if (!plans && !told && !files && !contains && !lacks) return;
  const objects = objectsIn(JSON.parse(result.out));
  for (const [key, words] of Object.entries(plans ?? {})) expect(planIn(objects, key, words), at).toBe(words);
  if (told) expect(toldIn(objects), at).toEqual([...told].sort());
  for (const [name, words] of Object.entries(files ?? {})) expect(fileIn(objects, name, words), at).toBe(words);
  const has = (part: object) => objects.some((object) => matches(object, part));
  for (const part of contains ?? []) expect(has(part), `has ${JSON.stringify(part)}: ${at}`).toBe(true);
  for (const part of lacks ?? []) expect(has(part), `lacks ${JSON.stringify(part)}: ${at}`).toBe(false);
}

/** Every object of a document, however deep: trials do not depend on where an answer keeps its plans. */
function objectsIn(value: unknown): any[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value]), ...Object.values(value).flatMap(objectsIn)];
}

/** What is said of a plan, in the words asked for: equal to them if it is as wanted. */
function planIn(objects: readonly any[], key: string, wanted: string): string {
  const [id, account] = key.split('/').reverse();
  const plan = objects.find(
    (object) => 'standing' in object && object.plan?.id === id && (!account || object.account === account),
  );
  if (!plan) return wanted === 'absent' ? wanted : 'absent';
  const codes: string[] = plan.reasons.map((reason: any) => reason.code);
  const asked = wanted.split(' ').slice(1);
  const holds = (word: string) => (word.startsWith('!') ? !codes.includes(word.slice(1)) : codes.includes(word));
  const verdict = plan.verdict ?? 'none';
  return asked.every(holds) ? [verdict, ...asked].join(' ') : `${verdict} with ${codes.join(' ')}`;
}

function toldIn(objects: readonly any[]): string[] {
  return objects
    .filter((object) => object.plan?.id && 'from' in object && 'to' in object && !('standing' in object))
    .map(({ plan, from, to }) => `${plan.id}: ${from ?? 'none'} > ${to ?? 'none'}`)
    .sort();
}

function fileIn(objects: readonly any[], name: string, wanted: string): string {
  const file = objects.find((object) => typeof object.file === 'string' && object.file.endsWith(name) && object.status);
  if (!file) return 'absent';
  return wanted.includes(' ') ? `${file.status} ${file.refusal?.code}` : file.status;
}

function matches(value: any, part: any): boolean {
  if (typeof part === 'string' && part.startsWith('~'))
    return typeof value === 'string' && new RegExp(part.slice(1)).test(value);
  if (typeof part !== 'object' || part === null) return value === part;
  return Object.entries(part).every(([key, wanted]) => matches(value?.[key], wanted));
}

/** Every order of up to three things; of more, forwards and backwards. */
function ordersOf(count: number): number[][] {
  const all = Array.from({ length: count }, (_, n) => n);
  if (count > 3) return [all, all.toReversed()];
  const permute = (rest: readonly number[]): number[][] =>
    rest.length < 2
      ? [[...rest]]
      : rest.flatMap((n) => permute(rest.filter((m) => m !== n)).map((tail) => [n, ...tail]));
  return permute(all);
}
