import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import type { AssignmentBatch } from '../../../src/domain/assignment.ts';
import type { Backcast } from '../../../src/domain/generation.ts';
import {
  alertsOf,
  type DetectRig,
  detectRig,
  rollupsOf,
  steady,
  tellClusters,
  ticksOf,
} from '../../support/detect-rig.ts';
import { HOUR, MINUTE, makeCluster, makeRows, NOON, type Row } from '../../support/pipeline-rig.ts';

const at = (minute: number): number => NOON + minute * MINUTE;

/** A new generation of `ids`, whose back-cast is of some of the rows. */
function rebuild(
  rig: DetectRig,
  ids: readonly string[],
  minute: number,
  past: readonly AssignmentBatch[],
  holds: (account: string) => boolean,
): void {
  const rows = past.flatMap((batch) =>
    batch.account.flatMap((account, i) => (holds(account) ? [{ batch, i, account }] : [])),
  );
  const backcast: Backcast = {
    kind: 'backcast',
    of: 'window',
    space: 'all/request',
    generation: 2,
    chunk: 0,
    cluster: rows.map(({ batch, i }) => {
      const cluster = batch.cluster[i] ?? null;
      return cluster !== null && ids.includes(cluster) ? cluster : null;
    }),
    account: rows.map(({ account }) => account),
    sketch: rows.map(() => ''),
    conversation: rows.map(({ batch, i }) => hash53(batch.conversation[i] ?? '')),
    at: rows.map(({ batch, i }) => batch.at[i] ?? 0),
  };
  rig.told.tell(
    { generation: 2, type: 'full', full: 2, event_time: at(minute) },
    ids.map((id) => makeCluster(id, { generation: 2 })),
    [backcast],
  );
}

const second = (batches: readonly AssignmentBatch[]): AssignmentBatch[] =>
  batches.map((batch) => ({ ...batch, generation: 2 }));

