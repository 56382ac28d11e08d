/** A watch that is taken away, added again or changed, while detect runs and while it does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import type { AssignmentBatch } from '../../../src/domain/assignment.ts';
import { spaceId } from '../../../src/domain/ids.ts';
import { createDetect } from '../../../src/pipeline/detect/index.ts';
import { createGenerations } from '../../../src/pipeline/generations.ts';
import { inEverySpace, type Space } from '../../../src/pipeline/spaces.ts';
import { alertsOf, DETECT, GenerationLog, rollupsOf, steady } from '../../support/detect-rig.ts';
import {
  HOUR,
  MINUTE,
  makeCluster,
  makeRows,
  NOON,
  OneSession,
  parsed,
  silentTelemetry,
  TOPICS,
} from '../../support/pipeline-rig.ts';
import { REQUESTS } from '../../support/spaces.ts';

const LAUNCH = spaceId('launch', 'request');
const IDS = Array.from({ length: 20 }, (_, i) => `launch:c${(i + 1).toString(36)}`);
const SETTINGS = { ...DETECT, snapshotMs: 7 * MINUTE };
/** Minutes that pass before anything is tested. */
const WARM = 28 * 60;

const launch = (revision = ''): Space => ({ id: LAUNCH, watch: 'launch', facet: 'request', revision });

class Rig {
  readonly told = new GenerationLog();
  readonly log: OneSession;
  spaces: readonly Space[] = [REQUESTS, launch()];

