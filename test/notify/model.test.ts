/**
 * Syncs, discards, mutes, hours and networks at random, against a model of forty lines: every worsening is told once on every
 * channel, and none twice.
 */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { formatMinute } from '../../src/domain/time.ts';
import { makeWorld } from '../support/run.ts';
import { startStub } from '../support/stub.ts';

vi.setConfig({ testTimeout: 600_000 });
const MINUTE = 60_000;
const GENERAL = 500;
const REALERT = 50;
const PLANS = ['7', '8'] as const;
const CHANNELS = ['a', 'b'] as const;
type Plan = (typeof PLANS)[number];
type Channel = (typeof CHANNELS)[number];

/** Basis points of each plan, in one capture. */
type Rates = Readonly<Record<Plan, number>>;
type Step =
  | { readonly do: 'sync' | 'late'; readonly rates: Rates }
  | { readonly do: 'discard' | 'send' }
  | { readonly do: 'mute' | 'unmute'; readonly plan: Plan }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'net'; readonly channel: Channel; readonly isUp: boolean };

const plan = fc.constantFrom(...PLANS);
const rates = fc.record({ 7: fc.constantFrom(300, 380, 430, 480, 600, 700), 8: fc.constantFrom(300, 480, 600) });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sync' as const), rates }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('late' as const), rates }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('discard' as const, 'send' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('mute' as const, 'unmute' as const), plan }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(2, 10, 400) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('net' as const),
      channel: fc.constantFrom(...CHANNELS),
      isUp: fc.boolean(),
    }),
  },
);

interface Row {
  readonly alert: number;
  readonly plan: Plan;
  readonly event: string;
}

/** What should be told. Captures are in the order of their times. */
class Model {
  readonly told: Record<Channel, string[]> = { a: [], b: [] };
  readonly isUp: Record<Channel, boolean> = { a: true, b: true };
  readonly captures: Rates[] = [];
  readonly muted = new Set<Plan>();
  #due: Record<Channel, Row[]> = { a: [], b: [] };
  #heard: Record<Channel, Set<number>> = { a: new Set(), b: new Set() };
  #holds = { a: { until: 0, fails: 0 }, b: { until: 0, fails: 0 } };
  #open = new Map<Plan, { id: number; told: number }>();
  #next = 1;

  evaluate(ends: 'resolved' | 'withdrawn'): void {
    const now = this.captures.at(-1);
    for (const plan of PLANS) {
      if (this.muted.has(plan)) continue;
      const gap = now && now[plan] < GENERAL ? now[plan] - GENERAL : null;
      const alert = this.#open.get(plan);
      const tell = (id: number, event: string) => {
        for (const to of CHANNELS) this.#due[to].push({ alert: id, plan, event });
      };
      if (gap !== null && !alert) {
        this.#open.set(plan, { id: this.#next, told: gap });
        tell(this.#next++, 'opened');
      } else if (gap !== null && alert && gap <= alert.told - REALERT) {
        alert.told = gap;
        tell(alert.id, 'worse');
      } else if (gap === null && alert) {
        this.#open.delete(plan);
        for (const to of CHANNELS) {
          this.#due[to] = this.#due[to].filter((row) => row.alert !== alert.id);
          if (this.#heard[to].has(alert.id)) this.#due[to].push({ alert: alert.id, plan, event: ends });
        }
      }
    }
  }

  send(nowMs: number): void {
    for (const to of CHANNELS) {
      const isSilent = ({ plan, alert }: Row) => this.muted.has(plan) && this.#open.get(plan)?.id === alert;
      const rows = this.#due[to].filter((row) => !isSilent(row));
      const hold = this.#holds[to];
      if (rows.length === 0 || nowMs < hold.until) continue;
      const pause = [1, 5, 15, 60, 180, 360][Math.min(hold.fails, 5)]! * MINUTE;
      this.#holds[to] = this.isUp[to] ? { until: 0, fails: 0 } : { until: nowMs + pause, fails: hold.fails + 1 };
      if (!this.isUp[to]) continue;
      this.told[to].push(rows.map(({ event, plan }) => `${event} ${plan}`).join(', '));
      for (const { alert } of rows) this.#heard[to].add(alert);
      this.#due[to] = this.#due[to].filter((row) => !rows.includes(row));
    }
  }
}

test('every worsening is told once on every channel, and none twice', async () => {
  // Pauses as they stand, not a fifth more or less.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 4, maxLength: 16 }), async (steps) => {
      const world = makeWorld('2026-11-20T12:00:00+08:00');
      const model = new Model();
      const got: Record<Channel, string[]> = { a: [], b: [] };
      const channels = [];
      for (const name of CHANNELS) {
        const stub = await startStub(({ body }) => {
          if (!model.isUp[name]) return { status: 503, body: '' };
          got[name].push(body.events.map((one: any) => `${one.event} ${one.plan.id}`).join(', '));
          return { body: '' };
        });
        channels.push({ name, type: 'webhook', url: stub.address, only: ['exit'] });
      }
      world.configure({ policy: { maxAge: '90d' }, notify: { realertBy: '0.5', channels } });
      let n = 0;
      const sync = async (atMs: number, of: Rates) => {
        const rows = PLANS.map((id) => `${formatMinute(atMs)},1,${id},special,${of[id] / 100}%,approved`);
        const text = `captured_at,shop_id,plan_id,plan_type,rate,status\n${formatMinute(atMs)},1,0,general,5%,\n`;
        // Two special plans of a shop: each of a shop of its own, so that both bind.
        const csv = text + rows.join('\n');
        const path = world.write(
          `${n++}.csv`,
          `${csv.replace(/,1,8,/, ',2,8,')}\n${formatMinute(atMs)},2,0,general,5%,\n`,
        );
        expect((await world.run('sync', path)).code).toBe(0);
      };
      for (const step of steps) {
        world.now += MINUTE;
        if (step.do === 'sync') {
          model.captures.push(step.rates);
          await sync(world.now, step.rates);
        } else if (step.do === 'late') {
          model.captures.unshift(step.rates);
          await sync(Date.parse('2026-11-19T12:00:00+08:00') - n * MINUTE, step.rates);
        } else if (step.do === 'discard') {
          const [newest] = model.captures.length > 0 ? (await world.json('snapshots')).snapshots : [];
          if (!newest) continue;
          model.captures.pop();
          await world.run('discard', String(newest.id));
        } else if (step.do === 'mute' || step.do === 'unmute') {
          if (model.captures.length === 0) continue;
          if (step.do === 'mute') model.muted.add(step.plan);
          else model.muted.delete(step.plan);
          await world.run('mute', ...(step.do === 'mute' ? [] : ['--undo']), step.plan);
        } else if (step.do === 'wait') world.now += step.minutes * MINUTE;
        else if (step.do === 'net') model.isUp[step.channel] = step.isUp;
        else await world.run('notify', 'send');

        if (['sync', 'late', 'discard', 'mute', 'unmute'].includes(step.do))
          model.evaluate(step.do === 'discard' ? 'withdrawn' : 'resolved');
        if (['sync', 'late', 'send'].includes(step.do)) model.send(world.now);
        expect(got).toEqual(model.told);
      }
      // In the end the networks work again, and nothing is left.
      for (const name of CHANNELS) model.isUp[name] = true;
      world.now += 7 * 60 * MINUTE;
      if (n > 0) await world.run('notify', 'send');
      model.send(world.now);
      expect(got).toEqual(model.told);
    }),
    { numRuns: Number(process.env.TKGUARD_DRAWS ?? 25) },
  );
});
