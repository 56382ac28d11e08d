import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import type { ClusterRig } from '../../support/cluster-rig.ts';
import {
  clusterAt,
  expectSound,
  historyOf,
  idAt,
  type Live,
  liveRig,
  newborns,
  until,
  usual,
} from '../../support/live-rig.ts';
import { direction, HOUR, NOON } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

describe('what is found to be new while a rebuild is under way', () => {
  it.each(['computing', 'naming'] as const)(
    'is told at once while it is %s, and goes on after it',
    async (step) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      door.shut();
      await rig.push(usual(rig, 60));
      await until(() => door.waiting > 0);
      const [begun] = usual(rig, 1);
      await rig.push(newborns(rig, 14, { at: (begun?.at ?? 0) + HOUR }));
      await until(() => rig.current?.manifest.generation === 2);
      expect(rig.current?.manifest).toMatchObject({ type: 'patch', full: 1 });
      const born = clusterAt(rig, 6)?.[0];
      expect(born).toMatchObject({ origin: 'newborn', generation: 2, conversations: 14 });
      expect(born?.label?.name).toContain('ewborn');
      door.open();
      await until(() => rig.current?.manifest.generation === 3);
      const { manifest } = rig.current!;
      expect(manifest).toMatchObject({ type: 'full', full: 3 });
      expect(clusterAt(rig, 6)).toHaveLength(1);
      expect(clusterAt(rig, 6)?.[0]).toMatchObject({
        id: born?.id,
        origin: 'newborn',
        born_at: born?.born_at,
        label: born?.label,
        generation: 3,
      });
      expect(manifest.relations.find(({ id }) => id === born?.id)).toEqual({
        kind: 'continues',
        id: born?.id,
        from: [{ id: born?.id, share: 1, members: 14 }],
      });
      // It speaks of the time before they came.
      expect(historyOf(rig, 3).flatMap(({ cluster }) => cluster)).not.toContain(born?.id);
      // The next rebuild takes them in as it does others.
      await rig.push([...usual(rig, 130), ...newborns(rig, 20, { cluster: born?.id ?? null })]);
      await until(() => rig.current?.manifest.full === 4);
      expect(clusterAt(rig, 6)?.[0]).toMatchObject({
        id: born?.id,
        origin: 'newborn',
        born_at: born?.born_at,
      });
      expectSound(rig);
    },
  );

  it.each(['computing', 'naming'] as const)(
    'has the id of the cluster that the rebuild makes of those that were there already, found while it is %s',
    async (step) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      door.shut();
      // Too few of them to be news, and enough for a cluster.
      const early = newborns(rig, 9);
      await rig.push([...usual(rig, 60), ...early]);
      await until(() => door.waiting > 0);
      await rig.push(newborns(rig, 16));
      await until(() => rig.current?.manifest.generation === 2);
      const born = clusterAt(rig, 6)?.[0];
      door.open();
      await until(() => rig.current?.manifest.generation === 3);
      expect(clusterAt(rig, 6)).toHaveLength(1);
      expect(clusterAt(rig, 6)?.[0]).toMatchObject({
        id: born?.id,
        origin: 'newborn',
        born_at: born?.born_at,
      });
      expect(rig.current?.manifest.relations.find(({ id }) => id === born?.id)?.kind).toBe('continues');
      const past = historyOf(rig, 3);
      const ofIt = past.flatMap(({ cluster, account }) => account.filter((_, i) => cluster[i] === born?.id));
      expect(new Set(ofIt)).toEqual(new Set(early.map(({ account }) => account)));
      expectSound(rig);
    },
  );

  it.each([
    ['computing', 9, 16],
    ['computing', 9, 8],
    ['computing', 10, 16],
    ['naming', 9, 16],
    ['naming', 9, 8],
  ] as const)('keeps its name and its figures: %s, %i before and %i after', async (step, early, late) => {
    const { rig, asked, ...doors } = await liveRig(onnx);
    const door = doors[step];
    door.shut();
    // Of too few wordings to be news by themselves.
    const before = newborns(rig, early).map((sample, i) => ({ ...sample, sketch: `same${i % 2}` }));
    await rig.push([...usual(rig, 60), ...before]);
    await until(() => door.waiting > 0);
    await rig.push(newborns(rig, late));
    await until(() => rig.current?.manifest.generation === 2);
    const born = clusterAt(rig, 6)?.[0];
    expect(born?.label?.name).toContain('ewborn');
    expect(born?.conversations).toBe(early + late);
    asked.length = 0;
    door.open();
    await until(() => rig.current?.manifest.full === 3);
    const { id, label, names, naming, descends, conversations, accounts, coordination } = born!;
    expect(clusterAt(rig, 6)).toHaveLength(1);
    expect(clusterAt(rig, 6)?.[0]).toMatchObject({
      id,
      label,
      names,
      naming,
      descends,
      conversations,
      accounts,
    });
    expect(clusterAt(rig, 6)?.[0]?.coordination === null).toBe(coordination === null);
    expect(asked.flat().filter((text) => text.includes('newborn'))).toEqual([]);
    expectSound(rig);
  });

  it.each([
    ['computing', 12, 24],
    ['computing', 25, 40],
    ['naming', 12, 24],
  ] as const)(
    'is one with what the rebuild makes of those of long before: %s, %i of them and %i new',
    async (step, early, late) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      door.shut();
      const now = rig.sample(0).at;
      await rig.push([...usual(rig, 60), ...newborns(rig, early, { at: now - 26 * HOUR, watermark: now })]);
      await until(() => door.waiting > 0);
      await rig.push(newborns(rig, late));
      await until(() => rig.current?.manifest.generation === 2);
      const born = clusterAt(rig, 6)?.[0];
      door.open();
      await until(() => rig.current?.manifest.full === 3);
      expect(clusterAt(rig, 6)?.map(({ id }) => id)).toEqual([born?.id]);
      // One or the other may be an outlier.
      expect(clusterAt(rig, 6)?.[0]?.conversations).toBeGreaterThan(0.95 * (early + late));
      expectSound(rig);
    },
  );

  it('is born, and not cut off, where the rebuild has cut it off a cluster of before', async () => {
    const { rig, naming } = await liveRig(onnx);
    naming.shut();
    await rig.push([...usual(rig, 60), ...newborns(rig, 9, { cluster: idAt(rig, 0) })]);
    await until(() => naming.waiting > 0);
    await rig.push(newborns(rig, 16));
    await until(() => rig.current?.manifest.generation === 2);
    const born = clusterAt(rig, 6)?.[0];
    naming.open();
    await until(() => rig.current?.manifest.full === 3);
    expect(clusterAt(rig, 6)?.[0]).toMatchObject({ id: born?.id, descends: [] });
    expect(rig.current?.manifest.relations.find(({ id }) => id === born?.id)?.kind).toBe('continues');
    expectSound(rig);
  });

  it('is left to the rebuild where that has made it part of a cluster of before', async () => {
    const { rig, naming } = await liveRig(onnx);
    const old = idAt(rig, 4);
    naming.shut();
    await rig.push(usual(rig, 60));
    await until(() => naming.waiting > 0);
    const there = encodeVector(direction(36));
    await rig.push(rig.samples(4, 30, { vector: there, cluster: null }));
    await rig.push(usual(rig, 1));
    expect(rig.current?.manifest.generation).toBe(1);
    naming.open();
    await until(() => rig.current?.manifest.generation === 2);
    expect(clusterAt(rig, 4)?.map(({ id }) => id)).toEqual([old]);
    expectSound(rig);
  });

  it('has its place in the tree of the rebuild', async () => {
    const { rig, naming } = await liveRig(onnx);
    naming.shut();
    await rig.push(usual(rig, 60));
    await until(() => naming.waiting > 0);
    await rig.push(newborns(rig, 14));
    await until(() => rig.current?.manifest.generation === 2);
    naming.open();
    await until(() => rig.current?.manifest.generation === 3);
    const { manifest, clusters } = rig.current!;
    const parents = new Map(manifest.parents.map((parent) => [parent.id, parent]));
    for (const { id, parent, x, y } of clusters) {
      expect([typeof x, typeof y]).toEqual(['number', 'number']);
      expect(parents.get(parent ?? '')?.children).toContain(id);
    }
    expectSound(rig);
  });
});

