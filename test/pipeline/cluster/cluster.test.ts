import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { type ClusterRecord, manifestSchema } from '../../../src/domain/generation.ts';
import { decodeVector, dot, encodeVector } from '../../../src/domain/vector.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { direction, HOUR, NOON, ofTopic, parsed, TOPICS } from '../../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

/** The cluster whose centroid lies at a topic. */
function of(rig: ClusterRig, topic: number): ClusterRecord {
  const clusters = rig.current?.clusters ?? [];
  const near = clusters.find(({ centroid }) => dot(decodeVector(centroid), direction(topic * 9)) > 0.9);
  if (near === undefined) throw new Error(`no cluster for topic ${topic}`);
  return near;
}

/** A rig with five topics of 50 samples, clustered for the first time; their past is long enough to know what is new. */
async function fiveTopics(change: ConstructorParameters<typeof ClusterRig>[1] = {}): Promise<ClusterRig> {
  const rig = new ClusterRig(clusterer, change);
  const first = rig.sample(0, { at: NOON - 30 * HOUR });
  await rig.push([first, ...[0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 50)).slice(0, 248)]);
  return rig;
}

describe('1 the first generation', () => {
  it('is made once there are enough samples', async () => {
    const rig = new ClusterRig(clusterer);
    expect(await rig.push(rig.samples(0, 199))).toEqual([]);
    await rig.push(rig.samples(1, 1));
    expect(rig.current?.manifest).toMatchObject({ generation: 1, type: 'full', full: 1, samples: 200 });
  });

  it('has a cluster a topic, each with its members, its figures and a name', async () => {
    const rig = await fiveTopics();
    expect(rig.current?.clusters).toHaveLength(5);
    const garden = of(rig, 0);
    expect(garden).toMatchObject({ origin: 'rebuild', languages: { en: 1 }, concern: 1 });
    expect(garden.conversations).toBeGreaterThan(40);
    expect(garden.accounts).toBe(garden.conversations);
    expect(garden.label?.name.toLowerCase()).toContain('garden roses');
    expect(new Set(rig.current?.manifest.relations.map(({ kind }) => kind))).toEqual(new Set(['born']));
  });

  it('brings the history of the window in chunks, for the panel only', async () => {
    const rig = new ClusterRig(clusterer);
    const out = await rig.push([...rig.samples(0, 150), ...rig.samples(1, 50, { panel: false })]);
    const chunks = ofTopic(out, TOPICS.generations).map((record) => parsed(record));
    const backcast = chunks.filter(({ kind }) => kind === 'backcast');
    expect(backcast).toHaveLength(rig.current?.manifest.backcast_chunks ?? -1);
    expect(backcast.flatMap(({ account }) => account)).toHaveLength(150);
  });

  it('names no cluster of too few accounts, however many its conversations', async () => {
    const rig = new ClusterRig(clusterer);
    const few = rig.samples(0, 60).map((sample, i) => ({ ...sample, account: `few${i % 7}` }));
    await rig.push([...few, ...rig.samples(1, 70), ...rig.samples(2, 70)]);
    expect(of(rig, 0)).toMatchObject({ accounts: 7, label: null });
    expect(of(rig, 1).label).not.toBeNull();
  });

  it('is the same for the same samples', async () => {
    const [one, two] = [await fiveTopics(), await fiveTopics()];
    expect(two.log.published).toEqual(one.log.published);
  });
});

