import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { decodeVector, dot, encodeVector } from '../../../src/domain/vector.ts';
import {
  clusterAt,
  expectSound,
  goingOn,
  historyOf,
  idAt,
  liveRig,
  mixOf,
  newborns,
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
    const { rig, ...doors } = await liveRig(onnx);
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

  it('hands nothing to another cluster that has one of its founders', async () => {
    const { rig, computing } = await liveRig(onnx);
    const now = rig.sample(0).at;
    const others = Array.from({ length: 14 }, (_, i) =>
      rig.sample(7, {
        at: now - 26 * HOUR,
        watermark: now,
        ...(i % 2 === 0 ? {} : { vector: mixOf([63, 0.65], [64 + i, 0.76]) }),
      }),
    );
    computing.shut();
    const stray = newborns(rig, 1, { vector: mixOf([63, 0.68], [54, 0.73]) });
    await rig.push([...usual(rig, 60), ...others, ...stray]);
    await until(() => computing.waiting > 0);
    const spread = newborns(rig, 16).map((sample, i) => ({
      ...sample,
      vector: mixOf([54, 0.85], [10 + i, 0.52]),
    }));
    await rig.push(spread);
    await until(() => rig.current?.manifest.generation === 2);
    const born = clusterAt(rig, 6)?.[0];
    computing.open();
    await until(() => rig.current?.manifest.full === 3);
    const { id, label, centroid, radius } = born!;
    expect(clusterAt(rig, 6)).toEqual([expect.objectContaining({ id, label, centroid, radius })]);
    expectSound(rig);
  });

  it.each(['computing', 'naming'] as const)(
    'reaches as far as it was told to, whatever the rebuild makes of its first founders: %s',
    async (step) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      door.shut();
      const early = newborns(rig, 9).map((sample, i) => ({
        ...sample,
        sketch: `same${i % 2}`,
        vector: mixOf([54, 0.78], [3, 0.6], [20 + i, 0.15]),
      }));
      await rig.push([...usual(rig, 60), ...early]);
      await until(() => door.waiting > 0);
      const spread = newborns(rig, 30).map((sample, i) => ({
        ...sample,
        vector: mixOf([54, 0.9], [10 + i, 0.4]),
      }));
      await rig.push(spread);
      await until(() => rig.current?.manifest.generation === 2);
      const born = clusterAt(rig, 6)?.[0];
      door.open();
      await until(() => rig.current?.manifest.full === 3);
      const { id, centroid, radius, conversations } = born!;
      expect(clusterAt(rig, 6)).toEqual([expect.objectContaining({ id, centroid, radius, conversations })]);
      expectSound(rig);
    },
  );

  it.each(['computing', 'naming'] as const)(
    'stands beside a cluster of before that has moved to its place, until the next: %s',
    async (step) => {
      const { rig, samples, ...doors } = await liveRig(onnx);
      const door = doors[step];
      const now = rig.sample(0).at;
      const [two, five] = [idAt(rig, 2), idAt(rig, 5)];
      const there = new Set(samples.filter(({ vector }) => dot(decodeVector(vector), direction(45)) > 0.8));
      await rig.push(
        goingOn(rig, [...there], two).map((sample, i) => ({ ...sample, vector: mixOf([18, 1], [i, 0.2]) })),
      );
      door.shut();
      const early = newborns(rig, 24, { at: now - 26 * HOUR, watermark: now, cluster: five });
      await rig.push([...usual(rig, 60).filter(({ cluster }) => cluster !== five), ...early]);
      await until(() => door.waiting > 0);
      const late = newborns(rig, 30);
      await rig.push(late);
      await until(() => rig.current?.manifest.generation === 2);
      const born = clusterAt(rig, 6)?.[0];
      door.open();
      await until(() => rig.current?.manifest.full === 3);
      const { id, label, radius } = born!;
      expect(clusterAt(rig, 6)?.map((cluster) => cluster.id)).toEqual([five, id]);
      expect(clusterAt(rig, 6)?.[1]).toMatchObject({ label, radius, conversations: 30 });
      expectSound(rig);
    },
  );

  it.each(['computing', 'naming'] as const)(
    'reaches as far as what it takes in, where that is wider: %s',
    async (step) => {
      const { rig, ...doors } = await liveRig(onnx);
      const door = doors[step];
      door.shut();
      const now = rig.sample(0).at;
      const wide = newborns(rig, 40, { at: now - 26 * HOUR, watermark: now }).map((sample, i) => ({
        ...sample,
        vector: mixOf([54, 0.8], [10 + i, 0.6]),
      }));
      await rig.push([...usual(rig, 60), ...wide]);
      await until(() => door.waiting > 0);
      await rig.push(newborns(rig, 24));
      await until(() => rig.current?.manifest.generation === 2);
      const born = clusterAt(rig, 6)?.[0];
      door.open();
      await until(() => rig.current?.manifest.full === 3);
      const [cluster] = clusterAt(rig, 6) ?? [];
      expect(cluster).toMatchObject({ id: born?.id, label: born?.label });
      expect(cluster?.conversations).toBeGreaterThan(60);
      expect(cluster?.radius).toBeLessThan(born?.radius ?? 0);
      const within = wide.filter(
        ({ vector }) => dot(decodeVector(vector), decodeVector(cluster!.centroid)) >= cluster!.radius,
      );
      expect(within.length).toBeGreaterThan(30);
      expectSound(rig);
    },
  );

  it('leaves too few of a cluster that nobody has heard of, which is not published, though they go on', async () => {
    const { rig, naming } = await liveRig(onnx);
    const now = rig.sample(0).at;
    const others = rig.samples(7, 7, { at: now - 26 * HOUR, watermark: now });
    const strays = newborns(rig, 6).map((sample, i) => ({
      ...sample,
      vector: mixOf([63, 0.68], [54, 0.73], [20 + i, 0.1]),
    }));
    naming.shut();
    await rig.push([...usual(rig, 60), ...others, ...strays]);
    await until(() => naming.waiting > 0);
    const spread = newborns(rig, 16).map((sample, i) => ({
      ...sample,
      vector: mixOf([54, 0.85], [63, 0.3], [10 + i, 0.43]),
    }));
    await rig.push(spread);
    await until(() => rig.current?.manifest.generation === 2);
    const born = rig.current?.manifest.clusters.at(-1) ?? null;
    await rig.push(goingOn(rig, strays, born));
    naming.open();
    await until(() => rig.current?.manifest.full === 3);
    for (const { conversations } of rig.current?.clusters ?? [])
      expect(conversations).toBeGreaterThanOrEqual(8);
    expectSound(rig);
  });
});
