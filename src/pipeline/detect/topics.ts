/** Which clusters are one topic, and of which topics the birth has been told. */
import { parentOf, type Relation } from '../../domain/generation.ts';

export type TopicsState = {
  readonly announced: readonly string[];
  readonly kin: readonly (readonly [cluster: string, first: string])[];
  /** None in snapshots of before it was told. */
  readonly cut?: readonly (readonly [cluster: string, first: string])[];
};

export class Topics {
  /** By their first newborn, those whose birth was told, or happened under other labels: not told again. */
  readonly #announced = new Set<string>();
  /** The first newborn of a topic by those that are more of it: one of them tells the birth for all. */
  readonly #kin = new Map<string, string>();
  /** The same of those that were cut off from it while it had an open alert; as long as it has. */
  readonly #cut = new Map<string, string>();

  /** Some cluster is more of the topic of another. */
  get shared(): boolean {
    return this.#kin.size + this.#cut.size > 0;
  }

  of(cluster: string): string {
    return this.#cut.get(cluster) ?? this.#kin.get(cluster) ?? cluster;
  }

  isAnnounced(topic: string): boolean {
    return this.#announced.has(topic);
  }

  announce(cluster: string): void {
    this.#announced.add(this.of(cluster));
  }

  /** Newborns that are more of the topic of others do not tell its birth a second time. */
  join(relations: readonly Relation[]): void {
    for (const { kind, id, from } of relations) {
      const [nearest] = from;
      if (kind === 'born' && nearest !== undefined) this.#kin.set(id, this.of(nearest.id));
    }
  }

  /**
   * After a rebuild. What is cut off from a cluster with an open alert grows with it: that has been told. Of a cluster of which it took
   * a corner it is no part, and what it does is not told by that one's alert.
   */
  settle(
    alive: ReadonlySet<string>,
    relations: readonly Relation[],
    isOpen: (cluster: string) => boolean,
  ): void {
    for (const cluster of this.#kin.keys()) if (!alive.has(cluster)) this.#kin.delete(cluster);
    this.#untie(alive, isOpen);
    for (const relation of relations) {
      const parent = parentOf(relation);
      if (parent !== undefined && isOpen(parent.id)) this.#cut.set(relation.id, this.of(parent.id));
    }
    const topics = new Set([...alive].map((cluster) => this.of(cluster)));
    for (const topic of this.#announced) if (!topics.has(topic)) this.#announced.delete(topic);
  }

  /** Those that were cut off speak for themselves again once no alert tells of the topic; a birth that has been told stays told. */
  #untie(alive: ReadonlySet<string>, isOpen: (cluster: string) => boolean): void {
    const told = new Set([...alive].filter(isOpen).map((cluster) => this.of(cluster)));
    for (const [cluster, topic] of this.#cut) {
      if (alive.has(cluster) && told.has(topic)) continue;
      this.#cut.delete(cluster);
      if (alive.has(cluster) && this.#announced.has(topic)) this.announce(cluster);
    }
  }

  state(): TopicsState {
    return { announced: [...this.#announced], kin: [...this.#kin], cut: [...this.#cut] };
  }

  restore({ announced, kin, cut = [] }: TopicsState): void {
    for (const cluster of announced) this.#announced.add(cluster);
    for (const [cluster, first] of kin) this.#kin.set(cluster, first);
    for (const [cluster, first] of cut) this.#cut.set(cluster, first);
  }
}
