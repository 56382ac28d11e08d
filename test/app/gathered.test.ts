import { expect, it } from 'vitest';
import { Gathered } from '../../src/app/gathered.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import { makeCluster, makeManifest } from '../support/pipeline-rig.ts';

it('a cluster keeps its last name in the result after it is gone, and none when it had none', () => {
  const gathered = new Gathered(topicNames('conversations', ''), () => undefined);
  gathered.name({
    manifest: makeManifest(['c1', 'c2', 'c3']),
    clusters: [makeCluster('c1'), makeCluster('c2'), makeCluster('c3', { label: null })],
  });
  // c1 is gone; c2 has fallen below the thresholds, so that nobody may name it any more.
  gathered.name({ manifest: makeManifest(['c2']), clusters: [makeCluster('c2', { label: null })] });
  const totals = { admitted: 0, deadLetters: 0, late: 0, zeroRetention: 0 };
  const { names } = gathered.result(createGenerations(), totals);
  expect([...names]).toEqual([
    ['c1', 'Ask about c1'],
    ['c2', null],
    ['c3', null],
  ]);
});