describe('2 the next generation', () => {
  it('of unchanged topics keeps every id and name', async () => {
    const rig = await fiveTopics();
    const before = new Map([0, 1, 2, 3, 4].map((topic) => [topic, of(rig, topic)]));
    await rig.push(
      [0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 55, { cluster: before.get(topic)?.id ?? null })),
    );
    expect(rig.current?.manifest).toMatchObject({ generation: 2, type: 'full' });
    for (const [topic, { id, born_at, label }] of before) {
      expect(of(rig, topic)).toMatchObject({ id, born_at });
      if (label !== null)
        expect(of(rig, topic).label?.name.toLowerCase()).toContain(label.name.split(' ').at(-1));
    }
    expect(new Set(rig.current?.manifest.relations.map(({ kind }) => kind))).toEqual(new Set(['continues']));
  });

  it('buries a topic that has left the window, and never gives its id away', async () => {
    const rig = await fiveTopics({ windowMs: 20 * HOUR });
    const dead = of(rig, 0).id;
    const later = [1, 2, 3, 5].flatMap((topic) =>
      rig.samples(topic, 62, { at: NOON + 25 * HOUR, cluster: topic === 5 ? null : of(rig, topic).id }),
    );
    await rig.push(later);
    await rig.push([rig.sample(1, { at: NOON + 50 * HOUR })]);
    const ids = rig.current?.manifest.clusters ?? [];
    expect(ids).not.toContain(dead);
    const told = ofTopic(rig.log.published, TOPICS.generations).filter(({ value }) => value !== null);
    const relations = told.flatMap(
      (record) => manifestSchema.safeParse(parsed(record)).data?.relations ?? [],
    );
    expect(relations.filter(({ id }) => id === dead).map(({ kind }) => kind)).toEqual(['born', 'died']);
    expect(of(rig, 5).id).not.toBe(dead);
    const tombstones = ofTopic(rig.log.published, TOPICS.generations).filter(({ value }) => value === null);
    expect(tombstones.map(({ key }) => key)).toContain(`all/request/cluster/${dead}`);
  });
});

describe('3 newborns', () => {
  it('are published as a patch that moves no other cluster', async () => {
    const rig = await fiveTopics();
    const before = rig.current?.clusters ?? [];
    await rig.push(rig.samples(6, 12));
    expect(rig.current?.manifest).toMatchObject({ generation: 2, type: 'patch', full: 1 });
    expect(rig.current?.clusters.slice(0, -1)).toEqual(before);
    expect(of(rig, 6)).toMatchObject({ origin: 'newborn', generation: 2 });
    expect(rig.current?.manifest.relations).toEqual([{ kind: 'born', id: of(rig, 6).id, from: [] }]);
  });

  it('that many talk of at once are one cluster, not several', async () => {
    const rig = await fiveTopics();
    await rig.push(rig.samples(6, 120));
    expect(rig.current?.clusters).toHaveLength(6);
    await rig.push(rig.samples(6, 40, { generation: 1 }));
    expect(rig.current?.clusters).toHaveLength(6);
  });

  it('say when they are more of the topic of another, and only then', async () => {
    const rig = await fiveTopics();
    await rig.push(rig.samples(6, 12));
    const first = of(rig, 6).id;
    // A wave that is wider than one radius: its other wing lies beyond it, though near.
    const wing = encodeVector(direction(54, [1]));
    await rig.push(rig.samples(6, 14, { vector: wing }));
    const second = rig.current?.manifest.clusters.at(-1) ?? '';
    expect(second).not.toBe(first);
    expect(rig.current?.manifest.relations).toMatchObject([
      { kind: 'born', id: second, from: [{ id: first }] },
    ]);
    await rig.push(rig.samples(7, 12, { vector: encodeVector(direction(5)) }));
    expect(rig.current?.manifest.relations).toMatchObject([{ kind: 'born', from: [] }]);
  });

  it('below the thresholds have no name until they are above', async () => {
    const rig = await fiveTopics({ thresholds: { minAccounts: 8, minConversations: 16, minAudit: 3 } });
    await rig.push(rig.samples(6, 12));
    const { id } = of(rig, 6);
    expect(of(rig, 6).label).toBeNull();
    await rig.push(rig.samples(6, 8, { cluster: id, at: NOON + HOUR }));
    expect(of(rig, 6).label?.name.toLowerCase()).toContain('garden roses');
  });
});

