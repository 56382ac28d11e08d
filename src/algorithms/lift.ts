/** How much more often something is found in a group than everywhere (Clio 3.3, there for languages). */
export type Lift = { readonly lift: number; readonly low: number; readonly high: number };

const Z = 1.959964; // 95%

/**
 * Share in a group ÷ share in all, the group being part of all, with a 95% interval by the delta method on the logarithm: the
 * variances of both shares, group and rest being drawn apart, less twice their covariance. Counts are of independent units: accounts, not their
 * conversations. O(1).
 * @param share of the group, above 0 and at most 1
 * @param size units in the group
 * @param overall share of all, above 0 and at most 1
 * @param all units everywhere, at least `size`
 * @returns null where one of the shares is not known or nothing
 */
export function liftOf(share: number, size: number, overall: number, all: number): Lift | null {
  if (!(share > 0 && overall > 0 && size > 0 && all > 0)) return null;
  const rest = Math.max(0, all - size);
  const outside = rest === 0 ? 0 : Math.min(1, Math.max(0, (overall * all - share * size) / rest));
  const found = overall * all;
  const spread = (size * share * (1 - share) + rest * outside * (1 - outside)) / found ** 2;
  const variance = Math.max(0, (1 - share) / (size * share) + spread - (2 * (1 - share)) / found);
  const lift = share / overall;
  const factor = Math.exp(Z * Math.sqrt(variance));
  return { lift, low: lift / factor, high: lift * factor };
}
