import { describe, expect, it } from 'vitest';
import type { ClusterRecord } from '../../../src/domain/generation.ts';
import { shownPlaces } from '../../../src/pipeline/emit/places.ts';
import { makeCluster } from '../../support/pipeline-rig.ts';

const isNamed = ({ label }: ClusterRecord): boolean => label !== null;
const GROUP = [
  makeCluster('c1', { x: 1, y: 2, parent: 'h1' }),
  makeCluster('c2', { x: 3, y: 2, parent: 'h1' }),
];

describe('places that are shown', () => {
  it('are those of the layout for clusters that are shown', () => {
    expect(shownPlaces(GROUP, isNamed)).toEqual(
      new Map([
        ['c1', { x: 1, y: 2 }],
        ['c2', { x: 3, y: 2 }],
      ]),
    );
  });

  it('do not tell what a cluster that is not shown lies beside: only its group', () => {
    const masked = { parent: 'h1', label: null };
    const here = shownPlaces([...GROUP, makeCluster('c3', { x: 1, y: 2, ...masked })], isNamed);
    const there = shownPlaces([...GROUP, makeCluster('c3', { x: 90, y: 70, ...masked })], isNamed);
    expect(here.get('c3')).toEqual(there.get('c3'));
    const { x, y } = here.get('c3') ?? { x: 99, y: 99 };
    expect(Math.hypot(x - 2, y - 2)).toBeLessThanOrEqual(1);
  });

  it('are none where neither layout nor group tells one', () => {
    const clusters = [
      makeCluster('c1'),
      makeCluster('c2', { x: 1, y: 1, label: null }),
      makeCluster('c3', { x: 1, y: 1, label: null, parent: 'h9' }),
      makeCluster('c4', { x: 5, y: 5, parent: null }),
    ];
    expect([...shownPlaces(clusters, isNamed).keys()]).toEqual(['c4']);
  });
});
