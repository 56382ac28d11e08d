/** Message Batches: many questions for half the price, answered within 24 hours. No content and no key in any error. */
import Anthropic from '@anthropic-ai/sdk';
import { CliowatchError } from '../../domain/errors.ts';
import { questionKey } from './cached.ts';
import { toFailure } from './failure.ts';
import { parseReply, type Reply } from './reply.ts';
import { type Question, toRequest } from './request.ts';

/** What the service asks of the price of a single call. */
export const BATCH_PRICE_SHARE = 0.5;
/** A batch is up to 100,000 requests and 256 MB; smaller ones need less memory here. */
export const BATCH_REQUESTS = 10_000;
export const BATCH_BYTES = 64 * 1024 * 1024;

const SEND_MS = 600_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export type BatchQuestion = Omit<Question<unknown>, 'clean'>;

export interface MessageBatches {
  /** Sends questions, of different keys; answers with the batch's id. */
  begin(questions: readonly BatchQuestion[]): Promise<string>;
  /**
   * Waits until the batch has ended, then its replies by key of the question; null: that one failed or was not begun. Nothing at all of
   * a batch that is gone.
   */
  replies(id: string): AsyncGenerator<{ readonly key: string; readonly reply: Reply | null }>;
}

export type BatchOptions = {
  readonly apiKey: string;
  readonly baseURL: string | null;
  readonly retries: number;
  /** Ends all waiting; what was begun goes on at the service. */
  readonly signal: AbortSignal;
  /** Resolves after so many ms, or rejects at the signal. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** null: it is asked for singly; were it an error, the batch would end with it each time it is read. */
function readable(message: unknown): Reply | null {
  try {
    return parseReply(message);
  } catch (error) {
    if (error instanceof CliowatchError) return null;
    throw error;
  }
}

/** Every method throws CliowatchError `llm/down`, or `llm/stopped` at the signal. */
export function createMessageBatches(options: BatchOptions): MessageBatches {
  const { apiKey, baseURL, retries, signal, wait } = options;
  const client = new Anthropic({
    apiKey,
    baseURL,
    maxRetries: retries,
    timeout: SEND_MS,
    // The SDK logs bodies when the environment asks for it, and traces them: neither may happen here.
    logLevel: 'off',
    openTelemetry: false,
  });
  const { batches } = client.messages;

  async function ended(id: string): Promise<boolean> {
    for (let pause = FIRST_WAIT_MS; ; pause = Math.min(2 * pause, LONGEST_WAIT_MS)) {
      const state = await batches.retrieve(id, {}, { signal }).catch((error: unknown) => {
        if (error instanceof Anthropic.NotFoundError) return null;
        throw error;
      });
      // Results are kept for some weeks at the service: what is gone is asked for anew.
      if (state === null) return false;
      if (state.processing_status === 'ended') return state.results_url !== null;
      await wait(pause, signal);
    }
  }

  return {
    async begin(questions) {
      const requests = questions.map((question) => ({
        custom_id: questionKey(question),
        params: toRequest(question, null),
      }));
      try {
        return (await batches.create({ requests }, { signal })).id;
      } catch (error) {
        throw failed(error);
      }
    },
    async *replies(id) {
      try {
        if (!(await ended(id))) return;
        for await (const { custom_id, result } of await batches.results(id, {}, { signal })) {
          yield { key: custom_id, reply: result.type === 'succeeded' ? readable(result.message) : null };
        }
        // The SDK ends a stream that is broken off as if it were whole.
        signal.throwIfAborted();
      } catch (error) {
        throw failed(error);
      }
    },
  };

  function failed(error: unknown): CliowatchError {
    if (signal.aborted) return new CliowatchError('llm/stopped', 'interrupted', { retry: true });
    return error instanceof CliowatchError ? error : toFailure(error);
  }
}
