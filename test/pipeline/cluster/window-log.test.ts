import { expect, it } from 'vitest';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { WindowLog } from '../../../src/pipeline/cluster/window-log.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import { DIMENSION, direction, HOUR, MINUTE, makeSample, NOON } from '../../support/pipeline-rig.ts';

/** Samples that a restart reads again after twelve days of one a minute. */
function readAgain(rebuildEvery: number): number {
  const window = new SampleWindow({ cap: 60_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  const log = new WindowLog(
    { space: 's', embedder: 'e', windowTopic: 'w', centroids: createCentroids(createExactIndexes()) },
    window,
  );
  const vector = encodeVector(direction(1));
  const total = 12 * 24 * 60;
  for (let n = 0; n < total; n++) {
    const at = NOON + n * MINUTE;
    const of = {
      conversation: `k${n}`,
      account: `u${n}`,
      version: 1,
      cluster: 'c1',
      at,
      watermark: at,
      vector,
    };
    window.add(makeSample(of), n);
    if (n % 10 === 9) log.written();
    if (n % rebuildEvery === rebuildEvery - 1) log.rebuilt({ at, samples: window.size });
  }
  return total - (log.offset ?? 0);
}

it('rebuilds, however often, do not keep where a restart begins where it was', () => {
  const daily = readAgain(24 * 60);
  expect(daily).toBeLessThan(5_000);
  expect(readAgain(120)).toBeLessThanOrEqual(daily);
});
