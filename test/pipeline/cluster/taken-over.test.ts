import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { decodeVector, dot } from '../../../src/domain/vector.ts';
import {
  clusterAt,
  expectSound,
  goingOn,
  idAt,
  liveRig,
  mixOf,
  newborns,
  stopAt,
  until,
  usual,
} from '../../support/live-rig.ts';
import { direction, HOUR } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

describe('a cluster that was born in the course of a rebuild', () => {
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
    const stray = newborns(rig, 1, { vector: mixOf([63, 0.68], [54, 0.73]) });
    await stopAt(computing, rig, [...usual(rig, 60), ...others, ...stray]);
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
      const early = newborns(rig, 9).map((sample, i) => ({
        ...sample,
        sketch: `same${i % 2}`,
        vector: mixOf([54, 0.78], [3, 0.6], [20 + i, 0.15]),
      }));
      await stopAt(door, rig, [...usual(rig, 60), ...early]);
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
      const early = newborns(rig, 24, { at: now - 26 * HOUR, watermark: now, cluster: five });
      await stopAt(door, rig, [...usual(rig, 60).filter(({ cluster }) => cluster !== five), ...early]);
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
      const now = rig.sample(0).at;
      const wide = newborns(rig, 40, { at: now - 26 * HOUR, watermark: now }).map((sample, i) => ({
        ...sample,
        vector: mixOf([54, 0.8], [10 + i, 0.6]),
      }));
      await stopAt(door, rig, [...usual(rig, 60), ...wide]);
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
    await stopAt(naming, rig, [...usual(rig, 60), ...others, ...strays]);
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

  it('is named anew when it has doubled since it was named, and named at all when it may be by now', async () => {
    for (const minConversations of [10, 20]) {
      const thresholds = { minAccounts: 8, minConversations, minAudit: 3 };
      const { rig, naming, asked } = await liveRig(onnx, null, { thresholds });
      await stopAt(naming, rig, usual(rig, 60));
      await rig.push(newborns(rig, 14));
      await until(() => rig.current?.manifest.generation === 2);
      const id = idAt(rig, 6);
      expect(clusterAt(rig, 6)?.[0]?.label === null).toBe(minConversations === 20);
      await rig.push(newborns(rig, 26, { cluster: id }));
      asked.length = 0;
      naming.open();
      await until(() => rig.current?.manifest.full === 3 && rig.current.manifest.type === 'patch');
      expect(clusterAt(rig, 6)?.[0]).toMatchObject({ id, conversations: 40 });
      expect(clusterAt(rig, 6)?.[0]?.label?.name).toContain('ewborn');
      expect(asked.filter((texts) => texts.some((text) => text.includes('newborn')))).toHaveLength(1);
      expectSound(rig);
    }
  });

  it('has the name of what it takes in, where it has none yet', async () => {
    const thresholds = { minAccounts: 8, minConversations: 20, minAudit: 3 };
    const { rig, naming } = await liveRig(onnx, null, { thresholds });
    const now = rig.sample(0).at;
    await stopAt(naming, rig, [
      ...usual(rig, 60),
      ...newborns(rig, 29, { at: now - 26 * HOUR, watermark: now }),
    ]);
    await rig.push(newborns(rig, 14));
    await until(() => rig.current?.manifest.generation === 2);
    expect(clusterAt(rig, 6)?.[0]?.label).toBeNull();
    naming.open();
    await until(() => rig.current?.manifest.full === 3);
    expect(clusterAt(rig, 6)?.[0]?.label?.name).toContain('ewborn');
    expectSound(rig);
  });
});
