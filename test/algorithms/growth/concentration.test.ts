import { expect, it } from 'vitest';
import { growthPattern, RecentAccounts } from '../../../src/algorithms/growth/concentration.ts';

function flood() {
  const recent = new RecentAccounts(1_000);
  for (let i = 0; i < 40; i++) recent.add('c1', `person${i}`, 10 + i);
  for (let i = 0; i < 60; i++) recent.add('c2', `robot${i % 4}`, 30 + (i % 20));
  return recent;
}

it('tells conversations per account and the share of the busiest since a minute', () => {
  const recent = flood();
  expect(recent.since('c1', 30)).toEqual({
    conversations: 20,
    accounts: 20,
    conversationsPerAccount: 1,
    topAccountShare: 1 / 20,
  });
  expect(recent.since('c2', 0)).toEqual({
    conversations: 60,
    accounts: 4,
    conversationsPerAccount: 15,
    topAccountShare: 1 / 4,
  });
});

it('speaks of nothing when a cluster was not seen', () => {
  expect(flood().since('c3', 0)).toEqual({
    conversations: 0,
    accounts: 0,
    conversationsPerAccount: 0,
    topAccountShare: 0,
  });
});

it('calls few accounts that send much a coordinated flood, and many people organic', () => {
  const recent = flood();
  expect(growthPattern(recent.since('c1', 0), 1.8)).toBe('organic');
  expect(growthPattern(recent.since('c2', 0), 1.8)).toBe('coordinated-flood');
  expect(growthPattern(recent.since('c2', 0), 12)).toBe('organic');
});

it('keeps the last rows at its cap', () => {
  const recent = new RecentAccounts(10);
  for (let i = 0; i < 25; i++) recent.add('c1', `a${i}`, i);
  expect(recent.since('c1', 0).accounts).toBe(10);
  expect(recent.since('c1', 20).accounts).toBe(5);
});

it('says the same after a snapshot, and forgets in the same order', () => {
  const before = new RecentAccounts(10);
  for (let i = 0; i < 25; i++) before.add('c1', `a${i % 7}`, i);
  const after = new RecentAccounts(10);
  for (const chunk of before.snapshot()) after.restore(JSON.parse(JSON.stringify(chunk)));
  for (const recent of [before, after]) for (let i = 25; i < 29; i++) recent.add('c1', 'b', i);
  expect(after.since('c1', 0)).toEqual(before.since('c1', 0));
});
