import { describe, expect, it } from 'vitest';
import { dot } from '../../../src/domain/vector.ts';
import { centroidOf } from '../../../src/pipeline/vectors.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { createGivenClusterer } from '../../support/given-clusterer.ts';
import { direction, HOUR, NOON } from '../../support/pipeline-rig.ts';

/** As the rig lays its topics out. */
const topic = (n: number) => direction(n * 9);
const [A, B, C, D] = [topic(0), topic(1), topic(2), topic(3)];

describe('whom a cluster split from', () => {
  it('stays with it through rebuilds, patches, further splits, and a restart that finds the last generation alone', async () => {
    const clusterer = createGivenClusterer([[A, B, C], [D]]);
    const radius = { falseOutliers: 0.03, prior: 20, floor: 0.05 };
    const base = {
      membersPerCluster: 40,
      smallest: 8,
      minClusters: 1,
      maxClusters: 50,
      iterations: 25,
      mergeSimilarity: 0.86,
      seed: 1,
    };
    const rig = new ClusterRig(clusterer, {
      rebuild: { ...base, radius },
      schedule: {
        firstAt: 200,
        rebuildMs: 24 * HOUR,
        growth: 1e9,
        outlierRate: 2,
        similarityDrop: 2,
        ambiguityRise: 2,
        minGapMs: 0,
      },
    });
    let day = 0;
    /** Of a topic, assigned as the newest generation has it. */
    const spoken = (n: number, count: number, at: number) => {
      const { clusters = [] } = rig.current ?? {};
      const home = clusters.find((record) => dot(centroidOf(record), topic(n)) >= record.radius)?.id ?? null;
      return rig.samples(n, count, { at, cluster: home });
    };
    /** A day passes: every topic is spoken of, the first most, and the clusters are made anew. */
    const pass = async () => {
      const at = NOON + day++ * 25 * HOUR;
      await rig.push([
        ...spoken(0, 90, at),
        ...spoken(1, 60, at),
        ...spoken(2, 30, at).map((sample, i) => ({ ...sample, account: `few${i % 5}` })),
        ...spoken(3, 30, at),
      ]);
    };
    const full = () => rig.current?.manifest.full ?? 0;
    const descends = (ids: readonly string[]) =>
      Object.fromEntries(
        (rig.current?.clusters ?? []).flatMap(({ id, descends: of }) =>
          ids.includes(id)
            ? [[id, of.map(({ id: ancestor, generation }) => `${ancestor}@${generation}`)]]
            : [],
        ),
      );
    await pass();
    const first = rig.current?.clusters.find(({ conversations }) => conversations > 100)?.id ?? '';
    expect(descends([first])).toEqual({ [first]: [] });

    clusterer.clusters = [[A], [B, C], [D]];
    await pass();
    const split = full();
    const child = rig.current?.manifest.relations.find(({ kind }) => kind === 'split')?.id ?? '';
    expect(descends([first, child])).toEqual({ [first]: [], [child]: [`${first}@${split}`] });

    // A newborn and figures told anew are patches: they carry it along.
    const later = NOON + day * 25 * HOUR - 4 * HOUR;
    await rig.push(spoken(5, 30, later));
    await rig.push(spoken(1, 5, later + HOUR));
    expect(rig.current?.manifest.type).toBe('patch');
    expect(descends([child])).toEqual({ [child]: [`${first}@${split}`] });

    rig.restart();
    clusterer.clusters = [[A], [B], [C], [D], [topic(5)]];
    await pass();
    const again = full();
    expect(again).toBeGreaterThan(split);
    const grandchild = rig.current?.manifest.relations.find(({ kind }) => kind === 'split')?.id ?? '';
    expect(descends([first, child, grandchild])).toEqual({
      [first]: [],
      [child]: [`${first}@${split}`],
      [grandchild]: [`${child}@${again}`, `${first}@${split}`],
    });

    // Of too few accounts to have a name, it is counted and named once there are more: figures told anew carry it along too.
    const record = () => rig.current?.clusters.find(({ id }) => id === grandchild);
    expect(record()?.label).toBeNull();
    await rig.push(spoken(2, 40, NOON + (day - 1) * 25 * HOUR + HOUR));
    expect([record()?.label === null, rig.current?.manifest.type]).toEqual([false, 'patch']);
    expect(descends([grandchild])[grandchild]).toEqual([`${child}@${again}`, `${first}@${split}`]);

    // Merged, the one that lives on keeps its own.
    clusterer.clusters = [[A, B], [C], [D], [topic(5)]];
    await pass();
    expect(descends([first, child])).toEqual({ [first]: [] });
    expect(descends([grandchild])[grandchild]).toEqual([`${child}@${again}`, `${first}@${split}`]);
  });
});
