/** Topics that were held back appear in running traffic: how many of their conversations pass before each has a cluster of its own. */

import { meanOf } from '../../../src/algorithms/neighbourhoods.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Config } from '../../../src/app/config.ts';
import type { Parts } from '../../../src/app/parts.ts';
import type { ClusterRecord } from '../../../src/domain/generation.ts';
import { HOUR } from '../../../src/domain/ids.ts';
import { dot } from '../../../src/domain/vector.ts';
import { centroidOf } from '../../../src/pipeline/vectors.ts';
import type { Telemetry } from '../../../src/ports/telemetry.ts';
import { runLive, whole } from '../live-path.ts';
import { conversationsOf, shuffled, spreadOver, type Text } from './texts.ts';

export type Deps = { readonly config: Config; readonly parts: Parts; readonly telemetry: Telemetry };

export type Appeared = {
  readonly topic: string;
  /** Conversations of the topic that had come when a cluster of its own was there; null: there never was one. */
  readonly seen: number | null;
  /** That came in all. */
  readonly came: number;
  /** Share of the topic among all that belongs to the cluster when it is made; null: none was. */
  readonly purity: number | null;
  readonly by: 'newborn' | 'rebuild' | null;
  /**
   * The same at best: when those that had come of it could first be told from all else by a cluster of ten and nine in ten of it, around their mean or
   * one of them, by somebody who knows the truth; null: never. To this embedder it is no topic before.
   */
  readonly atBest: number | null;
};

/** Conversations before the first of a held-back topic, and with them. */
const BEFORE = 12_000;
const AFTER = 12_000;
const PER_HOUR = 250;

/** Traffic without the topics, then with each at `rate` of it. */
export async function appearances(
  deps: Deps,
  background: readonly Text[],
  held: ReadonlyMap<string, readonly Text[]>,
  rate: number,
  seed: number,
): Promise<Appeared[]> {
  const random = seededRandom(seed);
  const ordinary = shuffled(background, random);
  const waiting = new Map([...held].map(([topic, texts]) => [topic, [...texts].reverse()]));
  const stream: Text[] = [];
  let next = 0;
  const ordinaryText = (): Text => ordinary[next++ % ordinary.length] ?? { text: '-', topic: '', at: 0 };
  while (stream.length < BEFORE) stream.push(ordinaryText());
  while (stream.length < BEFORE + AFTER) {
    const draw = random();
    const topic = [...held.keys()][Math.floor(draw / rate)];
    const text = topic === undefined ? undefined : waiting.get(topic)?.pop();
    stream.push(text === undefined ? ordinaryText() : { ...text, topic: topic ?? '' });
  }
  const timed = spreadOver(stream, (stream.length / PER_HOUR) * HOUR);
  const made: Made[] = [];
  const run = await runLive(
    deps.config,
    deps.parts,
    deps.telemetry,
    conversationsOf(timed, seed),
    (generation, pushed) => {
      if (pushed > BEFORE)
        made.push({ pushed, clusters: generation.clusters, full: generation.manifest.type === 'full' });
    },
  );
  const vectors = whole(run).passed.map(({ vector }) => vector);
  const found: Appeared[] = [];
  for (const topic of held.keys()) {
    const rows = stream.flatMap((text, i) => (text.topic === topic ? [i] : []));
    const own = firstOfItsOwn(topic, rows, stream, vectors, made);
    found.push({ topic, came: rows.length, ...own, atBest: firstThatCould(rows, vectors) });
  }
  return found;
}

type Made = { readonly pushed: number; readonly clusters: readonly ClusterRecord[]; readonly full: boolean };

function firstOfItsOwn(
  topic: string,
  rows: readonly number[],
  stream: readonly Text[],
  vectors: readonly Float32Array[],
  made: readonly Made[],
): Pick<Appeared, 'seen' | 'purity' | 'by'> {
  for (const { pushed, clusters, full } of made) {
    const seen = rows.filter((row) => row < pushed);
    for (const cluster of clusters) {
      if (!mayBeOf(cluster, seen, vectors)) continue;
      const members = membersOf(cluster, clusters, vectors.slice(0, pushed));
      const own = members.filter((row) => stream[row]?.topic === topic).length;
      if (own >= 5 && own / members.length >= 0.5)
        return { seen: seen.length, purity: own / members.length, by: full ? 'rebuild' : 'newborn' };
    }
  }
  return { seen: null, purity: null, by: null };
}

