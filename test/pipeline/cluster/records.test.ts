import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { chanceOf } from '../../../src/algorithms/sampling/chance.ts';
import { clusterRecordSchema, manifestSchema } from '../../../src/domain/generation.ts';
import { sampleSchema } from '../../../src/domain/point.ts';
import { type ClusterFacts, clusterRecord } from '../../../src/pipeline/cluster/records.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  makeCluster,
  makeManifest,
  makeSample,
  NOON,
  SPACE,
} from '../../support/pipeline-rig.ts';

const deps = { space: SPACE, thresholds: { minAccounts: 8, minConversations: 10, minAudit: 3 } };

const FACTS: Omit<ClusterFacts, 'members'> = {
  id: 'c1',
  origin: 'rebuild',
  bornAt: NOON,
  centroid: direction(0),
  radius: 0.5,
  meanSimilarity: 1,
  label: null,
  parent: null,
  place: null,
  naming: null,
  names: [],
  descends: [],
};

/** The record of a cluster of these members: surface and account of each. */
function recordOf(members: readonly (readonly [surface: string, account: string])[]) {
  const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  for (const [i, [surface, account]] of members.entries()) {
    window.add(makeSample({ conversation: `k${i}`, account, surface, flags: [surface], cluster: 'c1' }), i);
  }
  return clusterRecord(deps, 1, window, { ...FACTS, members: members.map((_, slot) => slot) });
}

const many = (surface: string, conversations: number, accounts: number) =>
  Array.from({ length: conversations }, (_, i) => [surface, `${surface}-${i % accounts}`] as const);

describe('shares by value of a facet', () => {
  it('are told of values with the minimum of conversations and of accounts', async () => {
    const { surfaces, flags, languages } = await recordOf([...many('web', 30, 30), ...many('app', 10, 8)]);
    expect(surfaces).toEqual({ web: 0.75, app: 0.25 });
    expect(flags).toEqual(surfaces);
    expect(languages).toEqual({ en: 1 });
  });

  it('leave out what one account did many times, and what few did', async () => {
    const members = [...many('web', 30, 30), ...many('bot', 60, 7), ...many('kiosk', 9, 9)];
    expect((await recordOf(members)).surfaces).toEqual({ web: 0.303 });
  });

  it('are twelve at most, the largest', async () => {
    const members = Array.from({ length: 14 }, (_, i) => many(`s${i}`, 10 + i, 10)).flat();
    const { surfaces } = await recordOf(members);
    expect(Object.keys(surfaces)).toHaveLength(12);
    expect(surfaces).not.toHaveProperty('s0');
  });
});

describe('records of before there was coordination', () => {
  it('are read as not known', () => {
    const { coordination: _none, ...record } = makeCluster('c1');
    expect(clusterRecordSchema.parse(record).coordination).toBeNull();
    const { usual: _neither, ...manifest } = makeManifest(['c1']);
    expect(manifestSchema.parse(manifest).usual).toBeNull();
    const { likeness: _nor, ...sample } = makeSample();
    expect(sampleSchema.parse(sample).likeness).toBe('');
  });
});

describe('figures of a cluster', () => {
  it('say how many conversations the members stand for, by the panel, with the error of that', async () => {
    const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    // Ten accounts with two each, which stand for four; outliers that were all kept stand for no other.
    for (let i = 0; i < 20; i++)
      window.add(makeSample({ conversation: `k${i}`, account: `u${i % 10}`, weight: 4, cluster: 'c1' }), i);
    for (let i = 20; i < 30; i++)
      window.add(makeSample({ conversation: `k${i}`, account: `u${i}`, panel: false, cluster: 'c1' }), i);
    const facts = { ...FACTS, members: Array.from({ length: 30 }, (_, slot) => slot) };
    const { conversations, accounts, estimate } = await clusterRecord(deps, 1, window, facts);
    expect({ conversations, accounts }).toEqual({ conversations: 30, accounts: 20 });
    expect(estimate?.conversations).toBe(80);
    expect(estimate?.error).toBeCloseTo(Math.sqrt(10 * 4 * (16 - 4)), 9);
    expect(estimate?.accounts).toBe(40);
    expect(estimate?.accounts_error).toBeCloseTo(Math.sqrt(10 * 4 * 3), 9);
  });

  it('hold for all traffic where long conversations are sampled more often than short ones', async () => {
    const random = seededRandom(7);
    const share = 0.05;
    const window = new SampleWindow({ cap: 40_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    let slots = 0;
    for (let i = 0; i < 20_000; i++) {
      // One in twenty is long, and worries.
      const long = i % 20 === 0;
      const chance = chanceOf('outputs', share, long ? 50 : 1);
      if (random() >= chance) continue;
      const facets = { ...makeSample().facets, concern: long ? 4 : 1 };
      const values = { turns: [long ? '100+' : '1-2'] };
      const one = {
        conversation: `k${i}`,
        account: `u${i}`,
        weight: 1 / chance,
        cluster: 'c1',
        facets,
        values,
      };
      window.add(makeSample(one), slots++);
    }
    const members = Array.from({ length: slots }, (_, slot) => slot);
    const told = await clusterRecord(deps, 1, window, { ...FACTS, members });
    expect(told.values.turns?.['100+']).toBeCloseTo(0.05, 2);
    expect(told.concern).toBeCloseTo(1.15, 1);
    // As many as they are, not as many as were taken.
    const { accounts = 0, accounts_error = 0 } = told.estimate ?? {};
    expect(Math.abs(accounts - 20_000)).toBeLessThan(3 * accounts_error);
  });

  it('are counted, and say nothing of an estimate, where each stands for itself', () => {
    expect(recordOf(many('web', 30, 30))).not.toHaveProperty('estimate');
  });

  it('are of the panel, where some accounts are sampled and every outlier is kept', async () => {
    const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    for (let i = 0; i < 40; i++) {
      const panel = i < 20;
      const flags = panel ? [] : ['spam'];
      window.add(makeSample({ conversation: `k${i}`, account: `u${i}`, panel, flags, cluster: 'c1' }), i);
    }
    const members = Array.from({ length: 40 }, (_, slot) => slot);
    const facts = {
      id: 'c1',
      origin: 'rebuild' as const,
      bornAt: NOON,
      centroid: direction(0),
      radius: 0.5,
      meanSimilarity: 1,
      members,
      label: null,
      parent: null,
      place: null,
      naming: null,
      names: [],
      descends: [],
    };
    expect(await clusterRecord(deps, 1, window, facts)).toMatchObject({
      conversations: 40,
      flagged: 0,
      classified: { any: 0, by: {} },
      flags: {},
    });
    // One born of outliers has nobody else to speak for it.
    const outliers = { ...facts, members: members.slice(15) };
    expect(await clusterRecord(deps, 1, window, outliers)).toMatchObject({
      concern: 1,
      flagged: 0.8,
      flags: { spam: 0.8 },
    });
  });

  it('say how many were flagged at all, and how concern spreads', async () => {
    const { flagged, concern, concern_sd } = await recordOf([...many('web', 30, 30), ...many('app', 10, 8)]);
    expect(flagged).toBe(1);
    expect(concern).toBe(1);
    expect(concern_sd).toBe(0);
  });
});
