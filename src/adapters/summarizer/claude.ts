import { primaryLanguages } from '../../algorithms/language-tags.ts';
import { clip, transcript, turnOf } from '../../algorithms/transcript.ts';
import type { Conversation } from '../../domain/conversation.ts';
import { type Facets, facetsSchema } from '../../domain/facets.ts';
import type { Summarizer, Summary } from '../../ports/summarizer.ts';
import { hasFailed, isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import type { Prompt } from '../anthropic/prompts.ts';
import { type Answer, judge, type Reply } from '../anthropic/reply.ts';
import type { Question } from '../anthropic/request.ts';

export type FacetsOptions = {
  readonly model: string;
  readonly prompt: Prompt;
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

/** An empty request could not be embedded. */
const answerSchema = facetsSchema.refine(({ request }) => request.trim() !== '', {
  path: ['request'],
  error: 'must not be empty',
});

/** What the model is asked about a conversation; `cost estimate` asks it of nobody. */
export function facetsQuestion(
  conversation: Conversation,
  { model, prompt, transcriptTokens, redact }: FacetsOptions,
): Question<Facets> {
  return {
    stage: 'facets',
    model,
    system: prompt.text,
    data: transcript(conversation.messages.map(turnOf), aboutOf(conversation), transcriptTokens),
    schema: answerSchema,
    clean: (facets) => tidy(facets, redact),
    maxTokens: MAX_TOKENS,
  };
}

/** What came back for such a question by another way than the gateway. */
export const judgeFacets = (reply: Reply, redact: (text: string) => string): Answer<Facets> =>
  judge(reply, { schema: answerSchema, clean: (facets) => tidy(facets, redact) });

/** All facets of a conversation in one call. */
export function createClaudeSummarizer(options: ClaudeSummarizerOptions): Summarizer {
  const { gateway, model, prompt, fallback, telemetry } = options;

  async function summarize(conversation: Conversation, failures = 0): Promise<Summary> {
    try {
      const answer = await gateway.ask(facetsQuestion(conversation, options));
      if (answer.kind === 'unusable') return await fallBack(conversation, answer.because);
      const source = { by: 'claude' as const, fallback: false, model, prompt: prompt.hash };
      return { facets: answer.value, source };
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
    const { facets, source } = await fallback.summarize(conversation);
    return { facets, source: { ...source, fallback: true } };
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

/** The check after the model: what it was talked into writing goes no further. Marks may lengthen a text, so clip last. */
function tidy(facets: Facets, redact = (text: string) => text): Facets {
  const clean = (text: string, limit: number) => clip(redact(text.toWellFormed()), limit);
  return {
    request: clean(facets.request, 1_000),
    task: clean(facets.task, 1_000),
    languages: primaryLanguages(facets.languages),
    concern: facets.concern,
    concern_reason: clean(facets.concern_reason, 500),
  };
}
