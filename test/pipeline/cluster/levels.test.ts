/** The cluster role with a hierarchy of three levels: two hundred topics as conversations, clustered and named for real. */
import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { levelBounds, levelSizes } from '../../../src/algorithms/level-sizes.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Generation } from '../../../src/domain/generation.ts';
import type { Sample } from '../../../src/domain/point.ts';
import { encodeVector, toUnit } from '../../../src/domain/vector.ts';
import { bagOfWords } from '../../support/bag-of-words.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { HOUR, makeSample } from '../../support/pipeline-rig.ts';

const DIMENSION = 256;
const TOPICS = 200;
const EACH = 14;
const LEVELS = { top: 10, levels: 3, fanOut: 7, changed: 0.2, rebuildMs: 7 * 24 * HOUR };
const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

const random = seededRandom(11);
const subject = (topic: number): string => `subject${topic % 8} field${topic % 40} topic${topic}`;

function samples(rig: ClusterRig, topic: number, count: number): Sample[] {
  const base = makeSample();
  return rig.samples(0, count).map((sample) => {
    const vector = bagOfWords(subject(topic), DIMENSION).map((x) => x + (random() - 0.5) * 0.08);
    const facets = { ...base.facets, request: `please help me with ${subject(topic)}` };
    const current = rig.current?.clusters.find(
      ({ label }) => label?.name.includes(`topic${topic} `) ?? false,
    );
    return { ...sample, vector: encodeVector(toUnit(vector)), facets, cluster: current?.id ?? null };
  });
}

function makeRig(): ClusterRig {
  return new ClusterRig(clusterer, {
    dimension: DIMENSION,
    windowCap: 9_000,
    embed: async (texts) => texts.map((text) => toUnit(bagOfWords(text, DIMENSION))),
    hierarchy: LEVELS,
    rebuild: {
      membersPerCluster: EACH,
      smallest: 8,
      minClusters: 4,
      maxClusters: TOPICS,
      iterations: 25,
      mergeSimilarity: 0.97,
      radius: { falseOutliers: 0.02, prior: 20, floor: 0.3 },
      seed: 1,
    },
    schedule: {
      firstAt: TOPICS * EACH,
      rebuildMs: 24 * HOUR,
      growth: 2,
      outlierRate: 0.9,
      similarityDrop: 2,
      ambiguityRise: 2,
      minGapMs: 2 * HOUR,
    },
  });
}

const all = Array.from({ length: TOPICS }, (_, topic) => topic);
const level = ({ manifest }: Generation, n: number) =>
  manifest.parents.filter((parent) => parent.level === n);

function checkTree(generation: Generation): void {
  const named = generation.clusters.filter(({ label }) => label !== null).length;
  for (const [i, target] of levelSizes(named, LEVELS).entries()) {
    const { least, most } = levelBounds(target);
    expect(level(generation, i + 1).length).toBeGreaterThanOrEqual(least);
    expect(level(generation, i + 1).length).toBeLessThanOrEqual(most);
  }
  expect(level(generation, 3)).toEqual([]);
  const parents = new Map(generation.manifest.parents.map((parent) => [parent.id, parent]));
  for (const { id, parent } of generation.clusters) {
    const first = parents.get(parent ?? '');
    expect(first).toMatchObject({ level: 1, children: expect.arrayContaining([id]) });
    expect(parents.get(first?.parent ?? '')).toMatchObject({ level: 2, parent: null });
  }
}

it('names three levels, keeps their ids over a rebuild, and gives a newborn cluster its place at once', async () => {
  const rig = makeRig();
  await rig.push(all.flatMap((topic) => samples(rig, topic, EACH)));
  const first = rig.current!;
  expect(first.clusters.length).toBeGreaterThan(120);
  checkTree(first);

  // A topic nobody has spoken of yet, in a field that is known.
  const born = TOPICS + 3;
  await rig.push(samples(rig, born, 30), 10);
  const patched = rig.current!;
  expect(patched.manifest.type).toBe('patch');
  expect(patched.clusters).toHaveLength(first.clusters.length + 1);
  checkTree(patched);
  expect(patched.manifest.parents.map(({ id, name }) => [id, name])).toEqual(
    first.manifest.parents.map(({ id, name }) => [id, name]),
  );

  await rig.push(all.flatMap((topic) => samples(rig, topic, EACH)));
  const second = rig.current!;
  expect(second.manifest.type).toBe('full');
  checkTree(second);
  for (const n of [1, 2]) {
    const old = new Set(level(first, n).map(({ id }) => id));
    const kept = level(second, n).filter(({ id }) => old.has(id)).length;
    expect(kept).toBeGreaterThanOrEqual(0.7 * Math.min(old.size, level(second, n).length));
  }
  // Numbers of parents and clusters come from one row, and are given out once.
  expect(new Set(second.manifest.parents.map(({ id }) => id)).size).toBe(second.manifest.parents.length);
});
