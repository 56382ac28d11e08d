/** The hierarchy over synthetic clusters: two hundred topics in forty fields of five, named offline for real. */
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { createExactCentroids } from '../../../src/adapters/vector-index/exact-centroids.ts';
import { levelBounds, levelSizes } from '../../../src/algorithms/level-sizes.ts';
import type { ClusterRecord, Generation } from '../../../src/domain/generation.ts';
import { decodeVector, dot, encodeVector, toUnit } from '../../../src/domain/vector.ts';
import { growTree, type Tree } from '../../../src/pipeline/cluster/hierarchy.ts';
import { withhold } from '../../../src/pipeline/cluster/tree-keep.ts';
import type { Labeler } from '../../../src/ports/labeler.ts';
import { bagOfWords } from '../../support/bag-of-words.ts';
import { offlineLabeler } from '../../support/offline.ts';
import { makeCluster, makeManifest, NOON, silentTelemetry } from '../../support/pipeline-rig.ts';

const DIMENSION = 256;
const DAY = 86_400_000;
const clusterer = createOnnxClusterer();
const centroids = await createExactCentroids((work) => work());
afterAll(() => clusterer.stop());

const embed = (texts: readonly string[]) => texts.map((text) => toUnit(bagOfWords(text, DIMENSION)));
const hierarchy = { top: 10, levels: 3, fanOut: 7, changed: 0.2, rebuildMs: 7 * DAY };

/** Eight subjects, each with five fields, each with five topics: words are shared by those that belong together. */
function world(): ClusterRecord[] {
  return Array.from({ length: 200 }, (_, n) => {
    const name = `Ask about subject${n % 8} field${n % 40} topic${n}`;
    const words = `subject${n % 8} field${n % 40}`;
    return makeCluster(`c${n.toString(36)}`, {
      centroid: encodeVector(toUnit(bagOfWords(`${words} topic${n}`, DIMENSION))),
      conversations: 20 + (n % 50),
      accounts: 20,
      label: { name, description: `Users asked about ${words} and topic${n}.`, by: 'offline', audit: 5 },
    });
  });
}

/** A tree, and the number that the next heading would have. */
type Numbered = Tree & { readonly nextId: number };

async function grow(
  clusters: readonly ClusterRecord[],
  previous: Generation | null = null,
  change: {
    labeler?: Labeler;
    now?: number;
    settings?: Partial<typeof hierarchy>;
    fail?: boolean;
    embedded?: unknown[];
  } = {},
): Promise<Numbered> {
  const deps = {
    clusterer,
    centroids,
    labeler: change.labeler ?? offlineLabeler,
    embed: async (texts: readonly string[]) => {
      if (change.fail === true) throw new Error('down');
      change.embedded?.push(texts);
      return embed(texts);
    },
    telemetry: silentTelemetry(),
    thresholds: { minAccounts: 8, minConversations: 10, minAudit: 3 },
    space: 'all/request',
    hierarchy: { ...hierarchy, ...change.settings },
  };
  const numbers = { next: previous?.manifest.next_id ?? 1_000 };
  const tree = await growTree(deps, clusters, previous, { now: change.now ?? NOON, seed: 1, numbers });
  return { ...tree, nextId: numbers.next };
}

const generationOf = ({ clusters, parents, made, nextId }: Numbered): Generation => ({
  manifest: makeManifest(
    clusters.map(({ id }) => id),
    { parents, tree: made, next_id: nextId },
  ),
  clusters,
});

const onLevel = ({ parents }: Tree, level: number) => parents.filter((parent) => parent.level === level);

/** The real one; tells what it is asked. */
function told(hear: (step: string, request: unknown) => void): Labeler {
  const { propose, deduplicate, assign, nest } = offlineLabeler;
  const after = <Request, Answer>(step: string, ask: (request: Request) => Promise<Answer>) =>
    function heard(request: Request): Promise<Answer> {
      hear(step, request);
      return ask(request);
    };
  return {
    ...offlineLabeler,
    propose: after('propose', propose),
    deduplicate: after('deduplicate', deduplicate),
    assign: after('assign', assign),
    nest: after('nest', nest),
  };
}

