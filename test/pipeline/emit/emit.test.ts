import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Coordination } from '../../../src/domain/coordination.ts';
import { DAY } from '../../../src/domain/ids.ts';
import { EmitRig, makeAlert, makeTick } from '../../support/emit-rig.ts';
import { makeCluster, makeParent, metric, NOON, TOPICS } from '../../support/pipeline-rig.ts';

const all = (rig: EmitRig) => rig.emit.view.clusters({ sort: 'size', limit: 100 });

describe('1 what is shown', () => {
  it('of a cluster above the thresholds is all, from its record and the ticks', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 3 }));
    rig.give(TOPICS.ticks, makeTick(1, { c1: 4 }));
    expect(all(rig)).toMatchObject([
      {
        id: 'c1',
        visibility: 'shown',
        name: 'Ask about c1',
        conversations: 100,
        accounts: 80,
        last_hour: 7,
        alert: null,
      },
    ]);
  });

  it('is the same when a minute is told twice', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')]);
    for (const tick of [makeTick(0, { c1: 3 }), makeTick(1, { c1: 4 }), makeTick(1, { c1: 4 })])
      rig.give(TOPICS.ticks, tick);
    expect(all(rig)[0]?.last_hour).toBe(7);
  });

  it('begins at both minimums, and not one below', async () => {
    const rig = await EmitRig.start();
    rig.generation([
      makeCluster('c1', { accounts: 8, conversations: 10 }),
      makeCluster('c2', { accounts: 7, conversations: 50 }),
      makeCluster('c3', { accounts: 9, conversations: 9 }),
      makeCluster('c4', { label: null }),
      makeCluster('c5', { label: { name: 'x', description: 'x', by: 'claude', audit: 2 } }),
      makeCluster('c6', { label: { name: 'x', description: 'x', by: 'claude', audit: null } }),
    ]);
    const seen = Object.fromEntries(all(rig).map(({ id, visibility }) => [id, visibility]));
    expect(seen).toEqual({
      c1: 'shown',
      c2: 'pending',
      c3: 'pending',
      c4: 'pending',
      c5: 'hidden',
      c6: 'hidden',
    });
  });

  it('has the names a cluster was shown by, the present one last', async () => {
    const rig = await EmitRig.start();
    const names = [{ name: 'Ask about tulips', from: NOON - DAY }];
    rig.generation([
      makeCluster('c1', { names, naming: { at: NOON, conversations: 100, kept: 1 } }),
      makeCluster('c2', { names, accounts: 7 }),
      makeCluster('c3', { names, label: null }),
    ]);
    const namesOf = (id: string) => rig.emit.view.cluster(id)?.names;
    expect(namesOf('c1')).toEqual([...names, { name: 'Ask about c1', from: NOON }]);
    expect([namesOf('c2'), namesOf('c3')]).toEqual([[], []]);
  });

  it('ends when the cluster is gone', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1'), makeCluster('c2')]);
    rig.beat();
    rig.generation([makeCluster('c2', { generation: 2 })], { generation: 2, full: 2 });
    const removed: string[] = [];
    rig.emit.view.subscribe('clusters', (event) => removed.push(...event.removed));
    rig.beat();
    expect(all(rig).map(({ id }) => id)).toEqual(['c2']);
    expect(rig.emit.view.cluster('c1')).toBeNull();
    expect(removed).toEqual(['c1']);
  });

  it('is told of all clusters once, however many change at once, and of no beat meanwhile', async () => {
    const rig = await EmitRig.start();
    const ids = Array.from({ length: 350 }, (_, i) => `c${i}`);
    rig.generation(ids.map((id) => makeCluster(id)));
    const told: string[][] = [];
    rig.emit.view.subscribe('clusters', ({ clusters }) => told.push(clusters.map(({ id }) => id)));
    rig.beat();
    rig.beat();
    expect(told).toEqual([]);
    await expect.poll(() => told).toEqual([ids]);
    rig.beat();
    expect(told).toHaveLength(1);
  });
});

