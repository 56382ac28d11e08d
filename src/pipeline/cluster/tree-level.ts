/** One level of the hierarchy: neighbourhoods, propose, deduplicate, assign (Clio G.7). */
import { spread } from '../../algorithms/headings.ts';
import { levelBounds } from '../../algorithms/level-sizes.ts';
import { meanOf, neighbourhoods } from '../../algorithms/neighbourhoods.ts';
import { reasonOf } from '../../domain/errors.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { Heading, Labeler, Placed } from '../../ports/labeler.ts';
import { matrixOfRows } from '../vectors.ts';
import { isNamed, type NamedNode, type Node, type TreeDeps } from './tree.ts';
import { nearestRows } from './tree-near.ts';

/** Near groups shown beside a neighbourhood. */
const OUTSIDE = 10;

/**
 * Puts nodes into groups, about `target` of them and at least half as many where there are nodes enough; no group is empty,
 * and every node is in one. Nodes without a name follow the named one nearest to them: nothing is told of them.
 */
export async function groupLevel(
  deps: TreeDeps,
  nodes: readonly Node[],
  target: number,
  seed: number,
): Promise<Node[][]> {
  const named = nodes.filter(isNamed);
  const placed = await place(deps, named);
  const proposed = await proposeAll(deps, placed, target, seed);
  const headings = await deduplicate(deps, placed, proposed, target);
  const said = await deps.labeler.assign({ groups: placed, headings, seed });
  const chosen = await orNearest(deps, said, placed, headings);
  const rows = spread(chosen, vectorsOf(placed), vectorsOf(headings), levelBounds(target).least);
  const groups: Node[][] = headings.map(() => []);
  for (const [i, node] of named.entries()) groups[rows[i] ?? 0]?.push(node);
  const nameless = nodes.filter((node) => !isNamed(node));
  const beside = await nearestRows(deps.centroids, placesOf(named), placesOf(nameless));
  for (const [i, node] of nameless.entries()) groups[rows[beside[i] ?? 0] ?? 0]?.push(node);
  return groups.filter((group) => group.length > 0);
}

const vectorsOf = (placed: readonly Placed[]): Float32Array[] => placed.map(({ vector }) => vector);
const placesOf = (nodes: readonly Node[]): Float32Array[] => nodes.map((node) => node.place);

/** The heading that was said, or the nearest where none was, or none that there is. */
async function orNearest(
  { centroids }: TreeDeps,
  said: readonly (number | null)[],
  groups: readonly Placed[],
  headings: readonly Placed[],
): Promise<number[]> {
  const chosen = groups.map((_, i) => {
    const row = said[i] ?? null;
    return row !== null && headings[row] !== undefined ? row : null;
  });
  const left = groups.filter((_, i) => chosen[i] === null);
  const nearest = (await nearestRows(centroids, vectorsOf(headings), vectorsOf(left))).values();
  return chosen.map((row) => row ?? nearest.next().value ?? 0);
}

/** Where the names lie. The embedder may be a service that is down: the conversations' own place is next to it. */
async function place(deps: TreeDeps, nodes: readonly NamedNode[]): Promise<Placed[]> {
  const vectors = await embedTitles(
    deps,
    nodes.map(({ title }) => title),
  );
  return nodes.map(({ title, place }, i) => ({
    name: title.name,
    description: title.description,
    vector: vectors?.[i] ?? place,
    place,
  }));
}

async function embedTitles(
  { embed, telemetry }: TreeDeps,
  titles: readonly { name: string; description: string }[],
): Promise<readonly Float32Array[] | null> {
  if (titles.length === 0) return [];
  try {
    return await embed(titles.map(({ name, description }) => `${name}. ${description}`));
  } catch (error) {
    telemetry.note('warn', 'names could not be embedded: the hierarchy goes by conversations alone', {
      because: reasonOf(error),
    });
    return null;
  }
}

async function proposeAll(
  deps: TreeDeps,
  placed: readonly Placed[],
  target: number,
  seed: number,
): Promise<Heading[]> {
  const { labeler, clusterer } = deps;
  const vectors = vectorsOf(placed);
  const assignment = await near(clusterer, vectors, labeler, seed);
  const parts = neighbourhoods(vectors, assignment, { size: labeler.neighbourhood, outside: OUTSIDE });
  const pick = (rows: readonly number[]): Placed[] => rows.flatMap((row) => placed[row] ?? []);
  const proposed = await Promise.all(
    parts.map(async ({ members, outside }) => {
      const count = Math.ceil((target * members.length) / placed.length);
      const headings = await labeler.propose({ groups: pick(members), outside: pick(outside), count });
      return headings.map((heading) => ({ ...heading, of: heading.of.flatMap((row) => members[row] ?? []) }));
    }),
  );
  return proposed.flat();
}

/** Neighbourhood of each row, by k-means. */
async function near(
  clusterer: Clusterer,
  vectors: readonly Float32Array[],
  { neighbourhood }: Labeler,
  seed: number,
): Promise<ArrayLike<number>> {
  const k = Math.round(vectors.length / neighbourhood);
  if (k < 2) return vectors.map(() => 0);
  const points = matrixOfRows(vectors);
  return (await clusterer.cluster({ points, initial: null, k, iterations: 30, seed })).assignment;
}

async function deduplicate(
  deps: TreeDeps,
  placed: readonly Placed[],
  proposed: readonly Heading[],
  count: number,
): Promise<Placed[]> {
  const before = await placeHeadings(deps, placed, proposed);
  const merged = await deps.labeler.deduplicate({ headings: before, count });
  const traced = merged.map((heading) => {
    const parts = heading.of.map((row) => proposed[row]?.of ?? []);
    return { ...heading, of: parts.some((of) => of.length === 0) ? [] : parts.flat() };
  });
  return placeHeadings(deps, placed, traced);
}

/** A heading lies amid the groups it was made of; where those are not known, where its title does. */
async function placeHeadings(
  deps: TreeDeps,
  placed: readonly Placed[],
  headings: readonly Heading[],
): Promise<Placed[]> {
  const loose = headings.filter(({ of }) => of.length === 0);
  const embedded = await embedTitles(deps, loose);
  return headings.map(({ name, description, of }, i) => {
    const groups = (of.length === 0 ? [...placed.keys()] : of).flatMap((row) => placed[row] ?? []);
    const said = embedded?.[loose.indexOf(headings[i] ?? { name, description, of })];
    const vector = said ?? meanOf(groups.map((group) => group.vector));
    return { name, description, vector, place: said ?? meanOf(groups.map((group) => group.place)) };
  });
}
