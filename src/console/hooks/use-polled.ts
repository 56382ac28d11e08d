import { useEffect, useState } from 'react';
import { reasonOf } from '../state/reason.ts';

type Polled<T> = { readonly value: T | undefined; readonly problem: string | null };

/** Asks at once and every `seconds`; while an answer fails the last one stays. `ask` must be stable. */
export function usePolled<T>(ask: () => Promise<T>, seconds: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, problem: null });
  useEffect(() => {
    let current = true;
    const poll = () =>
      ask().then(
        (value) => {
          if (current) setPolled({ value, problem: null });
        },
        (error: unknown) => {
          if (current) setPolled(({ value }) => ({ value, problem: reasonOf(error) }));
        },
      );
    void poll();
    const timer = setInterval(poll, seconds * 1_000);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [ask, seconds]);
  return polled;
}