describe('2 alerts', () => {
  it('are told in their room with the name of their cluster', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')]);
    const heard: (string | null)[] = [];
    rig.emit.view.subscribe('alerts', ({ alert }) => heard.push(alert.name));
    rig.give(TOPICS.alerts, makeAlert('a1'));
    rig.give(TOPICS.alerts, makeAlert('a1'));
    expect(heard).toEqual(['Ask about c1']);
    expect(all(rig)[0]?.alert).toBe('firing');
    expect(rig.emit.view.alert('a1')?.console_url).toBe('https://watch.example/#/clusters/c1');
  });

  it('about a cluster that may not be shown are told again once it may, and once it may no longer', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { label: null })]);
    const heard: (string | null)[] = [];
    rig.emit.view.subscribe('alerts', ({ alert }) => heard.push(alert.name));
    rig.give(TOPICS.alerts, makeAlert('a1'));
    rig.generation([makeCluster('c1', { generation: 2 })], { generation: 2, type: 'patch' });
    expect(heard).toEqual([null, 'Ask about c1']);
    const hidden = { name: 'Ask about c1', description: 'x', by: 'claude' as const, audit: 1 };
    rig.generation([makeCluster('c1', { generation: 3, label: hidden })], { generation: 3, type: 'patch' });
    expect(heard.at(-1)).toBeNull();
  });

  it('are acknowledged by those who may, and an unknown one is not', async () => {
    const rig = await EmitRig.start();
    rig.give(TOPICS.alerts, makeAlert('a1'));
    expect(await rig.emit.operations.acknowledge('a9', 'ann', undefined)).toBe(false);
    expect(await rig.emit.operations.acknowledge('a1', 'ann', 'looking')).toBe(true);
    expect(rig.emit.view.alert('a1')?.acknowledged).toMatchObject({ by: 'ann', note: 'looking' });
  });

  it('are waited for by delivery until they are in the view, also those the view has let go of', async () => {
    const rig = await EmitRig.start();
    const order: string[] = [];
    const waiting = rig.emit.seen(1).then(() => order.push('seen'));
    rig.give(TOPICS.alerts, makeAlert('a0', { state: 'resolved' }));
    await Promise.resolve();
    order.push('first');
    rig.give(TOPICS.alerts, makeAlert('a1', { state: 'resolved' }));
    await waiting;
    expect(order).toEqual(['first', 'seen']);
    for (let i = 2; i < 2_100; i++) rig.give(TOPICS.alerts, makeAlert(`a${i}`, { state: 'resolved' }));
    expect(rig.emit.view.alert('a0')).toBeNull();
    await rig.emit.seen(0);
  });
});

