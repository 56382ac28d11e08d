/** A live stream under its first generation, before a rebuild that may be stopped where it computes and where it names. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import type { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { type Backcast, backcastSchema, type Manifest, manifestSchema } from '../../src/domain/generation.ts';
import type { Sample } from '../../src/domain/point.ts';
import { decodeVector, dot, encodeVector, toUnit } from '../../src/domain/vector.ts';
import type { Clusterer } from '../../src/ports/clusterer.ts';
import type { Labeler } from '../../src/ports/labeler.ts';
import { ClusterRig } from './cluster-rig.ts';
import { offlineLabeler } from './offline.ts';
import { DIMENSION, direction, HOUR, NOON, ofTopic, parsed, TOPICS } from './pipeline-rig.ts';

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

type Change = ConstructorParameters<typeof ClusterRig>[1];

function openRig(onnx: ReturnType<typeof createOnnxClusterer>, change: Change) {
  const computing = new Door();
  const naming = new Door();
  const clusterer: Clusterer = {
    ...onnx,
    async cluster(request) {
      await computing.pass();
      return onnx.cluster(request);
    },
  };
  const asked: string[][] = [];
  const labeler: Labeler = {
    ...offlineLabeler,
    async label(request) {
      asked.push(request.members.map(({ text }) => text));
      // A newborn is named from what its own members say.
      if (!request.members.some(({ text }) => text.includes('newborn'))) await naming.pass();
      return offlineLabeler.label(request);
    },
  };
  const rig = new ClusterRig(clusterer, {
    labeler,
    clock: createManualClock(NOON),
    liveWithinMs: 1e12,
    ...change,
  });
  return { rig, computing, naming, asked };
}

/** Six topics, and a sample from long enough before to know what is new. */
export function beginning(rig: ClusterRig): Sample[] {
  const first = rig.sample(0, { at: NOON - 30 * HOUR });
  return [first, ...TOPICS_USUAL.flatMap((topic) => rig.samples(topic, 42)).slice(0, 248)];
}

/** Of a live stream; its first generation is there, or is being made where it is stopped. */
export async function liveRig(
  onnx: ReturnType<typeof createOnnxClusterer>,
  stopped: 'computing' | 'naming' | null = null,
  change: Change = {},
) {
  const live = openRig(onnx, change);
  if (stopped !== null) live[stopped].shut();
  const { rig } = live;
  const samples = beginning(rig);
  await rig.push(samples);
  await until(() => (stopped === null ? rig.current?.manifest.generation === 1 : live[stopped].waiting > 0));
  return { ...live, samples };
}

export type Live = Awaited<ReturnType<typeof liveRig>>;

export async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo(); await turn())
    if (Date.now() > end) throw new Error('it did not come to that');
}

/** Pushes what makes a rebuild due, which then waits at the door. */
export async function stopAt(door: Door, rig: ClusterRig, samples: readonly Sample[]): Promise<void> {
  door.shut();
  await rig.push(samples);
  await until(() => door.waiting > 0);
}

/** Later snapshots of the same conversations, which lie where they lay. */
export function goingOn(rig: ClusterRig, samples: readonly Sample[], cluster: string | null): Sample[] {
  const { watermark } = rig.sample(0);
  const generation = rig.current?.manifest.generation ?? 0;
  return samples.map((sample) => ({
    ...sample,
    version: sample.version + 1,
    watermark,
    cluster,
    generation,
  }));
}

/** A unit vector, base64, of parts along axes. */
export function mixOf(...parts: readonly (readonly [axis: number, share: number])[]): string {
  const mixed = new Float64Array(DIMENSION);
  for (const [axis, share] of parts) mixed[axis % DIMENSION] = (mixed[axis % DIMENSION] ?? 0) + share;
  return encodeVector(toUnit(mixed));
}

/** Members of the usual topics, as many as make a rebuild due. */
export function usual(rig: ClusterRig, each: number, change: Parameters<ClusterRig['sample']>[1] = {}) {
  return TOPICS_USUAL.flatMap((topic) => rig.samples(topic, each, { cluster: idAt(rig, topic), ...change }));
}

export const newborns = (rig: ClusterRig, count: number, change: Parameters<ClusterRig['sample']>[1] = {}) =>
  rig.samples(6, count, change).map((sample) => ({
    ...sample,
    facets: { ...sample.facets, request: `the newborn topic ${sample.conversation}` },
  }));

export function clusterAt(rig: ClusterRig, topic: number) {
  return rig.current?.clusters.filter(
    ({ centroid }) => dot(decodeVector(centroid), direction(topic * 9)) > 0.85,
  );
}

export function idAt(rig: ClusterRig, topic: number): string | null {
  return clusterAt(rig, topic)?.[0]?.id ?? null;
}

const manifestsOf = (rig: ClusterRig): Manifest[] =>
  told(rig).flatMap((record) => manifestSchema.safeParse(record).data ?? []);
export const historyOf = (rig: ClusterRig, full: number): Backcast[] =>
  told(rig)
    .flatMap((record) => backcastSchema.safeParse(record).data ?? [])
    .filter(({ of, generation }) => of === 'window' && generation === full);
/** By the hash of a conversation, the cluster under which the last full generation tells of it. */
export function placesOf(rig: ClusterRig): Map<number, string | null> {
  const history = historyOf(rig, rig.current?.manifest.full ?? 0);
  return new Map(
    history.flatMap(({ conversation, cluster }) =>
      conversation.map((key, i) => [key, cluster[i] ?? null] as const),
    ),
  );
}

const told = (rig: ClusterRig) =>
  ofTopic(rig.log.published, TOPICS.generations)
    .filter(({ value }) => value !== null)
    .map((record) => parsed(record));

/** Every number is given once, and generations count up by one. */
export function expectSound(rig: ClusterRig): void {
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
  for (const { id, conversations, mean_similarity, radius } of rig.current?.clusters ?? []) {
    expect(conversations, id).toBeGreaterThan(0);
    expect(mean_similarity, id).toBeGreaterThan(radius - 0.05);
  }
}
