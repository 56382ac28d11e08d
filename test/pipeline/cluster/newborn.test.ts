import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/algorithms/random.ts';
import {
  NewbornFinder,
  type NewbornSettings,
  type NewbornVerdict,
} from '../../../src/pipeline/cluster/newborn.ts';
import type { Nearby } from '../../../src/pipeline/cluster/past.ts';
import { type Gathering, type Outlier, Recent } from '../../../src/pipeline/cluster/recent.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import { DIMENSION, direction, HOUR, MINUTE, NOON } from '../../support/pipeline-rig.ts';

const SETTINGS: NewbornSettings = {
  similarity: 0.6,
  loosest: 0.3,
  chance: 1e-6,
  minAccounts: 8,
  minConversations: 10,
  minTemplates: 3,
  buffer: 400,
  maxAgeMs: 24 * HOUR,
};

type Rig = { readonly recent: Recent; readonly finder: NewbornFinder };
function finder(change: Partial<NewbornSettings> = {}): Rig {
  const settings = { ...SETTINGS, ...change };
  const recent = new Recent(settings, createExactIndexes(), DIMENSION);
  return { recent, finder: new NewbornFinder(settings, recent, DIMENSION) };
}

type Change = Partial<Outlier> & { vector?: Float32Array };
const random = seededRandom(5);
/** Near the topic's axis, each a little to another side. */
const near = (axis: number) =>
  direction(
    axis,
    Array.from({ length: 20 }, () => (random() - 0.5) * 0.2),
  );

let count = 0;
function gather({ recent }: Rig, { vector = near(0), ...change }: Change = {}): Gathering | null {
  const n = count++;
  const own = { conversation: n, account: `u${n}`, sketch: `t${n}`, at: NOON, come: { all: n, taken: n } };
  const [taken] = recent.take({ ...own, homeless: true, panel: true, ...change }, vector);
  return taken === undefined ? null : recent.around(taken);
}

const NOBODY_NEAR: NewbornVerdict = { verdict: 'quiet', because: 'too-few-near' };
function give(into: Rig, change: Change = {}): NewbornVerdict {
  const gathering = gather(into, change);
  return gathering === null ? NOBODY_NEAR : into.finder.dense(gathering);
}
const reasonOf = (verdict: NewbornVerdict) => (verdict.verdict === 'quiet' ? verdict.because : 'newborn');

describe('among outliers, without a past to compare with', () => {
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
    expect(verdicts.map(reasonOf).filter((reason) => reason === 'newborn')).toEqual([]);
    expect(reasonOf(verdicts[9] ?? give(into))).toBe('too-few-accounts');
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

  it('only so many are kept, the newest, and a newborn is found all the same', () => {
    const into = finder({ buffer: 40 });
    for (let i = 0; i < 500; i++) {
      give(into, { vector: direction(i % 30), at: NOON + i * MINUTE, account: 'one' });
      expect(into.recent.size).toBeLessThanOrEqual(40);
    }
    const verdicts = Array.from({ length: 25 }, () =>
      give(into, { vector: near(50), at: NOON + 501 * MINUTE }),
    );
    expect(verdicts.some(({ verdict }) => verdict === 'newborn')).toBe(true);
  });
});

