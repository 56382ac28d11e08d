import { munkres } from 'munkres';

/** Shared members: [old, new, weight], each pair at most once. */
export type Overlap = readonly [old: string, fresh: number, members: number];

/** An old cluster that gives so much of itself goes on in the new one, however much that has grown. */
const HALF = 0.5;

/**
 * Pairs old clusters with new ones, one to one, so that the members they share are as many as can be. Solved part by
 * part of the overlap graph: O(sum of part³), and parts are small. Hungarian method, Munkres 1957.
 * @param minimumShare of the new cluster that an old one must make up to be paired with it, if it gives less than half of itself
 * @returns new cluster → old cluster
 */
export function matchClusters(
  overlaps: readonly Overlap[],
  minimumShare: number,
  sizes: Sizes,
): Map<number, string> {
  const strong = overlaps.filter(
    ([old, fresh, members]) =>
      members >= minimumShare * Math.max(1, sizes.fresh.get(fresh) ?? 0) ||
      members >= HALF * Math.max(1, sizes.old.get(old) ?? 0),
  );
  const matched = new Map<number, string>();
  for (const part of parts(strong)) {
    for (const [fresh, old] of solve(part)) matched.set(fresh, old);
  }
  return matched;
}

export type Sizes = {
  readonly old: ReadonlyMap<string, number>;
  readonly fresh: ReadonlyMap<number, number>;
};

/** Connected parts of the overlap graph, by union-find. */
function parts(overlaps: readonly Overlap[]): Overlap[][] {
  const parent = new Map<string, string>();
  const find = (x: string): string => {
    let root = x;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(x, root);
    return root;
  };
  for (const [old, fresh] of overlaps) {
    const a = `o${old}`;
    const b = `n${fresh}`;
    if (!parent.has(a)) parent.set(a, a);
    if (!parent.has(b)) parent.set(b, b);
    parent.set(find(a), find(b));
  }
  const groups = new Map<string, Overlap[]>();
  for (const overlap of overlaps) {
    const root = find(`o${overlap[0]}`);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [overlap]);
    else group.push(overlap);
  }
  return [...groups.values()];
}

function solve(part: readonly Overlap[]): [fresh: number, old: string][] {
  const only = part[0];
  if (part.length === 1 && only !== undefined) return [[only[1], only[0]]];
  const olds = [...new Set(part.map(([old]) => old))];
  const freshes = [...new Set(part.map(([, fresh]) => fresh))];
  const row = new Map(olds.map((old, i) => [old, i]));
  const column = new Map(freshes.map((fresh, i) => [fresh, i]));
  const cost = olds.map(() => freshes.map(() => 0));
  for (const [old, fresh, members] of part) {
    const line = cost[row.get(old) ?? -1];
    const at = column.get(fresh);
    if (line !== undefined && at !== undefined) line[at] = -members;
  }
  const pairs: [number, string][] = [];
  for (const [r, c] of munkres(cost)) {
    const old = olds[r];
    const fresh = freshes[c];
    // A pair that shares nobody only fills the square; it is no match.
    if (old !== undefined && fresh !== undefined && (cost[r]?.[c] ?? 0) < 0) pairs.push([fresh, old]);
  }
  return pairs;
}