describe('4 the tree', () => {
  const hierarchy = { top: 10, levels: null, fanOut: 7, changed: 0.2, rebuildMs: 7 * 24 * HOUR };

  /** Six topics with a tree over them, and a seventh that a patch brings. */
  async function withNewborn(change: Partial<typeof hierarchy>): Promise<ClusterRig> {
    const schedule = {
      firstAt: 301,
      rebuildMs: 24 * HOUR,
      growth: 2,
      outlierRate: 1,
      similarityDrop: 2,
      ambiguityRise: 2,
    };
    const rig = new ClusterRig(clusterer, {
      hierarchy: { ...hierarchy, ...change },
      schedule: { ...schedule, minGapMs: 2 * HOUR },
    });
    const first = rig.sample(0, { at: NOON - 30 * HOUR });
    await rig.push([first, ...[0, 1, 2, 3, 4, 5].flatMap((topic) => rig.samples(topic, 50))]);
    expect(rig.current?.manifest).toMatchObject({ type: 'full', tree: { changed: 0 } });
    await rig.push(rig.samples(6, 12));
    expect(rig.current?.manifest.type).toBe('patch');
    return rig;
  }

  async function dayLater(rig: ClusterRig, days: number): Promise<number> {
    const at = NOON + days * 24 * HOUR + HOUR;
    await rig.push([rig.sample(0, { at, cluster: of(rig, 0).id })]);
    expect(rig.current?.manifest.type).toBe('full');
    return at;
  }

  it('is made anew when patches have brought enough clusters', async () => {
    const rig = await withNewborn({ changed: 0.14 });
    const at = await dayLater(rig, 1);
    expect(rig.current?.manifest.tree).toMatchObject({ at, changed: 0 });
  });

  it('knows after every rebuild what patches have brought, and is made anew for little in time', async () => {
    const rig = await withNewborn({});
    const made = rig.current?.manifest.tree?.at ?? 0;
    for (const days of [1, 2]) {
      await dayLater(rig, days);
      expect(rig.current?.manifest.tree).toMatchObject({ at: made, changed: 1 / 7 });
    }
    const at = await dayLater(rig, 8);
    expect(rig.current?.manifest.tree).toMatchObject({ at, changed: 0 });
  });
});

describe('5 after a restart', () => {
  it('the next generation still knows every cluster', async () => {
    const rig = await fiveTopics();
    const before = [0, 1, 2, 3, 4].map((topic) => of(rig, topic).id);
    rig.restart();
    // A day later, with hardly anything new: what is known is what the log says.
    await rig.push([rig.sample(0, { at: NOON + 25 * HOUR, cluster: before[0] ?? null })]);
    expect(rig.current?.manifest).toMatchObject({ generation: 2, type: 'full' });
    expect([0, 1, 2, 3, 4].map((topic) => of(rig, topic).id)).toEqual(before);
    expect(rig.current?.manifest.relations.some(({ kind }) => kind === 'died' || kind === 'born')).toBe(
      false,
    );
  });

  it('a topic that was about to be born is born all the same', async () => {
    const rig = await fiveTopics();
    await rig.push(rig.samples(6, 9));
    rig.restart();
    await rig.push(rig.samples(6, 1));
    expect(of(rig, 6).origin).toBe('newborn');
  });

  it('a generation that was not committed is made again, with the same ids', async () => {
    const rig = new ClusterRig(clusterer);
    rig.log.append([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 50)));
    await rig.log.run(100);
    rig.follow();
    const through = rig.current;
    rig.restart();
    await rig.push(rig.samples(0, 1, { cluster: of(rig, 0).id }));
    expect(rig.current?.manifest.clusters).toEqual(through?.manifest.clusters);
  });
});

describe('6 another embedder', () => {
  it('begins with clusters of its own, whose ids and generation nobody had before', async () => {
    const rig = await fiveTopics();
    const ids = new Set(rig.current?.manifest.clusters);
    rig.restart({ embedder: 'other:64' });
    await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 50, { embedder: 'other:64' })));
    expect(rig.current?.manifest).toMatchObject({ generation: 2, type: 'full', embedder: 'other:64' });
    expect(rig.current?.manifest.clusters.filter((id) => ids.has(id))).toEqual([]);
  });
});
