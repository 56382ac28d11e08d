import { describe, expect, it } from 'vitest';
import { Placements } from '../../../src/pipeline/detect/placements.ts';

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix} ${i}`);

describe('Placements', () => {
  it('forgets the longest unseen first, after a restart too', () => {
    const held = new Placements('all/request', 1_000);
    const first = names('first', 500);
    const again = first.slice(0, 200);
    for (const name of [...first, ...names('new', 200), ...again]) held.move(name, null, 1);
    const restored = new Placements('all/request', 1_000);
    for (const chunk of held.chunks()) restored.restore(chunk);
    for (const placements of [held, restored]) {
      for (const name of names('later', 350)) placements.move(name, null, 2);
      expect(again.filter((name) => placements.move(name, null, 3) === null)).toEqual([]);
    }
  });
});
