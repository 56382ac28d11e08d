/** Who owns a group's partitions of a topic: the first to subscribe; the next stands by until that one stops. */
import type { ConsumerSpec, Subscription } from '../../ports/event-log.ts';
import type { Catalog } from './embedded-catalog.ts';
import type { Commits } from './embedded-commits.ts';
import { type RunningSession, runSession } from './embedded-session.ts';

export class Subscriptions {
  readonly #catalog: Catalog;
  readonly #commits: Commits;
  /** By group and topic: settles when all who own it or stand by have stopped. */
  readonly #claims = new Map<string, Promise<void>>();
  readonly #all = new Set<Subscription>();

  constructor(catalog: Catalog, commits: Commits) {
    this.#catalog = catalog;
    this.#commits = commits;
  }

  add(spec: ConsumerSpec): Subscription {
    const owned = this.#catalog.topic(spec.topic).partitions.map((partition) => {
      const { stateTopic } = spec;
      const state = stateTopic === undefined ? null : this.#catalog.partition(stateTopic, partition.number);
      return { partition, state };
    });
    for (const { partition } of owned) this.#catalog.join(spec.group, partition);
    let sessions: RunningSession[] = [];
    let stopped = false;
    const begin = (): void => {
      if (stopped) return;
      sessions = owned.map(({ partition, state }) => runSession(spec, partition, state, this.#commits));
    };
    const release = this.#claim(`${spec.group}\n${spec.topic}`, begin);
    const subscription: Subscription = {
      stop: async () => {
        stopped = true;
        await Promise.all(sessions.map((session) => session.stop()));
        sessions = [];
        this.#all.delete(subscription);
        release();
      },
      partitions: () => sessions.map((_, number) => number),
    };
    this.#all.add(subscription);
    return subscription;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((subscription) => subscription.stop()));
  }

  /** Calls `begin` when those before have let go; answers with the way to let go. */
  #claim(name: string, begin: () => void): () => void {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const before = this.#claims.get(name);
    const mine = before === undefined ? released : before.then(() => released);
    this.#claims.set(name, mine);
    if (before === undefined) begin();
    else void before.then(begin);
    void mine.then(() => {
      if (this.#claims.get(name) === mine) this.#claims.delete(name);
    });
    return release;
  }
}