describe('3 the aggregate plane', () => {
  /** Numbers that stand nowhere else. */
  const small = fc.record({
    accounts: fc.integer({ min: 1, max: 7 }),
    conversations: fc.integer({ min: 10_001, max: 99_999 }).filter((n) => n % 10 !== 0),
    kind: fc.constantFrom('small' as const, 'unnamed' as const, 'hidden' as const),
  });

  it('holds nothing of a cluster that may not be shown but its id and a rounded size', async () => {
    await fc.assert(
      fc.asyncProperty(small, async ({ accounts, conversations, kind }) => {
        const rig = await EmitRig.start();
        const label = {
          name: 'PLANTED NAME',
          description: 'PLANTED WORDS',
          by: 'claude' as const,
          audit: kind === 'hidden' ? 1 : 5,
        };
        const record = makeCluster('c2', {
          accounts: kind === 'small' ? accounts : 80,
          conversations,
          label: kind === 'unnamed' ? null : label,
          concern: 4.4321,
          mean_similarity: 0.7654321,
          languages: { xx: 0.98765 },
          surfaces: { 'planted-surface': 1 },
          flags: { 'planted-flag': 1 },
          names: [{ name: 'PLANTED EARLIER', from: NOON }],
        });
        const parents = [
          makeParent('h1', ['c1', 'c2'], { name: 'PLANTED PARENT', description: 'PLANTED', audit: 1 }),
        ];
        const relations = [{ kind: 'split' as const, id: 'c2', from: [{ id: 'c1', share: 1 / 7 }] }];
        const heard: unknown[] = [];
        for (const room of ['alerts', 'clusters', 'pulse'] as const)
          rig.emit.view.subscribe(room, (event) => heard.push(event));
        rig.generation([makeCluster('c1'), record], { parents, relations });
        rig.give(TOPICS.ticks, makeTick(0, { c1: 1, c2: 33 }));
        rig.give(
          TOPICS.alerts,
          makeAlert('a1', {
            cluster: 'c2',
            observed: 33,
            expected: 7.77131,
            ratio: 33 / 7.77131,
            ratio_low: 3.3377,
            accounts: 31,
            conversations: 39,
            score: 15.4321,
            shifted: [
              { facet: 'planted', value: 'planted', share: 1, before: 0, ratio: null, low: 9, high: null },
            ],
          }),
        );
        rig.beat();
        const { view } = rig.emit;
        const shown = {
          clusters: view.clusters({ sort: 'growth', limit: 10 }).filter(({ id }) => id === 'c2'),
          detail: view.cluster('c2'),
          alerts: view.alerts({ limit: 10 }),
          heard,
          hierarchy: view.hierarchy(),
          generations: view.generations(5),
          found: view.clusters({ sort: 'size', limit: 10, search: 'planted' }),
        };
        const text = JSON.stringify(shown);
        expect(shown.found).toEqual([]);
        expect(text).not.toMatch(/planted/i);
        for (const exact of [
          conversations,
          4.4321,
          0.7654321,
          0.98765,
          1 / 7,
          7.77131,
          33 / 7.77131,
          3.3377,
          15.4321,
        ]) {
          expect(text).not.toContain(String(exact));
        }
        expect(shown.alerts[0]).toMatchObject({ observed: 30, accounts: 30, conversations: 40, windows: [] });
        expect(shown.detail).toMatchObject({
          neighbours: [],
          lineage: [],
          timeline: [],
          names: [],
          sparkline: [],
        });
        const { body } = await rig.telemetry.exposition();
        expect(body).not.toMatch(/planted/i);
        // Of ours: a process's own seconds and bytes hold any five digits by chance.
        const ours = body.split('\n').filter((line) => line.startsWith('cliowatch_'));
        expect(ours.join('\n')).not.toContain(String(conversations));
      }),
      { numRuns: 25 },
    );
  });

  it('tells of a cluster near the thresholds nothing finer than half of them', async () => {
    const rig = await EmitRig.start(true);
    const tell = (conversations: number, accounts: number, french: number) => {
      rig.generation([
        makeCluster('c1', {
          conversations,
          accounts,
          concern: 1 + 4 / conversations,
          languages: { fr: french / conversations },
        }),
      ]);
      rig.beat();
      const { view } = rig.emit;
      const { name: _, ...detail } = view.cluster('c1') ?? { name: null };
      return JSON.stringify([detail, view.hierarchy(), view.classifierCheck(null)]);
    };
    const before = tell(31, 21, 16);
    expect(JSON.parse(before)[0]).toMatchObject({
      conversations: 30,
      accounts: 20,
      languages: [{ value: 'fr' }],
    });
    expect(rig.emit.view.safety.cluster('c1')).toMatchObject({ conversations: 31, accounts: 21 });
    const { body } = await rig.telemetry.exposition();
    expect(body).toMatch(/cliowatch_cluster_conversations\{[^}]*"c1"[^}]*\} 30\n/);
    const after = JSON.parse(tell(32, 22, 17))[0];
    expect(after).toMatchObject({ conversations: 30 });
  });
});

describe('4 the safety plane', () => {
  it('shows every cluster whole', async () => {
    const rig = await EmitRig.start(true);
    rig.generation([makeCluster('c1'), makeCluster('c2', { accounts: 2, conversations: 13 })]);
    expect(rig.emit.view.safety.cluster('c2')).toMatchObject({
      name: 'Ask about c2',
      conversations: 13,
      accounts: 2,
      neighbours: [{ id: 'c1' }],
    });
    expect(rig.emit.view.cluster('c2')?.name).toBeNull();
  });
});

