/** How often something is found in a group. */
export type Share = { readonly carried: number; readonly of: number };

const WIDEST = 25; // of log ratios: beyond 10^10
const STEPS = 50; // halvings: to 10^-14 of that

/** p-value of two shares being the same: the likelihood-ratio (G) test, against χ² with one degree of freedom (Wilks 1938). O(1). */
export function doubtOf(a: Share, b: Share): number {
  return tail(deviance(a, b, 0));
}

/**
 * Interval of a.share ÷ b.share: the ratios that the likelihood-ratio test does not refuse at `miss`, so that it holds 1 exactly when
 * `doubtOf` is above that. Unlike intervals from a variance it is good for small shares, none at all, and far tails. `high` of null: no
 * bound, as nothing was found in `b`. Each holds one count at least that is not 0. 100 steps: 10 µs.
 */
export function ratioInterval(a: Share, b: Share, miss: number): { low: number; high: number | null } {
  const enough = devianceAt(miss);
  const best = Math.log(a.carried / a.of / (b.carried / b.of));
  const middle = Math.min(WIDEST, Math.max(-WIDEST, best));
  const refused = (log: number): boolean => deviance(a, b, log) > enough;
  return {
    low: a.carried === 0 ? 0 : Math.exp(edge(middle, -WIDEST, refused)),
    high: b.carried === 0 ? null : Math.exp(edge(middle, WIDEST, refused)),
  };
}

/** Twice the log likelihood lost when the ratio of the shares is to be exp(`log`). */
function deviance(a: Share, b: Share, log: number): number {
  const [p, q] = likeliest(a, b, Math.exp(log));
  const free = likelihood(a, a.carried / a.of) + likelihood(b, b.carried / b.of);
  return Math.max(0, 2 * (free - likelihood(a, p) - likelihood(b, q)));
}

/** The likeliest shares of which one is `ratio` times the other: the smaller root of a quadratic (Koopman 1984). */
function likeliest(a: Share, b: Share, ratio: number): [number, number] {
  const square = (a.of + b.of) * ratio;
  const linear = ratio * (a.of + b.carried) + a.carried + b.of;
  const constant = a.carried + b.carried;
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * square * constant));
  // The other form of it, (linear - root) / 2 square, is a difference of two large numbers.
  const q = (2 * constant) / (linear + root);
  return [Math.min(1, q * ratio), Math.min(1, q)];
}

function likelihood({ carried, of }: Share, p: number): number {
  const rest = of - carried;
  return (carried === 0 ? 0 : carried * Math.log(p)) + (rest === 0 ? 0 : rest * Math.log1p(-p));
}

/** Where `refused` begins on the way from `inside` to `outside`; `outside` when it never does. */
function edge(inside: number, outside: number, refused: (x: number) => boolean): number {
  let [near, far] = [inside, outside];
  for (let step = 0; step < STEPS; step++) {
    const middle = (near + far) / 2;
    if (refused(middle)) far = middle;
    else near = middle;
  }
  return near;
}

function devianceAt(miss: number): number {
  return edge(0, 4 * WIDEST * WIDEST, (x) => tail(x) < miss);
}

/** Chance that χ² with one degree of freedom is above x, as erfc(√(x/2)); relative error below 1.2e-7 (Press et al. 1992, 6.2). */
function tail(x: number): number {
  const z = Math.sqrt(x / 2);
  const t = 1 / (1 + z / 2);
  let sum = 0;
  for (const c of ERFC) sum = sum * t + c;
  return Math.min(1, t * Math.exp(-z * z + sum));
}

const ERFC = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];