describe('against the past', () => {
  const LONG_AGO = 2_000;
  /** Sixty of usual traffic, each to its own side, then so many of a topic. */
  function stream(into: Rig, topic: number, vector = () => near(0)): (Gathering | null)[] {
    for (let i = 0; i < 60; i++) gather(into, { vector: direction(1 + (i % 29)) });
    return Array.from({ length: topic }, () => gather(into, { vector: vector() }));
  }
  const verdictsOf = (into: Rig, gathered: (Gathering | null)[], past: Nearby[] = []) =>
    gathered.map((one) => (one === null ? NOBODY_NEAR : into.finder.novel(one, past, LONG_AGO)));
  const some = (count: number, similarity: number, weight = 1): Nearby[] =>
    Array.from({ length: count }, () => ({ similarity, weight }));

  it('ten that came where nothing was found a cluster of themselves', () => {
    const into = finder();
    const verdicts = verdictsOf(into, stream(into, 10));
    expect(verdicts.map(reasonOf)).toEqual([...Array<string>(9).fill('too-few-near'), 'newborn']);
    const last = verdicts.at(-1);
    if (last?.verdict !== 'newborn') throw new Error('no newborn');
    expect(last.newborn.founders).toHaveLength(10);
    expect(last.newborn.centroid[0]).toBeGreaterThan(0.95);
  });

  it('so do those of a wide topic, which lie further apart than outliers would be counted together', () => {
    const wide = () =>
      direction(
        0,
        Array.from({ length: 40 }, () => (random() - 0.5) * 0.55),
      );
    const [into, narrow] = [finder(), finder()];
    const gathered = stream(into, 12, wide);
    expect(verdictsOf(into, gathered).map(reasonOf)).toContain('newborn');
    const dense = stream(narrow, 12, wide).map((one) =>
      one === null ? NOBODY_NEAR : narrow.finder.dense(one),
    );
    expect(dense.map(reasonOf)).not.toContain('newborn');
  });

  it('where as many were before there is nothing new', () => {
    const into = finder();
    expect(verdictsOf(into, stream(into, 40), some(12, 0.99)).map(reasonOf)).not.toContain('newborn');
  });

  it('nor where as many were that say the very same, and rounding puts them a little further away', () => {
    const into = finder();
    const same = stream(into, 40, () => direction(0));
    expect(verdictsOf(into, same, some(12, 1 - 1e-8)).map(reasonOf)).not.toContain('newborn');
  });

  it('nor where one was that stands for many', () => {
    const into = finder();
    expect(verdictsOf(into, stream(into, 12), some(1, 0.99, 30)).map(reasonOf)).not.toContain('newborn');
  });

  it('what was further away than they are does not count', () => {
    const into = finder();
    expect(verdictsOf(into, stream(into, 10), some(12, 0.2)).map(reasonOf)).toContain('newborn');
  });

  it('when most of all came lately, ten are not enough to be sure', () => {
    const into = finder();
    const gathered = Array.from({ length: 10 }, (_, i) => {
      for (let n = 0; n < 6; n++) gather(into, { vector: direction(1 + ((6 * i + n) % 29)) });
      return gather(into);
    });
    const last = gathered.at(-1) ?? null;
    if (last === null) throw new Error('nobody near');
    expect(reasonOf(into.finder.novel(last, [], 5))).toBe('usual');
    expect(reasonOf(into.finder.novel(last, [], LONG_AGO))).toBe('newborn');
  });

  it('many of one account found nothing', () => {
    const into = finder();
    const gathered = Array.from({ length: 30 }, (_, i) => gather(into, { account: `u${i % 5}` }));
    expect(verdictsOf(into, gathered).map(reasonOf)).not.toContain('newborn');
  });

  it('around each of many that are looked at for the same reason they have to be less by chance', () => {
    const into = finder();
    const gathered = Array.from({ length: 10 }, (_, i) => {
      gather(into, { vector: direction(1 + i) });
      return gather(into);
    });
    const last = gathered.at(-1) ?? null;
    if (last === null) throw new Error('nobody near');
    expect(reasonOf(into.finder.novel(last, [], 76, 16))).toBe('usual');
    expect(reasonOf(into.finder.novel(last, [], 76, 1))).toBe('newborn');
  });

  it('those that founded one cluster found no second', () => {
    const into = finder();
    const gathered = stream(into, 14);
    expect(verdictsOf(into, gathered).filter(({ verdict }) => verdict === 'newborn')).toHaveLength(1);
  });
});

describe('when a topic began', () => {
  const verdictOf = {
    dense: (into: Rig, one: Gathering) => into.finder.dense(one),
    'against the past': (into: Rig, one: Gathering) => into.finder.novel(one, [], 2_000),
  };
  /** Of usual traffic, one a minute, at these minutes one of the topic instead; the newborn that is found first. */
  function bornOf(how: keyof typeof verdictOf, minutes: readonly number[]) {
    const into = finder();
    const [axes, usual] = [29, (minute: number) => direction(1 + (minute % axes))];
    for (let minute = 0; minute < 250; minute++) {
      const isTopic = minutes.includes(minute);
      const vector = isTopic ? near(0) : usual(minute);
      const gathering = gather(into, { vector, at: NOON + minute * MINUTE });
      if (!isTopic || gathering === null) continue;
      const verdict = verdictOf[how](into, gathering);
      if (verdict.verdict === 'newborn') return verdict.newborn;
    }
    throw new Error('no newborn');
  }
  const every = (count: number, from: number, step: number) =>
    Array.from({ length: count }, (_, i) => from + i * step);

  describe.each(['dense', 'against the past'] as const)('%s', (how) => {
    it('is when they began to come often, not when a few came before', () => {
      const { since, founders } = bornOf(how, [40, 90, 130, ...every(12, 180, 2)]);
      expect((since - NOON) / MINUTE).toBe(180);
      // The strays are needed, as seven are too few to found it.
      expect(founders).toHaveLength(10);
    });

    it('is when the first came of those that come steadily', () => {
      const { since } = bornOf(how, every(12, 180, 5));
      expect((since - NOON) / MINUTE).toBe(180);
    });

    it('without a change in how often they come it is when the first came', () => {
      const { since } = bornOf(how, every(14, 9, 17));
      expect((since - NOON) / MINUTE).toBe(9);
    });
  });
});
