/** What a rebuild does with clusters that were born in the course of it, and with samples that came meanwhile. */
import { Slice } from '../../algorithms/give-way.ts';
import type { ClusterRecord, Generation, Parent, Relation } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import { heirsOf } from '../heirs.ts';
import { centroidOf } from '../vectors.ts';
import { nearestTwin } from './homes.ts';
import { placeOfNewborn } from './map.ts';
import { membersByCluster } from './names.ts';
import type { MadeCluster, Rebuilt } from './rebuild.ts';
import { placeInTree, withChildren } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/** Slots put under their clusters between two looks at the clock. */
const LOOK = 256;

type Settings = { readonly mergeSimilarity: number; readonly smallest: number };

/**
 * A cluster that was born in the course of a rebuild goes on as it was told: with its id, its centroid, its name and its members. What the rebuild has made at the
 * same place, and nobody has heard of, it takes in, and reaches as far as the wider of the two. What nobody has heard of, and is left with too
 * few, is not published.
 */
export class TakeOver {
  readonly #rebuilt: Rebuilt;
  readonly #settings: Settings;
  readonly #young: ReadonlyMap<string, ClusterRecord>;
  /** Made by the rebuild, and never told. */
  readonly #unheard: readonly MadeCluster[];
  readonly #alive: Set<string>;
  /** By cluster that is not published, who takes it in. */
  readonly #goesTo = new Map<string, string>();
  readonly #heirs: ReadonlyMap<string, string>;
  /** Those that have others for members than the draft says. */
  readonly #changed = new Set<string>();