describe('what comes in the course of a rebuild', () => {
  const places = (rig: ClusterRig) =>
    new Map(
      historyOf(rig, rig.current?.manifest.full ?? 0).flatMap(({ conversation, cluster }) =>
        conversation.map((key, i) => [key, cluster[i] ?? null] as const),
      ),
    );

  it('is where it was put, when it is a conversation that goes on, and speaks for no cluster that it has left', async () => {
    const { rig, naming, asked } = await liveRig(onnx);
    const movers = rig.samples(5, 12, { cluster: idAt(rig, 5) });
    await rig.push(movers);
    naming.shut();
    await rig.push(usual(rig, 60));
    await until(() => naming.waiting > 0);
    asked.length = 0;
    const home = idAt(rig, 2);
    const renewed = rig.samples(2, 12, { cluster: home }).map((sample, i) => ({
      ...movers[i]!,
      watermark: sample.watermark,
      version: sample.version + 1,
      vector: sample.vector,
      cluster: home,
      facets: { ...sample.facets, request: 'it has gone on to something else' },
    }));
    await rig.push(renewed);
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    const told = places(rig);
    expect(new Set(movers.map(({ conversation }) => told.get(hash53(conversation))))).toEqual(
      new Set([home]),
    );
    // Of topic 5 nobody is asked with what was said later.
    for (const texts of asked)
      if (texts.some((text) => text.includes('knee pain')))
        expect(texts.filter((text) => text.includes('gone on'))).toEqual([]);
  });

  it('is told of by it where it came late: whoever counts has it from nowhere else', async () => {
    const { rig, naming } = await liveRig(onnx);
    naming.shut();
    await rig.push(usual(rig, 60));
    await until(() => naming.waiting > 0);
    const late = usual(rig, 2, { at: NOON + 60_000 });
    const fresh = usual(rig, 2);
    await rig.push([...late, ...fresh]);
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    const told = places(rig);
    for (const { conversation, cluster } of late) expect(told.get(hash53(conversation))).toBe(cluster);
    for (const { conversation } of fresh) expect(told.has(hash53(conversation))).toBe(false);
  });
});

