/**
 * The one way to Claude: retries and timeouts (the SDK's own), a cap on calls under way that adapts, a circuit breaker, a budget,
 * structured output, and the counting of calls, tokens and dollars. Logs nothing of what is sent or answered, and no key.
 */
import Anthropic from '@anthropic-ai/sdk';
import { LRUCache } from 'lru-cache';
import { CliowatchError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { type Budget, createBudget } from './budget.ts';
import { BREAKER, type BreakerOptions, createCircuit } from './circuit.ts';
import { type Concurrency, createConcurrency } from './concurrency.ts';
import { describe, isRejected, mayBeAll, toFailure } from './failure.ts';
import { createProbe } from './probe.ts';
import { type Answer, judge, parseReply } from './reply.ts';
import { type Question, questionKey, type Repair, repairOf, type Thinking, toRequest } from './request.ts';
import { createPause, withoutLongWait } from './retry-after.ts';
import { createSpending, type Price } from './spending.ts';

export type LlmTelemetry = Pick<
  Telemetry,
  | 'llmCall'
  | 'llmRepair'
  | 'llmCacheHit'
  | 'llmTokens'
  | 'llmDollars'
  | 'llmState'
  | 'llmFallback'
  | 'llmConcurrency'
  | 'llmSpent'
  | 'note'
>;

export type GatewayOptions = {
  readonly apiKey: string;
  /** null: the service itself. */
  readonly baseURL: string | null;
  /** Tries after the first; retry-after is honoured, when it is long by all calls to that model. */
  readonly retries: number;
  /** For one try, from sending to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** Calls under way at once at most; more wait in line, and less are allowed while the service has too much to do. */
  readonly concurrency: number;
  /** Dollars an hour; null: as many as it takes. */
  readonly budgetPerHour: number | null;
  readonly thinking: Thinking;
  /** By model id. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly telemetry: LlmTelemetry;
  readonly clock: Pick<Clock, 'elapsed' | 'every'>;
  /** Of the wall, in ms: retry-after may be a date. */
  readonly wall?: () => number;
  readonly breaker?: BreakerOptions;
  /** Told of every answer: its stage, and dollars as far as prices are known. */
  readonly onSpent?: (stage: string, dollars: number) => void;
};

export interface AnthropicGateway {
  /**
   * Asks once, and once more, telling what was wrong, when the answer cannot be used; both are paid for and counted. Throws
   * CliowatchError with `retry`: `llm/down` when the service cannot be used, `llm/held` when it is not asked for now, `llm/stopped`
   * after stop.
   */
  ask<T>(question: Question<T>): Promise<Answer<T>>;
  /** Whether the model answers at all, by a question of a few tokens past the circuit. False too when the budget is spent. */
  answers(model: string): Promise<boolean>;
  /** Gives up all calls under way. */
  stop(): Promise<void>;
}

const wallOf = ({ wall = Date.now }: Pick<GatewayOptions, 'wall'>): (() => number) => wall;

/** First answers that could not be used and whose second try did not come through, remembered: some 500 bytes each. */
const OWED = 10_000;
type Owed = Extract<Answer<never>, { kind: 'unusable' }>;

type Asking = {
  readonly attempt: <T>(question: Question<T>, repair: Repair | null) => Promise<Answer<T>>;
  readonly owed: LRUCache<string, Owed>;
  readonly telemetry: LlmTelemetry;
};

/** How often the last hour's spending is told while no calls do. */
const TELL_MS = 10_000;

export function createAnthropicGateway(options: GatewayOptions): AnthropicGateway {
  const { telemetry, clock } = options;
  const concurrency = createConcurrency(options.concurrency, (limit) => telemetry.llmConcurrency(limit));
  const client = createClient(options, concurrency);
  const circuit = createCircuit(options.breaker ?? BREAKER, telemetry);
  const budget = createBudget(options.budgetPerHour, clock.elapsed, telemetry);
  const spend = createSpending(options.prices, telemetry, onAnswer(budget, options.onSpent));
  const pause = createPause(clock.elapsed, wallOf(options), telemetry);
  const stopping = new AbortController();
  const told = clock.every(TELL_MS, () => {
    budget.tell();
    pause.tell();
  });
  const check = (model: string): void => {
    budget.check();
    pause.check(model);
  };
  const { thinking } = options;
  const answers = createProbe({ client, signal: stopping.signal, clock, telemetry, check, spend, thinking });

  const owed = new LRUCache<string, Owed>({ max: OWED });

  function attempt<T>(question: Question<T>, repair: Repair | null): Promise<Answer<T>> {
    // Budget, pause and circuit behind the queue: what waited in line finds it closed and does not go out.
    return concurrency.run(async () => {
      check(question.model);
      return circuit(question.model, () => send(question, repair));
    });
  }

  async function send<T>(question: Question<T>, repair: Repair | null): Promise<Answer<T>> {
    const { stage, model } = question;
    const started = clock.elapsed();
    const seconds = () => (clock.elapsed() - started) / 1_000;
    try {
      const reply = parseReply(
        await client.messages.create(toRequest(question, repair, options.thinking), {
          signal: stopping.signal,
        }),
      );
      spend(stage, model, reply.usage);
      const answer = judge(reply, question);
      telemetry.llmCall(stage, model, outcomeOf(answer), seconds());
      return answer;
    } catch (error) {
      telemetry.llmCall(stage, model, 'error', seconds());
      pause.hear(model, error);
      // Without a place in line of its own: this call holds one, and may hold the last.
      if (mayBeAll(error) && !(await answers(model))) throw toFailure(error);
      return unanswered(error, question, telemetry);
    }
  }

  return {
    ask: (question) => askTwice(question, { attempt, owed, telemetry }),
    answers: (model) => concurrency.run(() => answers(model)),
    stop: async () => {
      told.stop();
      stopping.abort();
    },
  };
}

/** One repair: what was wrong is told, and the second answer is the last. A request that is not taken is not asked again. */
async function askTwice<T>(question: Question<T>, { attempt, owed, telemetry }: Asking): Promise<Answer<T>> {
  const key = questionKey(question);
  const first = owed.get(key) ?? (await attempt(question, null));
  if (first.kind === 'answer' || first.because === 'rejected') return first;
  // Put down before it is asked: a pause or an outage may come between, and the first try is paid for.
  owed.set(key, first);
  const second = await attempt(question, repairOf(question, first));
  owed.delete(key);
  telemetry.llmRepair(question.stage, first.because, second.kind === 'answer' ? 'repaired' : 'failed');
  return second;
}

/** What is not taken has an answer of its own; all else is an error to be tried again. */
function unanswered(
  error: unknown,
  { stage, model }: Pick<Question<unknown>, 'stage' | 'model'>,
  telemetry: LlmTelemetry,
): Answer<never> {
  if (!isRejected(error)) throw error instanceof CliowatchError ? error : toFailure(error);
  const because = describe(error);
  telemetry.note('warn', 'Claude does not take the request', { stage, model, because });
  return { kind: 'unusable', because: 'rejected', hint: '' };
}

function onAnswer(budget: Budget, onSpent: GatewayOptions['onSpent']) {
  return (stage: string, dollars: number): void => {
    budget.spend(dollars);
    onSpent?.(stage, dollars);
  };
}

function createClient(
  { apiKey, baseURL, retries, timeoutSeconds, ...options }: GatewayOptions,
  concurrency: Concurrency,
): Anthropic {
  return new Anthropic({
    apiKey,
    baseURL,
    maxRetries: retries,
    timeout: timeoutSeconds * 1_000,
    fetch: (input, init) => fetchWhole(concurrency, wallOf(options), input, init),
    // The SDK logs bodies when the environment asks for it, and traces them: neither may happen here.
    logLevel: 'off',
    openTelemetry: false,
  });
}

/** Reads the whole body inside the SDK's timer and retries; by itself it covers only the time to the headers. */
async function fetchWhole(
  concurrency: Concurrency,
  wall: () => number,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  // Here and not around the SDK, whose retries would hide that the service has too much to do.
  const answered = concurrency.sent();
  const response = await fetch(input, init);
  answered(response.status);
  const body = await response.arrayBuffer();
  const { status, statusText } = response;
  const headers = withoutLongWait(response, wall());
  return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
}

function outcomeOf(answer: Answer<unknown>): 'ok' | 'refusal' | 'malformed' {
  if (answer.kind === 'answer') return 'ok';
  return answer.because === 'refusal' ? 'refusal' : 'malformed';
}
