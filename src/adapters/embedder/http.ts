import { setTimeout as sleep } from 'node:timers/promises';
import { bulkhead, ConstantBackoff, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { z } from 'zod';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { toUnit, type UnitVector } from '../../domain/vector.ts';
import type { Embedder } from '../../ports/embedder.ts';

export type HttpEmbedderOptions = {
  readonly kind: 'openai' | 'voyage';
  /** Base address such as `https://host/v1`; null: the service's own. */
  readonly url: string | null;
  /** null: none is sent, as local servers need none. */
  readonly apiKey: string | null;
  readonly model: string;
  readonly dimension: number;
  /** Texts a request. */
  readonly batch: number;
  /** Tries after the first. */
  readonly retries?: number;
  /** Longest time for one try. */
  readonly timeoutMs?: number;
  /** First pause before a new try; it doubles, with jitter. */
  readonly pauseMs?: number;
};

const SERVICES = {
  openai: { url: 'https://api.openai.com/v1', dimension: 'dimensions' },
  voyage: { url: 'https://api.voyageai.com/v1', dimension: 'output_dimension' },
} as const;
const REQUESTS_AT_ONCE = 4;
const LONGEST_PAUSE_MS = 60_000;
/** Services refuse an empty text. */
const EMPTY = '(empty)';

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1) })),
});

/** One row of numbers a text. */
type Rows = readonly (readonly number[])[];

/** What the service did not answer, and how long it asked to wait. */
class Refusal extends CliowatchError {
  readonly waitMs: number;

  constructor(
    message: string,
    options: { value?: unknown; retry: boolean; remedy?: string; cause?: unknown },
    waitMs = 0,
  ) {
    super('embedder-service', message, options);
    this.waitMs = waitMs;
  }
}

/**
 * An embedding service that speaks OpenAI's or Voyage's form. 429, 5xx, timeouts and broken connections are tried again
 * with jitter, no sooner than Retry-After says. Throws `embedder-service` (with `retry` when it may pass) and
 * `embedder-dimension`; neither holds a text.
 */
export async function createHttpEmbedder(options: HttpEmbedderOptions): Promise<Embedder> {
  const { model, dimension, batch } = options;
  const stopped = new AbortController();
  const queue = bulkhead(REQUESTS_AT_ONCE, Number.MAX_SAFE_INTEGER);
  // Not every model takes a dimension: it is asked for only when the model's own is another.
  let askDimension = false;

  async function embedBatch(texts: readonly string[]): Promise<UnitVector[]> {
    const asked = askDimension;
    const rows = await queue.execute(() => postPatiently(options, texts, asked, stopped.signal));
    const wrong = rows.find((row) => row.length !== dimension);
    if (wrong === undefined) return rows.map((row) => toUnit(row));
    if (asked) throw wrongDimension(model, wrong.length, dimension);
    askDimension = true;
    return embedBatch(texts);
  }

  return {
    id: `${model}:${dimension}`,
    dimension,
    async embed(texts) {
      const parts: Promise<UnitVector[]>[] = [];
      for (let from = 0; from < texts.length; from += batch)
        parts.push(embedBatch(texts.slice(from, from + batch)));
      return (await Promise.all(parts)).flat();
    },
    async stop() {
      stopped.abort(new CliowatchError('stopped', 'the embedder has been stopped'));
    },
  };
}

/** Requests until there is an answer. The pauses are in the attempt, not in the policy: there a stop can end them. */
function postPatiently(
  options: HttpEmbedderOptions,
  texts: readonly string[],
  askDimension: boolean,
  signal: AbortSignal,
): Promise<Rows> {
  const { retries = 5, pauseMs = 500 } = options;
  const passing = handleWhen((error) => error instanceof Refusal && error.retry);
  const policy = retry(passing, { maxAttempts: retries, backoff: new ConstantBackoff(0) });
  let jitter = new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: LONGEST_PAUSE_MS }).next();
  let askedMs = 0;
  return policy.execute(async ({ attempt }) => {
    if (attempt > 0) {
      await pause(jitter.duration + askedMs, signal);
      jitter = jitter.next(undefined);
    }
    signal.throwIfAborted();
    try {
      return await post(options, texts, askDimension, signal);
    } catch (error) {
      askedMs = error instanceof Refusal ? error.waitMs : 0;
      throw error;
    }
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** One request; rows come in the order of the texts. */
async function post(
  { kind, url, apiKey, model, dimension, timeoutMs = 30_000 }: HttpEmbedderOptions,
  texts: readonly string[],
  askDimension: boolean,
  signal: AbortSignal,
): Promise<Rows> {
  const service = SERVICES[kind];
  const address = `${(url ?? service.url).replace(/\/+$/, '').replace(/\/embeddings$/, '')}/embeddings`;
  const input = texts.map((text) => (text.trim() === '' ? EMPTY : text.toWellFormed()));
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input, ...(askDimension ? { [service.dimension]: dimension } : {}) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    body = response.ok ? await response.json() : await response.body?.cancel();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new Refusal(`no answer from ${address}: ${reasonOf(cause)}`, {
      value: address,
      retry: true,
      cause,
    });
  }
  if (!response.ok) throw refused(response, address);
  return inOrder(body, texts.length, address);
}

function refused(response: Response, address: string): Refusal {
  const { status } = response;
  const retry = status === 408 || status === 429 || status >= 500;
  const remedy =
    status === 401 || status === 403
      ? 'check embedder.api_key'
      : 'check embedder.url, embedder.model and embedder.dimension';
  return new Refusal(
    `${address} answered ${status}`,
    { value: status, retry, ...(retry ? {} : { remedy }) },
    retryAfterMs(response.headers),
  );
}

/** Retry-After in seconds, or as a date, which is held against the service's own Date: its clock need not be ours. */
function retryAfterMs(headers: Headers): number {
  const value = headers.get('retry-after');
  if (value === null) return 0;
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1_000
    : Date.parse(value) - Date.parse(headers.get('date') ?? value);
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_PAUSE_MS) : 0;
}

function inOrder(body: unknown, count: number, address: string): Rows {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) {
    throw new Refusal(`${address} answered in an unknown form`, { retry: false, cause: answer.error });
  }
  const rows: (readonly number[])[] = [];
  for (const { index, embedding } of answer.data.data) rows[index] = embedding;
  const complete = Array.from({ length: count }, (_, i) => rows[i]).filter((row) => row !== undefined);
  if (complete.length === count && rows.length === count) return complete;
  throw new Refusal(`${address} answered with ${answer.data.data.length} vectors for ${count} texts`, {
    value: answer.data.data.length,
    retry: false,
  });
}

function wrongDimension(model: string, found: number, dimension: number): CliowatchError {
  return new CliowatchError(
    'embedder-dimension',
    `${model} gives ${found} numbers a vector, not ${dimension}`,
    {
      value: found,
      remedy: `set embedder.dimension to ${found}`,
    },
  );
}
