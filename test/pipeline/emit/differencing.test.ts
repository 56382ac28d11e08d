/**
 * Two watches whose patterns differ in a name, and one conversation that bears it: what the aggregate plane tells of both is the same, or
 * whoever may set watches could ask of anybody whether, when and what about they talk.
 */
import { expect, it } from 'vitest';
import type { ClusterRecord, Manifest } from '../../../src/domain/generation.ts';
import { spaceId } from '../../../src/domain/ids.ts';
import { watchSchema } from '../../../src/domain/watch.ts';
import { createWatchBook } from '../../../src/pipeline/watches.ts';
import { EmitRig, makeAlert, makeTick } from '../../support/emit-rig.ts';
import { makeCluster, NOON, TOPICS } from '../../support/pipeline-rig.ts';

const watch = (pattern: string) => watchSchema.parse({ title: 'Mortgages', match: { pattern } });
const share = (of: number, n: number) => Math.round((of / n) * 1e4) / 1e4;

/** Of `n` conversations, `more` of which are by whom the other watch lets through. */
function clusterOf(id: string, n: number, more: number): ClusterRecord {
  return makeCluster('c1', {
    id: `${id}:c1`,
    space: spaceId(id, 'request'),
    label: { name: 'Ask about a mortgage', description: 'Users asked about it.', by: 'offline', audit: 5 },
    conversations: n + more,
    accounts: n - 111 + more,
    mean_similarity: 0.8 - more * 0.0004,
    concern: (n * 1.19 + more * 3) / (n + more),
    languages: { en: share(151, n + more), de: share(30 + more, n + more) },
    surfaces: { web: share(101, n + more) },
    values: { tools: { web_search: share(31 + more, n + more) } },
    basis: { conversations: n + more, units: n - 111 + more },
  });
}

async function toldOf(id: string, more: number): Promise<string> {
  const rig = await EmitRig.start(
    false,
    createWatchBook({ a: watch('mortgage'), b: watch('mortgage|jane doe') }, ['request']),
  );
  const heard: unknown[] = [];
  for (const room of ['alerts', 'clusters'] as const)
    rig.emit.view.subscribe(room, (event) => heard.push(event));
  const space = spaceId(id, 'request');
  const cluster = clusterOf(id, 211, more);
  const { languages, surfaces, flags, values, concern, concern_sd, flagged, basis } = cluster;
  const profile = { languages, surfaces, flags, values, concern, concern_sd, flagged };
  const overall: Manifest['overall'] = { ...profile, accounts: 100 + more };
  if (basis !== undefined) overall.basis = basis;
  // And one of her own, of few accounts.
  const own = makeCluster('c2', { id: `${id}:c2`, space, accounts: 1, conversations: 40, label: null });
  rig.generation(more === 0 ? [cluster] : [cluster, own], {
    space,
    samples: 211 + more,
    overall,
    relations: more === 0 ? [] : [{ kind: 'born', id: `${id}:c2`, from: [] }],
  });
  for (let minute = 0; minute < 90; minute++) {
    const n = minute < 40 ? 1 : 0;
    const extra = minute === 33 ? more : 0;
    const counts = { [`${id}:c1`]: n + extra, ...(extra === 0 ? {} : { [`${id}:c2`]: 1 }) };
    rig.give(TOPICS.ticks, makeTick(minute, {}));
    rig.give(TOPICS.ticks, {
      ...makeTick(minute, counts),
      space,
      ratio_low: Object.keys(counts).map(() => 1.12 + extra / 100),
    });
  }
  rig.give(TOPICS.rollups, {
    space,
    hour: NOON,
    total: 41 + more,
    outliers: 0,
    cluster: [`${id}:c1`, ...(more === 0 ? [] : [`${id}:c2`])],
    n: [41 + more, ...(more === 0 ? [] : [5])],
    a: [32 + more, ...(more === 0 ? [] : [1])],
    expected: [9.31 + more / 100, ...(more === 0 ? [] : [1])],
  });
  rig.give(
    TOPICS.alerts,
    makeAlert('a1', {
      space,
      cluster: `${id}:c1`,
      observed: 32 + more,
      accounts: 40 + more,
      conversations: 46 + more,
      expected: 9.31 + more / 100,
      ratio: (32 + more) / (9.31 + more / 100),
      ratio_low: 2.71 + more / 100,
      score: 17.2 + more / 10,
      top_account_share: (5 + more) / (46 + more),
      conversations_per_account: (46 + more) / (40 + more),
      same_wording: 0.02 + more / 1_000,
      reason: `above-threshold: ${33 + more} new accounts`,
      shifted: [
        {
          facet: 'language',
          value: 'de',
          share: 12 / (40 + more),
          before: 0.1,
          ratio: 2.93 - more / 100,
          low: 1.41 - more / 1_000,
          high: 6.21,
        },
      ],
    }),
  );
  if (more > 0)
    rig.give(
      TOPICS.alerts,
      makeAlert('a2', { space, cluster: `${id}:c2`, state: 'pending', fired_at: null }),
    );
  rig.beat();
  const { view } = rig.emit;
  const ofSpace = { space, sort: 'size', limit: 100 } as const;
  const told = {
    heard,
    clusters: view.clusters(ofSpace),
    details: view.clusters(ofSpace).map((one) => view.cluster(one.id)),
    own: view.cluster(`${id}:c2`),
    alerts: view.alerts({ limit: 10 }),
    one: view.alert('a2'),
    generations: view.generations(10),
    spaces: view.spaces().filter((one) => one.watch === id),
    report: { ...view.watchReport(id), watch: null },
    coordination: view.coordination(10, space),
    shares: view.facetShares({ facet: 'language', value: 'de' }, space),
    check: view.classifierCheck(null, space),
    hierarchy: view.hierarchy(space),
    lineage: view.lineage(10, space),
    metrics: (await rig.telemetry.exposition()).body
      .split('\n')
      .filter((line) => line.startsWith('cliowatch_') && line.includes(`space="${space}"`)),
  };
  return JSON.stringify(told, (key, value: unknown) => (key === 'seq' ? 0 : value), 1)
    .replaceAll(`"${id}"`, '"x"')
    .replaceAll(`${id}:c`, 'x:c')
    .replaceAll(space, 'x/request');
}

it('are told alike', async () => {
  const one = await toldOf('a', 0);
  expect(one).toContain('Ask about a mortgage');
  expect(await toldOf('b', 1)).toBe(one);
});

it('a watch of few is told of by nothing but that it is there', async () => {
  const rig = await EmitRig.start(false, createWatchBook({ a: watch('jane doe') }, ['request']));
  const space = spaceId('a', 'request');
  rig.generation([makeCluster('c1', { id: 'a:c1', space, accounts: 1, conversations: 400, label: null })], {
    space,
    samples: 400,
  });
  for (let minute = 0; minute < 90; minute++)
    rig.give(TOPICS.ticks, { ...makeTick(minute, { 'a:c1': 2 }), space });
  rig.beat();
  const { view } = rig.emit;
  expect(view.clusters({ space, sort: 'size', limit: 10 })).toEqual([]);
  expect(view.cluster('a:c1')).toBeNull();
  expect(view.generations(10)).toEqual([]);
  expect(view.spaces()).toMatchObject([{}, { id: space, clusters: 0, generation: 0 }]);
  expect(view.watchReport('a')).toMatchObject({ conversations: null, hours: [], clusters: [], alerts: [] });
  expect(rig.emit.view.safety.clusters({ space, sort: 'size', limit: 10 })).toMatchObject([
    { conversations: 400 },
  ]);
});
