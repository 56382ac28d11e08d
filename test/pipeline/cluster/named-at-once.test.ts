import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import type { Labeler } from '../../../src/ports/labeler.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { offlineLabeler } from '../../support/offline.ts';
import { NOON } from '../../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

/** Names as the offline labeler does, after a moment; counts how many are under way. */
function slow(kind: Labeler['kind']) {
  const seen = { now: 0, most: 0, calls: 0 };
  const labeler: Labeler = {
    ...offlineLabeler,
    kind,
    async label(request) {
      seen.calls++;
      seen.most = Math.max(seen.most, ++seen.now);
      await delay(30);
      seen.now--;
      return offlineLabeler.label(request);
    },
  };
  return { labeler, seen };
}

async function namedBy(kind: Labeler['kind']) {
  const { labeler, seen } = slow(kind);
  const rig = new ClusterRig(clusterer, { labeler, clock: createManualClock(NOON) });
  await rig.push([0, 1, 2, 3, 4, 5].flatMap((topic) => rig.samples(topic, 60)));
  const names = rig.current?.clusters.map(({ id, label }) => [id, label?.name]);
  return { names, ...seen };
}

it('a model is asked for the names of a rebuild at once, and the offline one after the other: they are the same', async () => {
  const [model, offline] = [await namedBy('claude'), await namedBy('offline')];
  expect(model.calls).toBeGreaterThanOrEqual(6);
  expect(model.most).toBeGreaterThanOrEqual(6);
  expect(model.most).toBeLessThanOrEqual(16);
  expect(offline.most).toBe(1);
  expect(model.names).toEqual(offline.names);
});
