import { setTimeout as delay } from 'node:timers/promises';

/**
 * In replay the flow waits at one event time while a rebuild runs, and assign for cluster, where both are in this process: what
 * assign has handed out before a rebuild began is counted under the old clusters. Always open when live.
 */
export interface Gate {
  /** Resolves when the gate is open. */
  open(): Promise<void>;
  /** Shuts the gate until `work` ends, whether it fails or not. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps a shut gate shut until `work` has ended too; does nothing to an open one. */
  extend(work: Promise<unknown>): void;
  /** The samples of a space have been taken up to this event time; null: nobody is to wait for it. */
  reached(space: string, at: number | null): void;
  /** Resolves when the samples of a space have been taken to shortly before this event time, or nothing is heard of them. */
  near(space: string, at: number): Promise<void>;
}

/** Assign goes on with its next batch when cluster is so near, in event time. */
const LEAD_MS = 10 * 60_000;
/** Without a word for so long, on the wall, nobody is waited for. */
const PATIENCE_MS = 10_000;

export function createGate(): Gate {
  const running = new Set<Promise<unknown>>();
  const hold = <T>(work: Promise<T>): Promise<T> => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const taken = new Map<string, number>();
  let news = Promise.withResolvers<void>();
  return {
    async open() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    during: (work) => hold(work()),
    extend(work) {
      if (running.size > 0) hold(work).catch(() => undefined);
    },
    reached(space, at) {
      if (at === null) taken.delete(space);
      else taken.set(space, at);
      news.resolve();
      news = Promise.withResolvers();
    },
    async near(space, at) {
      for (let before: number | undefined; ; ) {
        const now = taken.get(space);
        if (now === undefined || now === before || at - now <= LEAD_MS) return;
        before = now;
        for (const end = performance.now() + PATIENCE_MS; taken.get(space) === now; ) {
          const left = end - performance.now();
          if (left <= 0) break;
          const enough = new AbortController();
          await Promise.race([
            news.promise,
            delay(left, undefined, { signal: enough.signal }).catch(() => undefined),
          ]);
          enough.abort();
        }
      }
    },
  };
}
