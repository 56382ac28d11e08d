import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { labelCluster } from '../../../src/pipeline/cluster/label.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import type { LabelRequest } from '../../../src/ports/labeler.ts';
import { offlineLabeler } from '../../support/offline.ts';
import { DIMENSION, direction, HOUR, makeSample } from '../../support/pipeline-rig.ts';

const THRESHOLDS = { minAccounts: 8, minConversations: 10, minAudit: 3 };

/** Twenty conversations of c1 and twenty of c2, by slot; whoever names them is heard. */
function rig() {
  const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  for (let i = 0; i < 40; i++) {
    const cluster = i < 20 ? 'c1' : 'c2';
    window.add(makeSample({ conversation: `k${i}`, account: `a${i}`, cluster }), i);
  }
  const slots = [...window.slots()];
  const of = (id: string, members: number[]) => ({ id, centroid: direction(0), members });
  const asked: LabelRequest[] = [];
  const labeler = {
    ...offlineLabeler,
    label(request: LabelRequest) {
      asked.push(request);
      return offlineLabeler.label(request);
    },
  };
  const name = () =>
    labelCluster(
      labeler,
      window,
      of('c1', slots.slice(0, 20)),
      [of('c2', slots.slice(20))],
      THRESHOLDS,
      seededRandom(1),
    );
  return { window, slots, asked, name };
}

describe('a cluster is named', () => {
  it('from its members against those near it', async () => {
    const { asked, name } = rig();
    await name();
    expect(asked[0]?.members).toHaveLength(20);
    expect(asked[0]?.contrast).toHaveLength(20);
  });

  it('by Claude against the nearest members of its neighbours, whichever of them is largest, and others each time; offline against any', async () => {
    const window = new SampleWindow({ cap: 5_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    // Two neighbours of forty are near; the third, of two thousand, is not, but for some at its edge.
    const sizes = { c1: [20, 0], c2: [40, 0.6], c3: [40, -0.6], c4: [2_000, 3] } as const;
    const members = new Map(
      Object.entries(sizes).map(([cluster, [size, tilt]]) => {
        const slots = Array.from({ length: size }, (_, i) => {
          const vector = encodeVector(direction(0, [0, tilt - (cluster === 'c4' && i < 60 ? 2 : 0)]));
          const sample = makeSample({ conversation: `${cluster}/${i}`, account: `${cluster}/${i}`, vector });
          window.add({ ...sample, cluster }, i);
          return window.slotOf(hash53(sample.conversation)) ?? -1;
        });
        return [cluster, slots];
      }),
    );
    const of = (id: string) => ({ id, centroid: direction(0), members: members.get(id) ?? [] });
    const seen = async (seed: number, kind: 'claude' | 'offline' = 'claude') => {
      const asked: LabelRequest[] = [];
      const labeler = {
        ...offlineLabeler,
        kind,
        label: async (request: LabelRequest) => {
          asked.push(request);
          return null;
        },
      };
      const beside = [of('c2'), of('c3'), of('c4')];
      await labelCluster(labeler, window, of('c1'), beside, THRESHOLDS, seededRandom(seed));
      return asked[0]?.contrast.map(({ account }) => account) ?? [];
    };
    const contrast = await seen(1);
    expect(contrast).toHaveLength(50);
    const far = contrast.filter((account) => account.startsWith('c4/'));
    expect(far.length).toBeLessThan(25);
    for (const account of far) expect(Number(account.slice(3))).toBeLessThan(60);
    expect(await seen(1)).toEqual(contrast);
    expect(await seen(2)).not.toEqual(contrast);
    const any = await seen(1, 'offline');
    expect(any.filter((account) => account.startsWith('c4/')).length).toBeGreaterThan(40);
  });

  it('by none whose place was taken by another topic meanwhile', async () => {
    const { window, slots, asked, name } = rig();
    for (const slot of slots.slice(0, 5)) window.setCluster(slot, 'c7');
    for (const slot of slots.slice(20, 30)) window.setCluster(slot, null);
    await name();
    expect(asked[0]?.members.map(({ account }) => account)).not.toContain('a0');
    expect(asked[0]?.members).toHaveLength(15);
    expect(asked[0]?.contrast).toHaveLength(10);
  });

  it('not at all once too few are left', async () => {
    const { window, slots, asked, name } = rig();
    for (const slot of slots.slice(0, 13)) window.setCluster(slot, 'c7');
    expect(await name()).toBeNull();
    expect(asked).toEqual([]);
  });
});
