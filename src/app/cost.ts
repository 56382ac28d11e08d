/** What a stream would cost with Claude, from the requests that would go out for it; nothing is sent. */
import { createCacheForecast, inputTokens } from '../adapters/anthropic/estimate.ts';
import { dollarsOf, priceOf } from '../adapters/anthropic/spending.ts';
import { createFacetsQuestions } from '../adapters/summarizer/claude.ts';
import { TOKEN_BAND } from '../algorithms/text-tokens.ts';
import type { Conversation } from '../domain/conversation.ts';
import { makeTokens } from './adapters.ts';
import type { Config } from './config.ts';
import { countNamings, NAMING_STAGES, type NamingStage } from './cost-names.ts';
import { Tally } from './cost-tally.ts';
import { createSampled, createScreening, createVerdicts, facetsOptions } from './would-ask.ts';

type Stage = 'facets' | NamingStage;

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
    /** Their time is before intake.earliest or ahead of the clock: dead letters. */
    readonly outOfTime: number;
    /** Left out by sampling, at the share that is set. */
    readonly sampledOut: number;
  };
  /** Clusters named, over all rebuilds of a growing window. */
  readonly clusters: number;
  readonly stages: readonly StageCost[];
  /** What the cache of answers saves; not in the stages. */
  readonly saved: { readonly calls: number; readonly dollars: number | null };
  /** null: a model that is asked has no price. Low and high: were the characters a token 4, or 2.3; the output is as configured. */
  readonly dollars: { readonly low: number; readonly middle: number; readonly high: number } | null;
  readonly dollarsPer100k: number | null;
};

export interface CostEstimator {
  /** Takes one conversation of the stream, in its order. O(length). */
  add(conversation: Conversation): void;
  result(): Promise<CostEstimate>;
}

export function createCostEstimator(config: Config): CostEstimator {
  const { claude } = config;
  const ask = config.summarizer === 'offline' ? null : createFacetsQuestions(facetsOptions(config));
  const screeningOf = createScreening(config);
  const price = priceOf(claude.prices, claude.summarizer_model);
  const knows = createCacheForecast(claude.cache);
  const verdictOn = createVerdicts(config.intake, Date.now());
  const isSampled = createSampled(config.intake, accountsOf(config));
  const calls = new Tally();
  const saved = new Tally();
  const count = {
    summarized: 0,
    snapshots: 0,
    duplicates: 0,
    zeroRetention: 0,
    noUserText: 0,
    outOfTime: 0,
    sampledOut: 0,
  };

  function isAsked(conversation: Conversation): boolean {
    const verdict = verdictOn(conversation);
    const wanted = verdict === 'summarized' || verdict === 'snapshots';
    const isOut = wanted && !isSampled(conversation);
    count[isOut ? 'sampledOut' : verdict]++;
    return wanted && !isOut;
  }

  return {
    add(conversation) {
      if (!isAsked(conversation) || ask === null) return;
      const { question } = ask(conversation, screeningOf(conversation));
      (knows(question) ? saved : calls).add(inputTokens(question), claude.answer_tokens.facets);
    },
    async result() {
      const naming = config.labeler === 'offline' ? null : await countNamings(count.summarized, config);
      const stages = [
        ...(ask === null ? [] : [stageCost('facets', claude.summarizer_model, calls, config)]),
        ...NAMING_STAGES.flatMap((stage) => {
          const tally = naming?.stages.get(stage);
          return tally === undefined ? [] : [stageCost(stage, claude.labeler_model, tally, config)];
        }),
      ];
      const dollars = totalDollars(stages, config);
      const savedDollars = price === null ? null : dollarsOf(price, saved);
      const per = 100_000 / Math.max(1, count.summarized);
      return {
        conversations: { ...count },
        clusters: naming?.clusters ?? 0,
        stages,
        saved: { calls: saved.calls, dollars: saved.calls === 0 ? 0 : savedDollars },
        dollars,
        dollarsPer100k: dollars === null ? null : dollars.middle * per,
      };
    },
  };
}

/** With a key in the settings, those that admit takes; else as many others, as an estimate leaves no key behind. */
function accountsOf(config: Config): (account: string) => string {
  const { key, key_file } = config.tokens;
  if (key === null && key_file === null) return (account) => account;
  const tokens = makeTokens(config);
  return (account) => tokens.account(account);
}

function stageCost(
  stage: Stage,
  model: string,
  { calls, input, output }: Tally,
  { claude }: Config,
): StageCost {
  const price = priceOf(claude.prices, model);
  const dollars = price === null ? null : dollarsOf(price, { input, output });
  return {
    stage,
    model,
    calls,
    inputTokens: Math.round(input),
    outputTokens: Math.round(output),
    dollars,
  };
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
