/** One set of known topics, clustered by every method, and how much of the truth each found again. */
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Config } from '../../../src/app/config.ts';
import type { Parts } from '../../../src/app/parts.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import type { ClusterRecord, Label } from '../../../src/domain/generation.ts';
import { matrixOf } from '../../../src/pipeline/vectors.ts';
import type { Clusterer, Matrix } from '../../../src/ports/clusterer.ts';
import type { Telemetry } from '../../../src/ports/telemetry.ts';
import { type Passed, runLive, type WholeRun, whole } from '../live-path.ts';
import { hasHdbscan, hdbscan } from './hdbscan.ts';
import { type Grouping, nameGroups, putUnder, type Tools } from './methods.ts';
import { accuracy, ami, ari, macroF1, majority, nmi } from './scores.ts';
import type { Row } from './sets.ts';
import { clusterSparse, tfIdf } from './tfidf.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const SPAN_MS = 7 * 86_400_000;

export const METHODS = {
  words: 'k-means on TF-IDF',
  batch: 'batch k-means',
  few: 'batch k-means, k as live',
  topics: 'batch k-means, k as topics',
  hdbscan: 'HDBSCAN',
  umap: 'UMAP and HDBSCAN',
  live: 'live, within the radius',
  nearest: 'live, nearest cluster',
  arrival: 'live, on arrival (later half)',
  later: 'batch k-means (later half)',
} as const;
export type Method = keyof typeof METHODS;

/** Headings against the truth, and clusters against the topics. */
export type Agreement = { readonly accuracy: number; readonly f1: number; readonly nmi: number };

export type Figures = Agreement & {
  readonly clusters: number;
  /** Share in no cluster. */
  readonly outside: number;
  readonly ceiling: number;
  readonly ami: number;
  readonly ari: number;
};

export type Scored = {
  readonly method: Method;
  readonly figures: Figures;
  readonly rows: readonly Row[];
  /** Heading that each row was put under; null: none. */
  readonly said: readonly (string | null)[];
  readonly grouping: Grouping;
};

type Deps = { readonly config: Config; readonly parts: Parts; readonly telemetry: Telemetry };

/** All methods, once. `seed`: of the order of the stream, of the accounts, and of every k-means. */
export async function measure(deps: Deps, all: readonly Row[], limit: number, seed: number) {
  const { parts, telemetry } = deps;
  const config = { ...deps.config, cluster: { ...deps.config.cluster, seed } };
  const rows = shuffled(all, seed).slice(0, limit);
  const run = whole(await runLive(config, parts, telemetry, streamOf(rows, seed)));
  const tools: Tools = {
    ...parts,
    labeler: parts.language.labeler,
    minAccounts: config.privacy.min_accounts,
    random: seededRandom(seed),
  };
  const scored: Scored[] = [];
  /** One grouping that is judged twice is named once. */
  const names = new Map<Grouping, ReadonlyMap<string, Label | null>>();
  for (const { method, grouping, labels, from } of await groupings(config, parts, run, rows, seed)) {
    const part = { rows: rows.slice(from), passed: run.passed.slice(from) };
    const given = labels ?? names.get(grouping) ?? (await nameGroups(run.passed, grouping, tools));
    names.set(grouping, given);
    scored.push(await score(method, part, grouping.slice(from), given, tools));
  }
  return { scored, rebuilds: run.rebuilds };
}

type Found = {
  readonly method: Method;
  readonly grouping: Grouping;
  /** null: the method gives no names. */
  readonly labels: ReadonlyMap<string, Label | null> | null;
  /** Rows before this are not judged. */
  readonly from: number;
};

async function groupings(
  config: Config,
  { clusterer, embedder }: Parts,
  { passed, known, final }: WholeRun,
  rows: readonly Row[],
  seed: number,
): Promise<Found[]> {
  const { dimension } = embedder;
  const points = { data: new Float32Array(passed.length * dimension), rows: passed.length, dimension };
  for (const [row, { vector }] of passed.entries()) points.data.set(vector, row * dimension);
  const k = clustersFor(rows.length, config);
  const { inside, nearest } = await atTheEnd(points, final, clusterer);
  const words = clusterSparse(tfIdf(passed.map(({ request }) => request)), k, 25, seed);
  const batch = async (method: Method, clusters: number): Promise<Found> => {
    const { assignment } = await clusterer.cluster({
      points,
      initial: null,
      k: clusters,
      iterations: config.cluster.iterations,
      seed,
    });
    return { method, grouping: Array.from(assignment, String), labels: null, from: 0 };
  };
  const whole = await batch('batch', k);
  const dense: Found[] = [];
  // Once: it has no draw, and takes minutes.
  if (seed === 1 && hasHdbscan()) {
    const { plain, reduced } = await hdbscan(points, seed);
    dense.push({ method: 'hdbscan', grouping: plain, labels: null, from: 0 });
    dense.push({ method: 'umap', grouping: reduced, labels: null, from: 0 });
  }
  const half = Math.floor(rows.length / 2);
  const labels = new Map([...known].map(([id, { label }]) => [id, label]));
  return [
    { method: 'words', grouping: Array.from(words, String), labels: null, from: 0 },
    whole,
    await batch('few', final.length),
    await batch('topics', new Set(rows.map(({ topic }) => topic)).size),
    ...dense,
    { method: 'live', grouping: inside, labels, from: 0 },
    { method: 'nearest', grouping: nearest, labels, from: 0 },
    {
      method: 'arrival',
      grouping: passed.map(({ arrived }) => arrived),
      labels,
      from: half,
    },
    // The same clusters under the same names, judged on the texts that `arrival` is judged on.
    { ...whole, method: 'later', from: half },
  ];
}

