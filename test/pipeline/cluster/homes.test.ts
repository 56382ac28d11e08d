import { expect, it } from 'vitest';
import { encodeVector } from '../../../src/domain/vector.ts';
import { youngHome } from '../../../src/pipeline/cluster/homes.ts';
import { direction, makeCluster, makeManifest } from '../../support/pipeline-rig.ts';

it('a sample of before finds its home in the nearest of the clusters that came since, if any reaches it', () => {
  const at = (id: string, side: number, generation: number) =>
    makeCluster(id, { centroid: encodeVector(direction(0, [side])), radius: 0.9, generation });
  const clusters = [at('c1', 0.3, 5), at('c2', 0.1, 5), at('c3', 0, 4)];
  const generation = { manifest: makeManifest(['c1', 'c2', 'c3']), clusters };
  expect(youngHome(generation, 4, direction(0))).toBe('c2');
  expect(youngHome(generation, 3, direction(0))).toBe('c3');
  expect(youngHome(generation, 5, direction(0))).toBeNull();
  expect(youngHome(generation, 3, direction(7))).toBeNull();
});
