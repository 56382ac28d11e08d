/** What a stream would cost with Claude, from the requests that would go out for it; nothing is sent. */
import { createCacheForecast, inputTokens } from '../adapters/anthropic/estimate.ts';
import { loadPrompt } from '../adapters/anthropic/prompts.ts';
import { dollarsOf, priceOf } from '../adapters/anthropic/spending.ts';
import { auditQuestion, labelQuestion, nestQuestion } from '../adapters/labeler/claude.ts';
import { facetsQuestion } from '../adapters/summarizer/claude.ts';
import { TOKEN_BAND } from '../algorithms/text-tokens.ts';
import type { Conversation } from '../domain/conversation.ts';
import { parentsFor } from '../pipeline/cluster/hierarchy.ts';
import { clustersFor } from '../pipeline/cluster/rebuild.ts';
import type { Config } from './config.ts';
import { createVerdicts } from './would-ask.ts';

type Stage = keyof Config['claude']['answer_tokens'];

export type StageCost = {
  readonly stage: Stage;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** null: claude.prices has no such model. */
  readonly dollars: number | null;
};

export type CostEstimate = {
  readonly conversations: {
    /** Different ones that make at least one call or take its answer from the cache. */
    readonly summarized: number;
    /** Longer snapshots of one of those: each is summarized again. */
    readonly snapshots: number;
    readonly duplicates: number;
    readonly zeroRetention: number;
    readonly noUserText: number;
  };
  /** Clusters named, over all rebuilds of a growing window. */
  readonly clusters: number;
  readonly stages: readonly StageCost[];
  /** What the cache of answers saves; not in the stages. */
  readonly saved: { readonly calls: number; readonly dollars: number | null };
  /** null: a model that is asked has no price. Low and high: were the characters a token 5, or 3; the output is as configured. */
  readonly dollars: { readonly low: number; readonly middle: number; readonly high: number } | null;
  readonly dollarsPer100k: number | null;
};

export interface CostEstimator {
  /** Takes one conversation of the stream, in its order. O(length). */
  add(conversation: Conversation): void;
  result(): CostEstimate;
}

/** Two sentences, as the facets prompt asks for: what a member of a cluster is to the labeler. */
const EXEMPLAR = 'x'.repeat(200);
const NAME = 'x'.repeat(50);
const DESCRIPTION = 'x'.repeat(250);
/** More than the labeler is shown. */
const SHOWN = 50;

export function createCostEstimator(config: Config): CostEstimator {
  const { claude } = config;
  const facets = config.summarizer === 'offline' ? null : loadPrompt('facets');
  const price = priceOf(claude.prices, claude.summarizer_model);
  const knows = createCacheForecast(claude.cache);
  const verdictOn = createVerdicts(config.intake.seen_cap);
  const calls = new Tally();
  const saved = new Tally();
  const count = { summarized: 0, snapshots: 0, duplicates: 0, zeroRetention: 0, noUserText: 0 };

  function isAsked(conversation: Conversation): boolean {
    const verdict = verdictOn(conversation);
    count[verdict]++;
    return verdict === 'summarized' || verdict === 'snapshots';
  }

  return {
    add(conversation) {
      if (!isAsked(conversation) || facets === null) return;
      const { summarizer_model: model, transcript_tokens: transcriptTokens } = claude;
      const question = facetsQuestion(conversation, { model, prompt: facets, transcriptTokens });
      (knows(question) ? saved : calls).add(inputTokens(question));
    },
    result() {
      const { clusters, parents } = namings(count.summarized, config);
      const stages = [
        ...(facets === null ? [] : [stageCost('facets', claude.summarizer_model, calls, config)]),
        ...(config.labeler === 'offline' ? [] : naming(clusters, parents, config)),
      ];
      const dollars = totalDollars(stages, config);
      const output = saved.calls * claude.answer_tokens.facets;
      const savedDollars = price === null ? null : dollarsOf(price, { input: saved.tokens, output });
      const per = 100_000 / Math.max(1, count.summarized);
      return {
        conversations: { ...count },
        clusters: config.labeler === 'offline' ? 0 : clusters,
        stages,
        saved: { calls: saved.calls, dollars: saved.calls === 0 ? 0 : savedDollars },
        dollars,
        dollarsPer100k: dollars === null ? null : dollars.middle * per,
      };
    },
  };
}

class Tally {
  calls = 0;
  tokens = 0;

  add(tokens: number, calls = 1): void {
    this.calls += calls;
    this.tokens += tokens * calls;
  }
}

/**
 * Clusters and parents named while the window fills: at each rebuild because it has grown, as a cluster that doubled is named anew.
 * Rebuilds on schedule keep the name of a cluster whose members stayed; how many do not is not known before.
 */
function namings(conversations: number, { cluster }: Config): { clusters: number; parents: number } {
  const sizes = {
    membersPerCluster: cluster.members_per_cluster,
    minClusters: cluster.min_clusters,
    maxClusters: cluster.max_clusters,
  };
  const most = Math.min(conversations, cluster.window);
  let clusters = 0;
  let parents = 0;
  for (let samples = cluster.first_at; samples <= most; samples *= cluster.rebuild_growth) {
    const made = clustersFor(Math.round(samples), sizes);
    clusters += made;
    parents += parentsFor(made);
  }
  return { clusters, parents };
}

/** A name and its audit for each; second names after a poor audit are not counted. */
function naming(clusters: number, parents: number, config: Config): StageCost[] {
  const { labeler_model: model } = config.claude;
  const exemplars = Array.from({ length: SHOWN }, (_, i) => ({ text: EXEMPLAR, account: String(i) }));
  const title = { name: NAME, description: DESCRIPTION };
  const perParent = Math.round(clusters / Math.max(1, parents));
  const children = Array.from({ length: perParent }, (_, i) => ({ id: String(i), ...title }));
  const costOf = (stage: Stage, question: Parameters<typeof inputTokens>[0], calls: number): StageCost => {
    const tally = new Tally();
    tally.add(inputTokens(question), calls);
    return stageCost(stage, model, tally, config);
  };
  return [
    costOf(
      'label',
      labelQuestion(model, loadPrompt('label'), { members: exemplars, contrast: exemplars }),
      clusters,
    ),
    costOf('audit', auditQuestion(model, loadPrompt('audit'), title), clusters + parents),
    costOf('nest', nestQuestion(model, loadPrompt('nest'), { children }), parents),
  ];
}

function stageCost(stage: Stage, model: string, { calls, tokens }: Tally, { claude }: Config): StageCost {
  const outputTokens = calls * claude.answer_tokens[stage];
  const price = priceOf(claude.prices, model);
  const dollars = price === null ? null : dollarsOf(price, { input: tokens, output: outputTokens });
  return { stage, model, calls, inputTokens: Math.round(tokens), outputTokens, dollars };
}

function totalDollars(stages: readonly StageCost[], { claude }: Config): CostEstimate['dollars'] {
  const total = { low: 0, middle: 0, high: 0 };
  for (const { calls, model, inputTokens: tokens, outputTokens: output } of stages) {
    if (calls === 0) continue;
    const price = priceOf(claude.prices, model);
    if (price === null) return null;
    const at = (factor: number): number => dollarsOf(price, { input: tokens * factor, output });
    total.low += at(TOKEN_BAND.low);
    total.middle += at(1);
    total.high += at(TOKEN_BAND.high);
  }
  return total;
}
