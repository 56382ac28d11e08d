/** Draws for simulations: every function takes its source of uniform numbers, so that a seed gives the same run. */
type Uniform = () => number;

/** Poisson count. O(mean) up to 30, then split in halves. */
export function poisson(random: Uniform, mean: number): number {
  if (mean > 30) return poisson(random, mean / 2) + poisson(random, mean / 2);
  const floor = Math.exp(-mean);
  let n = 0;
  for (let p = random(); p > floor; p *= random()) n += 1;
  return n;
}

/** Standard normal. Box and Muller 1958. */
export function normal(random: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Gamma of mean 1 and variance 1/shape, for shapes of 1 and more. Marsaglia and Tsang 2000. */
export function unitGamma(random: Uniform, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}

/** Failures before the first success, of the given mean. */
export function geometric(random: Uniform, mean: number): number {
  return Math.floor(Math.log(1 - random()) / Math.log(mean / (1 + mean)));
}
