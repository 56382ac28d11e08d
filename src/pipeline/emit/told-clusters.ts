import { giveWay, inSteps } from '../../algorithms/give-way.ts';
import type { ClusterView } from '../../domain/view.ts';
import type { SpaceBooks } from './space-books.ts';

/** A view as it was told, and what it was made from: most of the time neither changes. */
type Told = { readonly from: string; readonly text: string };
type Changes = { readonly clusters: ClusterView[]; readonly removed: string[] };

type Open = ReadonlyMap<string, 'pending' | 'firing'>;

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
   * Tells what has changed since the last time; nothing while that is not over. At once, where it is one piece of work.
   * @param open the alert that is open for a cluster
   */
  tell(open: Open, publish: (changes: Changes) => void): void {
    if (this.#underWay) return;
    const steps = this.#look(open);
    const first = steps.next();
    if (first.done !== true) void this.#goOn(steps, publish);
    else if (first.value !== null) publish(first.value);
  }

  async #goOn(steps: Generator<number, Changes | null>, publish: (changes: Changes) => void): Promise<void> {
    this.#underWay = true;
    try {
      await giveWay();
      const changes = await inSteps(steps);
      if (changes !== null) publish(changes);
    } finally {
      this.#underWay = false;
    }
  }

  *#look(open: Open): Generator<number, Changes | null> {
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
        if (made % PIECE === 0) yield made;
      }
    }
    const removed = [...this.#told.keys()].filter((id) => !now.has(id));
    this.#told = now;
    return clusters.length > 0 || removed.length > 0 ? { clusters, removed } : null;
  }
}