describe('after a rebuild that saw a part of the traffic', () => {
  it('nobody is new to a cluster who was not before, and as many are behind it', async () => {
    const rig = detectRig();
    const ids = tellClusters(rig, 5);
    // 600 accounts that come back every hour.
    const stream = Array.from({ length: 20 * 60 }, (_, minute) =>
      makeRows(
        Array.from({ length: 10 }, (_unused, i): Row => {
          const n = (minute % 60) * 10 + i;
          return {
            conversation: `k${minute}-${i}`,
            account: `a${n}`,
            at: at(minute),
            cluster: ids[n % 5] ?? null,
          };
        }),
      ),
    );
    const rebuilt = 15 * 60;
    const before = ticksOf(await rig.log.push(stream.slice(0, rebuilt), 50));
    rebuild(rig, ids, rebuilt, stream.slice(0, rebuilt), (account) => hash53(account) % 8 === 0);
    const after = ticksOf(await rig.log.push(second(stream.slice(rebuilt)), 50));
    const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0);
    expect(sum(after.slice(5).flatMap(({ a }) => a))).toBe(0);
    expect(sum(before.at(-1)?.accounts24 ?? [])).toBe(600);
    expect(sum(after.at(-1)?.accounts24 ?? [])).toBe(600);
  });

  it('the last hour of a cluster is told as it was', async () => {
    const rig = detectRig();
    const ids = tellClusters(rig, 5);
    const stream = Array.from({ length: 400 }, (_, minute) =>
      makeRows(
        Array.from({ length: 50 }, (_unused, i): Row => {
          const n = minute * 50 + i;
          return { conversation: `k${n}`, account: `a${n}`, at: at(minute), cluster: ids[i % 5] ?? null };
        }),
      ),
    );
    const before = ticksOf(await rig.log.push(stream.slice(0, 300), 50));
    rebuild(rig, ids, 300, stream.slice(0, 300), (account) => hash53(account) % 50 === 0);
    const after = ticksOf(await rig.log.push(second(stream.slice(300)), 50));
    expect(before.at(-1)?.n60).toEqual([600, 600, 600, 600, 600]);
    for (const { n60 } of after) expect(n60).toEqual([600, 600, 600, 600, 600]);
  });

  it('minutes that were open are told as they were counted', async () => {
    const rig = detectRig();
    const ids = tellClusters(rig, 5);
    const stream = steady(ids, NOON, 30, 50);
    await rig.log.push(stream.slice(0, 20), 5);
    rebuild(rig, ids, 20, stream.slice(0, 20), (account) => hash53(account) % 5 === 0);
    const after = ticksOf(await rig.log.push(second(stream.slice(20)), 5));
    for (const { total, n, outliers } of after) {
      expect([total, outliers]).toEqual([50, 0]);
      expect(n).toEqual([10, 10, 10, 10, 10]);
    }
  });

  it('a conversation of a cluster that is gone is counted once, where it belongs by then', async () => {
    const rig = detectRig();
    tellClusters(rig, 3);
    const row = { conversation: 'k', account: 'a' };
    const first = makeRows([{ ...row, at: at(5), cluster: 'c3', version: 1 }], { watermark: at(12) });
    await rig.log.push([first]);
    rebuild(rig, ['c1', 'c2'], 12, [first], () => true);
    const longer = makeRows([{ ...row, at: at(20), cluster: 'c2', version: 2 }], {
      watermark: at(90),
      generation: 2,
    });
    const [hour] = rollupsOf(await rig.log.push([longer])).filter(
      ({ hour: from }) => from === NOON - (NOON % HOUR),
    );
    expect(hour?.total).toBe(1);
    const told = new Map(hour?.cluster.map((id, i) => [id, hour.n[i]]));
    expect(told.get('c2')).toBe(1);
    expect(told.get('c3') ?? 0).toBe(0);
  });

  it('who founded a cluster while it was made speaks for its birth, though it speaks of the time before', async () => {
    const day = 26 * 60;
    const founders = Array.from({ length: 7 }, (_, i): Row => {
      const minute = day + 5 + Math.floor(i / 5);
      return { conversation: `f${i}`, account: `f${i}`, at: at(minute), cluster: null };
    });
    const backcast = (generation: number, of: Backcast['of'], rows: AssignmentBatch): Backcast => ({
      kind: 'backcast',
      of,
      space: 'all/request',
      generation,
      chunk: 0,
      cluster: rows.cluster,
      account: rows.account,
      sketch: rows.account.map(() => ''),
      conversation: rows.conversation.map((token) => hash53(token)),
      at: rows.at,
    });
    const firstFired = async (isRebuilt: boolean) => {
      const rig = detectRig();
      const ids = tellClusters(rig, 5);
      const stream = steady(ids, NOON, day + 60, 5);
      const under = (generation: number, from: number, to: number): AssignmentBatch[] =>
        stream.slice(from, to).map((batch) => ({ ...batch, generation }));
      await rig.log.push([...stream.slice(0, day + 8), makeRows(founders, { watermark: at(day + 8) })], 50);
      const born = makeCluster('cz', { generation: 2, origin: 'newborn', born_at: at(day + 8) });
      const own = makeRows(founders.map((row) => ({ ...row, cluster: 'cz' })));
      const patch = { generation: 2, type: 'patch' as const, full: 1, event_time: at(day + 8) };
      rig.told.tell(patch, [born], [backcast(2, 'founders', own)]);
      await rig.log.push(under(2, day + 8, day + 12), 5);
      const past = stream.slice(0, day).map((batch) => backcast(3, 'window', batch));
      const all = [...ids.map((id) => makeCluster(id, { generation: 3 })), { ...born, generation: 3 }];
      const relations = [{ kind: 'continues' as const, id: 'cz', from: [{ id: 'cz', share: 1 }] }];
      const full = { generation: 3, type: 'full' as const, full: 3, event_time: at(day), relations };
      if (isRebuilt)
        rig.told.tell(
          full,
          all,
          past.map((chunk, i) => ({ ...chunk, chunk: i })),
        );
      const generation = isRebuilt ? 3 : 2;
      const more = Array.from({ length: 12 }, (_, i) => {
        const row = { conversation: `g${i}`, account: `g${i}`, at: at(day + 12 + i), cluster: 'cz' };
        return makeRows([row], { watermark: at(day + 12 + i), generation });
      });
      const out = await rig.log.push([...more, ...under(generation, day + 24, day + 40)], 1);
      const fired = alertsOf(out).find(({ cluster, state }) => cluster === 'cz' && state === 'firing');
      return fired && { kind: fired.kind, fired: fired.fired_at, accounts: fired.accounts };
    };
    const [still, rebuilt] = [await firstFired(false), await firstFired(true)];
    expect(still).toMatchObject({ kind: 'new' });
    expect(rebuilt).toEqual(still);
  });
});
