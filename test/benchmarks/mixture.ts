/** Made-up unit vectors in groups, as embedded requests lie: topics of unequal size in a few domains. Seeded. */
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Matrix } from '../../src/ports/clusterer.ts';

/** Cosine of a point to the middle of its topic. */
const NEARNESS = 0.7;
/** Cosine of a topic to the middle of its domain: topics of one domain are no strangers to each other. */
const KINSHIP = 0.5;
const DOMAINS = 40;

export class Mixture {
  readonly middles: Matrix;
  /** Share of the points in this topic or one before it. */
  readonly #upTo: Float64Array;

  constructor(topics: number, dimension: number, seed = 7) {
    const random = seededRandom(seed);
    const domains = empty(DOMAINS, dimension);
    for (let row = 0; row < DOMAINS; row++) around(domains, row, null, 0, random);
    this.middles = empty(topics, dimension);
    for (let row = 0; row < topics; row++)
      around(this.middles, row, rowOf(domains, row % DOMAINS), KINSHIP, random);
    this.#upTo = new Float64Array(topics);
    let total = 0;
    // The largest has about twenty times the points of the smallest.
    for (let topic = 0; topic < topics; topic++) {
      total += 1 / (1 + (19 * topic) / topics);
      this.#upTo[topic] = total;
    }
    for (let topic = 0; topic < topics; topic++) this.#upTo[topic] = (this.#upTo[topic] ?? 0) / total;
  }

  /** In memory that worker threads see, as the window's is. */
  points(rows: number, seed: number): Matrix {
    const random = seededRandom(seed);
    const points = empty(rows, this.middles.dimension);
    for (let row = 0; row < rows; row++) {
      around(points, row, rowOf(this.middles, this.#topicAt(random())), NEARNESS, random);
    }
    return points;
  }

  #topicAt(u: number): number {
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#upTo[middle] ?? 1) < u) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first rows, in the same memory. */
export function firstRows({ data, dimension }: Matrix, rows: number): Matrix {
  return { data: data.subarray(0, rows * dimension), rows, dimension };
}

export function rowOf({ data, dimension }: Matrix, row: number): Float32Array {
  return data.subarray(row * dimension, (row + 1) * dimension);
}

function empty(rows: number, dimension: number): Matrix {
  const bytes = rows * dimension * Float32Array.BYTES_PER_ELEMENT;
  return { data: new Float32Array(new SharedArrayBuffer(bytes)), rows, dimension };
}

/** Writes a unit vector at that cosine to `middle`, otherwise in any direction: nearly so, as in so many dimensions noise is across. */
function around(
  to: Matrix,
  row: number,
  middle: Float32Array | null,
  cosine: number,
  random: () => number,
): void {
  const out = rowOf(to, row);
  // Uniform numbers of this width make a vector of length 1, about.
  const width = Math.sqrt((12 * (1 - cosine * cosine)) / out.length);
  let square = 0;
  for (let j = 0; j < out.length; j++) {
    const x = (random() - 0.5) * width + cosine * (middle?.[j] ?? 0);
    out[j] = x;
    square += x * x;
  }
  const scale = 1 / Math.sqrt(square);
  for (let j = 0; j < out.length; j++) out[j] = (out[j] ?? 0) * scale;
}
