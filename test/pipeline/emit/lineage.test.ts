import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqliteStore } from '../../../src/adapters/store/sqlite.ts';
import type { ClusterRecord, Relation } from '../../../src/domain/generation.ts';
import { HOUR } from '../../../src/domain/ids.ts';
import { lineageSchema } from '../../../src/domain/lineage.ts';
import { EmitRig } from '../../support/emit-rig.ts';
import { makeCluster, NOON, SPACE } from '../../support/pipeline-rig.ts';
import { noWatches } from '../../support/spaces.ts';

const from = (id: string, members: number, share = 0.5) => ({ id, share, members });
const relation = (kind: Relation['kind'], id: string, ...origins: Relation['from']): Relation => ({
  kind,
  id,
  from: origins,
});

/** A full generation, an hour after the one before. */
function full(rig: EmitRig, n: number, clusters: readonly ClusterRecord[], relations: Relation[] = []): void {
  const records = clusters.map((record) => ({ ...record, generation: n }));
  rig.generation(records, { generation: n, full: n, event_time: NOON + n * HOUR, relations });
}

describe('1 lineage as a chart draws it', () => {
  it('has full generations as columns, clusters as nodes and what went along as links', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1', { conversations: 200 }), makeCluster('c2')]);
    full(
      rig,
      2,
      [makeCluster('c1', { conversations: 120 }), makeCluster('c3', { conversations: 96 })],
      [
        relation('merged', 'c1', from('c1', 118, 0.98), from('c2', 96, 0.96)),
        relation('split', 'c3', from('c1', 74, 0.77)),
        relation('died', 'c2', { id: 'c1', share: 0.96 }),
      ],
    );
    const lineage = rig.emit.view.lineage(10);
    expect(lineageSchema.parse(lineage)).toEqual(lineage);
    expect(lineage).toEqual({
      space: SPACE,
      since: NOON + HOUR,
      columns: [
        { generation: 1, at: NOON + HOUR },
        { generation: 2, at: NOON + 2 * HOUR },
      ],
      nodes: [
        { generation: 1, id: 'c1', name: 'Ask about c1', conversations: 200 },
        { generation: 1, id: 'c2', name: 'Ask about c2', conversations: 100 },
        { generation: 2, id: 'c1', name: 'Ask about c1', conversations: 120 },
        { generation: 2, id: 'c3', name: 'Ask about c3', conversations: 96 },
      ],
      links: [
        { from: { generation: 1, id: 'c1' }, to: { generation: 2, id: 'c1' }, share: 1, conversations: 120 },
        { from: { generation: 1, id: 'c2' }, to: { generation: 2, id: 'c1' }, share: 1, conversations: 100 },
        { from: { generation: 1, id: 'c1' }, to: { generation: 2, id: 'c3' }, share: 0.8, conversations: 70 },
      ],
    });
    expect(rig.emit.view.lineage(1).links).toEqual([]);
    expect(rig.emit.view.lineage(1).columns).toHaveLength(1);
  });

  it('has what was born since a full generation in its column, and links from it', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1')]);
    const change = { generation: 2, full: 1, type: 'patch' as const, relations: [relation('born', 'c2')] };
    rig.generation([makeCluster('c2', { generation: 2 })], change);
    full(rig, 3, [makeCluster('c1'), makeCluster('c2')], [relation('continues', 'c2', from('c2', 90, 0.9))]);
    const { nodes, links } = rig.emit.view.lineage(10);
    expect(nodes.map(({ generation, id }) => `${generation}/${id}`)).toEqual([
      '1/c1',
      '1/c2',
      '3/c1',
      '3/c2',
    ]);
    expect(links).toMatchObject([{ from: { generation: 1, id: 'c2' }, to: { generation: 3, id: 'c2' } }]);
  });

  it('of records that do not say how many went along says it by their share', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1', { conversations: 300 })]);
    full(rig, 2, [makeCluster('c3')], [relation('split', 'c3', { id: 'c1', share: 0.5 })]);
    expect(rig.emit.view.lineage(10).links).toMatchObject([{ conversations: 50 }]);
  });

  it('counts what is sampled for all that it stands for', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1')]);
    const estimate = { conversations: 1_000, error: 90 };
    full(rig, 2, [makeCluster('c1', { estimate })], [relation('continues', 'c1', from('c1', 80, 0.8))]);
    expect(rig.emit.view.lineage(10).links).toMatchObject([{ conversations: 800 }]);
    expect(rig.emit.view.lineage(10).nodes.at(-1)?.conversations).toBe(1_000);
  });
});

