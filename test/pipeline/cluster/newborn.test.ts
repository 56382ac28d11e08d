import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/algorithms/random.ts';
import {
  NewbornFinder,
  type NewbornSettings,
  type NewbornVerdict,
} from '../../../src/pipeline/cluster/newborn.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import { DIMENSION, direction, HOUR, MINUTE, NOON } from '../../support/pipeline-rig.ts';

const SETTINGS: NewbornSettings = {
  similarity: 0.6,
  minAccounts: 8,
  minConversations: 10,
  minTemplates: 3,
  buffer: 400,
  maxAgeMs: 24 * HOUR,
};

const finder = (change: Partial<NewbornSettings> = {}) =>
  new NewbornFinder({ ...SETTINGS, ...change }, createExactIndexes(), DIMENSION);

type Change = { account?: string; sketch?: string; at?: number; vector?: Float32Array };
const random = seededRandom(5);
/** Near the topic's axis, each a little to another side. */
const near = (axis: number) =>
  direction(
    axis,
    Array.from({ length: 20 }, () => (random() - 0.5) * 0.2),
  );

let count = 0;
function give(into: NewbornFinder, change: Change = {}): NewbornVerdict {
  const n = count++;
  const { account = `u${n}`, sketch = `t${n}`, at = NOON, vector = near(0) } = change;
  return into.take({ conversation: n, account, sketch, at, homeless: true }, vector);
}
const reasonOf = (verdict: NewbornVerdict) => (verdict.verdict === 'quiet' ? verdict.because : 'newborn');

describe('among outliers', () => {
  it('ten near ones of ten accounts found a cluster, and the tenth says so', () => {
    const into = finder();
    const verdicts = Array.from({ length: 10 }, () => give(into));
    expect(verdicts.map(reasonOf)).toEqual([...Array<string>(9).fill('too-few-near'), 'newborn']);
    const last = verdicts.at(-1);
    if (last?.verdict !== 'newborn') throw new Error('no newborn');
    expect(last.newborn.founders).toHaveLength(10);
    expect(last.newborn.centroid[0]).toBeGreaterThan(0.95);
    expect(last.newborn.loosest).toBeGreaterThan(0.6);
  });

  it('scattered ones found nothing', () => {
    const into = finder();
    const verdicts = Array.from({ length: 60 }, (_, i) => give(into, { vector: direction(i) }));
    expect(new Set(verdicts.map(reasonOf))).toEqual(new Set(['too-few-near']));
  });

  it('a dense group is found amid scattered ones', () => {
    const into = finder();
    const verdicts = Array.from({ length: 60 }, (_, i) =>
      give(into, { vector: i % 4 === 0 ? near(50) : direction(i % 40) }),
    );
    expect(verdicts.filter(({ verdict }) => verdict === 'newborn')).toHaveLength(1);
  });

  it('many of one account found nothing', () => {
    const into = finder();
    const verdicts = Array.from({ length: 50 }, () => give(into, { account: 'one' }));
    expect(reasonOf(verdicts.at(-1) ?? give(into))).toBe('too-few-accounts');
  });

  it('copies of one account hide nobody who says the same', () => {
    const into = finder();
    for (let i = 0; i < 500; i++) give(into, { account: 'one', sketch: 'same' });
    const verdicts = Array.from({ length: 30 }, () => give(into, { sketch: 'same' }));
    expect(verdicts.filter(({ verdict }) => verdict === 'newborn')).toHaveLength(1);
  });

  it('one wording by a few accounts founds nothing, and by very many it does', () => {
    const into = finder();
    const verdicts = Array.from({ length: 30 }, () => give(into, { sketch: 'same' }));
    expect(reasonOf(verdicts[12] ?? give(into))).toBe('too-few-templates');
    expect(verdicts.findIndex(({ verdict }) => verdict === 'newborn')).toBe(15);
  });

  it('those of yesterday do not count', () => {
    const into = finder();
    for (let i = 0; i < 9; i++) give(into, { at: NOON - 25 * HOUR });
    expect(reasonOf(give(into))).toBe('too-few-near');
  });

  it('those that founded one cluster found no second', () => {
    const into = finder();
    const verdicts = Array.from({ length: 15 }, () => give(into));
    expect(verdicts.filter(({ verdict }) => verdict === 'newborn')).toHaveLength(1);
  });

  it('all are forgotten on demand', () => {
    const into = finder();
    for (let i = 0; i < 9; i++) give(into);
    into.clear();
    expect(into.size).toBe(0);
    expect(reasonOf(give(into))).toBe('too-few-near');
  });

  it('only so many are kept, the newest, and a newborn is found all the same', () => {
    const into = finder({ buffer: 40 });
    for (let i = 0; i < 500; i++) {
      give(into, { vector: direction(i % 30), at: NOON + i * MINUTE, account: 'one' });
      expect(into.size).toBeLessThanOrEqual(40);
    }
    const verdicts = Array.from({ length: 25 }, () =>
      give(into, { vector: near(50), at: NOON + 501 * MINUTE }),
    );
    expect(verdicts.some(({ verdict }) => verdict === 'newborn')).toBe(true);
  });
});
