/** Least squares on logarithms: y = c · x₁^a₁ · x₂^a₂ …; answers with log c and the powers. O(rows · columns²). */
export function exponents(rows: readonly (readonly number[])[], y: readonly number[]): number[] {
  const x = rows.map((row) => [1, ...row.map(Math.log)]);
  const size = x[0]?.length ?? 0;
  const each = Array.from({ length: size }, (_, i) => i);
  const sum = (of: (row: readonly number[], i: number) => number): number =>
    x.reduce((total, row, i) => total + of(row, i), 0);
  const equations = each.map((a) => [
    ...each.map((b) => sum((row) => (row[a] ?? 0) * (row[b] ?? 0))),
    sum((row, i) => (row[a] ?? 0) * Math.log(y[i] ?? 1)),
  ]);
  return solve(equations);
}

/** Gauss and Jordan, on equations with their right side last; the matrix is positive definite, so no pivots are needed. */
function solve(equations: readonly number[][]): number[] {
  for (const [at, pivot] of equations.entries()) {
    const lead = pivot[at] ?? 0;
    if (!(Math.abs(lead) > 1e-9)) throw new Error('the grid does not tell its dimensions apart');
    for (const [i, value] of pivot.entries()) pivot[i] = value / lead;
    for (const other of equations) {
      const factor = other === pivot ? 0 : (other[at] ?? 0);
      for (const [i, value] of pivot.entries()) other[i] = (other[i] ?? 0) - factor * value;
    }
  }
  return equations.map((row) => row.at(-1) ?? Number.NaN);
}
