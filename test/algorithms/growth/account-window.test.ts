import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccountWindow } from '../../../src/algorithms/growth/account-window.ts';

const DAY = 1_440;

/** The rule as plainly as it can be written. */
class NaiveWindow {
  readonly last = new Map<string, number>();
  passed = Number.NEGATIVE_INFINITY;

  sight(cluster: string, account: string, minute: number): boolean {
    const key = `${cluster} ${account}`;
    const last = this.last.get(key);
    if (last === undefined && minute <= this.passed - DAY) return true;
    this.last.set(key, Math.max(minute, last ?? minute));
    return last === undefined || minute - last >= DAY;
  }

  advance(minute: number): void {
    this.passed = Math.max(this.passed, minute);
    for (const [key, last] of this.last) if (last <= this.passed - DAY) this.last.delete(key);
  }

  accounts(cluster: string): number {
    return [...this.last.keys()].filter((key) => key.startsWith(`${cluster} `)).length;
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.nat(3), fc.nat(12), fc.integer({ min: -1_500, max: 200 })) },
    { weight: 2, arbitrary: fc.tuple(fc.constant(-1), fc.constant(0), fc.nat(900)) },
  ),
  { maxLength: 200 },
);

it('agrees with the plain rule on any order of sightings', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const window = new AccountWindow(1_000);
      const naive = new NaiveWindow();
      let now = 28_000_000;
      for (const [cluster, account, shift] of list) {
        if (cluster < 0) {
          now += shift;
          window.advance(now);
          naive.advance(now);
        } else {
          const minute = now + shift;
          const mine = window.sight(`c${cluster}`, `a${account}`, minute);
          expect(mine).toBe(naive.sight(`c${cluster}`, `a${account}`, minute));
        }
        expect(window.size).toBe(naive.last.size);
        for (const c of [0, 1, 2, 3]) expect(window.accounts(`c${c}`)).toBe(naive.accounts(`c${c}`));
      }
      expect(window.forcedOut).toBe(0);
    }),
    { numRuns: 200 },
  );
});

it('goes on after a snapshot as if there had been none', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      let window = new AccountWindow(1_000);
      const naive = new NaiveWindow();
      let now = 28_000_000;
      const play = (list: typeof before) => {
        for (const [cluster, account, shift] of list) {
          if (cluster < 0) {
            now += shift;
            window.advance(now);
            naive.advance(now);
          } else {
            const minute = now + Math.max(0, shift);
            expect(window.sight(`c${cluster}`, `a${account}`, minute)).toBe(
              naive.sight(`c${cluster}`, `a${account}`, minute),
            );
          }
        }
      };
      play(before);
      const chunks = JSON.parse(JSON.stringify([...window.snapshot()]));
      window = new AccountWindow(1_000);
      for (const chunk of chunks) window.restore(chunk);
      window.advance(now);
      naive.advance(now);
      play(after);
      expect(window.size).toBe(naive.last.size);
    }),
  );
});

it('renews an account with every sighting', () => {
  const window = new AccountWindow(10);
  expect(window.sight('c1', 'a', 0)).toBe(true);
  expect(window.sight('c1', 'a', 1_000)).toBe(false);
  window.advance(2_000);
  expect(window.sight('c1', 'a', 2_000)).toBe(false);
  expect(window.sight('c1', 'a', 2_000 + DAY)).toBe(true);
  expect(window.sight('c2', 'a', 2_000 + DAY)).toBe(true);
});

it('forgets a renewed account in the same leap as its first sighting', () => {
  const window = new AccountWindow(10);
  window.sight('c1', 'a', 0);
  window.sight('c1', 'a', 5);
  window.advance(1);
  window.advance(10 * DAY);
  expect(window.size).toBe(0);
  expect(window.accounts('c1')).toBe(0);
});

it('forgets the longest unseen at the cap and says how many', () => {
  const window = new AccountWindow(100);
  for (let i = 0; i < 150; i++) window.sight('c1', `a${i}`, i);
  expect(window.size).toBe(100);
  expect(window.forcedOut).toBe(50);
  expect(window.accounts('c1')).toBe(100);
  expect(window.sight('c1', 'a149', 150)).toBe(false);
  expect(window.sight('c1', 'a0', 150)).toBe(true);
});

