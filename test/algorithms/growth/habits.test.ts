import { expect, it } from 'vitest';
import { GrowthBook, type GrowthOptions } from '../../../src/algorithms/growth/book.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { poisson } from '../../support/random-counts.ts';

const DAY = 1_440;
const START = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;
const OPTIONS: GrowthOptions = { watchPerDay: 1, pagePerDay: 1 / 7, warmupHours: 24, minAccounts: 8 };

/** Twelve days of one cluster whose every hour is loud or quiet, as all are counted or a share of them. */
function known(share: number): GrowthBook {
  const random = seededRandom(5);
  const book = new GrowthBook(OPTIONS);
  book.add('a', START, 'rebuild');
  for (let minute = START; minute < START + 12 * DAY; minute++) {
    const loud = Math.floor(minute / 60) % 2 === 0 ? 1.8 : 0.2;
    const a = poisson(random, 0.5 * loud * share);
    book.observe('a', minute, a, a);
    book.observe(null, minute, 20, poisson(random, 20 * share));
    book.advance(minute);
  }
  return book;
}

/** How surely an hour of three times the usual is growth, in the eyes of a book. */
function scoreOf(book: GrowthBook): number {
  for (let minute = START + 12 * DAY; minute < START + 12 * DAY + 60; minute++) {
    const a = minute % 2 === 0 ? 3 : 0;
    book.observe('a', minute, a, a);
    book.observe(null, minute, 20, 20);
    book.advance(minute);
  }
  return book.row('a')?.score ?? Number.NaN;
}

it('a book of a panel takes what a cluster wavers by from the book that counted all', () => {
  const [alone, taught] = [known(0.02), known(0.02)];
  taught.inherit(known(1));
  expect(scoreOf(taught)).toBeLessThan(scoreOf(alone) - 0.5);
});

it('a book that has seen more keeps its own habits, and clusters that only one knows keep theirs', () => {
  const [own, thin] = [known(1), known(0.02)];
  own.inherit(thin);
  expect(scoreOf(own)).toBe(scoreOf(known(1)));
  const other = new GrowthBook(OPTIONS);
  other.add('b', START, 'rebuild');
  const same = known(0.02);
  same.inherit(other);
  expect(scoreOf(same)).toBe(scoreOf(known(0.02)));
});

/** Two hours of three clusters and others, as all are counted or the first few accounts of each minute. */
function hours(clusters: Readonly<Record<string, number>>, share: number): GrowthBook {
  const book = new GrowthBook(OPTIONS);
  for (const id of Object.keys(clusters)) book.add(id, START, 'rebuild');
  for (let minute = START; minute < START + 120; minute++) {
    for (const [id, a] of Object.entries(clusters)) {
      const n = Math.round(a * share);
      book.observe(id, minute, n, n);
    }
    book.observe(null, minute, 0, Math.round(60 * share));
    book.advance(minute);
  }
  return book;
}

it('what is told of the last hour stays as it was counted, of new clusters as far as a panel tells', () => {
  const before = hours({ a: 20, b: 20 }, 1);
  before.observe('b', START + 120, 7, 5);
  // b has been cut: b and c.
  const after = hours({ a: 20, b: 10, c: 10 }, 0.1);
  expect(after.row('a')?.n60).toBe(120);
  after.inherit(before);
  expect(after.row('a')?.n60).toBe(1_200);
  expect(after.row('b')?.n60).toBe(1_200);
  expect(after.row('c')?.n60).toBe(600);
  expect(after.windows('a').map(({ observed }) => observed)).toEqual(
    before.windows('a').map(({ observed }) => observed),
  );
  const [row] = after.close(START + 120).filter(({ cluster }) => cluster === 'b');
  expect([row?.n, row?.a]).toEqual([7, 5]);
});

it('baselines learn from the re-cast alone, whatever is told', () => {
  const [plain, told] = [hours({ a: 20, b: 10 }, 0.1), hours({ a: 20, b: 10 }, 0.1)];
  told.inherit(hours({ a: 20, b: 20 }, 1));
  for (const book of [plain, told]) {
    for (let minute = START + 120; minute < START + 300; minute++) {
      book.observe('b', minute, 10, 10);
      book.observe(null, minute, 0, 80);
      book.advance(minute);
    }
  }
  expect(told.row('b')?.mu).toBe(plain.row('b')?.mu);
});

it('what is told of before outlives a snapshot', () => {
  const book = hours({ a: 20 }, 0.1);
  book.inherit(hours({ a: 20 }, 1));
  const again = new GrowthBook(OPTIONS);
  for (const chunk of book.snapshot()) again.restore(JSON.parse(JSON.stringify(chunk)));
  expect(again.row('a')?.n60).toBe(1_200);
  expect(again.windows('a')).toEqual(book.windows('a'));
});
