/** What a rebuild does with clusters that were born in the course of it, and with samples that came meanwhile. */
import { Slice } from '../../algorithms/give-way.ts';
import type { ClusterRecord, Generation, Parent, Relation } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import { centroidOf } from '../vectors.ts';
import { nearestTwin } from './homes.ts';
import { placeOfNewborn } from './map.ts';
import { membersByCluster } from './names.ts';
import type { Rebuilt } from './rebuild.ts';
import { placeInTree, withChildren } from './tree-keep.ts';
import type { SampleWindow } from './window.ts';

/** Slots put under their clusters between two looks at the clock. */
const LOOK = 256;
/** So much of a cluster that is gone went to another, for what was put there meanwhile to follow. */
const HEIR_SHARE = 0.5;

type Settings = { readonly mergeSimilarity: number; readonly smallest: number };

/**
 * A cluster that was born in the course of a rebuild goes on as it was told: with its id, centroid and radius, its name and its members. What the rebuild has made
 * at the same place is one with it: (1) one that nobody has heard of is taken in; (2) one of before takes it in, as the next rebuild would. One
 * that nobody has heard of, and that is left with too few once those are told apart, is not published.
 */
export class TakeOver {
  readonly young: readonly ClusterRecord[];
  readonly #rebuilt: Rebuilt;
  readonly #settings: Settings;
  readonly #youngIds: ReadonlySet<string>;
  readonly #alive: Set<string>;
  /** Where the members of those go that are not published. */
  readonly #goesTo = new Map<string, string>();
  /** Those that have others for members than the draft says. */
  readonly #changed = new Set<string>();

  /** O(young · clusters) */
  constructor(rebuilt: Rebuilt, latest: Generation | null, settings: Settings) {
    const old = new Set(rebuilt.from?.clusters.map(({ id }) => id));
    const { clusters } = rebuilt;
    this.#rebuilt = rebuilt;
    this.#settings = settings;
    this.young = (latest?.clusters ?? []).filter(({ id }) => !old.has(id));
    this.#youngIds = new Set(this.young.map(({ id }) => id));
    const { mergeSimilarity } = settings;
    const told = clusters.filter(({ id }) => old.has(id));
    const young = this.young.map((record) => ({ id: record.id, centroid: centroidOf(record) }));
    for (const { id, centroid } of young) {
      const twin = nearestTwin(told, centroid, mergeSimilarity);
      if (twin !== null) this.#goesTo.set(id, twin.id);
    }
    for (const { id, centroid } of clusters) {
      const twin = old.has(id) ? null : nearestTwin(young, centroid, mergeSimilarity);
      if (twin !== null) this.#goesTo.set(id, this.#goesTo.get(twin.id) ?? twin.id);
    }
    const all = [...clusters.map(({ id }) => id), ...this.#youngIds];
    this.#alive = new Set(all.filter((id) => !this.#goesTo.has(id)));
  }

  /** Whether it is of the new generation. */
  isAlive(id: string): boolean {
    return this.#alive.has(id);
  }

  /** Whether its figures are not those of the draft. */
  isChanged(id: string): boolean {
    return this.#youngIds.has(id) || this.#changed.has(id);
  }

  /** Puts all samples under the new generation. O(window), giving way. @returns its clusters and their slots */
  async putAll(window: SampleWindow): Promise<Map<string, number[]>> {
    const { drafted, relations } = this.#rebuilt;
    const heirs = new Map(
      relations.flatMap(({ kind, id, from: [heir] }) =>
        kind === 'died' && heir !== undefined && heir.share >= HEIR_SHARE ? [[id, heir.id]] : [],
      ),
    );
    const slice = new Slice();
    for (const slot of window.slots()) {
      const put = window.cluster(slot);
      const draft = drafted.cluster(slot);
      const isDrafted = drafted.isThere(slot);
      const isYoung = this.#youngIds.has(put ?? '');
      const home = this.#homeOf(isDrafted && !isYoung ? draft : put, heirs);
      if (isDrafted ? home !== draft : isYoung) this.#note(home, draft);
      if (home !== put) window.setCluster(slot, home);
      if (slot % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
    }
    const members = await membersByCluster(window);
    for (const [id, slots] of this.#tooFew(members)) {
      this.#alive.delete(id);
      members.delete(id);
      for (const slot of slots) window.setCluster(slot, null);
    }
    return members;
  }

  /** By the cluster spoken of: of those that are not published nothing is said. */
  relations(members: ReadonlyMap<string, readonly number[]>): Map<string, Relation> {
    const told = new Map<string, Relation>();
    for (const relation of this.#rebuilt.relations) {
      const { kind, id, from } = relation;
      if (kind === 'died') {
        const heirs = from.map((heir) => ({ ...heir, id: this.#goesTo.get(heir.id) ?? heir.id }));
        told.set(id, { ...relation, from: heirs.filter((heir) => this.isAlive(heir.id)) });
      } else if (this.isAlive(id)) told.set(id, relation);
    }
    for (const { id } of this.young) {
      const heir = this.#goesTo.get(id);
      const own = { id, share: 1, members: members.get(id)?.length ?? 0 };
      told.set(
        id,
        heir === undefined
          ? { kind: 'continues', id, from: [own] }
          : { kind: 'died', id, from: [{ id: heir, share: 1 }] },
      );
    }
    return told;
  }

  /** Records of the clusters that there are, and the headings above them; whatever was born finds its place beside the others. */
  async join(
    centroids: Neighbours,
    records: readonly ClusterRecord[],
    parents: readonly Parent[],
  ): Promise<{ records: readonly ClusterRecord[]; parents: readonly Parent[] }> {
    if (this.young.length === 0) return { records, parents };
    const own = records.filter(({ id }) => this.isAlive(id));
    const young = this.young.filter(({ id }) => this.isAlive(id));
    const beside = { clusters: own, manifest: { parents } };
    const under = await placeInTree(centroids, young, beside);
    const added = young.map((record, i) => {
      const taken = records.find(({ id }) => this.#goesTo.get(id) === record.id);
      const { x, y, parent } = taken ?? {
        ...(placeOfNewborn(beside, record.id, centroidOf(record)) ?? { x: null, y: null }),
        parent: under[i] ?? null,
      };
      return { ...record, x, y, parent };
    });
    const all = [...own, ...added];
    const renamed = parents.map((parent) => ({
      ...parent,
      named_from: [...new Set(parent.named_from.map((id) => this.#goesTo.get(id) ?? id))],
    }));
    return { records: all, parents: withChildren(renamed, all) };
  }

  /** Those that nobody has heard of, whose members were told to be of another. */
  #tooFew(members: ReadonlyMap<string, number[]>): [id: string, slots: readonly number[]][] {
    const old = new Set(this.#rebuilt.from?.clusters.map(({ id }) => id));
    return this.#rebuilt.clusters
      .filter(({ id }) => this.isAlive(id) && this.#changed.has(id) && !old.has(id))
      .map(({ id }): [string, readonly number[]] => [id, members.get(id) ?? []])
      .filter(([, slots]) => slots.length < this.#settings.smallest);
  }

  #note(...changed: readonly (string | null)[]): void {
    for (const id of changed) if (id !== null) this.#changed.add(id);
  }

  #homeOf(cluster: string | null, heirs: ReadonlyMap<string, string>): string | null {
    if (cluster === null) return null;
    const own = this.#goesTo.get(cluster) ?? cluster;
    if (this.isAlive(own)) return own;
    const heir = heirs.get(own);
    const home = heir === undefined ? null : (this.#goesTo.get(heir) ?? heir);
    return home !== null && this.isAlive(home) ? home : null;
  }
}
