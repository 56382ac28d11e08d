import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { createHnswIndexes } from '../../../src/adapters/vector-index/hnsw.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { createAssign } from '../../../src/pipeline/assign/index.ts';
import { CHECK_MS, CHECKED, IndexCheck } from '../../../src/pipeline/assign/index-check.ts';
import { createGate } from '../../../src/pipeline/gate.ts';
import { createGenerations } from '../../../src/pipeline/generations.ts';
import type { CentroidIndexes } from '../../../src/ports/centroid-index.ts';
import { GenerationLog } from '../../support/detect-rig.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import {
  DIMENSION,
  direction,
  EMBEDDER,
  makeCluster,
  makePoint,
  metric,
  NOON,
  OneSession,
  SPACE,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../../support/pipeline-rig.ts';
import { REQUESTS } from '../../support/spaces.ts';

/** Answers as an index that has lost its nearest row would: with the second best. */
function missing(indexes: CentroidIndexes): CentroidIndexes {
  return {
    ...indexes,
    kind: 'hnsw',
    create(options) {
      const index = indexes.create(options);
      return {
        get size() {
          return index.size;
        },
        add: (rows) => index.add(rows),
        release: () => index.release(),
        async nearest(vectors) {
          const found = await index.nearest(vectors);
          return { ...found, similarity: found.second };
        },
      };
    },
  };
}

function rig(indexes: CentroidIndexes) {
  const telemetry = silentTelemetry();
  const generations = createGenerations();
  const told = new GenerationLog();
  let elapsed = 0;
  const open = createAssign({
    space: REQUESTS,
    topics: TOPICS,
    indexes,
    generations,
    gate: createGate(),
    clock: { ...createManualClock(NOON), elapsed: () => elapsed },
    telemetry,
    embedder: EMBEDDER,
    key: async () => TOKENS.fingerprint,
    sampleRate: 1_000,
  });
  told.follow(generations);
  const log = new OneSession(open, TOPICS.points, '');
  const clusters = Array.from({ length: 20 }, (_, i) =>
    makeCluster(`c${i + 1}`, { centroid: encodeVector(direction(i)) }),
  );
  told.tell({}, clusters);
  let sent = 0;
  return {
    /** Points near one cluster each, one batch. */
    async push(count: number): Promise<void> {
      const points = Array.from({ length: count }, () => {
        const vector = encodeVector(direction(sent % 20, [0.3]));
        return makePoint({ conversation: `k${sent++}`, vector });
      });
      await log.push(points);
      // Nobody waits for a check: it goes on beside the flow.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    wait(ms: number): void {
      elapsed += ms;
    },
    async checks(): Promise<{ same: number; other: number }> {
      const of = (verdict: string) =>
        metric(telemetry, 'cliowatch_index_checks_total', { space: SPACE, verdict });
      return { same: await of('same'), other: await of('other') };
    },
  };
}

const hnsw = () => createCentroids(createHnswIndexes({ m: 16, efConstruction: 200, efSearch: 64 }));
const exact = () => createCentroids(createExactIndexes());

describe('look-ups made again', () => {
  it('say that the index is right when it is', async () => {
    const { push, checks } = rig(hnsw());
    await push(40);
    expect(await checks()).toEqual({ same: CHECKED, other: 0 });
  });

  it('say that another cluster is nearer when the index misses it', async () => {
    const { push, checks } = rig(missing(exact()));
    await push(40);
    expect(await checks()).toEqual({ same: 0, other: CHECKED });
  });

  it('are few, however much comes', async () => {
    const { push, wait, checks } = rig(hnsw());
    for (let batch = 0; batch < 30; batch++) {
      await push(40);
      wait(CHECK_MS / 10);
    }
    expect(await checks()).toEqual({ same: 3 * CHECKED, other: 0 });
  });

  it('are all of a small batch, and none of an empty one', async () => {
    const { push, wait, checks } = rig(hnsw());
    await push(2);
    wait(CHECK_MS);
    await push(0);
    expect(await checks()).toEqual({ same: 2, other: 0 });
  });

  it('are none where the index is exact', async () => {
    const { push, checks } = rig(exact());
    await push(40);
    expect(await checks()).toEqual({ same: 0, other: 0 });
  });

  it('count every one of them once, whatever the sizes', async () => {
    const vectors = Array.from({ length: 30 }, (_, i) => encodeVector(direction(i)));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (right) => {
        const told: number[][] = [];
        const telemetry = {
          ...silentTelemetry(),
          indexChecked: (_: string, same: number, other: number) => told.push([same, other]),
        };
        const check = new IndexCheck({ space: SPACE, clock: createManualClock(NOON), telemetry });
        const asked = right.map((is, i) => ({ vector: vectors[i % 30] ?? '', similarity: is ? 1 : 0.9 }));
        await check.run(asked, vectors, DIMENSION);
        const [same = 0, other = 0] = told[0] ?? [];
        expect(same + other).toBe(Math.min(CHECKED, right.length));
        if (right.length <= CHECKED) expect(same).toBe(right.filter((is) => is).length);
        expect(check.isDue).toBe(right.length === 0);
      }),
    );
  });
});
