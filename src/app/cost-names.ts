/**
 * What naming clusters and the tree above them would take: the labeler and the hierarchy themselves are run, on clusters that are
 * made up, and their requests counted and answered here. Nothing is sent.
 */

import { inputTokens } from '../adapters/anthropic/estimate.ts';
import type { AnthropicGateway } from '../adapters/anthropic/gateway.ts';
import { loadLabelerPrompts } from '../adapters/anthropic/prompts.ts';
import type { Question } from '../adapters/anthropic/request.ts';
import { createClaudeLabeler } from '../adapters/labeler/claude.ts';
import { createOfflineLabeler } from '../adapters/labeler/offline.ts';
import { createExactCentroids } from '../adapters/vector-index/exact-centroids.ts';
import { seededRandom } from '../algorithms/random.ts';
import { textTokens } from '../algorithms/text-tokens.ts';
import { type ClusterRecord, clusterRecordSchema } from '../domain/generation.ts';
import { DEFAULT_SPACE } from '../domain/ids.ts';
import { encodeVector, toUnit } from '../domain/vector.ts';
import { growTree } from '../pipeline/cluster/hierarchy.ts';
import { clustersFor } from '../pipeline/cluster/rebuild.ts';
import type { Clusterer } from '../ports/clusterer.ts';
import type { Labeler, Title } from '../ports/labeler.ts';
import type { Config } from './config.ts';
import { Tally } from './cost-tally.ts';

/** Two sentences, as the facets prompt asks for: what a member of a cluster is to the labeler. */
const EXEMPLAR = 'x'.repeat(200);
/** Titles as they are asked for: some eight words, and two sentences. */
const TITLE: Title = { name: 'x'.repeat(50), description: 'x'.repeat(250) };
/** More than the labeler is shown. */
const SHOWN = 50;
/** Enough for neighbourhoods to differ. */
const DIMENSION = 8;
const LARGE = 1_000;

export type NamingStage = 'label' | 'audit' | 'propose' | 'deduplicate' | 'assign' | 'nest';
export const NAMING_STAGES: readonly NamingStage[] = [
  'label',
  'audit',
  'propose',
  'deduplicate',
  'assign',
  'nest',
];

export type Namings = {
  /** Clusters named, over all rebuilds. */
  readonly clusters: number;
  readonly stages: ReadonlyMap<string, Tally>;
};

/**
 * While the window fills: at each rebuild because it has grown, as a cluster that doubled is named anew, and so is the tree above. Rebuilds
 * on schedule keep the name of a cluster whose members stayed; how many do not is not known before. O(clusters · levels).
 */
export async function countNamings(conversations: number, config: Config): Promise<Namings> {
  const { cluster } = config;
  const sizes = {
    membersPerCluster: cluster.members_per_cluster,
    minClusters: cluster.min_clusters,
    maxClusters: cluster.max_clusters,
  };
  const fallback = createOfflineLabeler();
  const { labeler, stages } = countingLabeler(config, fallback);
  const most = Math.min(conversations, cluster.window);
  let clusters = 0;
  for (let samples = cluster.first_at; samples <= most; samples *= cluster.rebuild_growth) {
    const made = clustersFor(Math.round(samples), sizes);
    clusters += made;
    for (let i = 0; i < made; i++) await labeler.label(request(config));
    await makeTree(labeler, made, config);
  }
  await fallback.stop();
  return { clusters, stages };
}

function request({ privacy }: Config): Parameters<Labeler['label']>[0] {
  const exemplars = Array.from({ length: SHOWN }, (_, i) => ({ text: EXEMPLAR, account: String(i) }));
  return { members: exemplars, contrast: exemplars, minAccounts: privacy.min_accounts };
}

