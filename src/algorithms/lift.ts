import { ratioInterval } from './growth/share-ratio.ts';

/** How much more often something is found in a group than everywhere (Clio 3.3, there for languages). */
export type Lift = { readonly lift: number; readonly low: number; readonly high: number };

/** A share, how far what is told of it may be off, and of how much it is one. */
export type Told = {
  /** Of conversations, at most 1. */
  readonly share: number;
  readonly off: number;
  readonly conversations: number;
  /** Independent ones that say as much: what one account says again and again is one voice. See `unitsOf`. */
  readonly units: number;
};

const MISS = 0.05;

/**
 * Share in a group ÷ share in all, the group being part of all, with a 95% interval. Group and rest are drawn apart, so the interval is of the
 * ratio of their shares, by the likelihood ratio (growth/share-ratio.ts), and widest of what the shares may be that are told. A ratio to the
 * rest is one to all: x ÷ (part · x + 1 − part). 200 steps: 20 µs.
 * @param apart whether the group came after all that is `all`, and is no part of it: the interval is of the ratio itself then
 * @returns null where one of the shares is not known or nothing
 */
export function liftOf(group: Told, all: Told, apart = false): Lift | null {
  if (!(group.share > 0 && all.share > 0 && group.units > 0 && all.units > 0)) return null;
  const lift = group.share / all.share;
  const part = apart ? 0 : Math.min(1, group.conversations / Math.max(1, all.conversations));
  const units = all.units * (1 - part);
  if (units < 1) return { lift, low: lift, high: lift };
  const [least, most] = [bound(group.share - group.off), bound(group.share + group.off)];
  const outside = (overall: number, within: number): number =>
    bound((overall - part * within) / (1 - part)) * units;
  // Where there may be nobody outside: everybody is in the group, or, apart from it, there is half a one.
  const utmost = part > 0 ? 1 / part : 2 * units * most;
  const toAll = (x: number | null): number => (x === null ? utmost : x / (part * x + 1 - part));
  const low =
    least === 0
      ? 0
      : ratioInterval(of(least, group), { carried: outside(all.share + all.off, least), of: units }, MISS)
          .low;
  const { high } = ratioInterval(
    of(most, group),
    { carried: outside(Math.max(0, all.share - all.off), most), of: units },
    MISS,
  );
  return { lift, low: Math.min(lift, toAll(low)), high: Math.max(lift, toAll(high)) };
}

/**
 * How many independent ones say as much about a share as these conversations, when each account says the same in all of its own (Kish 1965):
 * one busy account among many makes a share of its own. From the accounts' counts. O(accounts).
 */
export function unitsOf(counts: Iterable<number>): number {
  let sum = 0;
  let squares = 0;
  for (const count of counts) {
    sum += count;
    squares += count * count;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

const bound = (share: number): number => Math.min(1, Math.max(0, share));
const of = (share: number, { units }: Told) => ({ carried: share * units, of: units });
