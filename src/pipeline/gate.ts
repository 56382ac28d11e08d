/** Shut while a rebuild runs in replay, so that the flow waits at one event time; always open when live. */
export interface Gate {
  /** Resolves when the gate is open. */
  open(): Promise<void>;
  /** Shuts the gate until `work` ends, whether it fails or not. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  let running: Promise<unknown> = Promise.resolve();
  let shut = 0;
  return {
    async open() {
      while (shut > 0) await running.catch(() => undefined);
    },
    async during(work) {
      shut++;
      const done = work().finally(() => {
        shut--;
      });
      running = done;
      return done;
    },
  };
}
