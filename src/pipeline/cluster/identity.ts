/** Ids that survive: new clusters inherit by shared members, and what became of every old one is recorded. */
import { Slice } from '../../algorithms/give-way.ts';
import { matchClusters, type Overlap } from '../../algorithms/match-clusters.ts';
import { clusterId } from '../../domain/cluster-id.ts';
import type { Relation } from '../../domain/generation.ts';
import { DEFAULT_SPACE } from '../../domain/ids.ts';
import type { Numbers } from './numbers.ts';

export type Identity = {
  /** Id of each new cluster, by row. */
  readonly ids: readonly string[];
  /** Share of the old cluster's members that went along; 0 for one without an ancestor. */
  readonly kept: readonly number[];
  readonly relations: readonly Relation[];
};

/** So much of the new cluster an old one must make up to pass its id on, if it hands over less than half of itself: else a few members of a cluster that is gone would make half of another one it. */
const INHERIT_SHARE = 0.3;
/** From this share on, an ancestor is named in a relation. */
const NAMED_SHARE = 0.2;

/** Samples counted between two looks at the clock. */
const LOOK = 1_024;

/**
 * O(samples), giving way.
 * @param before cluster id of each sample under the last generation (null: outlier, or unknown then)
 * @param after row of each sample's new cluster (-1: outlier)
 * @param weights what each sample stands for; absent: itself
 */
export async function inheritIds(
  before: readonly (string | null)[],
  after: ArrayLike<number>,
  rows: number,
  known: ReadonlySet<string>,
  numbers: Numbers,
  space: string = DEFAULT_SPACE,
  weights: ArrayLike<number> = [],
): Promise<Identity> {
  const table = await countOverlaps(before, after, weights, known);
  const matched = matchClusters(table.overlaps, INHERIT_SHARE, table);
  const ids: string[] = [];
  const kept: number[] = [];
  const relations: Relation[] = [];
  for (let row = 0; row < rows; row++) {
    const old = matched.get(row);
    const id = old ?? clusterId(space, numbers.next++);
    ids.push(id);
    const shared = old === undefined ? 0 : (table.shared.get(row)?.get(old)?.weight ?? 0);
    kept.push(old === undefined ? 0 : shared / Math.max(1, table.old.get(old) ?? 0));
    relations.push(relationOf(id, old, table.shared.get(row) ?? new Map(), table, row));
  }
  const alive = new Set(ids);
  const heirs = heirsOf(alive, table, ids);
  for (const id of known) {
    if (!alive.has(id)) relations.push({ kind: 'died', id, from: heirs.get(id) ?? [] });
  }
  return { ids, kept, relations };
}

type Table = {
  readonly overlaps: Overlap[];
  readonly old: Map<string, number>;
  readonly fresh: Map<number, number>;
  readonly shared: Map<number, Map<string, Shared>>;
};

/** Samples, and what they stand for: ids go by the second. */
type Shared = { members: number; weight: number };

async function countOverlaps(
  before: readonly (string | null)[],
  after: ArrayLike<number>,
  weights: ArrayLike<number>,
  known: ReadonlySet<string>,
): Promise<Table> {
  const slice = new Slice();
  const old = new Map<string, number>();
  const fresh = new Map<number, number>();
  const shared = new Map<number, Map<string, Shared>>();
  for (const [i, id] of before.entries()) {
    const row = after[i] ?? -1;
    const weight = weights[i] ?? 1;
    const named = id !== null && known.has(id) ? id : null;
    if (named !== null) old.set(named, (old.get(named) ?? 0) + weight);
    if (row >= 0) fresh.set(row, (fresh.get(row) ?? 0) + weight);
    if (i % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
    if (named === null || row < 0) continue;
    const inner = shared.get(row) ?? new Map<string, Shared>();
    const both = inner.get(named) ?? { members: 0, weight: 0 };
    both.members++;
    both.weight += weight;
    inner.set(named, both);
    shared.set(row, inner);
  }
  const overlaps: Overlap[] = [];
  for (const [row, inner] of shared) for (const [id, { weight }] of inner) overlaps.push([id, row, weight]);
  return { overlaps, old, fresh, shared };
}

function relationOf(
  id: string,
  old: string | undefined,
  shared: ReadonlyMap<string, Shared>,
  table: Table,
  row: number,
): Relation {
  const size = Math.max(1, table.fresh.get(row) ?? 0);
  const from = [...shared]
    .map(([ancestor, { members, weight }]) => ({
      id: ancestor,
      share: weight / Math.max(1, Math.min(size, table.old.get(ancestor) ?? 0)),
      members,
    }))
    .filter(({ share }) => share >= NAMED_SHARE)
    .sort((a, b) => b.share - a.share);
  if (old === undefined) return { kind: from.length > 0 ? 'split' : 'born', id, from };
  return { kind: from.filter(({ share }) => share >= 0.5).length > 1 ? 'merged' : 'continues', id, from };
}

/** Where the members of each cluster that is gone went. O(overlaps) */
function heirsOf(
  alive: ReadonlySet<string>,
  table: Table,
  ids: readonly string[],
): ReadonlyMap<string, Relation['from']> {
  const found = new Map<string, Relation['from']>();
  for (const [row, inner] of table.shared) {
    const heir = ids[row];
    if (heir === undefined) continue;
    for (const [id, { weight }] of inner) {
      const share = weight / Math.max(1, table.old.get(id) ?? 0);
      if (alive.has(id) || share < NAMED_SHARE) continue;
      const heirs = found.get(id) ?? [];
      heirs.push({ id: heir, share });
      found.set(id, heirs);
    }
  }
  for (const heirs of found.values()) heirs.sort((a, b) => b.share - a.share);
  return found;
}