it('keeps hundreds of thousands of pairs apart', () => {
  const window = new AccountWindow(1_000_000);
  const total = 300_000;
  let fresh = 0;
  for (let i = 0; i < total; i++) fresh += window.sight(`c${i % 500}`, `account-${i}`, i % 1_000) ? 1 : 0;
  expect(fresh).toBe(total);
  window.advance(500 + DAY);
  expect(window.size).toBe(total - 501 * 300);
  let again = 0;
  for (let i = 0; i < total; i++) again += window.sight(`c${i % 500}`, `account-${i}`, 1_000) ? 0 : 1;
  expect(again).toBe(total - 501 * 300);
});

it('takes back an account that has no other conversation there, and only such a one', () => {
  const window = new AccountWindow(10);
  expect(window.unsight('c1', 'a')).toBe(false);
  window.sight('c1', 'a', 0);
  window.sight('c1', 'b', 0);
  window.sight('c1', 'b', 5);
  expect(window.unsight('c1', 'a')).toBe(true);
  expect(window.unsight('c1', 'a')).toBe(false);
  expect(window.unsight('c1', 'b')).toBe(false);
  expect(window.accounts('c1')).toBe(1);
  expect(window.unsight('c1', 'b')).toBe(true);
  expect(window.accounts('c1')).toBe(0);
  expect(window.sight('c1', 'a', 10)).toBe(true);
  expect(window.accounts('c1')).toBe(1);
  // What is held of those taken back goes in its time, also when it is met again meanwhile, or over a snapshot.
  const copy = new AccountWindow(10);
  for (const chunk of JSON.parse(JSON.stringify([...window.snapshot()]))) copy.restore(chunk);
  for (const one of [window, copy]) {
    expect(one.sight('c1', 'a', 20)).toBe(false);
    expect(one.unsight('c1', 'b')).toBe(false);
    one.advance(15 + DAY);
    expect([one.accounts('c1'), one.size]).toEqual([1, 1]);
    one.advance(20 + DAY);
    expect([one.accounts('c1'), one.size]).toEqual([0, 0]);
  }
});

it('counts accounts by their conversations of the day, whatever is taken back', () => {
  const acts = fc.array(fc.tuple(fc.nat(2), fc.nat(5), fc.boolean()), { maxLength: 120 });
  fc.assert(
    fc.property(acts, (list) => {
      const window = new AccountWindow(1_000);
      const held = new Map<string, number>();
      for (const [cluster, account, back] of list) {
        const key = `c${cluster} a${account}`;
        const count = held.get(key) ?? 0;
        if (back) expect(window.unsight(`c${cluster}`, `a${account}`)).toBe(count === 1);
        else expect(window.sight(`c${cluster}`, `a${account}`, 100)).toBe(count === 0);
        held.set(key, Math.max(0, count + (back ? -1 : 1)));
        const met = [...held].filter(([name, n]) => name.startsWith(`c${cluster} `) && n > 0);
        expect(window.accounts(`c${cluster}`)).toBe(met.length);
      }
    }),
  );
});

it('takes over what another window knows of the clusters it keeps', () => {
  const minute = 28_000_000;
  const [old, anew] = [new AccountWindow(1_000), new AccountWindow(1_000)];
  old.sight('kept', 'both', minute - 10);
  old.sight('kept', 'old', minute - 700);
  old.sight('gone', 'old', minute - 5);
  old.sight('kept', 'yesterday', minute - DAY);
  old.sight('kept', 'taken-back', minute - 3);
  old.unsight('kept', 'taken-back');
  anew.sight('kept', 'both', minute - 900);
  anew.advance(minute);
  for (const _ of anew.carryOver(old, (cluster) => cluster === 'kept'));
  expect(anew.accounts('kept')).toBe(2);
  expect(anew.accounts('gone')).toBe(0);
  expect(anew.sight('kept', 'old', minute)).toBe(false);
  expect(anew.sight('kept', 'yesterday', minute)).toBe(true);
  expect(anew.sight('kept', 'taken-back', minute)).toBe(true);
  // Seen as late as the other saw it: not forgotten a day after its own.
  anew.advance(minute + DAY - 11);
  expect(anew.sight('kept', 'both', minute + DAY - 11)).toBe(false);
});
