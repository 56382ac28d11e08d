/** The map as it is drawn: where circles stand, how large they are, which names fit. Pure; lengths are CSS pixels. */
import type { ClusterView } from '../../domain/view.ts';

export type Size = { readonly width: number; readonly height: number };
/** What the reader has zoomed and moved to: a point of the whole map at `p` is seen at `k·p + (x, y)`. */
export type View = { readonly k: number; readonly x: number; readonly y: number };
export type Circle = {
  readonly cluster: ClusterView;
  readonly x: number;
  readonly y: number;
  readonly r: number;
};

/** Of the map that all circles together cover. */
const COVER = 0.06;
const LEAST_RADIUS = 3.5;
const MOST_RADIUS = 40;
const MARGIN = 56;

/** Circles of all clusters with a place, largest first, so that small ones are drawn over them. Area by conversations. O(n log n). */
export function circlesOf(clusters: Iterable<ClusterView>, { width, height }: Size): Circle[] {
  const placed = [...clusters].flatMap((cluster) =>
    cluster.x === null || cluster.y === null ? [] : [{ cluster, x: cluster.x, y: cluster.y }],
  );
  placed.sort((a, b) => sizeOf(b.cluster) - sizeOf(a.cluster) || (a.cluster.id < b.cluster.id ? -1 : 1));
  const total = placed.reduce((sum, { cluster }) => sum + sizeOf(cluster), 0);
  const [left, right] = extent(placed.map(({ x }) => x));
  const [top, bottom] = extent(placed.map(({ y }) => y));
  // One scale for both axes: only distances mean something.
  const scale = Math.min(
    Math.max(1, width - 2 * MARGIN) / Math.max(1e-6, right - left),
    Math.max(1, height - 2 * MARGIN) / Math.max(1e-6, bottom - top),
  );
  const capped = placed.length === 1 ? 0 : scale;
  return placed.map(({ cluster, x, y }) => {
    const area = (COVER * width * height * sizeOf(cluster)) / Math.max(1, total);
    return {
      cluster,
      x: width / 2 + capped * (x - (left + right) / 2),
      y: height / 2 + capped * (y - (top + bottom) / 2),
      r: Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, Math.sqrt(area / Math.PI))),
    };
  });
}

/** Circles grow more slowly than distances when the reader zooms in: that is what sets them apart. */
export const radiusAt = (r: number, k: number): number => r * k ** 0.4;

export const seenAt = ({ x, y }: { x: number; y: number }, view: View): { x: number; y: number } => ({
  x: view.k * x + view.x,
  y: view.k * y + view.y,
});

export function inView(place: { x: number; y: number }, view: View, { width, height }: Size): boolean {
  const { x, y } = seenAt(place, view);
  return x >= 0 && x <= width && y >= 0 && y <= height;
}

export type MapLabel = {
  readonly id: string;
  readonly lines: readonly string[];
  readonly x: number;
  /** Baseline of the first line. */
  readonly y: number;
};

export const LABEL_PX = 12;
export const LINE_PX = 15;
const WIDEST_CHARACTERS = 30;
/** Mean width of a character, of its size: of a system's sans-serif, rounded up. */
const CHARACTER = 0.56;
const GAP = 3;
/** Of a name's box that circles may lie under: names say what circles are, and must not hide them. */
const MOST_COVERED = 0.12;

type Box = { left: number; right: number; top: number; bottom: number };

/**
 * Names that fit: of clusters with an alert first, then of the largest circles in view, below or above their circle, none over another, and over few
 * circles. Zooming in makes room for more. O(circles²).
 */
export function labelsOf(circles: readonly Circle[], view: View, { width, height }: Size): MapLabel[] {
  const taken: Box[] = [];
  const labels: MapLabel[] = [];
  const alerting = circles.filter(({ cluster }) => cluster.alert !== null);
  const others = circles.filter(({ cluster }) => cluster.alert === null);
  for (const { cluster, r, ...place } of [...alerting, ...others]) {
    if (!inView(place, view, { width, height })) continue;
    const seen = seenAt(place, view);
    const radius = radiusAt(r, view.k);
    const lines = wrapped(cluster.name ?? cluster.id);
    const half = (Math.max(...lines.map((line) => line.length)) * CHARACTER * LABEL_PX) / 2;
    const tall = lines.length * LINE_PX;
    const x = Math.min(Math.max(seen.x, half + GAP), Math.max(half + GAP, width - half - GAP));
    const boxes = [seen.y + radius + GAP, seen.y - radius - GAP - tall]
      .map((top) => ({ left: x - half, right: x + half, top, bottom: top + tall }))
      .filter((box) => box.top >= 0 && box.bottom <= height && !taken.some((other) => overlap(box, other)))
      .map((box) => ({ box, covered: coveredBy(box, circles, view) }))
      .filter(({ box, covered }) => covered <= MOST_COVERED * (box.right - box.left) * tall);
    const best = boxes.toSorted((a, b) => a.covered - b.covered)[0];
    if (best === undefined) continue;
    taken.push(best.box);
    labels.push({ id: cluster.id, lines, x, y: best.box.top + LABEL_PX });
  }
  return labels;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right + GAP && b.left < a.right + GAP && a.top < b.bottom + GAP && b.top < a.bottom + GAP;
}

/** Area of the circles whose middle the box lies over. */
function coveredBy(box: Box, circles: readonly Circle[], view: View): number {
  let area = 0;
  for (const circle of circles) {
    const { x, y } = seenAt(circle, view);
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
    area += Math.PI * radiusAt(circle.r, view.k) ** 2;
  }
  return area;
}

/** At most two lines, broken between words; what is longer ends in an ellipsis. */
function wrapped(name: string): string[] {
  const lines: string[] = [''];
  for (const word of name.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= WIDEST_CHARACTERS) lines[lines.length - 1] = longer;
    else if (line === '') lines[lines.length - 1] = `${word.slice(0, WIDEST_CHARACTERS - 1)}…`;
    else if (lines.length < 2)
      lines.push(word.length > WIDEST_CHARACTERS ? `${word.slice(0, WIDEST_CHARACTERS - 1)}…` : word);
    else return [...lines.slice(0, -1), `${line.slice(0, WIDEST_CHARACTERS - 1)}…`];
  }
  return lines;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

const AXES: Readonly<Record<Direction, readonly [number, number]>> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
};

/** The circle to go to from one by an arrow key: near, and more ahead than aside; null: none lies there. O(circles). */
export function nextInDirection(
  circles: readonly Circle[],
  from: string,
  direction: Direction,
): string | null {
  const start = circles.find(({ cluster }) => cluster.id === from);
  if (start === undefined) return circles[0]?.cluster.id ?? null;
  const [ax, ay] = AXES[direction];
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { cluster, x, y } of circles) {
    const [dx, dy] = [x - start.x, y - start.y];
    const ahead = dx * ax + dy * ay;
    const aside = Math.abs(dx * ay) + Math.abs(dy * ax);
    const cost = ahead + 2 * aside;
    if (ahead <= 0 || aside > ahead || cost >= least) continue;
    [best, least] = [cluster.id, cost];
  }
  return best;
}

const sizeOf = ({ conversations }: ClusterView): number => Math.max(1, conversations);

function extent(values: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least > most ? [0, 0] : [least, most];
}
