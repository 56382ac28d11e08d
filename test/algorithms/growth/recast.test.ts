import { expect, it } from 'vitest';
import { AccountWindow } from '../../../src/algorithms/growth/account-window.ts';
import { GrowthBook, type GrowthOptions } from '../../../src/algorithms/growth/book.ts';
import { OUTLIERS, type RecastRequest, recastGrowth } from '../../../src/algorithms/growth/recast.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { poisson } from '../../support/random-counts.ts';

const DAY = 1_440;
const START = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;
const OPTIONS: GrowthOptions = { watchPerDay: 1, pagePerDay: 1 / 7, warmupHours: 24, minAccounts: 8 };

/** Rows of two clusters and outliers; `factor` is that of cluster b. */
function history(days: number, factor: (day: number) => number) {
  const random = seededRandom(21);
  const rows: { cluster: string | null; account: string; at: number }[] = [];
  for (let t = 0; t < days * DAY; t++) {
    for (const cluster of ['a', 'b', null]) {
      const rate = cluster === 'b' ? 0.2 * factor(t / DAY) : 0.6;
      for (let i = poisson(random, rate); i > 0; i--) {
        const account = `${cluster}-${Math.floor(random() * 3_000)}`;
        rows.push({ cluster, account, at: (START + t) * 60_000 + Math.floor(random() * 60_000) });
      }
    }
  }
  return rows;
}

function request(rows: ReturnType<typeof history>, days: number): RecastRequest {
  return {
    options: OPTIONS,
    clusters: ['a', 'b'].map((id) => ({ id, bornMinute: START + days * DAY, origin: 'rebuild' as const })),
    history: [
      {
        cluster: rows.map((r) => r.cluster),
        account: rows.map((r) => r.account),
        sketch: rows.map(() => ''),
        at: rows.map((r) => r.at),
      },
    ],
    until: START + days * DAY - 1,
    accountsCap: 100_000,
    ratioOpen: 1.2,
    learned: null,
  };
}

function drain<T>(steps: Generator<number, T>): { value: T; progress: number[] } {
  const progress: number[] = [];
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { value: step.value, progress };
    progress.push(step.value);
  }
}

it('makes the book that would have been, had the clusters always been these', () => {
  const days = 3;
  const rows = history(days, () => 1);
  const live = new GrowthBook(OPTIONS);
  const accounts = new AccountWindow(100_000);
  for (const id of ['a', 'b']) live.add(id, START, 'rebuild');
  let next = 0;
  for (let minute = START; minute < START + days * DAY; minute++) {
    for (; (rows[next]?.at ?? Number.POSITIVE_INFINITY) < (minute + 1) * 60_000; next++) {
      const row = rows[next]!;
      live.observe(
        row.cluster,
        minute,
        1,
        accounts.sight(row.cluster ?? OUTLIERS, row.account, minute) ? 1 : 0,
      );
    }
    live.advance(minute);
    accounts.advance(minute);
  }
  const { value, progress } = drain(recastGrowth(request([...rows].reverse(), days)));
  // The replay ends what would have been an alert by chance, so scores may differ.
  for (const id of ['a', 'b']) {
    expect({ ...value.book.row(id), score: 0 }).toEqual({ ...live.row(id), score: 0 });
    expect(value.accounts.accounts(id)).toBe(accounts.accounts(id));
  }
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.length).toBeGreaterThan(30);
});

it('is silent about a surge that is over, and keeps one that is not', () => {
  const over = drain(
    recastGrowth(
      request(
        history(5, (day) => (day > 3 && day < 3.2 ? 12 : 1)),
        5,
      ),
    ),
  ).value;
  expect(over.book.alarming()).toEqual([]);
  const going = drain(
    recastGrowth(
      request(
        history(5, (day) => (day > 4.9 ? 12 : 1)),
        5,
      ),
    ),
  ).value;
  expect(going.book.alarming()).toEqual(['b']);
});

it('leaves rows after the end in open minutes', () => {
  const days = 2;
  const rows = history(days, () => 1);
  const asked = { ...request(rows, days), until: START + days * DAY - 11 };
  const { book } = drain(recastGrowth(asked)).value;
  expect(book.closed).toBe(START + days * DAY - 11);
  const last = rows.filter((r) => r.cluster === 'a' && r.at >= (START + days * DAY - 10) * 60_000);
  let n = 0;
  for (let minute = START + days * DAY - 10; minute < START + days * DAY; minute++) {
    for (const row of book.close(minute)) if (row.cluster === 'a') n += row.n;
  }
  expect(n).toBe(last.length);
});

it('begins a newborn no earlier than a day before its birth', () => {
  const rows = history(4, () => 1);
  const clusters: RecastRequest['clusters'] = [
    { id: 'a', bornMinute: START, origin: 'rebuild' },
    { id: 'b', bornMinute: START + 4 * DAY - 60, origin: 'newborn' },
  ];
  const { book } = drain(recastGrowth({ ...request(rows, 4), clusters })).value;
  expect(book.row('b')?.newScore).not.toBeNull();
  expect(book.row('a')?.newScore).toBeNull();
  expect(book.onset('b')).toBeGreaterThanOrEqual(START + 3 * DAY - 60);
});

it('begins a newborn with the first that belongs to it, or where the book before has it, so that its birth is no surge', () => {
  const rows = history(4, (day) => (day < 3.5 ? 0 : 1));
  const bornMinute = START + 3.5 * DAY + 30;
  const of = (start?: number) => {
    const b = { id: 'b', bornMinute, origin: 'newborn' as const, ...(start === undefined ? {} : { start }) };
    const clusters = [{ id: 'a', bornMinute: START, origin: 'rebuild' as const }, b];
    return drain(recastGrowth({ ...request(rows, 4), clusters })).value.book;
  };
  for (const book of [of(), of(START + 3.5 * DAY)]) {
    expect(book.start('b')).toBeGreaterThanOrEqual(START + 3.5 * DAY);
    expect(book.row('b')?.surge.because).toBe('young-cluster');
    // Twelve an hour come.
    expect(book.row('b')?.mu60).toBeGreaterThan(6);
  }
  expect(of(START + 3.6 * DAY).start('b')).toBe(START + 3.6 * DAY);
});

it('keeps the births that the book before has seen', () => {
  const rows = history(2, () => 1);
  const learned = { smallestShare: 1e-3, births: 30, weeks: 3, traffic: 1_000 };
  const { book } = drain(recastGrowth({ ...request(rows, 2), learned })).value;
  expect(book.learned.births).toBe(30);
  expect(book.learned.weeks).toBe(3);
});

it('makes a book without any history', () => {
  const { book } = drain(recastGrowth({ ...request([], 1), history: [] })).value;
  expect(book.size).toBe(2);
  expect(book.closed).toBe(START + DAY - 1);
});
