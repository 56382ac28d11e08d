import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowthBook, type GrowthOptions } from '../../../src/algorithms/growth/book.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { poisson } from '../../support/random-counts.ts';

const DAY = 1_440;
const START = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;
const OPTIONS: GrowthOptions = { watchPerDay: 1, pagePerDay: 1 / 7, warmupHours: 24, minAccounts: 8 };

/** A book with clusters of 0.02, 0.2 and 2 accounts a minute, and outliers. */
function feed(seed: number, options = OPTIONS) {
  const random = seededRandom(seed);
  const book = new GrowthBook(options);
  const rates = new Map([
    ['small', 0.02],
    ['medium', 0.2],
    ['large', 2],
  ]);
  for (const cluster of rates.keys()) book.add(cluster, START, 'rebuild');
  const observe = (minute: number, factor: (cluster: string) => number = () => 1) => {
    for (const [cluster, rate] of rates) {
      const a = poisson(random, rate * factor(cluster));
      book.observe(cluster, minute, a + poisson(random, 0.8 * a), a);
    }
    book.observe(null, minute, 20, poisson(random, 15));
  };
  const run = (from: number, to: number, factor?: (cluster: string) => number) => {
    for (let minute = from; minute < to; minute++) {
      observe(minute, factor);
      book.advance(minute);
    }
  };
  return { book, observe, run, random };
}

