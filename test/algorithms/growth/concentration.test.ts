import { describe, expect, it } from 'vitest';
import { growthPattern, RecentAccounts } from '../../../src/algorithms/growth/concentration.ts';

const MIN_ACCOUNTS = 8;

/** c1: people with words of their own; c2: few accounts that send much; c3: many accounts with one template. */
function waves() {
  const recent = new RecentAccounts(1_000);
  for (let i = 0; i < 40; i++) recent.add('c1', `person${i}`, `words${i}`, 10 + i);
  for (let i = 0; i < 60; i++) recent.add('c2', `robot${i % 4}`, `words${i}`, 30 + (i % 20));
  for (let i = 0; i < 60; i++) recent.add('c3', `farm${i}`, 'template', 30 + (i % 20));
  return recent;
}

describe('who is behind a growth', () => {
  it('is told by conversations per account, the share of the busiest, and how often two begin alike', () => {
    const recent = waves();
    expect(recent.since('c1', 30)).toEqual({
      conversations: 20,
      accounts: 20,
      conversationsPerAccount: 1,
      topAccountShare: 1 / 20,
      sameWording: 0,
      usualSameWording: 0,
    });
    expect(recent.since('c2', 0)).toEqual({
      conversations: 60,
      accounts: 4,
      conversationsPerAccount: 15,
      topAccountShare: 1 / 4,
      sameWording: 0,
      usualSameWording: 0,
    });
    expect(recent.since('c3', 0)).toMatchObject({ accounts: 60, sameWording: 1, usualSameWording: 0 });
  });

  it('is nobody when a cluster was not seen', () => {
    expect(waves().since('c4', 0)).toEqual({
      conversations: 0,
      accounts: 0,
      conversationsPerAccount: 0,
      topAccountShare: 0,
      sameWording: 0,
      usualSameWording: 0,
    });
  });

  it('is not said to begin alike on the word of one account, of few, or where sketches are not known', () => {
    const recent = new RecentAccounts(1_000);
    for (let i = 0; i < 30; i++) recent.add('c1', 'one', 'template', i);
    for (let i = 0; i < 9; i++) recent.add('c2', `few${i}`, 'template', i);
    for (let i = 0; i < 30; i++) recent.add('c3', `many${i}`, '', i);
    for (const cluster of ['c1', 'c2', 'c3']) expect(recent.since(cluster, 0).sameWording).toBe(0);
  });
});

describe('a growth', () => {
  it('of few accounts that send much is a coordinated flood, of many people organic', () => {
    const recent = waves();
    expect(growthPattern(recent.since('c1', 0), 1.8, MIN_ACCOUNTS)).toBe('organic');
    expect(growthPattern(recent.since('c2', 0), 1.8, MIN_ACCOUNTS)).toBe('coordinated-flood');
    expect(growthPattern(recent.since('c2', 0), 12, MIN_ACCOUNTS)).toBe('organic');
  });

  it('of many accounts with one template is called so, also when the template has three variants', () => {
    const recent = waves();
    for (let i = 0; i < 60; i++) recent.add('c4', `farm${i}`, `variant${i % 3}`, i);
    expect(growthPattern(recent.since('c3', 0), 1.8, MIN_ACCOUNTS)).toBe('one-template');
    expect(growthPattern(recent.since('c4', 0), 1.8, MIN_ACCOUNTS)).toBe('one-template');
    expect(growthPattern(recent.since('c3', 0), 1.8, 100)).toBe('organic');
  });

  it('is organic when the cluster begins alike as a rule', () => {
    const recent = new RecentAccounts(1_000);
    for (let i = 0; i < 100; i++) recent.add('c1', `person${i}`, i % 2 === 0 ? 'summarize this' : `w${i}`, i);
    const seen = recent.since('c1', 50);
    expect(seen.sameWording).toBeCloseTo(seen.usualSameWording, 5);
    expect(growthPattern(seen, 1.8, MIN_ACCOUNTS)).toBe('organic');
  });
});

it('keeps the last rows at its cap', () => {
  const recent = new RecentAccounts(10);
  for (let i = 0; i < 25; i++) recent.add('c1', `a${i}`, '', i);
  expect(recent.since('c1', 0).accounts).toBe(10);
  expect(recent.since('c1', 20).accounts).toBe(5);
});

it('says the same after a snapshot, and forgets in the same order', () => {
  const before = new RecentAccounts(20);
  for (let i = 0; i < 45; i++) before.add('c1', `a${i % 17}`, `s${i % 2}`, i);
  const after = new RecentAccounts(20);
  for (const chunk of before.snapshot()) after.restore(JSON.parse(JSON.stringify(chunk)));
  for (const recent of [before, after]) for (let i = 45; i < 49; i++) recent.add('c1', 'b', 's2', i);
  expect(after.since('c1', 0).sameWording).toBeGreaterThan(0);
  expect(after.since('c1', 0)).toEqual(before.since('c1', 0));
});
