/** Figures of a group told so coarsely that two views of it, before and after somebody came, do not tell whom or what. */

/** Counts below so many times the minimum are near it. */
const NEAR = 5;

/** Whether a group is told in steps. */
export const isNear = (n: number, minimum: number): boolean => n < NEAR * minimum;

/** Half the minimum: what one member changes is less than what is rounded away. */
export const stepOf = (minimum: number): number => Math.max(1, Math.floor(minimum / 2));

/**
 * A count of a group that may be shown. Near the minimum it is told in steps of half the minimum, to the nearest and never below the
 * minimum; far above it as it is. O(1).
 * @param narrow the group was chosen by what people say: whoever chooses two that differ in a name must not see who bears it, so it is told
 * in steps however large it is
 */
export function coarseCount(n: number, minimum: number, narrow = false): number {
  if (!narrow && !isNear(n, minimum)) return n;
  const step = stepOf(minimum);
  return Math.max(minimum, Math.round(n / step) * step);
}

/**
 * Conversations of so many accounts, both as they are told: no fewer than these, in steps still. Else the one would tell more of the other
 * than its own steps do. O(1).
 */
export function noFewer(conversations: number, accounts: number, minConversations: number): number {
  if (conversations >= accounts) return conversations;
  const step = stepOf(minConversations);
  return Math.ceil(accounts / step) * step;
}

/** Conversations of a group and their accounts, as they may be shown together. O(1). */
export function coarseMembers(
  { conversations, accounts }: { readonly conversations: number; readonly accounts: number },
  {
    minConversations,
    minAccounts,
    narrow,
  }: { readonly minConversations: number; readonly minAccounts: number; readonly narrow?: boolean },
): { readonly conversations: number; readonly accounts: number } {
  const told = coarseCount(accounts, minAccounts, narrow);
  const counted = coarseCount(conversations, minConversations, narrow);
  // Of some that are told apart, as those with facets, there may be fewer conversations than accounts of all.
  return {
    accounts: told,
    conversations: conversations < accounts ? counted : noFewer(counted, told, minConversations),
  };
}

/** What came of a narrow group in some time: of fewer than the minimum, none. O(1). */
export function coarseFlow(n: number, minimum: number): number {
  return n < minimum ? 0 : coarseCount(n, minimum, true);
}

/**
 * A share or mean of `n` members, to the nearest multiple of what half the minimum of them would change it by, were they one unit apart.
 * O(1).
 * @param n as it is told: multiples of what is made of another number tell that number
 */
export function coarseMean(mean: number, n: number, minimum: number): number {
  const steps = n / stepOf(minimum);
  return steps <= 1 ? Math.round(mean) : Math.round(mean * steps) / steps;
}

/** How far what `coarseMean` tells of a share may be from it. O(1). */
export function coarseMeanOff(n: number, minimum: number): number {
  return Math.min(0.5, stepOf(minimum) / Math.max(1, n) / 2);
}

/** A count in whole steps of half the minimum, never more than it is, and 1 at least: what rests on it is sooner too wide than too narrow. O(1). */
export function atLeast(n: number, minimum: number): number {
  const step = stepOf(minimum);
  return Math.max(1, Math.floor(n / step) * step);
}

/** A count in whole steps of half the minimum, never more than it is: what is said to grow does. O(1). */
export function flooredCount(n: number, minimum: number): number {
  const step = stepOf(minimum);
  return Math.floor(n / step) * step;
}

/** A count to the nearest step of half the minimum, and how far from it the exact one may lie. O(1). */
export function steppedCount(n: number, minimum: number): { count: number; off: number } {
  const step = stepOf(minimum);
  return { count: Math.round(n / step) * step, off: Math.floor(step / 2) };
}