describe('a growth book', () => {
  it('is muted for the first day of a stream and says until when', () => {
    const { book, observe, run } = feed(1);
    run(START, START + DAY - 2);
    expect(book.mutedUntil).toBe(START + DAY);
    observe(START + DAY - 2);
    const rows = book.close(START + DAY - 2);
    expect(rows.map((row) => row.surge.because)).toEqual(rows.map(() => 'warming-up'));
    run(START + DAY - 1, START + DAY + 1);
    expect(book.mutedUntil).toBeNull();
    expect(book.row('large')?.surge).toEqual({ severity: 'quiet', because: 'below-threshold' });
  });

  it('learns what share a cluster draws', () => {
    const { book, run } = feed(2);
    run(START, START + 4 * DAY);
    const row = book.row('large');
    expect(row?.mu60).toBeGreaterThan(100);
    expect(row?.mu60).toBeLessThan(140);
    expect(row?.ratio60).toBeCloseTo((row?.n60 ?? 0) / (row?.mu60 ?? 1), 10);
    expect(row?.ratioLow60).toBeLessThan(row?.ratio60 ?? 0);
  });

  it('pages on a surge, with onset, windows and the reason by name, and on nothing else', () => {
    const { book, observe, run } = feed(3);
    run(START, START + 5 * DAY);
    const onset = START + 5 * DAY;
    for (let minute = onset; minute < onset + 40; minute++) {
      observe(minute, (cluster) => (cluster === 'medium' ? 8 : 1));
      const rows = book.close(minute);
      expect(rows.find((row) => row.cluster === 'large')?.surge.severity ?? 'quiet').toBe('quiet');
    }
    expect(book.row('medium')?.surge).toEqual({ severity: 'page', because: 'surge' });
    expect(Math.abs((book.onset('medium') ?? 0) - onset)).toBeLessThan(15);
    const windows = book.windows('medium');
    expect(windows.map((window) => window.minutes)).toEqual([5, 15, 30, 60, 120, 320]);
    expect(windows[2]?.ratio_low).toBeGreaterThan(2);
    expect(book.row('small')?.surge.severity).toBe('quiet');
  });

  it('does not mistake a busier hour of all traffic for a surge', () => {
    const { book, observe, run } = feed(4);
    run(START, START + 5 * DAY);
    for (let minute = START + 5 * DAY; minute < START + 5 * DAY + 180; minute++) {
      observe(minute, () => 3);
      // Outliers grow alike.
      book.observe(null, minute, 30, 30);
      for (const row of book.close(minute)) expect(row.surge.severity).toBe('quiet');
    }
  });

  it('needs as many accounts as it was told', () => {
    const { book, observe, run } = feed(5, { ...OPTIONS, minAccounts: 10_000 });
    run(START, START + 5 * DAY);
    for (let minute = START + 5 * DAY; minute < START + 5 * DAY + 40; minute++) {
      observe(minute, (cluster) => (cluster === 'medium' ? 8 : 1));
      book.close(minute);
    }
    expect(book.row('medium')?.surge).toEqual({ severity: 'quiet', because: 'too-few-accounts' });
  });

  it('starts the test anew on reset', () => {
    const { book, run } = feed(6);
    run(START, START + 5 * DAY);
    run(START + 5 * DAY, START + 5 * DAY + 40, (cluster) => (cluster === 'medium' ? 8 : 1));
    expect(book.alarming()).toEqual(['medium']);
    book.reset('medium');
    expect(book.row('medium')?.score).toBe(0);
    expect(book.alarming()).toEqual([]);
  });

  it('pages on a newborn that draws more than the smallest clusters, not on one that stays small', () => {
    const { book, observe, run } = feed(7);
    run(START, START + 3 * DAY);
    const born = START + 3 * DAY;
    book.add('quick', born, 'newborn');
    book.add('slow', born, 'newborn');
    const seen: string[] = [];
    for (let minute = born; minute < born + 60; minute++) {
      observe(minute);
      if (minute % 4 === 0) book.observe('quick', minute, 1, 1);
      if (minute % 30 === 0) book.observe('slow', minute, 1, 1);
      for (const row of book.close(minute)) if (row.newborn.severity === 'page') seen.push(row.cluster);
    }
    expect(new Set(seen)).toEqual(new Set(['quick']));
    expect(book.row('slow')?.newborn.severity).toBe('quiet');
    expect(book.row('quick')?.surge.because).toBe('young-cluster');
    expect(book.row('large')?.newborn.because).toBe('not-newborn');
    expect(book.onset('quick')).toBe(born + ((4 - (born % 4)) % 4));
  });

  it('needs the minimum of accounts after the founding one, and counts a newborn as one more series', () => {
    const { book, observe, run } = feed(6);
    const born = START + 3 * DAY;
    run(START, born);
    const bar = book.bars.surge.watch;
    book.add('quick', born, 'newborn');
    expect(book.bars.surge.watch).toBeCloseTo(bar + Math.log(5 / 3), 10);
    const verdicts = [8, 1].map((accounts, i) => {
      observe(born + i);
      book.observe('quick', born + i, accounts, accounts);
      book.close(born + i);
      return book.row('quick')?.newborn;
    });
    expect(verdicts).toEqual([
      { severity: 'quiet', because: 'too-few-accounts' },
      { severity: 'page', because: 'new' },
    ]);
  });

  it('takes what a newborn did as outliers for its past, and who comes after for evidence that it is new', () => {
    const { book, run, observe } = feed(8);
    run(START, START + 3 * DAY);
    const born = START + 3 * DAY;
    const past = Array.from({ length: 12 }, (_, i) => born - 60 + 5 * i);
    // Founders still to be counted came while it was being looked at.
    const late = [born + 1, born + 2, born + 3];
    book.add('found', born, 'newborn', [...past, ...late]);
    observe(born);
    const row = book.close(born).find((r) => r.cluster === 'found');
    expect(row?.newborn).toEqual({ severity: 'quiet', because: 'below-threshold' });
    expect(row?.n60).toBe(11);
    expect(book.onset('found')).toBe(born - 60);
    for (let minute = born + 1; minute <= born + 3; minute++) {
      observe(minute);
      book.close(minute);
    }
    expect(book.row('found')?.newborn).toEqual({ severity: 'quiet', because: 'below-threshold' });
    for (let minute = born + 4; minute <= born + 7; minute++) {
      observe(minute);
      book.observe('found', minute, 1, 1);
      book.close(minute);
    }
    expect(book.row('found')?.newborn).toEqual({ severity: 'page', because: 'new' });
    expect(book.onset('found')).toBe(born - 60);
  });

  it('ends the test for new topics after a day and begins that for surges', () => {
    const { book, run } = feed(9);
    run(START, START + 2 * DAY);
    book.add('born', START + 2 * DAY, 'newborn');
    run(START + 2 * DAY, START + 3 * DAY + 1);
    expect(book.row('born')?.newborn.because).toBe('not-newborn');
    expect(book.row('born')?.surge.because).toBe('below-threshold');
  });

  it('lets late counts change expectations, and no score', () => {
    const late = feed(10);
    const none = feed(10);
    for (const { run } of [late, none]) run(START, START + 2 * DAY);
    const now = START + 2 * DAY - 1;
    expect(late.book.observe('small', now - 400, 1, 1)).toBe('late');
    for (let i = 0; i < 30; i++) late.book.observe('small', now - 200 - i, 1, 1);
    expect(late.book.row('small')?.score).toBe(none.book.row('small')?.score);
    for (const { run } of [late, none]) run(now + 1, now + 11);
    expect(late.book.row('small')?.mu60).toBeGreaterThan(none.book.row('small')?.mu60 ?? 0);
    expect(late.book.row('large')?.mu60).toBeLessThan(none.book.row('large')?.mu60 ?? 0);
  });

  it('shows a late count of the last hour in the windows', () => {
    const { book, run } = feed(11);
    run(START, START + 2 * DAY);
    const before = book.row('small')?.n60 ?? 0;
    book.observe('small', START + 2 * DAY - 20, 1, 1);
    expect(book.row('small')?.n60).toBe(before + 1);
  });

  it('fills missing minutes with silence', () => {
    const gap = feed(12);
    const even = feed(12);
    for (const { run } of [gap, even]) run(START, START + 2 * DAY);
    gap.book.advance(START + 2 * DAY + 99);
    for (let i = 0; i < 100; i++) even.book.advance(START + 2 * DAY + i);
    expect(gap.book.snapshot()).toEqual(even.book.snapshot());
  });

  it('is cold again after a week of silence', () => {
    const { book, run } = feed(13);
    run(START, START + 2 * DAY);
    book.advance(START + 400 * DAY);
    expect(book.mutedUntil).toBe(START + 401 * DAY);
    expect(book.row('large')?.surge.because).toBe('warming-up');
  });

  it('refuses to close a minute twice, and says when a cluster is unknown', () => {
    const { book, run } = feed(14);
    run(START, START + 3);
    expect(() => book.close(START + 2)).toThrow(RangeError);
    expect(book.observe('nobody', START + 9, 1, 1)).toBe('unknown-cluster');
    expect(book.row('nobody')).toBeNull();
    expect(book.windows('nobody')).toEqual([]);
    expect(book.onset('nobody')).toBeNull();
  });

  it('gives a removed cluster’s place to the next without its past', () => {
    const { book, run } = feed(15);
    run(START, START + 2 * DAY);
    book.observe('large', START + 2 * DAY, 5, 5);
    book.remove('large');
    expect(book.has('large')).toBe(false);
    book.add('next', START + 2 * DAY, 'rebuild');
    book.advance(START + 2 * DAY);
    expect(book.row('next')).toMatchObject({ n: 0, n60: 0, score: 0 });
    expect(book.size).toBe(3);
  });

  it('raises the bar with the number of series, all books together', () => {
    const { book, observe } = feed(16);
    const alone = book.bars.surge.watch;
    observe(START);
    book.close(START, 3_000);
    expect(book.bars.surge.watch).toBeCloseTo(alone + Math.log(1_000), 10);
  });

  it('knows the usual conversations per account', () => {
    const { book, run } = feed(17);
    run(START, START + 2 * DAY);
    expect(book.usualPerAccount('large')).toBeCloseTo(1.8, 1);
    expect(book.usualPerAccount('nobody')).toBe(1.8);
  });

  it('tells of a cluster for as long as it had a new account within the hour', () => {
    const book = new GrowthBook(OPTIONS);
    book.add('c1', START, 'rebuild');
    book.observe('c1', START, 1, 1);
    const told = Array.from({ length: 62 }, (_, i) => book.close(START + i).map(({ n60 }) => n60));
    expect(told.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => [1]));
    expect(told.slice(60)).toEqual([[], []]);
  });

  it('keeps room for many clusters, counts of open minutes included', () => {
    const book = new GrowthBook(OPTIONS);
    book.add('c0', START, 'rebuild');
    book.observe('c0', START, 3, 2);
    for (let i = 1; i < 500; i++) book.add(`c${i}`, START, 'rebuild');
    book.observe('c499', START, 1, 1);
    const rows = book.close(START);
    expect(rows.map((row) => [row.cluster, row.n, row.a])).toEqual([
      ['c0', 3, 2],
      ['c499', 1, 1],
    ]);
  });
});

it('goes on after a snapshot exactly as without', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 3 * DAY }), (seed, at) => {
      const { book, run, random } = feed(seed);
      run(START, START + at);
      book.add('young', START + at, 'newborn', [START + at - 30]);
      book.remove('small');
      book.observe('young', START + at + 1, 2, 1);
      book.observe(null, START + at + 2, 2, 1);
      const chunks = JSON.parse(JSON.stringify(book.snapshot()));
      const restored = new GrowthBook(OPTIONS);
      for (const chunk of chunks.reverse()) restored.restore(chunk);
      for (let minute = START + at; minute < START + at + 200; minute++) {
        for (const cluster of ['medium', 'large', 'young']) {
          const a = poisson(random, 0.4);
          book.observe(cluster, minute, a, a);
          restored.observe(cluster, minute, a, a);
        }
        expect(restored.close(minute)).toEqual(book.close(minute));
      }
      expect(restored.snapshot()).toEqual(book.snapshot());
    }),
    { numRuns: 8 },
  );
});
