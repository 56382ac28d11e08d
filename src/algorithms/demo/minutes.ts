import type { Mix } from './mix.ts';
import { poisson } from './poisson.ts';

/** What a minute is made of, and how many conversations begin in it. */
type Minute = { readonly mix: Mix; readonly count: number };

type MinutesOptions = {
  readonly mixAt: (at: number) => Mix;
  /** A random row of its own for every name. */
  readonly randomOf: (name: string) => () => number;
  /** How many minutes are kept worked out. */
  readonly keep: number;
};

/** Works out a minute by its start, ms; the same minute is always the same. */
export function createMinutes({ mixAt, randomOf, keep }: MinutesOptions): (at: number) => Minute {
  const kept = new Map<number, Minute>();
  return function minuteAt(at) {
    const known = kept.get(at);
    if (known !== undefined) return known;
    const mix = mixAt(at);
    const minute = { mix, count: poisson(mix.mean, randomOf(`count/${at}`)) };
    kept.set(at, minute);
    for (const oldest of kept.keys()) {
      if (kept.size <= keep) break;
      kept.delete(oldest);
    }
    return minute;
  };
}
