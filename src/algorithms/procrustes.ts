/** Lays one set of points of the plane over another: orthogonal Procrustes, in closed form with complex numbers. */

type Point = { readonly x: number; readonly y: number };

/** First mirrored at the x axis (or not), then turned and scaled by the complex number `re + i·im`, then moved. */
export type Alignment = {
  readonly mirrored: boolean;
  readonly re: number;
  readonly im: number;
  readonly dx: number;
  readonly dy: number;
};

/**
 * The alignment that brings `from` nearest to `to`, pair by pair, in squared distance: of all similarities, or of those
 * that keep lengths (`rigid`). None pairs: nothing moves; points that all coincide are only moved. O(pairs).
 * Gower and Dijksterhuis 2004, chapters 4 and 5.
 */
export function align(from: readonly Point[], to: readonly Point[], kind: 'similarity' | 'rigid'): Alignment {
  const a = meanOf(from);
  const b = meanOf(to);
  // Of points that lie within 1e-160 of each other the squares would be nothing.
  const [spreadA, spreadB] = [spreadOf(from, a), spreadOf(to, b)];
  let size = 0;
  const turned = { re: 0, im: 0 };
  const mirror = { re: 0, im: 0 };
  for (const [i, p] of from.entries()) {
    const q = to[i] ?? b;
    const [px, py] = [(p.x - a.x) / spreadA, (p.y - a.y) / spreadA];
    const [qx, qy] = [(q.x - b.x) / spreadB, (q.y - b.y) / spreadB];
    size += px * px + py * py;
    // q times the conjugate of p, and of p mirrored.
    turned.re += qx * px + qy * py;
    turned.im += qy * px - qx * py;
    mirror.re += qx * px - qy * py;
    mirror.im += qy * px + qx * py;
  }
  // On a tie, as with two points, nothing is mirrored.
  const mirrored = Math.hypot(mirror.re, mirror.im) > Math.hypot(turned.re, turned.im) * (1 + 1e-12);
  const best = mirrored ? mirror : turned;
  const length = Math.hypot(best.re, best.im);
  const by = kind === 'rigid' ? length : (size * spreadA) / spreadB;
  // Nothing to turn by: a single point, or all in one.
  const [re, im] = length > 0 && by > 0 ? [best.re / by, best.im / by] : [1, 0];
  const centre = moved(a, { mirrored, re, im, dx: 0, dy: 0 });
  return { mirrored, re, im, dx: b.x - centre.x, dy: b.y - centre.y };
}

export function moved({ x, y }: Point, { mirrored, re, im, dx, dy }: Alignment): Point {
  const up = mirrored ? -y : y;
  return { x: re * x - im * up + dx, y: im * x + re * up + dy };
}

/** The largest distance from the mean along an axis; 1 where there is none. */
function spreadOf(points: readonly Point[], mean: Point): number {
  let most = 0;
  for (const { x, y } of points) most = Math.max(most, Math.abs(x - mean.x), Math.abs(y - mean.y));
  return most === 0 ? 1 : most;
}

function meanOf(points: readonly Point[]): Point {
  let [x, y] = [0, 0];
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  const n = Math.max(1, points.length);
  return { x: x / n, y: y / n };
}