describe('2 what may not be shown', () => {
  it('is an id and a rounded size, with no link to say what it is about', async () => {
    const rig = await EmitRig.start();
    const few = makeCluster('c2', { accounts: 7, conversations: 43 });
    const hidden = makeCluster('c3', { label: { name: 'x', description: 'x', by: 'claude', audit: 2 } });
    full(rig, 1, [makeCluster('c1')]);
    full(
      rig,
      2,
      [makeCluster('c1'), few, hidden],
      [
        relation('continues', 'c1', from('c1', 50)),
        relation('split', 'c2', from('c1', 25)),
        relation('split', 'c3', from('c1', 25)),
      ],
    );
    const { nodes, links } = rig.emit.view.lineage(10);
    expect(nodes.slice(2)).toEqual([
      { generation: 2, id: 'c2', name: null, conversations: 40 },
      { generation: 2, id: 'c3', name: null, conversations: 100 },
    ]);
    expect(links.map(({ to }) => to.id)).toEqual(['c1']);
  });

  it('is no origin either', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1'), makeCluster('c2', { accounts: 7 })]);
    full(
      rig,
      2,
      [makeCluster('c1'), makeCluster('c3')],
      [relation('merged', 'c1', from('c1', 60), from('c2', 50)), relation('split', 'c3', from('c2', 40))],
    );
    expect(rig.emit.view.lineage(10).links.map((link) => `${link.from.id} ${link.to.id}`)).toEqual(['c1 c1']);
  });

  it('then has no name then, whatever it may be called by now', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1', { accounts: 7 })]);
    full(rig, 2, [makeCluster('c1')], [relation('continues', 'c1', from('c1', 60))]);
    const { nodes, links } = rig.emit.view.lineage(10);
    expect([nodes.map(({ name }) => name), links]).toEqual([[null, 'Ask about c1'], []]);
  });

  it('by now takes its name out of the past as well, and what went unshown never had one', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1'), makeCluster('c2'), makeCluster('c3')]);
    const unnamed = { label: null };
    full(
      rig,
      2,
      [makeCluster('c1', unnamed), makeCluster('c2', unnamed), makeCluster('c3')],
      [relation('continues', 'c1', from('c1', 90))],
    );
    full(rig, 3, [makeCluster('c1', unnamed), makeCluster('c3')], []);
    const named = rig.emit.view.lineage(10).nodes.filter(({ name }) => name !== null);
    expect(named.map(({ generation, id }) => `${generation}/${id}`)).toEqual(['1/c3', '2/c3', '3/c3']);
    expect(rig.emit.view.lineage(10).links).toEqual([]);
  });

  it('a link of fewer than the minimum is left out, and no figure of one is exact', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }),
        async (flows) => {
          const rig = await EmitRig.start();
          full(rig, 1, [makeCluster('c1', { conversations: 400 })]);
          const ids = flows.map((_, i) => `c${i + 2}`);
          full(
            rig,
            2,
            ids.map((id) => makeCluster(id)),
            ids.map((id, i) => relation('split', id, from('c1', flows[i] ?? 0, (flows[i] ?? 0) / 100))),
          );
          const { links } = rig.emit.view.lineage(10);
          expect(links.map(({ to }) => to.id)).toEqual(ids.filter((_, i) => (flows[i] ?? 0) >= 10));
          for (const { share, conversations } of links) {
            expect(conversations % 10).toBe(0);
            expect(Math.round(share * 10) / 10).toBe(share);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('and how many exactly a relation shares is told nowhere', async () => {
    const rig = await EmitRig.start();
    full(rig, 1, [makeCluster('c1')]);
    full(rig, 2, [makeCluster('c1')], [relation('continues', 'c1', from('c1', 87, 0.8713))]);
    const told = JSON.stringify([
      rig.emit.view.cluster('c1'),
      rig.emit.view.generations(10),
      rig.emit.view.lineage(10),
    ]);
    expect(told).not.toMatch(/members|0\.87/);
  });
});

describe('3 another process', () => {
  const start = (store: ReturnType<typeof createSqliteStore>) => EmitRig.start(false, noWatches(), { store });

  it('on the same machine knows what this one knew, though the log tells the last generation alone', async () => {
    const store = createSqliteStore(':memory:');
    const rig = await start(store);
    const last = [makeCluster('c1'), makeCluster('c3')];
    const split = relation('split', 'c3', from('c1', 74, 0.77));
    full(rig, 1, [makeCluster('c1')]);
    full(rig, 2, last, [split]);
    full(rig, 3, last, [relation('continues', 'c3', from('c3', 80))]);
    const again = await start(store);
    full(again, 3, last, [relation('continues', 'c3', from('c3', 80))]);
    expect(again.emit.view.lineage(10)).toEqual(rig.emit.view.lineage(10));
    expect(again.emit.view.cluster('c3')).toMatchObject({
      lineage: [
        { generation: 2, relation: { kind: 'split', from: [{ id: 'c1', share: 0.8 }] } },
        { generation: 3, relation: { kind: 'continues' } },
      ],
      lineage_since: NOON + HOUR,
    });
  });

  it('on a new machine begins with the last generation, and says so', async () => {
    const rig = await start(createSqliteStore(':memory:'));
    full(rig, 3, [makeCluster('c1')], [relation('continues', 'c1', from('c1', 90))]);
    expect(rig.emit.view.lineage(10)).toMatchObject({ since: NOON + 3 * HOUR, links: [] });
    expect(rig.emit.view.cluster('c1')?.lineage_since).toBe(NOON + 3 * HOUR);
  });

  it('without a generation knows of none', async () => {
    const rig = await EmitRig.start();
    expect(rig.emit.view.lineage(10)).toEqual({
      space: SPACE,
      since: null,
      columns: [],
      nodes: [],
      links: [],
    });
  });
});
