import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { hash53 } from '../../../src/algorithms/hash.ts';
import type { Sample } from '../../../src/domain/point.ts';
import { decodeVector, dot } from '../../../src/domain/vector.ts';
import type { ClusterRig } from '../../support/cluster-rig.ts';
import {
  clusterAt,
  expectSound,
  goingOn,
  idAt,
  liveRig,
  mixOf,
  newborns,
  placesOf,
  stopAt,
  until,
  usual,
} from '../../support/live-rig.ts';
import { direction, HOUR, NOON } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

/** How many of them the last full generation tells of under each cluster. */
function told(rig: ClusterRig, samples: readonly Sample[]): Record<string, number> {
  const places = placesOf(rig);
  const clusters = samples.map(({ conversation }) => String(places.get(hash53(conversation))));
  return Object.fromEntries([...Map.groupBy(clusters, (id) => id)].map(([id, all]) => [id, all.length]));
}

describe('what comes in the course of a rebuild', () => {
  it.each([
    ['computing', 14, 14],
    ['computing', 30, 22],
    ['naming', 14, 14],
    ['naming', 30, 22],
  ] as const)(
    'takes nobody from his cluster where conversations go on: %s, %i and %i of them',
    async (step, all, some) => {
      const { rig, ...doors } = await liveRig(onnx);
      const first = newborns(rig, 14);
      await rig.push(first);
      await until(() => rig.current?.manifest.generation === 2);
      const id = idAt(rig, 6);
      const members = [...first, ...newborns(rig, all - 14, { cluster: id })];
      await rig.push(members.slice(14));
      const door = doors[step];
      await stopAt(door, rig, usual(rig, 60));
      await rig.push(goingOn(rig, members.slice(0, some), id));
      door.open();
      await until(() => rig.current?.manifest.full === 3);
      expect(clusterAt(rig, 6)).toEqual([expect.objectContaining({ id, conversations: all })]);
      expect(clusterAt(rig, 6)?.[0]?.label).not.toBeNull();
      expect(told(rig, members)).toEqual({ [String(id)]: all });
      expectSound(rig);
    },
  );

  it.each(['computing', 'naming'] as const)(
    'takes nobody from the clusters of the first: %s',
    async (step) => {
      const { rig, samples, ...doors } = await liveRig(onnx, step);
      const garden = samples.filter(({ vector }) => dot(decodeVector(vector), direction(0)) > 0.8);
      await rig.push(goingOn(rig, garden.slice(0, 38), null));
      doors[step].open();
      await until(() => rig.current?.manifest.generation === 1);
      const [cluster] = clusterAt(rig, 0) ?? [];
      // One or the other is an outlier.
      expect(cluster?.conversations).toBeGreaterThan(0.95 * garden.length);
      expect(cluster?.label).not.toBeNull();
      expect(told(rig, garden)[cluster?.id ?? '']).toBe(cluster?.conversations);
      expectSound(rig);
    },
  );

  it('takes nobody from a cluster that the rebuild has made', async () => {
    const { rig, naming } = await liveRig(onnx);
    const now = rig.sample(0).at;
    const olds = rig.samples(7, 24, { at: now - 26 * HOUR, watermark: now });
    await stopAt(naming, rig, [...usual(rig, 60), ...olds]);
    await rig.push(goingOn(rig, olds.slice(0, 18), null));
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    const [cluster] = clusterAt(rig, 7) ?? [];
    expect(cluster?.conversations).toBe(24);
    expect(told(rig, olds)).toEqual({ [cluster?.id ?? '']: 24 });
    expectSound(rig);
  });

  it('is where it was put, when it is a conversation that goes on, and speaks for no cluster that it has left', async () => {
    const { rig, naming, asked } = await liveRig(onnx);
    const movers = rig.samples(5, 12, { cluster: idAt(rig, 5) });
    await rig.push(movers);
    await stopAt(naming, rig, usual(rig, 60));
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
    expect(told(rig, movers)).toEqual({ [String(home)]: 12 });
    // Of topic 5 nobody is asked with what was said later.
    for (const texts of asked)
      if (texts.some((text) => text.includes('knee pain')))
        expect(texts.filter((text) => text.includes('gone on'))).toEqual([]);
  });

  it('is told of by it where it came late: whoever counts has it from nowhere else', async () => {
    const { rig, naming } = await liveRig(onnx);
    await stopAt(naming, rig, usual(rig, 60));
    const late = usual(rig, 2, { at: NOON + 60_000 });
    const fresh = usual(rig, 2);
    await rig.push([...late, ...fresh]);
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    const places = placesOf(rig);
    for (const { conversation, cluster } of late) expect(places.get(hash53(conversation))).toBe(cluster);
    for (const { conversation } of fresh) expect(places.has(hash53(conversation))).toBe(false);
  });

  it('publishes nobody who has nobody: all of a cluster that it has made have gone on and moved', async () => {
    const { rig, naming } = await liveRig(onnx);
    const now = rig.sample(0).at;
    const olds = rig.samples(7, 24, { at: now - 26 * HOUR, watermark: now });
    await stopAt(naming, rig, [...usual(rig, 60), ...olds]);
    const home = idAt(rig, 2);
    const [there] = rig.samples(2, 1);
    await rig.push(goingOn(rig, olds, home).map((sample) => ({ ...sample, vector: there!.vector })));
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    expect(clusterAt(rig, 7)).toEqual([]);
    expect(told(rig, olds)).toEqual({ [String(home)]: 24 });
    expectSound(rig);
  });

  it('takes none for its own that was an outlier, and is one elsewhere by now', async () => {
    const { rig, naming } = await liveRig(onnx);
    const now = rig.sample(0).at;
    const olds = rig.samples(7, 30, { at: now - 26 * HOUR, watermark: now });
    await stopAt(naming, rig, [...usual(rig, 60), ...olds]);
    const moved = goingOn(rig, olds.slice(0, 12), null).map((sample, i) => ({
      ...sample,
      vector: mixOf([70 + i, 1]),
    }));
    await rig.push(moved);
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    const [cluster] = clusterAt(rig, 7) ?? [];
    const { conversations = 0, id = '' } = cluster ?? {};
    // One or the other is an outlier by itself.
    expect(conversations).toBeGreaterThanOrEqual(16);
    expect(told(rig, olds)).toEqual({ [id]: conversations, null: 30 - conversations });
    expect(conversations).toBeLessThanOrEqual(18);
    expectSound(rig);
  });

  it('is where assign put it, when it is an outlier of the draft that has gone on', async () => {
    const { rig, naming } = await liveRig(onnx);
    const home = idAt(rig, 5);
    const far = rig
      .samples(5, 6, { cluster: home })
      .map((sample, i) => ({ ...sample, vector: mixOf([45, 0.3], [80 + i, 0.95]) }));
    await stopAt(naming, rig, [...usual(rig, 60), ...far]);
    const [there] = rig.samples(5, 1);
    await rig.push(goingOn(rig, far, home).map((sample) => ({ ...sample, vector: there!.vector })));
    naming.open();
    await until(() => rig.current?.manifest.full === 2);
    expect(told(rig, far)).toEqual({ [String(home)]: 6 });
    expectSound(rig);
  });
});
