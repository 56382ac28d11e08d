import { describe, expect, it } from 'vitest';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { isCrowded, Past } from '../../../src/pipeline/cluster/past.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import { DIMENSION, direction, HOUR, MINUTE, makeSample, NOON } from '../../support/pipeline-rig.ts';

const pastOf = (): Past => new Past(createCentroids(createExactIndexes()));
/** One a minute, each to one of forty sides; of the panel unless told otherwise. */
function windowOf(count: number, isPanel = (_: number) => true, weightOf = (_: number) => 1): SampleWindow {
  const window = new SampleWindow({ cap: 10_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  for (let n = 0; n < count; n++) {
    const at = NOON + n * MINUTE;
    const vector = encodeVector(direction(n % 40));
    const [panel, weight] = [isPanel(n), weightOf(n)];
    window.add(
      makeSample({ conversation: `k${n}`, account: `u${n}`, at, cluster: 'c1', vector, panel, weight }),
      n,
    );
  }
  return window;
}

describe('the past', () => {
  it('is nothing while it is of less than 500 conversations', async () => {
    const past = pastOf();
    await past.renew(windowOf(499), NOON + 100 * HOUR);
    expect(past.rows).toBe(0);
    await past.renew(windowOf(500), NOON + 103 * HOUR);
    expect(past.rows).toBe(500);
  });

  it('is what came before a time, of the panel', async () => {
    const past = pastOf();
    await past.renew(
      windowOf(2_000, (n) => n % 2 === 0),
      NOON + 1_600 * MINUTE,
    );
    expect(past.rows).toBe(800);
  });

  it('tells the nearest, nearest first, and which of them are many', async () => {
    const past = pastOf();
    await past.renew(
      windowOf(800, undefined, (n) => (n % 40 === 3 ? 5 : 1)),
      NOON + 100 * HOUR,
    );
    const [[first, , last] = [], others] = await past.nearest([direction(3), direction(4)]);
    expect(first?.similarity).toBeCloseTo(1, 5);
    expect(last?.similarity).toBeCloseTo(1, 5);
    // Against the mean of 1.1 that one stands for.
    expect(first?.weight).toBeCloseTo(5 / 1.1, 5);
    expect(others?.map(({ weight }) => weight)).toEqual(Array(12).fill(expect.closeTo(1 / 1.1, 5)));
    expect(isCrowded(others ?? [], 0.9)).toBe(true);
    expect(isCrowded(others ?? [], 1.1)).toBe(false);
    expect(isCrowded((others ?? []).slice(0, 11), 0.9)).toBe(false);
  });

  it('is looked at again when it has grown by two hours', async () => {
    const past = pastOf();
    const window = windowOf(2_000);
    await past.renew(window, NOON + 600 * MINUTE);
    await past.renew(window, NOON + 700 * MINUTE);
    expect(past.rows).toBe(600);
    await past.renew(window, NOON + 720 * MINUTE);
    expect(past.rows).toBe(720);
  });
});
