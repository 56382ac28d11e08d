import { describe, expect, it } from 'vitest';
import type { Relation } from '../../../src/domain/generation.ts';
import { Topics } from '../../../src/pipeline/detect/topics.ts';

const split = (...from: readonly [id: string, share: number, members: number][]): Relation => ({
  kind: 'split',
  id: 'x',
  from: from.map(([id, share, members]) => ({ id, share, members })),
});
const alive = new Set(['c1', 'c2', 'x']);
const only =
  (open: string | null) =>
  (cluster: string): boolean =>
    cluster === open;

describe('a cluster that split', () => {
  it('is of the topic of the one it is a part of, while that has an open alert', () => {
    const topics = new Topics();
    topics.settle(alive, [split(['c2', 0.9, 90])], only('c2'));
    expect(topics.of('x')).toBe('c2');
    topics.settle(alive, [], only('c2'));
    expect(topics.of('x')).toBe('c2');
    topics.settle(alive, [], only(null));
    expect(topics.of('x')).toBe('x');
    expect(topics.shared).toBe(false);
  });

  it('speaks for itself, when the alert is of one of which it took a corner', () => {
    const topics = new Topics();
    topics.settle(alive, [split(['c1', 0.996, 500], ['c2', 0.2, 2])], only('c2'));
    expect(topics.of('x')).toBe('x');
  });

  it('does not tell a birth that has been told, though it speaks for itself again', () => {
    const topics = new Topics();
    topics.announce('c2');
    topics.settle(alive, [split(['c2', 0.9, 90])], only('c2'));
    topics.settle(alive, [], only(null));
    expect(topics.isAnnounced('x')).toBe(true);
    topics.settle(new Set(['c1', 'c2']), [], only(null));
    expect(topics.isAnnounced('x')).toBe(false);
  });

  it('stays of the topic while another of it has the alert, and over a restart', () => {
    const topics = new Topics();
    topics.settle(alive, [split(['c2', 0.9, 90])], only('c2'));
    const again = new Topics();
    again.restore(JSON.parse(JSON.stringify(topics.state())));
    again.settle(alive, [], only('x'));
    expect(again.of('x')).toBe('c2');
  });
});
