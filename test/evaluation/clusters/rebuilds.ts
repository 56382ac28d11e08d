/** Ids over rebuilds: on one sample clustered twice, on a perturbed one, and over months of real texts in their order. */
import { hash53 } from '../../../src/algorithms/hash.ts';
import { quantile } from '../../../src/algorithms/quantile.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { ClusterRecord, Generation, Manifest } from '../../../src/domain/generation.ts';
import { DAY } from '../../../src/domain/ids.ts';
import type { Sample } from '../../../src/domain/point.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { type RebuildSettings, type Rebuilt, rebuild } from '../../../src/pipeline/cluster/rebuild.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { centroidOf } from '../../../src/pipeline/vectors.ts';
import type { Clusterer, Matrix } from '../../../src/ports/clusterer.ts';
import { runLive, whole } from '../live-path.ts';
import { majority, nmi } from '../reconstruct/scores.ts';
import type { Deps } from './newborns.ts';
import {
  freshKMeans,
  type Ids,
  matchByCosine,
  matchHungarian,
  type Survival,
  survivalOf,
} from './survival.ts';
import { conversationsOf, shuffled, type Text } from './texts.ts';

export const METHODS = ['cliowatch', 'fresh k-means, cosine ≥ 0.92', 'fresh k-means, Hungarian'] as const;
export type Method = (typeof METHODS)[number];
export type Step = Survival & { readonly purity: number; readonly nmi: number; readonly groups: number };
export type Steps = ReadonlyMap<Method, Step>;

type Known = { readonly id: string; readonly centroid: Float32Array };

/** Baselines keep their own chain of ids. */
class Chain {
  readonly #clusterer: Clusterer;
  readonly #least: number | null;
  readonly #prefix: string;
  #known: Known[] = [];
  #next = 1;

  /** @param least cosine to inherit an id; null: Hungarian */
  constructor(clusterer: Clusterer, least: number | null) {
    this.#clusterer = clusterer;
    this.#least = least;
    this.#prefix = least === null ? 'h' : 'f';
  }