const STEPS = {
  usual: ({ rig }: Live) => rig.push(usual(rig, 20)),
  more: ({ rig }: Live) => rig.push(usual(rig, 50)),
  six: ({ rig }: Live) => rig.push(newborns(rig, 12, { cluster: idAt(rig, 6) })),
  eight: ({ rig }: Live) => rig.push(rig.samples(8, 12, { cluster: idAt(rig, 8) })),
  old: ({ rig }: Live) => {
    const now = rig.sample(0).at;
    return rig.push(newborns(rig, 12, { at: now - 26 * HOUR, watermark: now, cluster: idAt(rig, 6) }));
  },
  compute: async ({ computing }: Live) => computing.shut(),
  name: async ({ naming }: Live) => naming.shut(),
  open: async ({ computing, naming }: Live) => {
    computing.open();
    naming.open();
  },
} as const;

it('whatever is born in the course of rebuilds: numbers are given once, and whoever is gone has died', async () => {
  const step = fc.constantFrom(...Object.values(STEPS));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const live = await liveRig(onnx);
      for (const take of steps) {
        await take(live);
        for (let i = 0; i < 40; i++) await turn();
      }
      const { rig } = live;
      await STEPS.open(live);
      await (await rig.log.session()).close?.();
      expectSound(rig);
      const alive = new Set(rig.current?.manifest.clusters);
      for (const topic of [6, 8]) expect(clusterAt(rig, topic)?.length).toBeLessThanOrEqual(1);
      const past = historyOf(rig, rig.current?.manifest.full ?? 0).flatMap(({ cluster }) => cluster);
      expect(past.filter((id) => id !== null && !alive.has(id))).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 120_000);
