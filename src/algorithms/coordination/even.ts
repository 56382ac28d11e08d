/** A conversation in a sample of accounts: the older, the fewer accounts are kept, and one that is kept is so in every larger share. */
export type Kept = {
  /** Of the account, in [0, 1): it is kept where the share is larger. */
  readonly unit: number;
  /** Of the accounts whose conversations of its age are kept. */
  readonly share: number;
};

/** Shares looked at: 2^(−k/2). */
const STEPS = 2;
const SMALLEST = 60;

/**
 * Conversations in which no account was looked at for longer than another: those of accounts below a share, of the times of which at least that
 * share is kept; at the share that has most of them. Of everything kept, an account of the oldest part would bring weeks, and others
 * minutes: most would seem to do little, and a few much. O(rows).
 */
export function evenRows<T extends Kept>(rows: readonly T[]): T[] {
  // A row counts at every share above its unit, up to its own.
  const changes = new Int32Array(SMALLEST + 2);
  for (const { unit, share } of rows) {
    const [from, to] = [stepAtMost(share), stepAbove(unit)];
    if (from > to) continue;
    changes[from] = (changes[from] ?? 0) + 1;
    changes[to + 1] = (changes[to + 1] ?? 0) - 1;
  }
  let [best, most, count] = [0, -1, 0];
  for (let k = 0; k <= SMALLEST; k++) {
    count += changes[k] ?? 0;
    if (count > most) [best, most] = [k, count];
  }
  const at = 2 ** (-best / STEPS);
  return rows.filter(({ unit, share }) => unit < at && share >= at);
}

/** First step whose share is no more than this. */
function stepAtMost(share: number): number {
  if (share >= 1) return 0;
  let k = Math.min(SMALLEST + 1, Math.max(0, Math.ceil(-Math.log2(share) * STEPS)));
  while (k <= SMALLEST && 2 ** (-k / STEPS) > share) k++;
  return k;
}

/** Last step whose share is more than this. */
function stepAbove(unit: number): number {
  let k = unit <= 0 ? SMALLEST : Math.min(SMALLEST, Math.max(-1, Math.floor(-Math.log2(unit) * STEPS)));
  while (k >= 0 && 2 ** (-k / STEPS) <= unit) k--;
  return k;
}
