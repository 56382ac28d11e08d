import { LRUCache } from 'lru-cache';
import { transcript, turnOf } from '../../algorithms/transcript.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { FacetDefinitions } from '../../domain/facet-definition.ts';
import type { Screening, Summarizer, Summary } from '../../ports/summarizer.ts';
import { createAnswers } from '../anthropic/answers.ts';
import { hasFailed, isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import type { Prompt } from '../anthropic/prompts.ts';
import { type Questions, questionsOf } from './questions.ts';

export type ClaudeSummarizerOptions = {
  readonly gateway: AnthropicGateway;
  readonly model: string;
  /** Has a place for the questions. */
  readonly prompt: Prompt;
  readonly facets: FacetDefinitions;
  /** Answers when the model gives nothing usable; its facets are marked. */
  readonly fallback: Summarizer;
  readonly whenDown: 'wait' | 'offline';
  /** Longer conversations lose their middle. */
  readonly transcriptTokens: number;
  /** Answers remembered by hash of model, prompt and transcript. */
  readonly remembered: number;
  readonly telemetry: Pick<LlmTelemetry, 'llmFallback' | 'llmRecalled'>;
  /** Takes what looks private out of what the model wrote. */
  readonly redact?: (text: string) => string;
};

/** An answer takes some 300; the rest is room for thinking. */
const MAX_TOKENS = 4_096;

/** Rounds of tries after which a conversation may be to blame itself: others are answered, and it holds them all up. */
const ROUNDS = 3;

/** Sets of questions remembered: each conversation is a candidate for some of the watches. */
const SETS = 256;

/** All facets of a conversation in one call. */
export function createClaudeSummarizer(options: ClaudeSummarizerOptions): Summarizer {
  const { gateway, model, fallback, telemetry, transcriptTokens } = options;
  const answers = createAnswers<Record<string, unknown>>(options.remembered, () =>
    telemetry.llmRecalled('facets'),
  );
  const sets = new LRUCache<string, Questions>({ max: SETS });
  const asked = (screening: readonly Screening[]): Questions => {
    const key = JSON.stringify(screening);
    const known = sets.get(key) ?? questionsOf(options.prompt, options.facets, screening);
    sets.set(key, known);
    return known;
  };

  async function summarize(
    conversation: Conversation,
    failures = 0,
    screening: readonly Screening[] = [],
  ): Promise<Summary> {
    const { prompt, schema, read } = asked(screening);
    try {
      const data = transcript(conversation.messages.map(turnOf), aboutOf(conversation), transcriptTokens);
      const answer = await answers.recall([model, prompt.hash, data], () =>
        gateway.ask({
          stage: 'facets',
          model,
          system: prompt.text,
          data,
          schema,
          maxTokens: MAX_TOKENS,
        }),
      );
      if (answer.kind === 'unusable') return await fallBack(conversation, answer.because);
      const source = { by: 'claude' as const, fallback: false, model, prompt: prompt.hash };
      return { ...read(answer.value, options.redact ?? ((text) => text)), source };
    } catch (error) {
      if (options.whenDown === 'offline' && isDown(error)) return fallBack(conversation, 'down');
      if (hasFailed(error) && failures + 1 >= ROUNDS && (await gateway.answers(model))) {
        return fallBack(conversation, 'unanswered');
      }
      throw error;
    }
  }

  async function fallBack(conversation: Conversation, reason: string): Promise<Summary> {
    telemetry.llmFallback('facets', reason);
    const summary = await fallback.summarize(conversation);
    return { ...summary, source: { ...summary.source, fallback: true } };
  }

  // The gateway and the fallback belong to who made them.
  return { kind: 'claude', summarize, stop: async () => {} };
}

/** What the model may know of a conversation besides what was said. Never its flags: concern is to be judged without them. */
function aboutOf({ model, surface, metadata }: Conversation): Record<string, unknown> {
  return {
    ...metadata,
    ...(surface === undefined ? {} : { surface }),
    ...(model === undefined ? {} : { model }),
  };
}
