/** Whether a model answers at all: a question of a few tokens, past the circuit. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { parseReply } from './reply.ts';
import { type Thinking, thinkingOf } from './request.ts';
import type { Usage } from './spending.ts';

export type ProbeParts = {
  readonly client: Anthropic;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly telemetry: Pick<Telemetry, 'llmCall'>;
  /** Throws while the model is not to be asked. */
  readonly check: (model: string) => void;
  /** As of every question: a model that does not take it answers nothing. */
  readonly thinking: Thinking;
  readonly spend: (stage: string, model: string, usage: Usage) => void;
};

const questionTo = (model: string, thinking: Thinking): Anthropic.MessageCreateParamsNonStreaming => ({
  model,
  max_tokens: 16,
  system: [{ type: 'text', text: 'Answer with one word.' }],
  messages: [{ role: 'user', content: 'Are you there?' }],
  ...thinkingOf(model, thinking),
});

/** Asked once for all who want to know of a model at the same time. False for whatever is no answer. */
export function createProbe(parts: ProbeParts): (model: string) => Promise<boolean> {
  const { client, signal, clock, telemetry, check, spend, thinking } = parts;
  const underWay = new Map<string, Promise<boolean>>();

  async function probe(model: string): Promise<boolean> {
    const started = clock.elapsed();
    const done = (outcome: 'ok' | 'error') =>
      telemetry.llmCall('probe', model, outcome, (clock.elapsed() - started) / 1_000);
    try {
      check(model);
      const reply = await client.messages.create(questionTo(model, thinking), { signal, maxRetries: 0 });
      spend('probe', model, parseReply(reply).usage);
      done('ok');
      return true;
    } catch {
      done('error');
      return false;
    }
  }

  return function answers(model) {
    const asked = underWay.get(model) ?? probe(model).finally(() => underWay.delete(model));
    underWay.set(model, asked);
    return asked;
  };
}