  /** O(young · clusters) */
  constructor(rebuilt: Rebuilt, latest: Generation | null, settings: Settings) {
    const old = new Set(rebuilt.from?.clusters.map(({ id }) => id));
    const young = (latest?.clusters ?? []).filter(({ id }) => !old.has(id));
    this.#rebuilt = rebuilt;
    this.#settings = settings;
    this.#young = new Map(young.map((record) => [record.id, record]));
    this.#unheard = rebuilt.clusters.filter(({ id }) => !old.has(id));
    const places = young.map((record) => ({ id: record.id, centroid: centroidOf(record) }));
    for (const { id, centroid } of this.#unheard) {
      const twin = nearestTwin(places, centroid, settings.mergeSimilarity);
      if (twin !== null) this.#goesTo.set(id, twin.id);
    }
    const all = [...rebuilt.clusters.map(({ id }) => id), ...this.#young.keys()];
    this.#alive = new Set(all.filter((id) => !this.#goesTo.has(id)));
    this.#heirs = heirsOf(this.#relationsOfOld());
  }

  /** Born in the course of the rebuild: they go on. */
  get young(): readonly string[] {
    return [...this.#young.keys()];
  }

  /** Whether it is of the new generation. */
  isAlive(id: string): boolean {
    return this.#alive.has(id);
  }

  /** Whether its figures are not those of the draft. */
  isChanged(id: string): boolean {
    return this.#young.has(id) || this.#changed.has(id);
  }

  /** Puts all samples under the new generation. O(window), giving way. @returns its clusters and their slots */
  async putAll(window: SampleWindow): Promise<Map<string, number[]>> {
    const { drafted, clusters } = this.#rebuilt;
    await this.#each(window, (slot, put) =>
      drafted.isThere(slot) && !this.#young.has(put ?? '') ? drafted.cluster(slot) : put,
    );
    const slice = new Slice();
    for (const { id, members } of clusters) {
      if (members.some((slot) => drafted.isHeld(slot) && window.cluster(slot) !== id)) this.#changed.add(id);
      if (slice.isOver) await slice.giveWay();
    }
    const members = await membersByCluster(window);
    for (const { id } of this.#unheard) {
      const slots = members.get(id) ?? [];
      if (slots.length >= this.#settings.smallest) continue;
      this.#alive.delete(id);
      members.delete(id);
      for (const slot of slots) window.setCluster(slot, null);
    }
    return members;
  }

  /** And those that were put under clusters of before since. O(window), giving way. */
  putRest(window: SampleWindow): Promise<void> {
    return this.#each(window, (_, put) => put);
  }

  /** Where what was put under a cluster is in the new generation; null: nowhere. */
  homeOf(cluster: string | null): string | null {
    if (cluster === null) return null;
    const own = this.#goesTo.get(cluster) ?? cluster;
    if (this.isAlive(own)) return own;
    const heir = this.#heirs.get(own) ?? '';
    return this.isAlive(heir) ? heir : null;
  }

  /** By the cluster spoken of: of those that are not published nothing is said. */
  relations(members: ReadonlyMap<string, readonly number[]>): Map<string, Relation> {
    const told = new Map<string, Relation>();
    for (const relation of this.#relationsOfOld()) {
      const { kind, id, from } = relation;
      if (kind === 'died') told.set(id, { ...relation, from: from.filter((heir) => this.isAlive(heir.id)) });
      else if (this.isAlive(id)) told.set(id, relation);
    }
    for (const id of this.#young.keys())
      told.set(id, {
        kind: 'continues',
        id,
        from: [{ id, share: 1, members: members.get(id)?.length ?? 0 }],
      });
    return told;
  }

  /** Records of the clusters that there are, and the headings above them; whatever was born finds its place beside the others. */
  async join(
    centroids: Neighbours,
    records: readonly ClusterRecord[],
    parents: readonly Parent[],
  ): Promise<{ records: readonly ClusterRecord[]; parents: readonly Parent[] }> {
    const own = records.filter(({ id }) => this.isAlive(id));
    if (this.#young.size === 0 && own.length === records.length) return { records, parents };
    const young = [...this.#young.values()];
    const beside = { clusters: own, manifest: { parents } };
    const under = await placeInTree(centroids, young, beside);
    const added = young.map((record, i) => {
      const taken = records.filter(({ id }) => this.#goesTo.get(id) === record.id);
      const { x, y, parent } = taken[0] ?? {
        ...(placeOfNewborn(beside, record.id, centroidOf(record)) ?? { x: null, y: null }),
        parent: under[i] ?? null,
      };
      const radius = Math.min(record.radius, ...taken.map((cluster) => cluster.radius));
      return { ...record, ...nameOf(record, taken), radius, x, y, parent };
    });
    const all = [...own, ...added];
    const renamed = parents.map((parent) => ({
      ...parent,
      named_from: [...new Set(parent.named_from.map((id) => this.#goesTo.get(id) ?? id))],
    }));
    return { records: all, parents: withChildren(renamed, all) };
  }

  async #each(
    window: SampleWindow,
    clusterOf: (slot: number, put: string | null) => string | null,
  ): Promise<void> {
    const slice = new Slice();
    for (const slot of window.slots()) {
      const put = window.cluster(slot);
      const home = this.homeOf(clusterOf(slot, put));
      if (home !== put) window.setCluster(slot, home);
      if (slot % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
    }
  }

  /** As the draft has them, of the same heirs the sum. */
  #relationsOfOld(): Relation[] {
    return this.#rebuilt.relations.map((relation) => {
      if (relation.kind !== 'died') return relation;
      const shares = new Map<string, number>();
      for (const { id, share } of relation.from) {
        const heir = this.#goesTo.get(id) ?? id;
        shares.set(heir, (shares.get(heir) ?? 0) + share);
      }
      const from = [...shares].map(([id, share]) => ({ id, share }));
      return { ...relation, from: from.sort((a, b) => b.share - a.share) };
    });
  }
}

/** Its own name, if it has one, else that of the largest it has taken in. */
function nameOf(
  own: ClusterRecord,
  taken: readonly ClusterRecord[],
): Pick<ClusterRecord, 'label' | 'naming' | 'names'> {
  const named = taken.filter(({ label }) => label !== null).sort((a, b) => b.conversations - a.conversations);
  const { label, naming, names } = own.label === null ? (named[0] ?? own) : own;
  return { label, naming, names };
}