  /** Where the clusters of before put the points, and where those made anew do. */
  async step(
    points: Matrix,
    k: number,
    seed: number,
  ): Promise<{ before: Ids; after: Ids; alive: Set<string> }> {
    const before = await this.#place(points);
    const fresh = await freshKMeans(this.#clusterer, points, k, 25, seed);
    const newId = (): string => `${this.#prefix}${this.#next++}`;
    const ids =
      this.#least === null
        ? matchHungarian(this.#known, fresh.centroids, newId)
        : matchByCosine(this.#known, fresh.centroids, this.#least, newId);
    this.#known = fresh.centroids.map((centroid, row) => ({ id: ids[row] ?? '', centroid }));
    return { before, after: Array.from(fresh.rows, (row) => ids[row] ?? null), alive: new Set(ids) };
  }

  async #place(points: Matrix): Promise<Ids> {
    if (this.#known.length === 0) return Array<null>(points.rows).fill(null);
    const { rows } = await nearestOf(
      this.#clusterer,
      points,
      this.#known.map(({ centroid }) => centroid),
    );
    return Array.from(rows, (row) => this.#known[row]?.id ?? null);
  }
}

async function nearestOf(clusterer: Clusterer, points: Matrix, centroids: readonly Float32Array[]) {
  const { dimension } = points;
  const initial = { data: new Float32Array(centroids.length * dimension), rows: centroids.length, dimension };
  for (const [row, centroid] of centroids.entries()) initial.data.set(centroid, row * dimension);
  const found = await clusterer.cluster({ points, initial, k: centroids.length, iterations: 0, seed: 1 });
  return { rows: found.assignment, similarity: found.similarity };
}

/** By clusters of a generation, within their radii. */
async function placeUnder(
  clusterer: Clusterer,
  points: Matrix,
  clusters: readonly ClusterRecord[],
): Promise<Ids> {
  const { rows, similarity } = await nearestOf(clusterer, points, clusters.map(centroidOf));
  return Array.from(rows, (row, i) => {
    const cluster = clusters[row];
    return cluster !== undefined && (similarity[i] ?? 0) >= cluster.radius ? cluster.id : null;
  });
}

function scored(survival: Survival, truth: readonly string[], after: Ids): Step {
  const inside = [...after.keys()].filter((i) => after[i] !== null);
  const groups = inside.map((i) => after[i] ?? null);
  const names = inside.map((i) => truth[i] ?? '');
  const best = majority(names, groups);
  const right = groups.filter((group, i) => group !== null && best.get(group) === names[i]).length;
  return {
    ...survival,
    purity: right / Math.max(1, inside.length),
    nmi: nmi(truth, after),
    groups: new Set(groups).size,
  };
}

/** A window of texts, clustered; then again as it is, or with a share of it replaced. */
export async function twice(
  deps: Deps,
  settings: RebuildSettings,
  texts: readonly Text[],
  size: number,
  replaced: number,
  seed: number,
): Promise<Steps> {
  const { clusterer, embedder } = deps.parts;
  const random = seededRandom(seed);
  const drawn = shuffled(texts, random).slice(0, Math.ceil(size * (1 + replaced)));
  const vectors: Float32Array[] = [];
  for (let i = 0; i < drawn.length; i += 256)
    vectors.push(...(await embedder.embed(drawn.slice(i, i + 256).map(({ text }) => text))));
  const gone = Math.floor(size * replaced);
  const first = vectors.slice(0, size);
  const second = vectors.slice(gone, gone + size);
  const options = { cap: size * 4, windowMs: 365 * DAY, dimension: embedder.dimension };
  const one = new SampleWindow(options);
  fill(one, first, 0);
  const numbers = { next: 1 };
  const again = async (window: SampleWindow, slots: readonly number[], previous: Generation | null) =>
    rebuild({ space: 'all/request', window, slots, previous, numbers, clusterer, settings });
  const a = await again(one, await one.slotsSince(0), null);
  const two = new SampleWindow(options);
  fill(two, second, gone);
  const previous = generationOf(a, embedder.dimension, numbers.next);
  const under = await placeUnder(clusterer, matrixOfRows(second, embedder.dimension), previous.clusters);
  const slots = await two.slotsSince(0);
  for (const [i, id] of under.entries()) two.setCluster(two.slotOf(hash53(`t${i + gone}`)) ?? -1, id);
  const b = await again(two, slots, previous);
  const after = new Map(b.slots.map((slot) => [two.member(slot)?.offset ?? -1, b.drafted.cluster(slot)]));
  const both = [...Array(size - gone).keys()];
  const truth = both.map((i) => drawn[gone + i]?.topic ?? '');
  const steps = new Map<Method, Step>();
  const own = {
    before: both.map((i) => under[i] ?? null),
    after: both.map((i) => after.get(gone + i) ?? null),
  };
  const alive = new Set(b.clusters.map(({ id }) => id));
  steps.set('cliowatch', scored(survivalOf(own.before, own.after, alive), truth, own.after));
  for (const [method, least] of [
    [METHODS[1], 0.92],
    [METHODS[2], null],
  ] as const) {
    const chain = new Chain(clusterer, least);
    await chain.step(matrixOfRows(first, embedder.dimension), a.clusters.length, seed);
    const step = await chain.step(matrixOfRows(second, embedder.dimension), a.clusters.length, seed + 1);
    const [before, then] = [both.map((i) => step.before[i] ?? null), both.map((i) => step.after[i] ?? null)];
    steps.set(method, scored(survivalOf(before, then, step.alive), truth, then));
  }
  return steps;
}

function matrixOfRows(rows: readonly Float32Array[], dimension: number): Matrix {
  const data = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) data.set(row, i * dimension);
  return { data, rows: rows.length, dimension };
}

/** Offsets are the numbers of the texts, so that they are found again. */
function fill(window: SampleWindow, vectors: readonly Float32Array[], from: number): void {
  for (const [i, vector] of vectors.entries()) {
    const n = from + i;
    const sample: Sample = {
      conversation: `t${n}`,
      version: 1,
      account: `a${n}`,
      at: n,
      facets: { request: '', task: '', languages: [], concern: 1, concern_reason: '' },
      texts: {},
      values: {},
      source: { by: 'offline', fallback: false },
      vector: encodeVector(vector),
      embedder: 'e',
      key: 'k',
      weight: 1,
      turns: 1,
      flags: [],
      sketch: `s${n}`,
      likeness: '',
      space: 'all/request',
      generation: 0,
      cluster: null,
      similarity: 0,
      watermark: n,
      panel: true,
    };
    window.add(sample, n);
  }
}

function generationOf({ clusters }: Rebuilt, dimension: number, nextId: number): Generation {
  const records = clusters.map(
    (cluster) =>
      ({
        ...cluster,
        centroid: encodeVector(cluster.centroid),
        conversations: cluster.members.length,
      }) as unknown as ClusterRecord,
  );
  const manifest = { generation: 1, full: 1, dimension, next_id: nextId } as unknown as Manifest;
  return { manifest, clusters: records };
}

export type Months = {
  readonly steps: readonly Steps[];
  /** Of each rebuild: event time, ms. */
  readonly at: readonly number[];
  readonly newborns: number;
};

/** Texts in their order through the live path; at each rebuild, who keeps an id, and how pure clusters are. */
export async function months(
  deps: Deps,
  texts: readonly Text[],
  windowMs: number,
  seed: number,
): Promise<Months> {
  const made: { pushed: number; at: number; full: boolean; clusters: readonly ClusterRecord[] }[] = [];
  const known = new Set<string>();
  let newborns = 0;
  const { passed } = whole(
    await runLive(
      deps.config,
      deps.parts,
      deps.telemetry,
      conversationsOf(texts, seed),
      (generation, pushed) => {
        const { manifest, clusters } = generation;
        const full = manifest.type === 'full';
        for (const { id, origin } of clusters) {
          if (!known.has(id) && !full && origin === 'newborn') newborns++;
          known.add(id);
        }
        // Of patches only the last before each rebuild matters.
        if (made.at(-1)?.full === false) made.pop();
        made.push({ pushed, at: manifest.event_time, full, clusters });
      },
    ),
  );
  const { clusterer, embedder } = deps.parts;
  const chains = [new Chain(clusterer, 0.92), new Chain(clusterer, null)] as const;
  const steps: Steps[] = [];
  const at: number[] = [];
  for (const [i, next] of made.entries()) {
    if (!next.full) continue;
    const rows: number[] = [];
    for (let row = 0; row < next.pushed; row++)
      if ((texts[row]?.at ?? 0) >= next.at - windowMs) rows.push(row);
    const points = matrixOfRows(
      rows.map((row) => passed[row]?.vector ?? new Float32Array(embedder.dimension)),
      embedder.dimension,
    );
    const truth = rows.map((row) => texts[row]?.topic ?? '');
    const k = next.clusters.length;
    const fresh = [await chains[0].step(points, k, seed + i), await chains[1].step(points, k, seed + i)];
    const last = made[i - 1];
    if (last === undefined || rows.length === 0) continue;
    const before = await placeUnder(clusterer, points, last.clusters);
    const after = await placeUnder(clusterer, points, next.clusters);
    const alive = new Set(next.clusters.map(({ id }) => id));
    const step = new Map<Method, Step>([
      ['cliowatch', scored(survivalOf(before, after, alive), truth, after)],
    ]);
    for (const [j, found] of fresh.entries())
      step.set(
        METHODS[j + 1] ?? METHODS[1],
        scored(survivalOf(found.before, found.after, found.alive), truth, found.after),
      );
    steps.push(step);
    at.push(next.at);
  }
  return { steps, at, newborns };
}

export const medianOf = (values: readonly number[]): number => quantile(values, 0.5);
