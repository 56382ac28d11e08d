/** How well found groups agree with known ones. Pure; groups and classes are any strings. */

type Pairs = {
  readonly n: number;
  readonly joint: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
};

/** Share of the rows that say the same; null says nothing and is wrong. O(n). */
export function accuracy(truth: readonly string[], said: readonly (string | null)[]): number {
  return truth.filter((name, i) => said[i] === name).length / Math.max(1, truth.length);
}

/** Mean over the classes of the truth of 2·precision·recall / (precision + recall). O(n). */
export function macroF1(truth: readonly string[], said: readonly (string | null)[]): number {
  const classes = new Map<string, { hit: number; said: number; true: number }>();
  const of = (name: string) => {
    const held = classes.get(name) ?? { hit: 0, said: 0, true: 0 };
    classes.set(name, held);
    return held;
  };
  for (const [i, name] of truth.entries()) {
    const told = said[i] ?? null;
    of(name).true++;
    if (told !== null) of(told).said++;
    if (told === name) of(name).hit++;
  }
  const real = [...classes.values()].filter((one) => one.true > 0);
  return real.reduce((sum, one) => sum + (2 * one.hit) / (one.said + one.true), 0) / Math.max(1, real.length);
}

/** For each group the class that most of its members are of: the best that any naming of the groups could do. O(n). */
export function majority(truth: readonly string[], groups: readonly (string | null)[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const [group, classes] of count(truth, groups).joint) {
    const [best] = [...classes].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    if (best !== undefined) named.set(group, best[0]);
  }
  return named;
}

/**
 * Normalized mutual information, by the arithmetic mean of the entropies: 0 independent and endless, 1 the same. What
 * chance gives grows with the number of groups. O(n).
 */
export function nmi(truth: readonly string[], groups: readonly (string | null)[]): number {
  const { mutual, entropy } = information(count(truth, groups));
  return entropy === 0 ? 1 : Math.max(0, mutual / entropy);
}

/** The same corrected for chance: 0 as by chance, 1 the same. O(groups · classes · the smaller of two sizes). Vinh, Epps and Bailey 2010. */
export function ami(truth: readonly string[], groups: readonly (string | null)[]): number {
  const pairs = count(truth, groups);
  const { mutual, entropy } = information(pairs);
  const chance = mutualByChance(pairs);
  // One group of one class, or as many of both as there are rows: nothing is left to chance.
  return entropy - chance < 1e-9 ? 1 : (mutual - chance) / (entropy - chance);
}

/** Mutual information and the mean of the two entropies, in nats. */
function information({ n, joint, rows, columns }: Pairs): { mutual: number; entropy: number } {
  const entropy = (counts: readonly number[]): number =>
    -counts.reduce((sum, c) => sum + (c / n) * Math.log(c / n), 0);
  const [h, g] = [entropy(rows), entropy(columns)];
  const cells = [...joint.values()].flatMap((classes) => [...classes.values()]);
  return { mutual: h + g - entropy(cells), entropy: (h + g) / 2 };
}

/** Expected where sizes are as they are and members are drawn: each cell is hypergeometric. */
function mutualByChance({ n, rows, columns }: Pairs): number {
  const logFactorial = new Float64Array(n + 1);
  for (let i = 1; i <= n; i++) logFactorial[i] = (logFactorial[i - 1] ?? 0) + Math.log(i);
  const lf = (i: number): number => logFactorial[i] ?? 0;
  let sum = 0;
  for (const a of rows)
    for (const b of columns)
      for (let both = Math.max(1, a + b - n); both <= Math.min(a, b); both++) {
        const ways = lf(a) + lf(b) + lf(n - a) + lf(n - b) - lf(n);
        const log = ways - lf(both) - lf(a - both) - lf(b - both) - lf(n - a - b + both);
        sum += Math.exp(log) * (both / n) * Math.log((n * both) / (a * b));
      }
  return sum;
}

/** Rand index corrected for chance: 0 as by chance, 1 the same. O(n). Hubert and Arabie 1985. */
export function ari(truth: readonly string[], groups: readonly (string | null)[]): number {
  const { n, joint, rows, columns } = count(truth, groups);
  const pairs = (counts: readonly number[]): number => counts.reduce((sum, c) => sum + (c * (c - 1)) / 2, 0);
  const cells = pairs([...joint.values()].flatMap((classes) => [...classes.values()]));
  const [a, b] = [pairs(rows), pairs(columns)];
  const chance = (a * b) / Math.max(1, (n * (n - 1)) / 2);
  const most = (a + b) / 2;
  return most === chance ? 1 : (cells - chance) / (most - chance);
}

/** Who is in no group is in one with all others that are in none: to leave everybody out must not pay. */
function count(truth: readonly string[], groups: readonly (string | null)[]): Pairs {
  const joint = new Map<string, Map<string, number>>();
  const columns = new Map<string, number>();
  for (const [i, name] of truth.entries()) {
    const group = groups[i] ?? 'in none';
    const classes = joint.get(group) ?? new Map<string, number>();
    joint.set(group, classes);
    classes.set(name, (classes.get(name) ?? 0) + 1);
    columns.set(name, (columns.get(name) ?? 0) + 1);
  }
  const rows = [...joint.values()].map((classes) => [...classes.values()].reduce((sum, c) => sum + c, 0));
  return { n: truth.length, joint, rows, columns: [...columns.values()] };
}
