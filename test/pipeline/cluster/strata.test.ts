import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashUnit } from '../../../src/algorithms/hash.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { DAY, HOUR } from '../../../src/domain/ids.ts';
import { Strata } from '../../../src/pipeline/cluster/strata.ts';

class Rig {
  readonly held = new Map<number, { at: number; account: string }>();
  readonly written = new Set<number>();
  readonly strata: Strata;
  #next = 0;

  constructor(cap: number, windowMs = 28 * DAY) {
    this.strata = new Strata({
      cap,
      windowMs,
      onMoved: (slot) => this.written.add(slot),
      onDropped: (slot, written) => {
        expect(written).toBe(this.written.delete(slot));
        this.held.delete(slot);
      },
    });
  }

  enter(at: number, account: string, outlier = false): void {
    this.strata.settle(at);
    const slot = this.#next++;
    this.strata.enter(slot, { at, unit: hashUnit(account), outlier });
    this.held.set(slot, { at, account });
  }

  get weights(): number {
    return [...this.held.keys()].reduce((sum, slot) => sum + 1 / this.strata.stay(slot).share, 0);
  }
}

describe('the strata of the window', () => {
  it('keep all while there is room, and write down all but the newest quarter', () => {
    const rig = new Rig(1_000);
    for (let n = 0; n < 900; n++) rig.enter(n * 1_000, `u${n}`);
    expect(rig.held.size).toBe(900);
    expect(rig.written.size).toBe(900 - 251);
    expect(rig.strata.newest()).toHaveLength(251);
  });

  it('hold samples of all ages, however much comes', () => {
    const rig = new Rig(2_000);
    const end = 28 * DAY;
    for (let at = 0; at < end; at += 2 * 60_000) rig.enter(at, `u${at % 977}`);
    const ages = [...rig.held.values()].map(({ at }) => (end - at) / DAY);
    for (const [from, to] of [
      [0, 1],
      [1, 7],
      [7, 14],
      [14, 21],
      [21, 28],
    ] as const)
      expect(ages.filter((age) => age >= from && age < to).length).toBeGreaterThan(60);
    expect(Math.max(...ages)).toBeLessThanOrEqual(28.01);
  });

  it('stand for all there was, whatever the rhythm of traffic', () => {
    const random = seededRandom(3);
    const off: number[] = [];
    for (let run = 0; run < 12; run++) {
      const rig = new Rig(1_500);
      let came = 0;
      for (let hour = 0; hour < 20 * 24; hour++) {
        const busy = hour % 24 < 8 ? 5 : hour > 200 && hour < 300 ? 90 : 25;
        for (let n = 0; n < busy; n++, came++)
          rig.enter(hour * HOUR + (n * HOUR) / busy, `r${run}a${Math.floor(3_000 * random())}`);
      }
      off.push(rig.weights / came - 1);
    }
    const mean = off.reduce((sum, x) => sum + x, 0) / off.length;
    expect(Math.abs(mean)).toBeLessThan(0.08);
  });

  it('keep an account whole: who is in an older part at its share has all that came of it there', () => {
    const rig = new Rig(800);
    for (let n = 0; n < 20_000; n++) rig.enter(n * 60_000, `u${n % 400}`);
    for (const [slot, { account }] of rig.held) {
      const { part, share } = rig.strata.stay(slot);
      if (part > 0) expect(hashUnit(account)).toBeLessThan(share);
    }
  });

  it('keep the outliers of a day although traffic pushes others out', () => {
    const rig = new Rig(1_000);
    for (let n = 0; n < 40_000; n++) rig.enter(n * 1_000, `u${n}`, n % 500 === 0);
    const outliers = [...rig.held.keys()].filter((slot) => slot % 500 === 0);
    expect(outliers.length).toBeGreaterThanOrEqual(80);
  });

  it('are below the cap after any stream, and let nobody go unheard', () => {
    const stream = fc.array(
      fc.record({
        gap: fc.integer({ min: 0, max: 3 * DAY }),
        account: fc.integer({ min: 0, max: 12 }),
        outlier: fc.boolean(),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 40 }), (steps, cap) => {
        const rig = new Rig(cap, 10 * DAY);
        let now = 0;
        for (const { gap, account, outlier } of steps) {
          now += gap;
          rig.enter(now, `u${account}`, outlier);
          expect(rig.held.size).toBeLessThanOrEqual(cap);
          // An outlier comes a day later than others of its time, and those it comes behind may be younger.
          for (const { at } of rig.held.values()) expect(at).toBeGreaterThanOrEqual(now - 12 * DAY);
        }
      }),
    );
  });
});