async function makeTree(labeler: Labeler, clusters: number, config: Config): Promise<void> {
  const { hierarchy, privacy } = config;
  const random = seededRandom(clusters);
  const direction = () => toUnit(Float64Array.from({ length: DIMENSION }, () => random() - 0.5));
  const records = Array.from({ length: clusters }, (_, i) => recordOf(`c${i + 1}`, direction()));
  const settings = {
    top: hierarchy.top,
    levels: hierarchy.levels,
    fanOut: hierarchy.fan_out,
    changed: hierarchy.rebuild_changed,
    rebuildMs: 0,
  };
  await growTree(
    {
      space: DEFAULT_SPACE,
      clusterer: evenly,
      centroids: await createExactCentroids((work) => work()),
      labeler,
      embed: async (texts) => texts.map(direction),
      telemetry: { note: () => undefined },
      thresholds: {
        minAccounts: privacy.min_accounts,
        minConversations: privacy.min_conversations,
        minAudit: privacy.min_audit,
      },
      hierarchy: settings,
    },
    records,
    null,
    { now: 0, seed: 1, numbers: { next: 1 } },
  );
}

/** All may be named: what the auditor will hold back is not known before. */
function recordOf(id: string, centroid: Float32Array): ClusterRecord {
  return clusterRecordSchema.parse({
    kind: 'cluster',
    space: '',
    generation: 1,
    id,
    origin: 'rebuild',
    born_at: 0,
    centroid: encodeVector(centroid),
    radius: 0,
    conversations: LARGE,
    accounts: LARGE,
    mean_similarity: 0,
    concern: 1,
    languages: {},
    surfaces: {},
    flags: {},
    label: { ...TITLE, by: 'claude', audit: 5 },
    parent: null,
  });
}

/** Neighbourhoods of one size, as k-means makes them on average. */
const evenly: Clusterer = {
  async cluster({ points, k }) {
    const { rows, dimension } = points;
    return {
      centroids: { data: points.data.slice(0, k * dimension), rows: k, dimension },
      assignment: Int32Array.from({ length: rows }, (_, row) => row % k),
      similarity: new Float32Array(rows),
      inertia: 0,
      iterations: 1,
    };
  },
  stop: async () => undefined,
};

/** The labeler that would ask, on a gateway that counts. Its answers can be used: second tries are not counted. */
function countingLabeler(
  config: Config,
  fallback: Labeler,
): { labeler: Labeler; stages: Map<string, Tally> } {
  const { claude, hierarchy, privacy } = config;
  const stages = new Map<string, Tally>(NAMING_STAGES.map((stage) => [stage, new Tally()]));
  const gateway: AnthropicGateway = {
    async ask(question) {
      const answer = answerTo(question);
      const { [question.stage]: given }: { readonly [stage: string]: number } = claude.answer_tokens;
      const output = given ?? textTokens(JSON.stringify(answer));
      stages.get(question.stage)?.add(inputTokens(question), output);
      return { kind: 'answer', value: question.schema.parse(answer) };
    },
    answers: async () => true,
    stop: async () => undefined,
  };
  const labeler = createClaudeLabeler({
    gateway,
    model: claude.labeler_model,
    prompts: loadLabelerPrompts(),
    neighbourhood: hierarchy.neighbourhood,
    fallback,
    minAudit: privacy.min_audit,
    telemetry: { llmFallback: () => undefined },
  });
  return { labeler, stages };
}

/** What a model that does as it is told would say, as long as that would be. */
function answerTo({ stage, data }: Pick<Question<unknown>, 'stage' | 'data'>): unknown {
  const wanted = Number(/<wanted>(\d+)<\/wanted>/.exec(data)?.[1] ?? 0);
  const count = (letter: string): number =>
    data.match(new RegExp(`<id>${letter}\\d+</id>`, 'g'))?.length ?? 0;
  switch (stage) {
    case 'audit':
      return { score: 5, reason: 'x'.repeat(60) };
    case 'propose':
      return { headings: Array.from({ length: wanted }, () => TITLE) };
    case 'deduplicate': {
      // As many as are too many, two by two.
      const surplus = Math.min(Math.floor(count('h') / 2), Math.max(0, count('h') - wanted));
      const pair = (_: unknown, i: number) => ({ ...TITLE, headings: [`h${2 * i + 1}`, `h${2 * i + 2}`] });
      return { merges: Array.from({ length: surplus }, pair) };
    }
    case 'assign': {
      const headings = Math.max(1, count('h'));
      const place = (_: unknown, i: number) => ({ group: `g${i + 1}`, heading: `h${(i % headings) + 1}` });
      return { places: Array.from({ length: count('g') }, place) };
    }
    default:
      return TITLE;
  }
}