  constructor() {
    this.told.tell(
      { space: LAUNCH },
      IDS.map((id) => makeCluster(id, { space: LAUNCH })),
    );
    this.log = new OneSession(this.#open(), TOPICS.assignments, TOPICS.state);
  }

  /** Another process, which never knew what the last one knew. */
  restart(): void {
    this.log.restart(this.#open());
  }

  #open() {
    const generations = createGenerations();
    this.told.follow(generations);
    return inEverySpace({
      role: 'detect',
      telemetry: silentTelemetry(),
      spaces: { list: () => this.spaces },
      stateTopic: TOPICS.state,
      open: ({ id }, gone) =>
        createDetect({
          space: id,
          topics: TOPICS,
          generations,
          clock: createManualClock(NOON),
          telemetry: silentTelemetry(),
          settings: SETTINGS,
          gone,
        }),
    });
  }
}

const inLaunch = (batches: readonly AssignmentBatch[]): AssignmentBatch[] =>
  batches.map((batch) => ({ ...batch, space: LAUNCH }));

/** Up to an alert that fires and is not over. */
async function alarmed(): Promise<Rig> {
  const rig = new Rig();
  const surge = (minute: number) =>
    minute < WARM
      ? []
      : Array.from({ length: 8 }, (_, i) => ({
          conversation: `surge${minute}-${i}`,
          account: `surging${minute}-${i}`,
          at: NOON + minute * MINUTE,
          cluster: 'launch:c3',
        }));
  await rig.log.push(inLaunch(steady(IDS, NOON, WARM + 45, 20, surge)), 40);
  return rig;
}

/** A conversation a minute, and how many came in each hour while the watch was there. */
class Stream {
  readonly watched = new Map<number, number>();
  readonly #rig: Rig;
  #minute = 0;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  async push(minutes: number): Promise<void> {
    const batches: AssignmentBatch[] = [];
    for (const end = this.#minute + minutes; this.#minute < end; this.#minute++) {
      const at = NOON + this.#minute * MINUTE;
      const n = this.#minute;
      const row = { conversation: `k${n}`, account: `u${n}`, at, cluster: IDS[n % 4] ?? null };
      batches.push(makeRows([row], { space: LAUNCH }));
      const hour = Math.floor(at / HOUR) * HOUR;
      if (this.#rig.spaces.length > 1) this.watched.set(hour, (this.watched.get(hour) ?? 0) + 1);
    }
    await this.#rig.log.push(batches, 3);
  }
}

const lastOf = (rig: Rig) => alertsOf(rig.log.published).at(-1);

describe('a watch that is taken away', () => {
  it('leaves no alert open', async () => {
    const rig = await alarmed();
    expect(lastOf(rig)).toMatchObject({ state: 'firing', resolved_at: null });
    const { id, revision } = lastOf(rig) ?? {};
    rig.spaces = [REQUESTS];
    await rig.log.idle();
    expect(lastOf(rig)).toMatchObject({ id, revision: (revision ?? 0) + 1, state: 'resolved' });
  });

  it('leaves none when detect was down meanwhile', async () => {
    const rig = await alarmed();
    const { id, revision } = lastOf(rig) ?? {};
    rig.spaces = [REQUESTS];
    rig.restart();
    await rig.log.idle();
    expect(lastOf(rig)).toMatchObject({ id, revision: (revision ?? 0) + 1, state: 'resolved' });
    // Once.
    const told = alertsOf(rig.log.published).length;
    rig.restart();
    await rig.log.idle();
    expect(alertsOf(rig.log.published)).toHaveLength(told);
  });

  it('leaves none when its settings were changed while detect was down', async () => {
    const rig = await alarmed();
    rig.spaces = [REQUESTS, launch('other')];
    rig.restart();
    await rig.log.idle();
    expect(lastOf(rig)).toMatchObject({ state: 'resolved' });
    // And begins anew: nothing is tested before it has warmed up.
    const told = alertsOf(rig.log.published).length;
    await rig.log.push(inLaunch(steady(IDS, NOON + (WARM + 46) * MINUTE, 30, 8)), 40);
    rig.restart();
    await rig.log.push(inLaunch(steady(IDS, NOON + (WARM + 76) * MINUTE, 30, 8)), 40);
    expect(alertsOf(rig.log.published)).toHaveLength(told);
  });

  it('leaves nothing in the state topic but how it may be taken up again', async () => {
    const rig = await alarmed();
    rig.spaces = [REQUESTS];
    await rig.log.idle();
    const state = new Map<string, unknown>();
    for (const { topic, key, value } of rig.log.published)
      if (topic === TOPICS.state && key !== null) state.set(key, value);
    const held = [...state].filter(([key, value]) => key.includes(LAUNCH) && value !== null);
    expect(held.map(([key]) => key)).toEqual([`detect-opened/${LAUNCH}`]);
  });

  it('has its last minutes in its hours', async () => {
    const rig = new Rig();
    await rig.log.push(inLaunch(steady(IDS, NOON, 71, 20)), 40);
    rig.spaces = [REQUESTS];
    await rig.log.idle();
    const hours = new Map(rollupsOf(rig.log.published).map((rollup) => [rollup.hour, rollup]));
    expect([...hours.values()].map(({ total }) => total)).toEqual([1_200, 220]);
    expect(hours.get(NOON + HOUR)?.n).toEqual(IDS.map(() => 11));
  });
});

it('an hour holds what came while the watch was there, whatever happens in between', {
  timeout: 60_000,
}, async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('rows' as const), minutes: fc.integer({ min: 1, max: 25 }) }),
    fc.record({ kind: fc.constant('rows' as const), minutes: fc.integer({ min: 1, max: 25 }) }),
    fc.record({ kind: fc.constant('restart' as const) }),
    fc.record({ kind: fc.constant('dies' as const) }),
    fc.record({ kind: fc.constant('watch' as const), there: fc.boolean(), seen: fc.boolean() }),
    fc.record({ kind: fc.constant('watch' as const), there: fc.boolean(), seen: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const rig = new Rig();
      const stream = new Stream(rig);
      for (const one of steps) {
        if (one.kind === 'rows') await stream.push(one.minutes);
        else if (one.kind === 'restart') rig.restart();
        else if (one.kind === 'dies') await rig.log.killWithin(2);
        else {
          rig.spaces = one.there ? [REQUESTS, launch()] : [REQUESTS];
          // Else it is known from the next record on, or from the next start.
          if (one.seen) await rig.log.idle();
        }
      }
      rig.spaces = [REQUESTS];
      await rig.log.idle();
      const told = new Map(
        rollupsOf(rig.log.published).map(({ hour, total, n, outliers }) => [
          hour,
          { total, sum: n.reduce((sum, one) => sum + one, 0) + outliers },
        ]),
      );
      for (const [hour, count] of stream.watched)
        expect(told.get(hour)).toEqual({ total: count, sum: count });
    }),
    { numRuns: 120 },
  );
});

it('what is held of watches that went is bounded', async () => {
  const ends: string[] = [];
  let spaces: readonly Space[] = [REQUESTS];
  let listening = 0;
  const log = new OneSession(
    inEverySpace({
      role: 'cluster',
      telemetry: silentTelemetry(),
      spaces: { list: () => spaces },
      stateTopic: TOPICS.state,
      open: (_, gone) => {
        listening++;
        gone.addEventListener('abort', () => listening--);
        return () => ({ handle: async () => [], rest: () => 'something' });
      },
      end: (space) => {
        ends.push(space);
        return [];
      },
    }),
    TOPICS.samples,
    TOPICS.state,
  );
  for (let i = 0; i < 40; i++) {
    spaces = [REQUESTS, { id: spaceId(`w${i}`, 'request'), watch: `w${i}`, facet: 'request', revision: '' }];
    await log.push([i]);
  }
  spaces = [REQUESTS];
  await log.idle();
  expect(listening).toBe(1);
  expect(ends).toEqual(Array.from({ length: 24 }, (_, i) => `w${i}/request`));
  const state = new Map<string, unknown>();
  for (const record of log.published) if (record.key !== null) state.set(record.key, record.value);
  const held = [...state.values()].filter((value) => value !== null);
  expect(held).toHaveLength(16);
  expect(held.map((value) => parsed({ topic: '', key: null, value: String(value) }).from)).toEqual(
    held.map(() => null),
  );
});