describe('5 metrics', () => {
  it('have series for the largest clusters, and for all that alert or were born within a day', async () => {
    const rig = await EmitRig.start();
    const sizes = { c1: 500, c2: 400, c3: 300, c4: 200, c5: 100 };
    rig.generation(
      Object.entries(sizes).map(([id, conversations]) =>
        makeCluster(id, { conversations, born_at: id === 'c5' ? NOON : NOON - 2 * DAY }),
      ),
    );
    rig.give(TOPICS.ticks, makeTick(0, { c1: 1 }));
    rig.give(TOPICS.alerts, makeAlert('a1', { cluster: 'c4' }));
    rig.beat();
    const { body } = await rig.telemetry.exposition();
    const series = body.split('\n').filter((line) => line.startsWith('cliowatch_cluster_conversations{'));
    expect(series.map((line) => /cluster="(\w+)"/.exec(line)?.[1]).sort()).toEqual(['c1', 'c2', 'c4', 'c5']);
  });

  it('say that a newborn is one, whatever its alert', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { origin: 'newborn' }), makeCluster('c2')]);
    rig.give(TOPICS.ticks, makeTick(0, { c1: 1 }));
    rig.give(TOPICS.alerts, makeAlert('a1', { cluster: 'c1' }));
    rig.beat();
    const of = (cluster: string) => metric(rig.telemetry, 'cliowatch_cluster_newborn', { cluster });
    expect([await of('c1'), await of('c2')]).toEqual([1, 0]);
    expect(await metric(rig.telemetry, 'cliowatch_cluster_alert_state', { cluster: 'c1' })).toBe(2);
  });

  it('of a cluster that may not be shown are as rounded as an alert about it', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { accounts: 3 })]);
    rig.give(
      TOPICS.ticks,
      makeTick(0, { c1: 4 }, { ratio_low: [3.7], score: [12.3456], expected60: [0.77] }),
    );
    rig.beat();
    const { body } = await rig.telemetry.exposition();
    expect(body).not.toMatch(/cliowatch_cluster_(growth_score|hourly_accounts_expected)\{/);
    expect(await metric(rig.telemetry, 'cliowatch_cluster_growth_ratio_lower_bound')).toBe(3);
  });
});

describe('6 the pulse', () => {
  it('says what the ticks say, and how old the generation is', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')], { event_time: NOON - 60_000 });
    rig.give(TOPICS.ticks, makeTick(0, { c1: 5 }, { outliers: 1 }));
    rig.beat();
    expect(rig.emit.view.pulse()).toMatchObject({
      now: NOON + 60_000,
      per_hour: 5,
      outlier_rate: 0.2,
      generation: 1,
      generation_age_seconds: 120,
      clusters: 1,
      ready: true,
    });
  });
});

