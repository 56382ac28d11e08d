import { expect, it } from 'vitest';
import { EmitRig } from '../support/emit-rig.ts';
import { makeCluster } from '../support/pipeline-rig.ts';
import { noWatches } from '../support/spaces.ts';

it('generations told while emit still reads the past are in the view, and in the list of them', async () => {
  const rig = await EmitRig.start(false, noWatches(), {
    meanwhile: (told) => told.tell({}, [makeCluster('c1')]),
  });
  expect(rig.emit.view.clusters({ sort: 'size', limit: 5 }).map(({ id }) => id)).toEqual(['c1']);
  expect(rig.emit.view.generations(5)).toHaveLength(1);
});
