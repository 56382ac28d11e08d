/** exp(-mean) must not underflow; a sum of Poisson numbers is one too. */
const STEP = 30;

/** A Poisson number. O(mean). Knuth 1969, vol. 2, 3.4.1. */
export function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= STEP) {
    const floor = Math.exp(-Math.min(left, STEP));
    for (let product = random(); product > floor; product *= random()) count++;
  }
  return count;
}
