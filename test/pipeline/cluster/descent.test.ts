import { describe, expect, it } from 'vitest';
import type { Relation } from '../../../src/domain/generation.ts';
import { descentOf } from '../../../src/pipeline/cluster/descent.ts';
import { makeCluster, NOON } from '../../support/pipeline-rig.ts';

const MADE = { generation: 8, at: NOON };
const split = (...from: readonly string[]): Relation => ({
  kind: 'split',
  id: 'c9',
  from: from.map((id, i) => ({ id, share: 0.9 - i / 10 })),
});

describe('a cluster', () => {
  const grown = makeCluster('c5', { descends: [{ id: 'c2', generation: 3, at: 0 }] });
  const last = new Map([
    ['c5', grown],
    ['c6', makeCluster('c6')],
  ]);

  it('that split descends from the one it shares most with, and from whom that descends', () => {
    expect(descentOf(split('c5', 'c6'), undefined, last, MADE)).toEqual([
      { id: 'c5', ...MADE },
      { id: 'c2', generation: 3, at: 0 },
    ]);
  });

  it('descends from the one that gave it most, not from a small one that gave half of itself', () => {
    const relation: Relation = {
      kind: 'split',
      id: 'c9',
      from: [
        { id: 'c6', share: 0.483, members: 29 },
        { id: 'c5', share: 0.45, members: 45 },
      ],
    };
    expect(descentOf(relation, undefined, last, MADE)[0]?.id).toBe('c5');
  });

  it('that keeps its id keeps its descent, whatever it was merged with', () => {
    expect(descentOf({ kind: 'merged', id: 'c5', from: [] }, grown, last, MADE)).toEqual(grown.descends);
    expect(descentOf({ kind: 'continues', id: 'c5', from: [] }, grown, last, MADE)).toEqual(grown.descends);
  });

  it('that was born descends from nobody, whatever its kin', () => {
    const born: Relation = { kind: 'born', id: 'c9', from: [{ id: 'c5', share: 1 }] };
    expect(descentOf(born, undefined, last, MADE)).toEqual([]);
    expect(descentOf(undefined, undefined, last, MADE)).toEqual([]);
  });

  it('remembers a hundred ancestors, the nearest', () => {
    let cluster = makeCluster('c0');
    for (let i = 1; i < 130; i++) {
      const relation: Relation = { kind: 'split', id: `c${i}`, from: [{ id: cluster.id, share: 1 }] };
      const made = { generation: i, at: i };
      const known = new Map([[cluster.id, cluster]]);
      cluster = makeCluster(`c${i}`, { descends: descentOf(relation, undefined, known, made) });
    }
    expect(cluster.descends).toHaveLength(100);
    expect(cluster.descends[0]).toEqual({ id: 'c128', generation: 129, at: 129 });
  });
});