describe('a hierarchy of two hundred clusters', () => {
  it('has three levels, each within half of its target, and every cluster under one parent a level', async () => {
    const tree = await grow(world());
    const targets = levelSizes(200, hierarchy);
    expect(targets).toEqual([45, 10]);
    for (const [i, target] of targets.entries()) {
      const { least, most } = levelBounds(target);
      expect(onLevel(tree, i + 1).length).toBeGreaterThanOrEqual(least);
      expect(onLevel(tree, i + 1).length).toBeLessThanOrEqual(most);
    }
    const children = (level: number) => onLevel(tree, level).flatMap((parent) => parent.children);
    expect(children(1).sort()).toEqual(tree.clusters.map(({ id }) => id).sort());
    expect(children(2).sort()).toEqual(
      onLevel(tree, 1)
        .map(({ id }) => id)
        .sort(),
    );
    for (const { id, children: own } of onLevel(tree, 1))
      for (const child of own) expect(tree.clusters.find((record) => record.id === child)?.parent).toBe(id);
    expect(new Set(tree.parents.map(({ id }) => id)).size).toBe(tree.parents.length);
    for (const parent of tree.parents) expect(parent.name).not.toBe('');
  });

  it('puts together what belongs together', async () => {
    const tree = await grow(world());
    const fieldOf = (id: string) => Number.parseInt(id.slice(1), 36) % 40;
    const pure = onLevel(tree, 1).filter(({ children }) => new Set(children.map(fieldOf)).size === 1);
    expect(pure.length).toBeGreaterThan(0.7 * onLevel(tree, 1).length);
  });

  it('looks at neighbourhoods when the labeler cannot see all at once', async () => {
    const tree = await grow(world(), null, { labeler: { ...offlineLabeler, neighbourhood: 40 } });
    for (const [level, { least, most }] of [levelBounds(45), levelBounds(10)].entries()) {
      expect(onLevel(tree, level + 1).length).toBeGreaterThanOrEqual(least);
      expect(onLevel(tree, level + 1).length).toBeLessThanOrEqual(most);
    }
  });

  it('goes by the conversations when names cannot be embedded', async () => {
    const tree = await grow(world(), null, { fail: true });
    expect(onLevel(tree, 2).length).toBeGreaterThanOrEqual(5);
  });

  it('keeps within its levels when the labeler puts everything under one heading', async () => {
    const lazy: Labeler = { ...offlineLabeler, assign: async ({ groups }) => groups.map(() => 0) };
    const tree = await grow(world(), null, { labeler: lazy });
    expect(onLevel(tree, 1).length).toBeGreaterThanOrEqual(levelBounds(45).least);
    const silent: Labeler = { ...offlineLabeler, assign: async () => [null, 99] };
    expect(onLevel(await grow(world(), null, { labeler: silent }), 1).length).toBeGreaterThanOrEqual(23);
  });
});

describe('a rebuild of the tree', () => {
  it('keeps the ids of parents on every level when a third of the clusters is replaced', async () => {
    const before = await grow(world());
    const changed = world().map((record, n) =>
      n % 3 === 0 ? { ...record, id: `c${(n + 500).toString(36)}` } : record,
    );
    const after = await grow(changed, generationOf(before));
    expect(after.made).toMatchObject({ at: NOON, changed: 0 });
    for (const level of [1, 2]) {
      const old = new Set(onLevel(before, level).map(({ id }) => id));
      const same = onLevel(after, level).filter(({ id }) => old.has(id));
      expect(same.length).toBeGreaterThan(0.8 * old.size);
    }
    // Clusters that stayed are for the most part under the parent they were under.
    const was = new Map(before.clusters.map(({ id, parent }) => [id, parent]));
    const stayed = after.clusters.filter(({ id }) => was.has(id));
    expect(stayed.filter(({ id, parent }) => was.get(id) === parent).length).toBeGreaterThan(
      0.8 * stayed.length,
    );
  });

  it('asks for no name again where the names below are the same', async () => {
    const before = await grow(world());
    const asked: string[] = [];
    const labeler = told((step) => asked.push(step));
    const after = await grow(world(), generationOf(before), { labeler, settings: { changed: 0 } });
    expect(asked).toEqual(['propose', 'deduplicate', 'assign', 'propose', 'deduplicate', 'assign']);
    expect(after.parents.map(({ name }) => name)).toEqual(before.parents.map(({ name }) => name));
  });
});