async function score(
  method: Method,
  { rows, passed }: { readonly rows: readonly Row[]; readonly passed: readonly Passed[] },
  grouping: Grouping,
  named: ReadonlyMap<string, Label | null>,
  tools: Tools,
): Promise<Scored> {
  const truth = rows.map(({ category }) => category);
  const topics = rows.map(({ topic }) => topic);
  const headings = [...new Set(truth)].sort();
  const under = await putUnder(headings, passed, grouping, named, tools);
  const by = (names: ReadonlyMap<string, string>) =>
    grouping.map((id) => (id === null ? null : (names.get(id) ?? null)));
  const said = by(under);
  const figures: Figures = {
    clusters: new Set(grouping.filter((id) => id !== null)).size,
    outside: grouping.filter((id) => id === null).length / Math.max(1, grouping.length),
    ...agreementOf(rows, said, grouping),
    ceiling: accuracy(truth, by(majority(truth, grouping))),
    ami: ami(topics, grouping),
    ari: ari(topics, grouping),
  };
  return { method, figures, rows, said, grouping };
}

/** Of the texts of one language alone. */
export function agreementIn(
  language: string,
  { rows, said, grouping }: Omit<Scored, 'method' | 'figures'>,
): Agreement {
  const own = [...rows.keys()].filter((i) => rows[i]?.language === language);
  return agreementOf(
    own.flatMap((i) => rows[i] ?? []),
    own.map((i) => said[i] ?? null),
    own.map((i) => grouping[i] ?? null),
  );
}

function agreementOf(rows: readonly Row[], said: readonly (string | null)[], grouping: Grouping): Agreement {
  const truth = rows.map(({ category }) => category);
  const topics = rows.map(({ topic }) => topic);
  return { accuracy: accuracy(truth, said), f1: macroF1(truth, said), nmi: nmi(topics, grouping) };
}

/** A stream in no order of topics, even over a week, by a quarter as many accounts as texts. */
function streamOf(rows: readonly Row[], seed: number): Conversation[] {
  const random = seededRandom(seed + 1_000);
  const accounts = Math.ceil(rows.length / 4);
  return rows.map(({ text }, i) => ({
    conversation_id: `r${i}`,
    account_id: `a${Math.floor(accounts * random())}`,
    at: new Date(START + (i / rows.length) * SPAN_MS).toISOString(),
    messages: [{ role: 'user', content: text.toWellFormed().replaceAll('\u0000', '') }],
  }));
}

function shuffled(rows: readonly Row[], seed: number): Row[] {
  const random = seededRandom(seed);
  return rows
    .map((row) => ({ row, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);
}

/** As a rebuild chooses it. */
function clustersFor(rows: number, { cluster }: Config): number {
  const wanted = Math.round(rows / cluster.members_per_cluster);
  return Math.max(cluster.min_clusters, Math.min(cluster.max_clusters, wanted));
}

/** The nearest cluster of the last generation, and the same within its radius. No update of the centroids is made. */
async function atTheEnd(
  points: Matrix,
  final: readonly ClusterRecord[],
  clusterer: Clusterer,
): Promise<{ inside: Grouping; nearest: Grouping }> {
  const centroids = final.map(({ centroid }) => centroid);
  const { assignment, similarity } = await clusterer.cluster({
    points,
    initial: matrixOf(centroids, points.dimension),
    k: final.length,
    iterations: 0,
    seed: 1,
  });
  const nearest = Array.from(assignment, (row) => final[row]?.id ?? null);
  const isInside = (i: number) => (similarity[i] ?? 0) >= (final[assignment[i] ?? -1]?.radius ?? 1);
  return { inside: nearest.map((id, i) => (isInside(i) ? id : null)), nearest };
}
