import { idPrefix } from '../../domain/cluster-id.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import { ALL, DEFAULT_SPACE } from '../../domain/ids.ts';
import type { Space, Spaces } from '../spaces.ts';
import { ClusterBook } from './clusters.ts';
import type { Silenced } from './silences.ts';
import type { Thresholds } from './told.ts';

/** Books of spaces that there are not: not yet, as topics come in any order, or no more. */
const OTHERS = 32;

/** What is known of the clusters of every space. */
export class SpaceBooks {
  readonly #spaces: Spaces;
  readonly #thresholds: (space: string) => Thresholds;
  readonly #silenced: (cluster: Pick<ClusterRecord, 'id' | 'descends'>) => Silenced | null;
  readonly #books = new Map<string, ClusterBook>();
  /** Of all conversations by their request. */
  readonly main: ClusterBook;

  constructor(
    spaces: Spaces,
    thresholds: (space: string) => Thresholds,
    silenced: (cluster: Pick<ClusterRecord, 'id' | 'descends'>) => Silenced | null,
  ) {
    this.#silenced = silenced;
    this.#spaces = spaces;
    this.#thresholds = thresholds;
    this.main = this.of(DEFAULT_SPACE);
  }

  of(space: string): ClusterBook {
    const known = this.#books.get(space);
    if (known !== undefined) return known;
    this.#shrink();
    const narrow = !space.startsWith(`${ALL}/`);
    const book = new ClusterBook(() => ({ ...this.#thresholds(space), narrow }), this.#silenced);
    this.#books.set(space, book);
    return book;
  }

  #shrink(): void {
    const there = new Set<string>(this.#spaces.list().map(({ id }) => id));
    const others = [...this.#books.keys()].filter((space) => !there.has(space));
    for (const space of others.slice(0, Math.max(0, others.length - OTHERS))) this.#books.delete(space);
  }

  /** Those that there are now, the default one first. */
  list(): { readonly space: Space; readonly book: ClusterBook }[] {
    return this.#spaces.list().map((space) => ({ space, book: this.of(space.id) }));
  }

  /** null: there is no such space, or no more. */
  find(space: string): ClusterBook | null {
    return this.#spaces.list().some(({ id }) => id === space) ? this.of(space) : null;
  }

  /** The book that a cluster belongs in, by its id. */
  withCluster(id: string): ClusterBook | null {
    const prefix = id.slice(0, id.indexOf(':') + 1);
    const space = this.#spaces.list().find((candidate) => idPrefix(candidate.id) === prefix);
    return space === undefined ? null : this.of(space.id);
  }
}
