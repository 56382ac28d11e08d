import { LRUCache } from 'lru-cache';
import { transcript } from '../../algorithms/transcript.ts';
import { turnOf } from '../../algorithms/turns.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { FacetDefinitions } from '../../domain/facet-definition.ts';
import type { Screening, Summarizer, Summary } from '../../ports/summarizer.ts';
import { hasFailed, isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import type { Prompt } from '../anthropic/prompts.ts';
import type { Question } from '../anthropic/request.ts';
import { type Answers, type Questions, questionsOf } from './questions.ts';

export type FacetsOptions = {
  readonly model: string;
  /** Has a place for the questions. */
  readonly prompt: Prompt;
  readonly facets: FacetDefinitions;
  /** Longer conversations lose their middle. */
  readonly transcriptTokens: number;
  /** Takes what looks private out of what the model wrote. */
  readonly redact?: (text: string) => string;
};

export type ClaudeSummarizerOptions = FacetsOptions & {
  readonly gateway: AnthropicGateway;
  /** Answers when the model gives nothing usable; its facets are marked. */
  readonly fallback: Summarizer;
  readonly whenDown: 'wait' | 'offline';
  readonly telemetry: Pick<LlmTelemetry, 'llmFallback'>;
};

/** An answer takes some 300; the rest is room for thinking. */
const MAX_TOKENS = 4_096;

/** Rounds of tries after which a conversation may be to blame itself: others are answered, and it holds them all up. */
const ROUNDS = 3;

/** Sets of questions remembered: each conversation is a candidate for some of the watches. */
const SETS = 256;

/** What is asked about one conversation, and how the answer is read. */
export type Asked = { readonly question: Question<Answers>; readonly questions: Questions };

/** Makes the question of a conversation: what the summarizer asks, what `replay --batch` sends, and `cost estimate` counts. */
export function createFacetsQuestions(
  options: FacetsOptions,
): (conversation: Conversation, screening?: readonly Screening[]) => Asked {
  const { model, transcriptTokens, redact = (text) => text } = options;
  const sets = new LRUCache<string, Questions>({ max: SETS });
  const setOf = (screening: readonly Screening[]): Questions => {
    const key = JSON.stringify(screening);
    const known = sets.get(key) ?? questionsOf(options.prompt, options.facets, screening);
    sets.set(key, known);
    return known;
  };
  return function ask(conversation, screening = []) {
    const questions = setOf(screening);
    const question = {
      stage: 'facets',
      model,
      system: questions.prompt.text,
      data: transcript(conversation.messages.map(turnOf), aboutOf(conversation), transcriptTokens),
      schema: questions.schema,
      clean: (answers: Answers) => questions.clean(answers, redact),
      maxTokens: MAX_TOKENS,
    };
    return { question, questions };
  };
}

/** All facets of a conversation in one call. */
export function createClaudeSummarizer(options: ClaudeSummarizerOptions): Summarizer {
  const { gateway, model, fallback, telemetry } = options;
  const ask = createFacetsQuestions(options);

  async function summarize(
    conversation: Conversation,
    failures = 0,
    screening: readonly Screening[] = [],
  ): Promise<Summary> {
    try {
      const { question, questions } = ask(conversation, screening);
      const answer = await gateway.ask(question);
      if (answer.kind === 'unusable') return await fallBack(conversation, answer.because);
      const source = { by: 'claude' as const, fallback: false, model, prompt: questions.prompt.hash };
      return { ...questions.read(answer.value), source };
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
