import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import type { ClusterRecord } from '../../../src/domain/generation.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { MINUTE, NOON } from '../../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

/** Five topics of sixty accounts each, clustered; then `account` says of the first topic what nobody waits a day to know. */
async function rigWith(account: (i: number) => string) {
  const rig = new ClusterRig(clusterer, {
    schedule: {
      firstAt: 300,
      rebuildMs: 1_440 * MINUTE,
      growth: 3,
      outlierRate: 1,
      similarityDrop: 2,
      ambiguityRise: 2,
      minGapMs: 1_440 * MINUTE,
    },
  });
  const past = Array.from({ length: 300 }, (_, i) =>
    rig.sample(i % 5, { at: NOON + i * MINUTE, watermark: NOON + i * MINUTE }),
  );
  await rig.push(past);
  const before = rig.current;
  const home = before?.clusters.find(({ id }) => id === homeOf(rig));
  const from = NOON + 300 * MINUTE;
  const more = Array.from({ length: 90 }, (_, i) => {
    const at = from + i * (MINUTE / 2);
    return rig.sample(0, { at, watermark: at, account: account(i), cluster: home?.id ?? null });
  });
  await rig.push(more, 10);
  return { before, home, after: rig.current };
}

/** The cluster nearest to the first topic: its axis is the first. */
const homeOf = (rig: ClusterRig): string | undefined =>
  rig.current?.clusters.find(({ centroid }) => Buffer.from(centroid, 'base64').readFloatLE(0) > 0.7)?.id;

describe('coordination between two rebuilds', () => {
  it('is told within half an hour, with all else as it was', async () => {
    const { before, home, after } = await rigWith(() => 'one-account');
    expect(before?.manifest.type).toBe('full');
    expect(home?.coordination?.signature).toBeNull();
    expect(after?.manifest).toMatchObject({ type: 'patch', full: before?.manifest.generation });
    const changed = after?.clusters.find(({ id }) => id === home?.id);
    expect(changed?.coordination).toMatchObject({ signature: 'few-accounts-much-traffic' });
    const without = (record: ClusterRecord | undefined) => ({ ...record, coordination: null });
    expect(without(changed)).toEqual(without(home));
    expect(after?.clusters.filter(({ id }) => id !== home?.id)).toEqual(
      before?.clusters.filter(({ id }) => id !== home?.id),
    );
    expect((after?.manifest.event_time ?? 0) - NOON).toBeLessThan(335 * MINUTE);
  });

  it('publishes nothing where nobody begins to act as one', async () => {
    const { before, after } = await rigWith((i) => `somebody-${i}`);
    expect(after?.manifest.generation).toBe(before?.manifest.generation);
  });
});
