/** Shut while a rebuild runs in replay, so that the flow waits at one event time; always open when live. */
export interface Gate {
  /** Resolves when the gate is open. */
  open(): Promise<void>;
  /** Shuts the gate until `work` ends, whether it fails or not. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps a shut gate shut until `work` has ended too; does nothing to an open one. */
  extend(work: Promise<unknown>): void;
}

export function createGate(): Gate {
  const running = new Set<Promise<unknown>>();
  const hold = <T>(work: Promise<T>): Promise<T> => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  return {
    async open() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    during: (work) => hold(work()),
    extend(work) {
      if (running.size > 0) hold(work).catch(() => undefined);
    },
  };
}
