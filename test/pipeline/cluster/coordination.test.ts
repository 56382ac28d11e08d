import { describe, expect, it } from 'vitest';
import type { ClusterRecord } from '../../../src/domain/generation.ts';
import { accountToken, conversationToken } from '../../../src/domain/ids.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { coordinationOfAll } from '../../../src/pipeline/cluster/coordination.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  MINUTE,
  makeCluster,
  makeSample,
  NOON,
} from '../../support/pipeline-rig.ts';

const thresholds = { minAccounts: 8, minConversations: 10, minAudit: 3 };
const SIZE = 20;

/** A window of clusters of twenty: each says how many accounts share a template, and how many conversations an account has. */
function windowOf(clusters: readonly { templated: number; each: number }[]) {
  const window = new SampleWindow({ cap: 10_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  const members: { id: string; members: number[] }[] = [];
  for (const [c, { templated, each }] of clusters.entries()) {
    const slots: number[] = [];
    for (let i = 0; i < SIZE; i++) {
      const conversation = `k${c}-${i}`;
      const sample = makeSample({
        conversation: conversationToken(conversation),
        account: accountToken(`u${c}-${Math.floor(i / each)}`),
        at: NOON + i * 7 * MINUTE,
        vector: encodeVector(direction(c)),
        cluster: `c${c}`,
        likeness: i < templated ? sketch(1_000 + c) : sketch(c * SIZE + i),
      });
      window.add(sample, slots.length);
      slots.push(c * SIZE + i);
    }
    members.push({ id: `c${c}`, members: slots });
  }
  return { window, made: { slots: members.flatMap((one) => one.members), clusters: members } };
}

/** Far from every other. */
const sketch = (n: number): string =>
  Buffer.from(Array.from({ length: 24 }, (_, bin) => (n * 37 + bin * 11 + (n >> 3) * bin) % 256)).toString(
    'base64url',
  );

const shown = (id: string): ClusterRecord => makeCluster(id);
const hidden = (id: string): ClusterRecord =>
  makeCluster(id, { label: { name: 'x', description: 'x', by: 'claude', audit: 1 } });

describe('what is usual', () => {
  it('is of clusters that may be shown: of another nothing is in it, however it acts', async () => {
    const ordinary = { templated: 0, each: 1 };
    const records = [shown('c0'), shown('c1'), hidden('c2')];
    const told = async (third: { templated: number; each: number }) => {
      const { window, made } = windowOf([ordinary, { templated: 12, each: 1 }, third]);
      return await coordinationOfAll({ window, thresholds }, records, made, null);
    };
    const [quiet, loud] = [await told(ordinary), await told({ templated: 20, each: 2 })];
    const own = (of: typeof quiet) => of.clusters.slice(0, 2).map(({ coordination }) => coordination?.parts);
    expect(loud.usual?.template_share).toBe(quiet.usual?.template_share);
    expect(loud.usual?.near_duplicate_rate).toBe(quiet.usual?.near_duplicate_rate);
    expect(loud.usual?.conversations_per_account).toBe(quiet.usual?.conversations_per_account);
    const usualOf = (of: typeof quiet) => own(of).map((parts) => parts?.map(({ usual }) => usual));
    expect(usualOf(loud)).toEqual(usualOf(quiet));
    // It is scored all the same, for the safety plane.
    expect(loud.clusters[2]?.coordination?.parts[4]?.value).toBe(1);
    expect(quiet.clusters[2]?.coordination?.parts[4]?.value).toBeLessThan(0.2);
  });

  it('stays as it was while none may be shown, and is not known before', async () => {
    const { window, made } = windowOf([{ templated: 0, each: 1 }]);
    const none = await coordinationOfAll({ window, thresholds }, [hidden('c0')], made, null);
    expect(none).toMatchObject({ usual: null, clusters: [{ coordination: null }] });
    const { usual: before } = await coordinationOfAll({ window, thresholds }, [shown('c0')], made, null);
    const kept = await coordinationOfAll({ window, thresholds }, [hidden('c0')], made, before);
    expect(kept.usual).toEqual(before);
    expect(kept.clusters[0]?.coordination).not.toBeNull();
  });
});
