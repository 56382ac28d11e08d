import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import type { Newborn } from '../../../src/pipeline/cluster/newborn.ts';
import { hasItsOwn, kinOf } from '../../../src/pipeline/cluster/news.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  MINUTE,
  makeCluster,
  makeManifest,
  makeSample,
  NOON,
} from '../../support/pipeline-rig.ts';

const FOUNDERS = 12;
const SINCE = NOON + 30 * HOUR;

/** Founders in one cluster or none, amid members of it from before they began. */
function given(cluster: string | null, before: number, change: { weight?: number } = {}) {
  const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  const vector = encodeVector(direction(3));
  for (let n = 0; n < before; n++)
    window.add(
      makeSample({ conversation: `b${n}`, account: `b${n}`, at: NOON, cluster, vector, ...change }),
      n,
    );
  const founders = Array.from({ length: FOUNDERS }, (_, n) => {
    const [conversation, at] = [`f${n}`, SINCE + n * MINUTE];
    window.add(makeSample({ conversation, account: conversation, at, cluster, vector }), before + n);
    const come = { all: n, taken: n };
    return {
      conversation: hash53(conversation),
      account: conversation,
      sketch: '',
      at,
      homeless: false,
      panel: true,
      come,
    };
  });
  const newborn: Newborn = {
    centroid: direction(3),
    length: FOUNDERS,
    loosest: 0.9,
    founders,
    since: SINCE,
    first: SINCE,
    at: SINCE + HOUR,
  };
  return { window, newborn };
}

describe('a topic that gathers', () => {
  it('has a cluster of its own when its founders live in one that is as new as they are', async () => {
    const { window, newborn } = given('c1', 3);
    expect(await hasItsOwn(window, newborn)).toBe(true);
  });

  it('has none when they live in one that was there before', async () => {
    const { window, newborn } = given('c1', 40);
    expect(await hasItsOwn(window, newborn)).toBe(false);
  });

  it('has none when a few members of before stand for many', async () => {
    const { window, newborn } = given('c1', 3, { weight: 10 });
    expect(await hasItsOwn(window, newborn)).toBe(false);
  });

  it('has none when they live nowhere', async () => {
    const { window, newborn } = given(null, 3);
    expect(await hasItsOwn(window, newborn)).toBe(false);
  });
});

describe('the kin of a newborn', () => {
  const settings = { similarity: 0.55, maxAgeMs: 24 * HOUR };
  /** Founders at axis 3; members of c1, some of them at their side and worded as is said, and a centroid that lies far off. */
  async function kinWith(
    given_: { near?: number; far?: number; sketch?: string; born_at?: number; centroid?: Float32Array } = {},
  ) {
    const { window, newborn } = given(null, 0);
    const { near = 0, far = 0, sketch = 'of its own' } = given_;
    for (let n = 0; n < near + far; n++) {
      const vector = encodeVector(n < far ? direction(9) : direction(3, [0.3]));
      const [conversation, at] = [`m${n}`, SINCE];
      window.add(
        makeSample({ conversation, account: conversation, at, cluster: 'c1', sketch, vector }),
        1_000 + n,
      );
    }
    const centroid = encodeVector(given_.centroid ?? direction(9));
    const clusters = [makeCluster('c1', { born_at: given_.born_at ?? SINCE, centroid })];
    const generation = { manifest: makeManifest(['c1']), clusters };
    return (await kinOf(window, generation, newborn, settings)).map(({ id }) => id);
  }

  it('are young clusters whose centroid is near, or who have a member near half of its founders', async () => {
    expect(await kinWith({ far: 20 })).toEqual([]);
    expect(await kinWith({ far: 20, centroid: direction(3, [0.9]) })).toEqual(['c1']);
    expect(await kinWith({ far: 20, near: 1 })).toEqual(['c1']);
    expect(await kinWith({ far: 20, near: 1, born_at: SINCE - 30 * HOUR })).toEqual([]);
  });

  it('are those that are worded alike', async () => {
    expect(await kinWith({ far: 20, sketch: makeSample().sketch })).toEqual(['c1']);
  });

  it('are found by a draw of the members of a large one', async () => {
    expect(await kinWith({ far: 600, near: 300 })).toEqual(['c1']);
  });
});
