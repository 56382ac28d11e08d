import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createThreadedCentroids } from '../../src/adapters/vector-index/centroids-thread.ts';

it('a stop while an index is being built fails the building, and nothing else', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const centroids = createThreadedCentroids({ kind: 'hnsw', m: 16, efConstruction: 200, efSearch: 64 });
  const dimension = 64;
  const rows = 2_000;
  const index = centroids.create({ dimension, capacity: rows });
  const data = Float32Array.from({ length: rows * dimension }, (_, i) => Math.sin(i * i));
  const built = index.add({ data, rows, dimension });
  const failed = expect(built).rejects.toMatchObject({ code: 'stopped' });
  await delay(50);
  await centroids.stop();
  await failed;
  await delay(10);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
