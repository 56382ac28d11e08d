import { expect, it } from 'vitest';
import { heirsOf } from '../../src/pipeline/heirs.ts';

it('an heir has half of a cluster that has died, and of others there is none', () => {
  const heirs = heirsOf([
    { kind: 'died', id: 'c1', from: [{ id: 'c5', share: 0.5 }] },
    {
      kind: 'died',
      id: 'c2',
      from: [
        { id: 'c5', share: 0.4 },
        { id: 'c6', share: 0.3 },
      ],
    },
    { kind: 'died', id: 'c3', from: [] },
    { kind: 'split', id: 'c7', from: [{ id: 'c5', share: 0.9 }] },
  ]);
  expect([...heirs]).toEqual([['c1', 'c5']]);
});