describe('a tree that is kept', () => {
  it('costs nothing, and gives new clusters the parent of the nearest', async () => {
    const before = await grow(world().slice(0, 195));
    const asked: string[] = [];
    const labeler = told((step) => asked.push(step));
    const after = await grow(world(), generationOf(before), { labeler });
    expect(asked).toEqual([]);
    expect(after.made).toMatchObject({ at: NOON, changed: 5 / 200 });
    expect(after.parents.map(({ id }) => id).sort()).toEqual(before.parents.map(({ id }) => id).sort());
    const old = after.clusters.slice(0, 195);
    for (const born of after.clusters.slice(195)) {
      const near = (other: ClusterRecord) => dot(decodeVector(other.centroid), decodeVector(born.centroid));
      const nearest = old.reduce((best, other) => (near(other) > near(best) ? other : best));
      expect(born.parent).toBe(nearest.parent);
      expect(after.parents.find(({ id }) => id === born.parent)?.children).toContain(born.id);
    }
  });

  it('is made anew when small changes have added up', async () => {
    let tree = await grow(world().slice(0, 150));
    const made: number[] = [];
    for (const size of [160, 170, 180, 190, 200]) {
      tree = await grow(world().slice(0, size), generationOf(tree), { now: NOON + size });
      made.push(tree.made?.at ?? 0);
    }
    expect(made).toEqual([NOON, NOON, NOON, NOON + 190, NOON + 190]);
  });

  it('names a parent anew, and those above, when a child may be shown no longer', async () => {
    const before = await grow(world());
    const hidden = before.clusters[7]!;
    const after = await grow(
      world().map((record) => (record.id === hidden.id ? { ...record, label: null } : record)),
      generationOf(before),
    );
    const parent = after.parents.find(({ id }) => id === hidden.parent)!;
    expect(parent.children).toContain(hidden.id);
    expect(parent.named_from).not.toContain(hidden.id);
    expect(after.parents.filter(({ named_from }) => named_from.includes(hidden.id))).toEqual([]);
  });

  it('loses parents that have no children left', async () => {
    const before = await grow(world());
    const gone = onLevel(before, 1)[0]!;
    const after = await grow(
      world().filter(({ id }) => !gone.children.includes(id)),
      generationOf(before),
    );
    expect(after.parents.map(({ id }) => id)).not.toContain(gone.id);
    for (const { children } of onLevel(after, 2)) expect(children).not.toContain(gone.id);
  });
});

