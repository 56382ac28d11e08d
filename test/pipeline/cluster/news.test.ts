import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import type { Newborn } from '../../../src/pipeline/cluster/newborn.ts';
import { hasItsOwn } from '../../../src/pipeline/cluster/news.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { DIMENSION, direction, HOUR, MINUTE, makeSample, NOON } from '../../support/pipeline-rig.ts';

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