describe('4 facets of a cluster', () => {
  const overall = {
    accounts: 8_000,
    concern: 1.2,
    concern_sd: 0.5,
    flagged: 0.05,
    languages: { en: 0.9, de: 0.05 },
    surfaces: {},
    flags: { spam: 0.05 },
    values: {},
  };

  it('are told with how much more often they are found in it than everywhere', async () => {
    const rig = await EmitRig.start();
    const german = makeCluster('c1', { languages: { de: 0.5, en: 0.5, fr: 0.1 } });
    rig.generation([german], { overall });
    const [de, en, fr] = rig.emit.view.cluster('c1')?.languages ?? [];
    expect(de).toMatchObject({ value: 'de', share: 0.5, lift: { lift: 10 } });
    expect(de?.lift?.low).toBeGreaterThan(6);
    expect(en?.lift?.high).toBeLessThan(1);
    expect(fr).toEqual({ value: 'fr', share: 0.1, lift: null });
  });

  it('stand alone where those of all are not known', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1')]);
    expect(rig.emit.view.cluster('c1')?.languages).toEqual([{ value: 'en', share: 1, lift: null }]);
  });

  it('tell how frequent a value is in every cluster that is shown, and which values there are', async () => {
    const rig = await EmitRig.start();
    const clusters = [
      makeCluster('c1', { languages: { en: 0.7, de: 0.3 } }),
      makeCluster('c2', { languages: { de: 1 }, label: null }),
      makeCluster('c3', { languages: { en: 1 } }),
    ];
    rig.generation(clusters, { overall });
    const asked = { facet: 'languages', value: 'de' } as const;
    expect(rig.emit.view.facetShares(asked)).toEqual({
      asked,
      values: [
        { facet: 'languages', value: 'en', share: 0.9 },
        { facet: 'languages', value: 'de', share: 0.05 },
        { facet: 'flags', value: 'spam', share: 0.05 },
      ],
      clusters: [
        { id: 'c1', share: 0.3 },
        { id: 'c3', share: 0 },
      ],
    });
    expect(rig.emit.view.facetShares(null).clusters).toEqual([]);
    // What every object has is no facet, and no value.
    for (const odd of [
      { facet: 'constructor', value: 'name' },
      { facet: 'languages', value: 'constructor' },
    ])
      expect(rig.emit.view.facetShares(odd).clusters.map(({ share }) => share)).toEqual([0, 0]);
    expect(rig.emit.view.classifierCheck('constructor').r).toBeNull();
  });

  it('say where a classifier and concern disagree, of clusters that are shown, and in metrics', async () => {
    const rig = await EmitRig.start();
    const agreeing = Array.from({ length: 12 }, (_, i) =>
      makeCluster(`c${i + 1}`, { accounts: 900, concern: 1 + i / 6, concern_sd: 0.5, flagged: i / 30 }),
    );
    const silent = { accounts: 900, concern: 4.5, concern_sd: 0.5, flagged: 0, flags: { spam: 0.4 } };
    const missed = makeCluster('cz', silent);
    const masked = makeCluster('cy', { ...silent, label: null });
    rig.generation([...agreeing, missed, masked], { overall });
    const found = rig.emit.view.classifierCheck(null);
    expect(found).toMatchObject({ flag: null, flags: ['spam'], clusters: 13, over_flagged: [] });
    expect(found.missed).toMatchObject([{ id: 'cz', name: 'Ask about cz', concern: 4.5, flag_rate: null }]);
    const spam = rig.emit.view.classifierCheck('spam');
    expect(spam.flag).toBe('spam');
    expect(spam.missed.map(({ id }) => id)).not.toContain('cz');
    const { body } = await rig.telemetry.exposition();
    expect(body).toMatch(/cliowatch_classifier_divergent_clusters\{space="[^"]+",flag="",kind="missed"\} 1/);
    expect(body).toMatch(
      /cliowatch_classifier_divergent_clusters\{space="[^"]+",flag="spam",kind="missed"\} 0/,
    );
    expect(body).toMatch(/cliowatch_classifier_concern_correlation\{space="[^"]+",flag=""\} 0\.\d/);
    // A flag that nobody carries any more is told no more.
    rig.generation([...agreeing, missed], { overall: null, generation: 2, full: 2 });
    expect((await rig.telemetry.exposition()).body).not.toContain('flag="spam"');
  });
});

describe('flags of few', () => {
  const size = { accounts: 60, conversations: 60, basis: { conversations: 60, units: 60 }, concern_sd: 0.5 };
  const checked = async (clusters: readonly (readonly [rate: number, concern: number])[]) => {
    const rig = await EmitRig.start();
    rig.generation(
      clusters.map(([rate, concern], i) => {
        // Below a sixth it is fewer than ten conversations.
        const told = rate >= 1 / 6 ? { flagged: rate, flags: { spam: rate } } : { flagged: 0, flags: {} };
        const classified = { any: rate, by: { spam: rate } };
        return makeCluster(`c${i + 1}`, { ...size, concern, ...told, classified });
      }),
    );
    return rig.emit.view;
  };
  const following = (rate: number) => [rate, 1 + 4 * rate] as const;
  const many = Array.from({ length: 40 }, (_, i) => following(i / 40));

  it('are compared exactly in the safety plane', async () => {
    const view = await checked(Array.from({ length: 90 }, (_, i) => following((i % 10) / 60)));
    for (const flag of [null, 'spam'])
      expect(view.safety.classifierCheck(flag)).toMatchObject({ r: expect.closeTo(1, 6), missed: [] });
    expect(view.classifierCheck(null)).toMatchObject({ r: null, missed: [], over_flagged: [] });
  });

  it('are no rate of none: a small cluster with some flagged is not likely missed', async () => {
    const view = await checked([...many, [0.15, 1.6]]);
    for (const flag of [null, 'spam']) {
      const { r, missed, over_flagged } = view.classifierCheck(flag);
      expect(r).toBeGreaterThan(0.9);
      expect([missed, over_flagged]).toEqual([[], []]);
    }
  });

  it('are told apart from none by nothing', async () => {
    const told = async (rate: number) =>
      (await checked([...many, [rate, 1], [rate, 4.9]])).classifierCheck('spam');
    const few = await told(0.15);
    expect(few).toEqual(await told(0));
    expect(few.missed).toMatchObject([{ id: 'c42', flag_rate: null }]);
  });
});

describe('coordination of clusters', () => {
  const parts = (top1: number): Coordination['parts'] => [
    { part: 'conversations_per_account', value: 1.2345, usual: 1.0456, contribution: 0 },
    { part: 'top1_share', value: top1, usual: 0.0123, contribution: 0.5123 },
    { part: 'gini', value: 0.5678, usual: null, contribution: 0.1012 },
  ];
  const coordination = (change: Partial<Coordination> = {}): Coordination => ({
    score: 0.6135,
    signature: 'few-accounts-much-traffic',
    conversations: 100,
    accounts: 80,
    parts: parts(0.3333),
    ...change,
  });

  it('is told in coarse steps in the aggregate plane, and exactly in the safety plane', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { coordination: coordination() })]);
    expect(rig.emit.view.cluster('c1')?.coordination).toEqual({
      score: 0.6,
      signature: 'few-accounts-much-traffic',
      parts: [
        // 100 of 80, as the counts that are told say.
        { part: 'conversations_per_account', value: 1.3, usual: 1, contribution: 0 },
        // The busiest 1% of 80 accounts is one person.
        { part: 'top1_share', value: 0.3, usual: 0, contribution: 0.5 },
        { part: 'gini', value: 0.55, usual: null, contribution: 0.1 },
      ],
    });
    expect(rig.emit.view.safety.cluster('c1')?.coordination).toMatchObject({
      score: 0.6135,
      parts: parts(0.3333),
    });
  });

  it('is finer where the busiest 1% are as many accounts as a cluster must have', async () => {
    const rig = await EmitRig.start();
    rig.generation([makeCluster('c1', { coordination: coordination({ accounts: 701 }) })]);
    expect(rig.emit.view.cluster('c1')?.coordination?.parts[1]?.value).toBe(0.35);
  });

  it('near the thresholds is as coarse as every other figure, and its signature says no more than its score', async () => {
    const rig = await EmitRig.start();
    const few = coordination({ score: 0.6, accounts: 8, conversations: 11, parts: parts(0.36) });
    rig.generation([makeCluster('c1', { coordination: few, accounts: 8, conversations: 11 })]);
    expect(rig.emit.view.coordination(1)).toEqual([
      {
        id: 'c1',
        name: 'Ask about c1',
        // In steps of half of 8 and of 10, and shares in halves: of four and of five members.
        accounts: 8,
        conversations: 10,
        score: 0.5,
        signature: null,
        parts: [
          { part: 'conversations_per_account', value: 1.3, usual: 1, contribution: 0 },
          { part: 'top1_share', value: 0.5, usual: 0, contribution: 0.5 },
          { part: 'gini', value: 0.5, usual: null, contribution: 0 },
        ],
      },
    ]);
    expect(rig.emit.view.safety.coordination(1)).toMatchObject([few]);
  });

  it('is listed of clusters that are shown, the highest first, and in metrics', async () => {
    const rig = await EmitRig.start();
    rig.generation([
      makeCluster('c1', { coordination: coordination({ score: 0.2, signature: null }) }),
      makeCluster('c2', { coordination: coordination({ score: 0.9 }) }),
      makeCluster('c3', { coordination: coordination({ score: 1 }), label: null }),
      makeCluster('c4', { coordination: coordination({ score: 1 }), accounts: 7 }),
      makeCluster('c5'),
      makeCluster('c6', { coordination: coordination({ score: 1, accounts: 7 }) }),
    ]);
    expect(rig.emit.view.coordination(10).map(({ id, name, score }) => [id, name, score])).toEqual([
      ['c2', 'Ask about c2', 0.9],
      ['c1', 'Ask about c1', 0.2],
    ]);
    expect(rig.emit.view.coordination(1)).toHaveLength(1);
    expect(rig.emit.view.safety.coordination(10).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['c1', 'c2', 'c3', 'c4', 'c6']),
    );
    for (const id of ['c3', 'c4', 'c5', 'c6']) expect(rig.emit.view.cluster(id)?.coordination).toBeNull();
    rig.beat();
    const { body } = await rig.telemetry.exposition();
    const told = body.split('\n').filter((line) => line.startsWith('cliowatch_cluster_coordination_score{'));
    expect(told.map((line) => line.replace(/.*cluster="(\w+)".* /, '$1 ')).sort()).toEqual([
      'c1 0.2',
      'c2 0.9',
    ]);
  });
});