describe('a heading that was made offline', () => {
  const audited = { audit: 5, audit_prompt: 'audit-hash' } as const;
  let asked = 0;
  /** Claude, as far as headings have names of his: the steps are the real ones. */
  const claude: Labeler = {
    ...offlineLabeler,
    kind: 'claude',
    prompts: { propose: '1', deduplicate: '2', assign: '3' },
    nest: async ({ children }) => {
      asked++;
      const name = `Care for ${children.length}`;
      return { name, description: 'They asked.', by: 'claude', prompt: 'nest-hash', ...audited };
    },
  };
  const away: Labeler = {
    ...claude,
    nest: async (request) => ({ ...(await offlineLabeler.nest(request)), name: `Another ${asked++}` }),
  };
  const again = { changed: 0 };

  it('says so, as one of Claude says by which prompts it was named and scored', async () => {
    for (const { by, prompt } of (await grow(world())).parents)
      expect([by, prompt]).toEqual(['offline', undefined]);
    const tree = await grow(world(), null, { labeler: claude });
    for (const parent of tree.parents)
      expect(parent).toMatchObject({ by: 'claude', prompt: 'nest-hash', audit_prompt: 'audit-hash' });
    expect(tree.made?.prompts).toEqual(claude.prompts);
  });

  it.each([
    ['kept', {}],
    ['made anew', again],
  ])('is named anew once Claude is there, in a tree that is %s, and then no more', async (_, settings) => {
    const before = await grow(world());
    asked = 0;
    const after = await grow(world(), generationOf(before), { labeler: claude, settings });
    expect(new Set(after.parents.map(({ by }) => by))).toEqual(new Set(['claude']));
    expect(asked).toBe(after.parents.length);
    await grow(world(), generationOf(after), { labeler: claude });
    expect(asked).toBe(after.parents.length);
  });

  it.each([
    ['kept', {}],
    ['made anew', again],
  ])('keeps its name while Claude is away, in a tree that is %s, asked for once', async (_, settings) => {
    const before = await grow(world());
    asked = 0;
    const after = await grow(world(), generationOf(before), { labeler: away, settings });
    expect(after.parents.map(({ name }) => name)).toEqual(before.parents.map(({ name }) => name));
    expect(asked).toBe(before.parents.length);
  });

  it('of which it is not known keeps its name', async () => {
    const before = await grow(world());
    const unsaid = before.parents.map(({ by: _by, ...parent }) => parent);
    const after = await grow(world(), generationOf({ ...before, parents: unsaid }), { labeler: claude });
    expect(after.parents.map(({ name }) => name)).toEqual(before.parents.map(({ name }) => name));
  });
});

describe('a name that may not be shown', () => {
  it.each([
    ['the auditor held back', { label: { name: 'SECRET', description: 'SECRET.', by: 'offline', audit: 2 } }],
    ['nobody audited', { label: { name: 'SECRET', description: 'SECRET.', by: 'offline', audit: null } }],
    [
      'too few accounts stand behind',
      { accounts: 3, label: { name: 'SECRET', description: 'SECRET.', by: 'offline', audit: 5 } },
    ],
  ] as const)('reaches neither the labeler nor the embedder nor a parent: %s', async (_, change) => {
    const heard: unknown[] = [];
    const labeler = told((_, request) => heard.push(request));
    const clusters = world().map((record, n) => (n % 10 === 0 ? { ...record, ...change } : record));
    const tree = await grow(clusters, null, { labeler, embedded: heard });
    expect(JSON.stringify([heard, tree.parents])).not.toContain('SECRET');
    // They have their place all the same.
    for (const { parent } of tree.clusters) expect(parent).not.toBeNull();
  });

  it('is taken off the parents made of it at once, on every level, and off no other', async () => {
    const tree = await grow(world());
    const hidden = tree.clusters[7]!;
    const clusters = tree.clusters.map((record) => (record === hidden ? { ...record, accounts: 2 } : record));
    const thresholds = { minAccounts: 8, minConversations: 10, minAudit: 3 };
    const told = withhold(tree.parents, clusters, thresholds);
    const low = told.find(({ id }) => id === hidden.parent);
    const high = told.find(({ id }) => id === low?.parent);
    expect(told.filter(({ name }) => name === '')).toEqual([low, high]);
    expect(withhold(tree.parents, tree.clusters, thresholds)).toEqual(tree.parents);
  });

  it('makes no hierarchy when too few are named', async () => {
    const clusters = world().map((record, n) => (n < 5 ? record : { ...record, label: null }));
    expect(await grow(clusters)).toMatchObject({ parents: [], made: null });
  });
});
