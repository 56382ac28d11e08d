import { hash53 } from '../hash.ts';

/** Accounts by language; what is not listed has `OTHERS`. */
const POOL: Readonly<Record<string, number>> = { en: 7_000 };
const OTHERS = 500;
/** Larger: the busiest accounts stand out less. At 30 the busiest of 7,000 has 0.6% of the traffic. */
const HEAD = 30;
/** Share of conversations from accounts that keep coming back with the same subject. */
const REGULAR = 0.5;

/** An account of everyday traffic: rank r is drawn with probability about 1 / (r + 30), a heavy tail. O(1). */
export function drawAccount(topic: string, language: string, random: () => number): string {
  const size = POOL[language] ?? OTHERS;
  const rank = Math.floor(HEAD * ((1 + size / HEAD) ** random() - 1));
  // Regulars of a subject are the same heavy tail, begun elsewhere in the pool.
  const offset = random() < REGULAR ? hash53(topic) % size : 0;
  return accountId(language, (rank + offset) % size);
}

/** The account `index` of a group; the id tells neither. Groups: a language, or the name of an event. */
export function accountId(group: string, index: number): string {
  return `acct_${hash53(`${group}/${index}`).toString(36).padStart(11, '0')}`;
}
