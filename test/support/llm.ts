import { loadConfig } from '../../src/app/load-config.ts';
/** What tests of Claude's adapters share: a gateway on a scripted server, and an account of the events. */

import {
  type AnthropicGateway,
  createAnthropicGateway,
  type GatewayOptions,
  type LlmTelemetry,
} from '../../src/adapters/anthropic/gateway.ts';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { API_KEY, type Behaviour, type MessagesApi, startMessagesApi } from './messages-api.ts';

/** As they ship. */
export const FACETS = loadConfig({ environment: {} }).facets;

export type LlmEvents = LlmTelemetry & {
  readonly calls: { stage: string; model: string; outcome: string }[];
  readonly tokens: Record<string, number>;
  readonly dollars: Record<string, number>;
  readonly fallbacks: string[];
  readonly repairs: string[];
  readonly hits: string[];
  readonly states: boolean[];
  readonly limits: number[];
  readonly spent: number[];
  readonly notes: string[];
};

/** Keeps every event; sums tokens by `stage model kind` and dollars by `stage model`. */
export function llmEvents(): LlmEvents {
  const events = {
    calls: [] as { stage: string; model: string; outcome: string }[],
    tokens: {} as Record<string, number>,
    dollars: {} as Record<string, number>,
    fallbacks: [] as string[],
    repairs: [] as string[],
    hits: [] as string[],
    states: [] as boolean[],
    limits: [] as number[],
    spent: [] as number[],
    notes: [] as string[],
  };
  return {
    ...events,
    llmCall: (stage, model, outcome) => events.calls.push({ stage, model, outcome }),
    llmTokens: (stage, model, kind, tokens) => {
      const key = `${stage} ${model} ${kind}`;
      events.tokens[key] = (events.tokens[key] ?? 0) + tokens;
    },
    llmDollars: (stage, model, dollars) => {
      const key = `${stage} ${model}`;
      events.dollars[key] = (events.dollars[key] ?? 0) + dollars;
    },
    llmFallback: (stage, reason) => events.fallbacks.push(`${stage} ${reason}`),
    llmRepair: (stage, reason, outcome) => events.repairs.push(`${stage} ${reason} ${outcome}`),
    llmCacheHit: (stage) => events.hits.push(stage),
    llmState: (failing) => events.states.push(failing),
    llmConcurrency: (limit) => events.limits.push(limit),
    llmSpent: (dollars) => events.spent.push(dollars),
    note: (level, message, fields) =>
      events.notes.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  };
}

export type Rig = {
  readonly api: MessagesApi;
  readonly gateway: AnthropicGateway;
  readonly events: LlmEvents;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A gateway that talks to a server of its own; both end with the scope (`await using`). */
export async function startRig(behaviour: Behaviour, options: Partial<GatewayOptions> = {}): Promise<Rig> {
  const api = await startMessagesApi(behaviour);
  const events = llmEvents();
  const gateway = createAnthropicGateway({
    apiKey: API_KEY,
    baseURL: api.url,
    retries: 0,
    timeoutSeconds: 5,
    concurrency: 4,
    thinking: {},
    prices: {},
    telemetry: events,
    budgetPerHour: null,
    clock: createSystemClock(),
    ...options,
  });
  return {
    api,
    gateway,
    events,
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await api.stop();
    },
  };
}
