import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trait } from '../../../src/algorithms/growth/facet-values.ts';
import { Newcomers, type NewcomersChunk } from '../../../src/algorithms/growth/newcomers.ts';
import { hash53 } from '../../../src/algorithms/hash.ts';

const HOUR = 3_600_000;
const ONSET = 1_000 * HOUR;
const hi: Trait = ['language', 'hi'];
const en: Trait = ['language', 'en'];

function put(
  held: Newcomers,
  account: string,
  at: number,
  trait: Trait = en,
  cluster: string | null = 'c1',
  conversation = `${account}-${at}`,
): void {
  held.add({ conversation, cluster, account, at }, () => [trait, ['surface', 'web']]);
}

const votes = (held: Newcomers, to: 'before' | 'elsewhere' = 'before', cluster = 'c1') => {
  const { since, before, values } = held.compare(cluster, ONSET, to);
  const of = Object.fromEntries(values.map((value) => [value.value, [value.since, value.before]]));
  return { since, before, of };
};

function restarted(held: Newcomers, cap: number): Newcomers {
  const next = new Newcomers(cap);
  const chunks: NewcomersChunk[] = JSON.parse(JSON.stringify([...held.snapshot()]));
  for (const chunk of chunks) next.restore(chunk);
  return next;
}

describe('accounts that came to a cluster', () => {
  it('vote once since an onset, and once in the day before it', () => {
    const held = new Newcomers(1_000);
    put(held, 'old', ONSET - 25 * HOUR, hi);
    put(held, 'a', ONSET - HOUR, en);
    put(held, 'a', ONSET - 1, hi);
    put(held, 'b', ONSET, hi);
    put(held, 'b', ONSET + 1, en);
    put(held, 'c', ONSET + 2, hi);
    put(held, 'd', ONSET + 2, hi, 'c2');
    expect(votes(held)).toEqual({ since: 2, before: 1, of: { hi: [2, 0], en: [0, 1], web: [2, 1] } });
  });

  it('of a cluster without a past are compared with all that came elsewhere since', () => {
    const held = new Newcomers(1_000);
    put(held, 'a', ONSET - 1, en, 'c2');
    put(held, 'b', ONSET, hi);
    put(held, 'c', ONSET, en, 'c2');
    put(held, 'd', ONSET, en, null);
    expect(votes(held, 'elsewhere')).toEqual({
      since: 1,
      before: 2,
      of: { hi: [1, 0], en: [0, 2], web: [1, 2] },
    });
  });

  it('no longer vote by a conversation that belongs elsewhere', () => {
    const held = new Newcomers(1_000);
    put(held, 'a', ONSET, hi, 'c1', 'k1');
    put(held, 'b', ONSET, en, 'c1', 'k2');
    held.takeBack('k1', 'c2');
    held.takeBack('k2', 'c1');
    held.takeBack('unknown', null);
    expect(votes(held)).toEqual({ since: 1, before: 0, of: { en: [1, 0], web: [1, 0] } });
  });

  it('found a newborn cluster by conversations that were outliers', () => {
    const held = new Newcomers(1_000);
    put(held, 'a', ONSET, hi, null, 'k1');
    put(held, 'b', ONSET, en, null, 'k2');
    held.join('c9', [hash53('k1'), hash53('unknown')]);
    expect(votes(held, 'elsewhere', 'c9')).toEqual({
      since: 1,
      before: 1,
      of: { hi: [1, 0], en: [0, 1], web: [1, 1] },
    });
  });

  it('stand after a rebuild where the history says, later ones where they were, others nowhere', () => {
    const held = new Newcomers(1_000);
    put(held, 'a', ONSET, hi, 'c1', 'k1'); // goes elsewhere
    put(held, 'b', ONSET, hi, 'c2', 'k2'); // comes from elsewhere
    put(held, 'c', ONSET, hi, 'c1', 'k3'); // not known
    put(held, 'd', ONSET + HOUR, en, 'c1', 'k4'); // later
    put(held, 'e', ONSET + HOUR, en, 'c3', 'k5'); // later, of a cluster that is gone
    const named = new Map([
      [hash53('k1'), 'c2'],
      [hash53('k2'), 'c1'],
    ]);
    expect([...held.recast(named, ONSET, ['c1', 'c2'])]).toEqual([]);
    expect(votes(held, 'elsewhere')).toEqual({
      since: 2,
      before: 2,
      of: { hi: [1, 1], en: [1, 1], web: [2, 2] },
    });
  });

  it('are two days of them, and values nobody carries any more make room', () => {
    const held = new Newcomers(1_000);
    held.advance(ONSET - 72 * HOUR);
    put(held, 'a', ONSET - 72 * HOUR, hi);
    put(held, 'b', ONSET, en);
    held.advance(ONSET);
    expect(held.size).toBe(1);
    expect(held.values.size).toBe(2);
  });

  it('share by share: at the cap half of all accounts go, whole, and what stays has the same shares', () => {
    const held = new Newcomers(1_000);
    for (let i = 0; i < 20_000; i++)
      put(held, `a${i % 10_000}`, ONSET + i, i % 4 === 0 ? hi : en, `c${i % 2}`);
    const { since, of } = votes(held);
    expect(held.size).toBeLessThanOrEqual(1_000);
    expect(since).toBeGreaterThan(100);
    // c1 is of odd numbers: none of hi.
    expect(of.hi).toBeUndefined();
    const { of: other, since: all } = votes(held, 'before', 'c0');
    expect((other.hi?.[0] ?? 0) / all).toBeGreaterThan(0.4);
    expect((other.hi?.[0] ?? 0) / all).toBeLessThan(0.6);
  });

  it('are not crowded out by one account that floods', () => {
    const held = new Newcomers(1_000);
    for (let i = 0; i < 300; i++) put(held, `a${i}`, ONSET + i, hi);
    for (let i = 0; i < 50_000; i++) put(held, 'flood', ONSET + i, en, null, `f${i}`);
    expect(votes(held).since).toBe(300);
  });

  const step = fc.record({
    kind: fc.constantFrom('row', 'row', 'row', 'row', 'back', 'time', 'cast'),
    account: fc.nat(200),
    cluster: fc.constantFrom('c1', 'c2', null),
    value: fc.nat(5),
    hours: fc.nat(5),
  });

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  function take(held: Newcomers, { kind, account, cluster, value, hours }: Step, now: number): void {
    const conversation = `k${account}`;
    if (kind === 'row') put(held, `a${account}`, now, ['language', `v${value}`], cluster, conversation);
    else if (kind === 'back') held.takeBack(conversation, cluster);
    else if (kind === 'time') held.advance(now + hours * HOUR);
    else [...held.recast(new Map([[hash53(conversation), cluster]]), now - HOUR, ['c1', 'c2'])];
  }

  it('are the same after a restart at any moment, and never more than the cap', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.nat(300), (steps, kill) => {
        let held = new Newcomers(40);
        const through = new Newcomers(40);
        let now = ONSET - 10 * HOUR;
        for (const [i, step] of steps.entries()) {
          if (i === kill) held = restarted(held, 40);
          for (const one of [held, through]) take(one, step, now);
          if (step.kind === 'time') now += step.hours * HOUR;
          expect(held.size).toBeLessThanOrEqual(40);
        }
        for (const to of ['before', 'elsewhere'] as const)
          expect(votes(held, to)).toEqual(votes(through, to));
        expect([...restarted(held, 40).snapshot()]).toEqual([...through.snapshot()]);
      }),
    );
  });
});
