import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresOf, type Row, togetherInAll, usualOf } from '../../../src/algorithms/coordination/figures.ts';
import { type Figures, scoreOf } from '../../../src/algorithms/coordination/score.ts';
import { spreadOf } from '../../../src/algorithms/coordination/spread.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Coordination, Usual } from '../../../src/domain/coordination.ts';
import { HOUR } from '../../../src/domain/ids.ts';
import { finish } from '../../support/finish.ts';

const MIN_ACCOUNTS = 8;
const MINIMA = { minAccounts: MIN_ACCOUNTS, minConversations: 10 };
const usual: Usual = {
  conversations_per_account: 1.1,
  near_duplicate_rate: 0.1,
  template_share: 0.05,
  first_seen_share: 0.4,
  together: 0.001,
  together_variance: 0,
};

const ordinary: Figures = {
  conversations: 110,
  accounts: 100,
  spread: { perAccount: 1.1, top1: 0.02, equalTop1: 0.01, gini: 0.1 },
  nearDuplicateRate: 0.1,
  templateShare: 0.05,
  firstSeenShare: 0.4,
  synchrony: { ratio: 1, low: 0.7 },
};
const score = (change: Partial<Figures>): Coordination =>
  scoreOf({ ...ordinary, ...change }, usual, MIN_ACCOUNTS);

describe('the score', () => {
  it('is nothing for what is usual', () => {
    expect(score({})).toMatchObject({ score: 0, signature: null });
  });

  it('names many accounts with one template, surer when they are new and come at once', () => {
    const wave = { nearDuplicateRate: 0.98, templateShare: 0.95 };
    expect(score(wave)).toMatchObject({ score: 0.6, signature: 'many-accounts-one-template' });
    const synchronous = { ...wave, firstSeenShare: 1, synchrony: { ratio: 40, low: 30 } };
    expect(score(synchronous)).toMatchObject({ score: 1, signature: 'many-accounts-one-template' });
  });

  it('names few accounts with much traffic: many busy ones, or one among others', () => {
    const resellers = { accounts: 10, conversations: 400, spread: spreadOf(new Float64Array(10).fill(40)) };
    expect(score(resellers)).toMatchObject({ score: 0.8, signature: 'few-accounts-much-traffic' });
    const flood = spreadOf(Float64Array.of(...new Array<number>(150).fill(1), 150));
    expect(score({ spread: flood })).toMatchObject({ signature: 'few-accounts-much-traffic' });
  });

  it('is nothing for news: new accounts that come at once, each in its own words', () => {
    expect(score({ firstSeenShare: 1, synchrony: { ratio: 40, low: 30 } }).score).toBe(0);
  });

  it('is nothing where a product has everybody begin with the same words', () => {
    const product = { ...usual, near_duplicate_rate: 0.95, template_share: 0.9 };
    const figures = { ...ordinary, nearDuplicateRate: 0.97, templateShare: 0.92 };
    expect(scoreOf(figures, product, MIN_ACCOUNTS).score).toBe(0);
  });

  it('is the sum of its parts, between 0 and 1, and names a signature only from 0.55 on', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const any = fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 200 }),
      nearDuplicateRate: share,
      templateShare: share,
      firstSeenShare: share,
      ratio: fc.double({ min: 0, max: 1_000, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ counts, ratio, ...shares }) => {
        const {
          score: total,
          signature,
          parts,
        } = score({
          ...shares,
          accounts: counts.length,
          conversations: counts.reduce((sum, x) => sum + x, 0),
          spread: spreadOf(Float64Array.from(counts)),
          synchrony: { ratio, low: ratio / 2 },
        });
        expect(total).toBeGreaterThanOrEqual(0);
        expect(total).toBeLessThanOrEqual(1);
        expect(parts.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(total, 3);
        expect(signature !== null).toBe(total >= 0.55);
      }),
    );
  });
});

/** Independent traffic of `clusters` topics over a week: a heavy tail of accounts, every wording its own unless it is one of `common`. */
function traffic(seed: number, sizes: readonly number[], common: number): { cluster: string; row: Row }[] {
  const random = seededRandom(seed);
  const own = () => Buffer.from(Uint8Array.from({ length: 24 }, () => random() * 256)).toString('base64url');
  const rows = sizes.flatMap((size, c) => {
    const wordings = Array.from({ length: 12 }, own);
    return Array.from({ length: size }, () => ({
      cluster: `c${c}`,
      row: {
        conversation: random(),
        account: `u${Math.floor(30 * (234 ** random() - 1))}`,
        at: Math.floor(random() * 168) * HOUR + random() * HOUR,
        likeness: random() < common ? (wordings[Math.floor(random() * 12)] ?? '') : own(),
      },
    }));
  });
  return rows.sort((a, b) => a.row.at - b.row.at);
}

function scores(rows: readonly { cluster: string; row: Row }[]): Coordination[] {
  const homes = new Map<string, string>();
  const inTime = [...rows].sort((a, b) => a.row.at - b.row.at);
  for (const { cluster, row } of inTime) if (!homes.has(row.account)) homes.set(row.account, cluster);
  const together = finish(togetherInAll(rows));
  const clusters = [...Map.groupBy(rows, ({ cluster }) => cluster)].sort(([a], [b]) => a.localeCompare(b));
  const figures = clusters.map(([id, own]) =>
    finish(
      figuresOf(
        id,
        own.map(({ row }) => row),
        own.map(({ row }) => row),
        (account) => homes.get(account) ?? null,
        together,
      ),
    ),
  );
  const common = usualOf(together, figures, MINIMA);
  return figures.map((one) => scoreOf(one, common, MIN_ACCOUNTS));
}

describe('independent traffic', () => {
  // By the rule of three: none in 3,000 clusters is at most 1 in 1,000, at 95%.
  it('has a signature in at most one of a thousand clusters, from ten conversations on', () => {
    const sizes = Array.from({ length: 100 }, (_, i) => 10 + Math.floor(1.05 ** i));
    const found: Coordination[] = [];
    for (let seed = 1; seed <= 30; seed++) found.push(...scores(traffic(seed, sizes, 0.3)));
    expect(found).toHaveLength(3_000);
    expect(found.filter(({ signature }) => signature !== null)).toEqual([]);
    expect(found.filter(({ score: high }) => high > 0.3).length).toBeLessThan(30);
  });

  it('is scored alike in any order of its rows', () => {
    const rows = traffic(4, [40, 60, 80], 0.5);
    expect(
      scores([...rows].sort((a, b) => a.cluster.localeCompare(b.cluster) || b.row.at - a.row.at)),
    ).toEqual(scores(rows));
  });
});