/** Of a cluster that somebody who knows the truth would make. */
const FEWEST = 10;
const PURE = 0.9;

/** @param rows of the topic, in their order. O(rows² · vectors) */
function firstThatCould(rows: readonly number[], vectors: readonly Float32Array[]): number | null {
  const own = new Set(rows);
  const places = rows.map((row) => vectors[row] ?? new Float32Array());
  const to = (place: Float32Array): Float32Array =>
    Float32Array.from(vectors, (vector) => dot(vector, place));
  const around = places.map(to);
  for (let seen = FEWEST; seen <= rows.length; seen++) {
    const until = rows[seen - 1] ?? 0;
    const centres = [to(meanOf(places.slice(0, seen))), ...around.slice(0, seen)];
    if (centres.some((near) => isApart(near, until, own))) return seen;
  }
  return null;
}

/** Whether some radius holds enough of the topic, and of little else that had come until then. */
function isApart(near: Float32Array, until: number, own: ReadonlySet<number>): boolean {
  const inside = [...own].flatMap((row) => (row <= until ? (near[row] ?? 0) : [])).sort((a, b) => b - a);
  /** Others that are as near as the nth of the topic, and not as near as the one before. */
  const others = new Uint32Array(inside.length);
  const loosest = inside.at(-1) ?? 1;
  for (let row = 0; row <= until; row++) {
    const to = near[row] ?? 0;
    if (to < loosest || own.has(row)) continue;
    const first = inside.findIndex((similarity) => similarity <= to);
    others[first] = (others[first] ?? 0) + 1;
  }
  let outside = 0;
  return inside.some((_, i) => {
    outside += others[i] ?? 0;
    return i + 1 >= FEWEST && (i + 1) / (i + 1 + outside) >= PURE;
  });
}

/** Half of what came of the topic is near enough, or as many as privacy asks for. */
function mayBeOf(cluster: ClusterRecord, seen: readonly number[], vectors: readonly Float32Array[]): boolean {
  const centroid = centroidOf(cluster);
  const near = seen.filter((row) => dot(vectors[row] ?? centroid, centroid) >= cluster.radius).length;
  return seen.length > 0 && near >= Math.min(8, seen.length / 2);
}

function membersOf(
  cluster: ClusterRecord,
  clusters: readonly ClusterRecord[],
  vectors: readonly Float32Array[],
): number[] {
  const centroid = centroidOf(cluster);
  return [...vectors.keys()].filter((row) => {
    const vector = vectors[row] ?? centroid;
    return dot(vector, centroid) >= cluster.radius && nearest(clusters, vector) === cluster;
  });
}

function nearest(clusters: readonly ClusterRecord[], vector: Float32Array): ClusterRecord | undefined {
  let best: ClusterRecord | undefined;
  let most = -1;
  for (const cluster of clusters) {
    const near = dot(centroidOf(cluster), vector);
    if (near > most) [best, most] = [cluster, near];
  }
  return best;
}

/** Traffic of one and the same mixture: newborn clusters that are found in it, after `warm` conversations. */
export async function nothingNew(
  deps: Deps,
  texts: readonly Text[],
  warm: number,
  seed: number,
): Promise<{ conversations: number; newborns: number; news: number; outside: number }> {
  const random = seededRandom(seed);
  const stream = spreadOver(shuffled(texts, random), (texts.length / PER_HOUR) * HOUR);
  let newborns = 0;
  let news = 0;
  let last = new Set<string>();
  const run = await runLive(
    deps.config,
    deps.parts,
    deps.telemetry,
    conversationsOf(stream, seed),
    (generation, pushed) => {
      const { clusters, manifest } = generation;
      if (manifest.type === 'patch' && pushed > warm) {
        for (const { id, origin } of clusters) {
          if (last.has(id)) continue;
          newborns++;
          if (origin === 'newborn') news++;
        }
      }
      last = new Set(clusters.map(({ id }) => id));
    },
  );
  const late = whole(run).passed.slice(warm);
  return {
    conversations: late.length,
    newborns,
    news,
    outside: late.filter(({ arrived }) => arrived === null).length / Math.max(1, late.length),
  };
}
