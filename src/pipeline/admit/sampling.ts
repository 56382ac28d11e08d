/** Which of the conversations that are new are taken, and what each stands for. */
import { chanceOf, isTaken } from '../../algorithms/sampling/chance.ts';
import { Governor, type GovernorOptions, type Planned } from '../../algorithms/sampling/governor.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Seen } from './seen.ts';
import type { Admitted } from './select.ts';

export type Sampled = {
  readonly share: number;
  /** To be told of when the batch is committed; null: nothing is sampled. */
  readonly planned: Planned | null;
  readonly taken: readonly (Admitted & { readonly weight: number })[];
  readonly out: readonly (Admitted & { readonly weight: number })[];
};

export const takeAll = (admitted: readonly Admitted[]): Sampled => ({
  share: 1,
  planned: null,
  taken: admitted.map((one) => ({ ...one, weight: 1 })),
  out: [],
});

/** One for all partitions of a process, so that their share is one and what they spend is counted together. */
export class Sampling {
  readonly #settings: GovernorOptions;
  readonly #governor: Governor;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #telemetry: Pick<Telemetry, 'sampling'>;
  readonly #owned = new Set<number>();
  /** Batches under way, by partition. */
  readonly #underWay = new Map<number, Set<Planned>>();
  #partitions = 1;

  constructor(settings: GovernorOptions, clock: Pick<Clock, 'now'>, telemetry: Pick<Telemetry, 'sampling'>) {
    this.#settings = settings;
    this.#governor = new Governor(settings);
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.tell();
  }

  /** A model answered: `facets` is what a conversation costs, anything else is for names. */
  spent(stage: string, dollars: number): void {
    const now = this.#clock.now();
    this.#governor.spend('dollars', dollars, stage === 'facets', now);
    this.#governor.spend('calls', 1, stage === 'facets', now);
  }

  /** @param partitions of the input, over all processes: each has the part of the budgets that its partitions are */
  over(partitions: number): void {
    this.#partitions = partitions;
    this.#divide();
  }

  opened(partition: number): void {
    this.#owned.add(partition);
    this.#divide();
  }

  closed(partition: number): void {
    this.#owned.delete(partition);
    // A session that ends with batches not committed has failed, or another takes over: they come again.
    for (const planned of this.#underWay.get(partition) ?? []) this.#governor.gaveUp(planned);
    this.#underWay.delete(partition);
    this.#divide();
  }

  /**
   * The first snapshot of a conversation decides what it weighs in totals, once for all. A longer one is taken when it would be now;
   * of a conversation that was not taken at first it weighs nothing, as others stood for it.
   */
  choose(partition: number, seen: Seen, admitted: readonly Admitted[]): Sampled {
    const { strategy } = this.#settings;
    if (strategy === 'all') return takeAll(admitted);
    const outputs = admitted.map(({ conversation }) => outputsOf(conversation));
    const planned = this.#governor.plan(outputs, this.#clock.now());
    const { share } = planned;
    const underWay = this.#underWay.get(partition) ?? new Set();
    this.#underWay.set(partition, underWay.add(planned));
    const taken: (Admitted & { weight: number })[] = [];
    const out: (Admitted & { weight: number })[] = [];
    for (const [i, one] of admitted.entries()) {
      const chance = chanceOf(strategy, share, outputs[i] ?? 1);
      const isIn = isTaken(one.account, chance);
      const weight = seen.version(one.token) > 0 ? seen.weight(one.token) : isIn ? 1 / chance : 0;
      (isIn ? taken : out).push({ ...one, weight });
    }
    planned.taken = taken.length;
    return { share, planned, taken, out };
  }

  committed(partition: number, planned: Planned): void {
    this.#underWay.get(partition)?.delete(planned);
    this.#governor.settled(planned, this.#clock.now());
    this.tell();
  }

  tell(): void {
    const now = this.#clock.now();
    const { share } = this.#governor;
    this.#telemetry.sampling(share, this.#governor.left('dollars', now), this.#governor.left('calls', now));
  }

  #divide(): void {
    // Topics may have grown since they were counted.
    const all = Math.max(1, this.#partitions, this.#owned.size);
    this.#governor.portion = Math.max(1, this.#owned.size) / all;
  }
}

/** What the model said in it. */
export function outputsOf({ messages }: Conversation): number {
  return messages.reduce((sum, { role }) => sum + (role === 'assistant' ? 1 : 0), 0);
}
