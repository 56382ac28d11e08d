import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import {
  clusterAt,
  expectSound,
  historyOf,
  idAt,
  liveRig,
  newborns,
  stopAt,
  until,
  usual,
} from '../../support/live-rig.ts';
import { direction, HOUR } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

describe('what is found to be new while a rebuild is under way', () => {
  it.each(['computing', 'naming'] as const)(
    'is told at once while it is %s, and goes on after it',
    async (step) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      await stopAt(door, rig, usual(rig, 60));
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
      // Too few of them to be news, and enough for a cluster.
      const early = newborns(rig, 9);
      await stopAt(door, rig, [...usual(rig, 60), ...early]);
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
    const { rig, ...doors } = await liveRig(onnx);
    const door = doors[step];
    // Of too few wordings to be news by themselves.
    const before = newborns(rig, early).map((sample, i) => ({ ...sample, sketch: `same${i % 2}` }));
    await stopAt(door, rig, [...usual(rig, 60), ...before]);
    await rig.push(newborns(rig, late));
    await until(() => rig.current?.manifest.generation === 2);
    const born = clusterAt(rig, 6)?.[0];
    expect(born?.label?.name).toContain('ewborn');
    expect(born?.conversations).toBe(early + late);
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
      const now = rig.sample(0).at;
      await stopAt(door, rig, [
        ...usual(rig, 60),
        ...newborns(rig, early, { at: now - 26 * HOUR, watermark: now }),
      ]);
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
    await stopAt(naming, rig, [...usual(rig, 60), ...newborns(rig, 9, { cluster: idAt(rig, 0) })]);
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
    await stopAt(naming, rig, usual(rig, 60));
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
    await stopAt(naming, rig, usual(rig, 60));
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
