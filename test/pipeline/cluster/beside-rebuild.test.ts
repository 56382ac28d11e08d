import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import {
  type Backcast,
  backcastSchema,
  type Manifest,
  manifestSchema,
} from '../../../src/domain/generation.ts';
import { decodeVector, dot, encodeVector } from '../../../src/domain/vector.ts';
import type { Clusterer } from '../../../src/ports/clusterer.ts';
import type { Labeler } from '../../../src/ports/labeler.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { offlineLabeler } from '../../support/offline.ts';
import { direction, HOUR, NOON, ofTopic, parsed, TOPICS } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

/** Open, until it is shut. */
class Door {
  #shut: PromiseWithResolvers<void> | null = null;
  /** How many have come to it while it was shut. */
  waiting = 0;

  shut(): void {
    this.#shut ??= Promise.withResolvers();
    this.waiting = 0;
  }

  open(): void {
    this.#shut?.resolve();
    this.#shut = null;
  }

  async pass(): Promise<void> {
    if (this.#shut === null) return;
    this.waiting += 1;
    await this.#shut.promise;
  }
}

const TOPICS_USUAL = [0, 1, 2, 3, 4, 5];

/** Six topics of a live stream under their first generation, before a rebuild that may be stopped where it computes and where it names. */
async function liveRig() {
  const computing = new Door();
  const naming = new Door();
  const clusterer: Clusterer = {
    ...onnx,
    async cluster(request) {
      await computing.pass();
      return onnx.cluster(request);
    },
  };
  const labeler: Labeler = {
    ...offlineLabeler,
    async label(request) {
      // A newborn is named from what its own members say.
      if (!request.members.some(({ text }) => text.includes('newborn'))) await naming.pass();
      return offlineLabeler.label(request);
    },
  };
  const rig = new ClusterRig(clusterer, {
    labeler,
    clock: createManualClock(NOON),
    liveWithinMs: 1e12,
  });
  const first = rig.sample(0, { at: NOON - 30 * HOUR });
  await rig.push([first, ...TOPICS_USUAL.flatMap((topic) => rig.samples(topic, 42)).slice(0, 248)]);
  await until(() => rig.current?.manifest.generation === 1);
  return { rig, computing, naming };
}

type Live = Awaited<ReturnType<typeof liveRig>>;

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo(); await turn())
    if (Date.now() > end) throw new Error('it did not come to that');
}

/** Members of the usual topics, as many as make a rebuild due. */
function usual(rig: ClusterRig, each: number, change: Parameters<ClusterRig['sample']>[1] = {}) {
  return TOPICS_USUAL.flatMap((topic) => rig.samples(topic, each, { cluster: idAt(rig, topic), ...change }));
}

const newborns = (rig: ClusterRig, count: number, change: Parameters<ClusterRig['sample']>[1] = {}) =>
  rig.samples(6, count, change).map((sample) => ({
    ...sample,
    facets: { ...sample.facets, request: `the newborn topic ${sample.conversation}` },
  }));

function clusterAt(rig: ClusterRig, topic: number) {
  return rig.current?.clusters.filter(
    ({ centroid }) => dot(decodeVector(centroid), direction(topic * 9)) > 0.85,
  );
}

function idAt(rig: ClusterRig, topic: number): string | null {
  return clusterAt(rig, topic)?.[0]?.id ?? null;
}

const manifestsOf = (rig: ClusterRig): Manifest[] =>
  told(rig).flatMap((record) => manifestSchema.safeParse(record).data ?? []);
const historyOf = (rig: ClusterRig, full: number): Backcast[] =>
  told(rig)
    .flatMap((record) => backcastSchema.safeParse(record).data ?? [])
    .filter(({ of, generation }) => of === 'window' && generation === full);
const told = (rig: ClusterRig) =>
  ofTopic(rig.log.published, TOPICS.generations)
    .filter(({ value }) => value !== null)
    .map((record) => parsed(record));

/** Every number is given once, and generations count up by one. */
function expectSound(rig: ClusterRig): void {
  const manifests = manifestsOf(rig);
  expect(manifests.map(({ generation }) => generation)).toEqual(manifests.map((_, i) => i + 1));
  for (const [i, manifest] of manifests.entries()) {
    const { clusters, relations, next_id } = manifest;
    expect(new Set(clusters).size).toBe(clusters.length);
    expect(new Set(relations.map(({ id }) => id)).size).toBe(relations.length);
    for (const id of clusters) expect(Number.parseInt(id.slice(1), 36)).toBeLessThan(next_id);
    const before = manifests[i - 1];
    if (before === undefined) continue;
    expect(next_id).toBeGreaterThanOrEqual(before.next_id);
    // Whoever is gone has died of a rebuild that says so, and nobody dies otherwise.
    const died = relations.flatMap(({ kind, id }) => (kind === 'died' ? [id] : []));
    expect(new Set(died)).toEqual(new Set(before.clusters.filter((id) => !clusters.includes(id))));
  }
  const born = manifests.flatMap(({ relations }) =>
    relations.flatMap(({ kind, id }) => (kind === 'born' ? [id] : [])),
  );
  expect(new Set(born).size).toBe(born.length);
}

describe('what is found to be new while a rebuild is under way', () => {
  it.each(['computing', 'naming'] as const)(
    'is told at once while it is %s, and goes on after it',
    async (step) => {
      const { rig, ...doors } = await liveRig();
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
      const { rig, ...doors } = await liveRig();
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

  it('is left to the rebuild where that has made it part of a cluster of before', async () => {
    const { rig, naming } = await liveRig();
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
    const { rig, naming } = await liveRig();
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

const STEPS = {
  usual: ({ rig }: Live) => rig.push(usual(rig, 20)),
  more: ({ rig }: Live) => rig.push(usual(rig, 50)),
  six: ({ rig }: Live) => rig.push(newborns(rig, 12, { cluster: idAt(rig, 6) })),
  eight: ({ rig }: Live) => rig.push(rig.samples(8, 12, { cluster: idAt(rig, 8) })),
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
      const live = await liveRig();
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
