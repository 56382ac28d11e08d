import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hierarchyOf } from '../../../src/pipeline/emit/hierarchy.ts';
import { makeParent } from '../../support/pipeline-rig.ts';

const cluster = (id: string, parent: string | null, conversations = 10) => ({
  id,
  parent,
  name: id,
  conversations,
});

describe('the tree that is shown', () => {
  it('has nodes of all levels, each with its level, its parent and as many conversations as its children', () => {
    const parents = [
      makeParent('h3', ['h1', 'h2'], { level: 2 }),
      makeParent('h1', ['c1', 'c2'], { parent: 'h3' }),
      makeParent('h2', ['c3'], { parent: 'h3' }),
    ];
    const clusters = [
      cluster('c1', 'h1', 30),
      cluster('c2', 'h1', 20),
      cluster('c3', 'h2', 7),
      cluster('c4', null),
    ];
    const nodes = hierarchyOf(parents, clusters, 3);
    expect(nodes.map(({ id, level, parent, conversations }) => [id, level, parent, conversations])).toEqual([
      ['h1', 1, 'h3', 50],
      ['h2', 1, 'h3', 7],
      ['h3', 2, null, 57],
    ]);
    expect(nodes[2]?.children).toEqual([
      { id: 'h1', name: 'Ask about h1', conversations: 50 },
      { id: 'h2', name: 'Ask about h2', conversations: 7 },
    ]);
  });

  it('has a newborn cluster under the parent its record names, whatever the parent lists', () => {
    const [node] = hierarchyOf([makeParent('h1', ['c1'])], [cluster('c1', 'h1'), cluster('c9', 'h1')], 3);
    expect(node?.children.map(({ id }) => id)).toEqual(['c1', 'c9']);
  });

  it.each([
    ['below the audit', { audit: 2 }],
    ['not audited', { audit: null }],
    ['withheld', { name: '' }],
  ])('withholds a name on its own node and in the list of the one above: %s', (_, change) => {
    const parents = [
      makeParent('h1', ['c1'], { parent: 'h2', ...change }),
      makeParent('h2', ['h1'], { level: 2 }),
    ];
    const [low, high] = hierarchyOf(parents, [cluster('c1', 'h1')], 3);
    expect(low).toMatchObject({ name: null, description: null });
    expect(high?.children).toEqual([{ id: 'h1', name: null, conversations: 10 }]);
  });

  it('loses no conversation of a cluster with a parent', () => {
    const parents = ['h1', 'h2', 'h3'].map((id) => makeParent(id, [], { parent: 'h9' }));
    const some = fc.array(fc.tuple(fc.constantFrom('h1', 'h2', 'h3'), fc.nat(500)));
    fc.assert(
      fc.property(some, (sizes) => {
        const clusters = sizes.map(([parent, n], i) => cluster(`c${i}`, parent, n));
        const nodes = hierarchyOf([...parents, makeParent('h9', [], { level: 2 })], clusters, 3);
        expect(nodes.at(-1)?.conversations).toBe(sizes.reduce((sum, [, n]) => sum + n, 0));
      }),
    );
  });
});
