/** How many calls may be under way, found by trying: one more a round while all goes well, half when it is too much. */

/** The service says by these that it is asked too much. */
const OVERLOADED: readonly number[] = [429, 529];

export interface Concurrency {
  /** Runs `work` once there is a place, in the order asked. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Notes one try that goes out now; call the answer with the status that came. */
  sent(): (status: number) => void;
}

/**
 * Additive increase, multiplicative decrease, between 1 and `ceiling`, where it begins. Tries of before a halving halve it no
 * further: the service answers for a load that is gone. Chiu and Jain 1989.
 * @param onLimit told of each change of the limit, in whole calls
 */
export function createConcurrency(ceiling: number, onLimit: (limit: number) => void): Concurrency {
  const waiting: (() => void)[] = [];
  let limit = ceiling;
  let running = 0;
  let halvings = 0;
  onLimit(ceiling);

  function become(next: number): void {
    const before = Math.floor(limit);
    limit = Math.max(1, Math.min(ceiling, next));
    if (Math.floor(limit) !== before) onLimit(Math.floor(limit));
    admit();
  }

  function admit(): void {
    while (running < Math.floor(limit)) {
      const next = waiting.shift();
      if (next === undefined) return;
      running++;
      next();
    }
  }

  return {
    async run(work) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        admit();
      });
      try {
        return await work();
      } finally {
        running--;
        admit();
      }
    },
    sent() {
      const at = halvings;
      return (status) => {
        if (OVERLOADED.includes(status)) {
          if (at !== halvings) return;
          halvings++;
          become(Math.floor(limit / 2));
        } else if (status < 400) become(limit + 1 / limit);
      };
    },
  };
}
