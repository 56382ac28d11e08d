/** Message Batches: many questions for half the price, answered within 24 hours. No content and no key in any error. */
import Anthropic from '@anthropic-ai/sdk';
import { CliowatchError } from '../../domain/errors.ts';
import { toFailure } from './failure.ts';
import { parseReply, type Reply } from './reply.ts';
import { type Question, questionKey, type Thinking, toRequest } from './request.ts';
import { retryAfter } from './retry-after.ts';

/** What the service asks of the price of a single call. */
export const BATCH_PRICE_SHARE = 0.5;
/** A batch is up to 100,000 requests and 256 MB; smaller ones need less memory here. */
export const BATCH_REQUESTS = 10_000;
export const BATCH_BYTES = 64 * 1024 * 1024;

const SEND_MS = 600_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const PAGE = 100;
/** The service's clock and ours differ by no more. */
const CLOCKS_MS = 60_000;
/** The service says by these that it took nothing, and will later. */
const TURNED_AWAY: readonly unknown[] = [429, 529];

export type BatchQuestion = Omit<Question<unknown>, 'clean'>;

export interface MessageBatches {
  /** Sends questions, of different keys; answers with the batch's id. When it throws the batch may be begun all the same: see `begunAt`. */
  begin(questions: readonly BatchQuestion[]): Promise<string>;
  /** Ids of batches of so many requests that the service may have begun for what was sent at `at`, ms. */
  begunAt(at: number, requests: number): Promise<string[]>;
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
  readonly thinking: Thinking;
  /** Ends all waiting; what was begun goes on at the service. */
  readonly signal: AbortSignal;
  /** Resolves after so many ms, or rejects at the signal. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** For how many ms, as far as it was said. null: it may have been taken. */
function turnedAway(thrown: unknown): number | null {
  if (!(thrown instanceof Anthropic.APIError) || !TURNED_AWAY.includes(thrown.status)) return null;
  return thrown.headers === undefined ? 0 : (retryAfter(thrown.headers, Date.now()) ?? 0);
}

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
        params: toRequest(question, null, options.thinking),
      }));
      for (let tries = 0, pause = FIRST_WAIT_MS; ; tries++, pause = Math.min(2 * pause, LONGEST_WAIT_MS)) {
        try {
          // The SDK would send once more what may have arrived, and be paid for twice.
          return (await batches.create({ requests }, { signal, maxRetries: 0 })).id;
        } catch (error) {
          const asked = turnedAway(error);
          if (asked === null || tries >= retries) throw failed(error);
          await wait(Math.max(pause, asked), signal).catch((aborted: unknown) =>
            Promise.reject(failed(aborted)),
          );
        }
      }
    },
    async begunAt(at, requests) {
      const found: string[] = [];
      try {
        // Newest first.
        for await (const { id, created_at, request_counts: counts } of batches.list(
          { limit: PAGE },
          { signal },
        )) {
          const begun = Date.parse(created_at);
          if (begun < at - CLOCKS_MS) break;
          if (Object.values(counts).reduce((sum, count) => sum + count, 0) === requests) found.push(id);
        }
      } catch (error) {
        throw failed(error);
      }
      return found.reverse();
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
