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
  taught.inheritHabits(known(1));
  expect(scoreOf(taught)).toBeLessThan(scoreOf(alone) - 0.5);
});

it('a book that has seen more keeps its own habits, and clusters that only one knows keep theirs', () => {
  const [own, thin] = [known(1), known(0.02)];
  own.inheritHabits(thin);
  expect(scoreOf(own)).toBe(scoreOf(known(1)));
  const other = new GrowthBook(OPTIONS);
  other.add('b', START, 'rebuild');
  const same = known(0.02);
  same.inheritHabits(other);
  expect(scoreOf(same)).toBe(scoreOf(known(0.02)));
});
