import { expect, it } from 'vitest';
import { clusterId, clusterNumber, headingId } from '../../src/domain/cluster-id.ts';

const SPACES = ['all/request', 'all/mood', 'launch/request', 'launch/mood', 'mood-swings/request'];

it('an id belongs to one space alone, and holds its number', () => {
  const ids = SPACES.map((space) => clusterId(space, 40));
  expect(ids).toEqual(['c14', 'mood:c14', 'launch:c14', 'launch.mood:c14', 'mood-swings:c14']);
  expect(ids.map(clusterNumber)).toEqual(SPACES.map(() => 40));
  expect(new Set([...ids, ...SPACES.map((space) => headingId(space, 40))]).size).toBe(2 * SPACES.length);
});
