import type { ClusterView } from '../../domain/view.ts';
import { giveWay } from '../turns.ts';
import type { SpaceBooks } from './space-books.ts';

/** A view as it was told, and what it was made from: most of the time neither changes. */
type Told = { readonly from: string; readonly text: string };
type Changes = { readonly clusters: ClusterView[]; readonly removed: string[] };

/** Views made in one go: after a rebuild all of them change at once, and conversations flow meanwhile. */
const PIECE = 100;

/** What listeners were told of each cluster. */
export class ToldClusters {
  readonly #spaces: SpaceBooks;
  #told = new Map<string, Told>();
  #underWay = false;

  constructor(spaces: SpaceBooks) {
    this.#spaces = spaces;
  }

  /**
   * What has changed since it was asked last; null: nothing, or the last question is not answered yet.
   * @param open the alert that is open for a cluster
   */
  async changes(open: ReadonlyMap<string, 'pending' | 'firing'>): Promise<Changes | null> {
    if (this.#underWay) return null;
    this.#underWay = true;
    try {
      return await this.#look(open);
    } finally {
      this.#underWay = false;
    }
  }

  async #look(open: ReadonlyMap<string, 'pending' | 'firing'>): Promise<Changes | null> {
    const clusters: ClusterView[] = [];
    const now = new Map<string, Told>();
    let made = 0;
    for (const { book } of this.#spaces.list()) {
      const known = `${book.version} ${JSON.stringify(book.thresholds)}`;
      for (const state of book.heard()) {
        const { id } = state.record;
        const alert = open.get(id) ?? null;
        const from = `${known} ${alert} ${JSON.stringify(book.silenced(id))}`;
        const before = this.#told.get(id);
        if (before?.from === from) {
          now.set(id, before);
          continue;
        }
        const view = book.view(state, alert);
        const text = JSON.stringify(view);
        if (before?.text !== text) clusters.push(view);
        now.set(id, { from, text });
        made += 1;
        if (made % PIECE === 0) await giveWay();
      }
    }
    const removed = [...this.#told.keys()].filter((id) => !now.has(id));
    this.#told = now;
    return clusters.length > 0 || removed.length > 0 ? { clusters, removed } : null;
  }
}
