import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALL, DEFAULT_SPACE, spaceId } from '../../src/domain/ids.ts';
import { inEverySpace, inSpace, type OpenSpace, type Space } from '../../src/pipeline/spaces.ts';
import { OneSession, parsed, silentTelemetry } from '../support/pipeline-rig.ts';
import { REQUESTS } from '../support/spaces.ts';

const snapshot = z.object({ from: z.number(), read: z.number() });
const answer = z.object({ offset: z.number(), read: z.number() });
const watch = (id: string, revision = ''): Space => ({
  id: spaceId(id, 'request'),
  watch: id,
  facet: 'request',
  revision,
});

/** A role that remembers how many records it has read, in a snapshot every third, and tells each one. */
function counting({ id }: Space, told: Map<string, number[]>): OpenSpace {
  return function open() {
    let from: number | undefined;
    let read = 0;
    return {
      restore(record) {
        if (record.key !== `count/${id}` || record.value === null) return;
        ({ from, read } = snapshot.parse(parsed(record)));
      },
      startAt: () => from ?? 0,
      retire: () => [{ topic: 'out', key: `end of ${id}`, value: JSON.stringify({ offset: 0, read }) }],
      async handle({ records, replay }) {
        const out = [];
        for (const { offset } of records) {
          read++;
          if (replay) continue;
          out.push({ topic: 'out', key: id, value: JSON.stringify({ offset, read }) });
          told.set(id, [...(told.get(id) ?? []), offset]);
          if (read % 3 !== 0) continue;
          const value = JSON.stringify({ from: offset + 1, read });
          out.push({ topic: 'state', key: `count/${id}`, value, partition: 0 });
        }
        return out;
      },
    };
  };
}

function rig() {
  let spaces: readonly Space[] = [REQUESTS];
  const told = new Map<string, number[]>();
  const open = () =>
    inEverySpace({
      role: 'detect',
      telemetry: silentTelemetry(),
      spaces: { list: () => spaces },
      stateTopic: 'state',
      open: (space) => counting(space, told),
    });
  const log = new OneSession(open(), 'in', 'state');
  return {
    log,
    told,
    restart: () => log.restart(open()),
    set(...ids: string[]) {
      spaces = [REQUESTS, ...ids.map((id) => watch(id))];
    },
    revise(id: string, revision: string) {
      spaces = [REQUESTS, watch(id, revision)];
    },
  };
}

/** Offsets that a space has answered for, as committed, and how many it had read by then. */
const answered = (log: OneSession, id: string) =>
  log.published
    .filter(({ topic, key }) => topic === 'out' && key === id)
    .map((record) => answer.parse(parsed(record)));

describe('a role in every space', () => {
  it('takes a space up with what comes next, and leaves it when it is gone', async () => {
    const { log, set } = rig();
    await log.push([1, 2]);
    set('launch');
    await log.push([3, 4]);
    set();
    await log.push([5]);
    expect(answered(log, DEFAULT_SPACE).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    expect(answered(log, spaceId('launch', 'request')).map(({ offset }) => offset)).toEqual([2, 3]);
  });

  it('ends what is open in a space that is taken away, and begins anew with other settings', async () => {
    const { log, set, revise } = rig();
    set('launch');
    await log.push([1, 2]);
    revise('launch', 'other');
    await log.push([3]);
    set();
    await log.push([4]);
    const ends = log.published.filter(({ key }) => key?.startsWith('end of') === true);
    expect(ends.map((record) => answer.parse(parsed(record)).read)).toEqual([2, 1]);
    expect(answered(log, spaceId('launch', 'request')).map(({ read }) => read)).toEqual([1, 2, 1]);
  });

  it('a restart reads on where each was, whatever happens in between', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 7 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
      fc.record({ kind: fc.constant('kill' as const) }),
      fc.record({ kind: fc.constant('dies' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('watches' as const), ids: fc.subarray(['a', 'b', 'c']) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { log, set, restart } = rig();
        const expected = new Map<string, number[]>();
        let sent = 0;
        let watched: readonly string[] = [];
        const expectNext = (count: number) => {
          for (const id of [DEFAULT_SPACE, ...watched.map((one) => watch(one).id)]) {
            const list = expected.get(id) ?? [];
            for (let i = 0; i < count; i++) list.push(sent + i);
            expected.set(id, list);
          }
        };
        for (const one of steps) {
          if (one.kind === 'push') {
            expectNext(one.count);
            sent += one.count;
            await log.push(
              Array.from({ length: one.count }, (_, i) => i),
              3,
            );
          } else if (one.kind === 'dies') {
            expectNext(one.count);
            sent += one.count;
            log.append(Array.from({ length: one.count }, (_, i) => i));
            await log.killWithin(2);
            await log.run();
          } else if (one.kind === 'restart') restart();
          else if (one.kind === 'kill') log.kill();
          else {
            watched = one.ids;
            set(...one.ids);
            // Known from what comes next on.
            await log.idle();
          }
        }
        for (const [id, offsets] of expected) {
          expect(
            answered(log, id).map(({ offset }) => offset),
            id,
          ).toEqual(offsets);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('counts what it read before a restart once', async () => {
    const { log, set, restart } = rig();
    set('launch');
    for (let i = 0; i < 8; i++) await log.push([i]);
    restart();
    await log.push([8, 9]);
    expect(answered(log, spaceId('launch', 'request')).map(({ read }) => read)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });
});

it('every conversation is in the space of all, and in those of the watches it passed', () => {
  expect(inSpace({ watches: [] }, ALL)).toBe(true);
  expect(inSpace({ watches: ['launch'] }, 'launch')).toBe(true);
  expect(inSpace({ watches: ['launch'] }, 'election')).toBe(false);
});
