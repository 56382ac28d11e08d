/**
 * A real HTTP server that speaks the Messages API as far as cliowatch uses it: checks requests as the service does,
 * answers as scripted, records what came in. Loopback, free port.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BATCHES, createBatches } from './batches-api.ts';

const requestSchema = z.object({
  model: z.string(),
  max_tokens: z.int().positive(),
  system: z.array(
    z.object({
      type: z.literal('text'),
      text: z.string(),
      cache_control: z.object({ type: z.literal('ephemeral') }).optional(),
    }),
  ),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() })).min(1),
  thinking: z.object({ type: z.enum(['adaptive', 'between_tools', 'disabled']) }).optional(),
  output_config: z
    .object({
      format: z.object({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }),
    })
    .optional(),
});
export type ApiRequest = z.infer<typeof requestSchema>;

export type Recorded = {
  readonly body: ApiRequest;
  /** Everything the user turn holds. */
  readonly user: string;
  readonly system: string;
  readonly headers: IncomingMessage['headers'];
  /** Real milliseconds, monotonic. */
  readonly at: number;
};

export type Usage = { input?: number; output?: number; cacheRead?: number; cacheWrite?: number };
export type Behaviour = (request: Recorded, response: ServerResponse) => void | Promise<void>;

/** Structured output computed from the request. */
export function answers(
  compute: (request: Recorded) => unknown,
  options: { delayMs?: number; usage?: Usage } = {},
): Behaviour {
  return says((request) => JSON.stringify(compute(request)), options);
}

/** Any text where structured output should be. */
export function says(
  compute: (request: Recorded) => string,
  options: { delayMs?: number; usage?: Usage; stopReason?: string } = {},
): Behaviour {
  return async (request, response) => {
    if (options.delayMs !== undefined) await sleep(options.delayMs);
    const content = [{ type: 'text', text: compute(request), citations: null }];
    sendJson(
      response,
      200,
      message(request.body.model, content, options.stopReason ?? 'end_turn', options.usage),
    );
  };
}

/** An error as the service words it; `retryAfter` in seconds. */
export function fails(status: 400 | 401 | 404 | 413 | 429 | 500 | 529, retryAfter?: number): Behaviour {
  return (_, response) => {
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
    sendError(response, status, 'as scripted');
  };
}

/** Declines: an empty answer with its own stop reason. */
export const refuses: Behaviour = (request, response) =>
  sendJson(response, 200, message(request.body.model, [], 'refusal'));

/** Breaks off in the middle of the JSON. */
export const runsOutOfTokens: Behaviour = says(() => '{"request": "The user wants to', {
  stopReason: 'max_tokens',
});

/** Takes the request and never answers. */
export const staysSilent: Behaviour = () => {};

/** Sends the headers and half a body, then nothing more. */
export const stallsMidBody: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"type": "mess');
};

/** Sends the headers and half a body, then cuts the connection. */
export const cutsMidBody: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{"type": "mess', () => response.destroy());
};

/** One behaviour a request, in order; the last goes on. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  let next = 0;
  return (request, response) => {
    const behaviour = behaviours[Math.min(next++, behaviours.length - 1)] ?? behaviours[0];
    return behaviour(request, response);
  };
}

/** By stage, told from the system text by the first words that match. */
export function byInstruction(behaviours: Readonly<Record<string, Behaviour>>): Behaviour {
  return (request, response) => {
    const found = Object.entries(behaviours).find(([words]) => request.system.includes(words));
    if (found === undefined) return sendError(response, 400, 'no behaviour for this system text');
    return found[1](request, response);
  };
}

export type MessagesApi = {
  readonly url: string;
  readonly requests: readonly Recorded[];
  /** Requests of each message batch; each was also taken one by one. */
  readonly batches: readonly number[];
  /** While on, no batch ends. */
  readonly holdBatches: (on: boolean) => void;
  /** While on, a batch is begun and the connection cut before that is answered. */
  readonly loseBatches: (on: boolean) => void;
  /** Most requests that were open at once. */
  readonly maxInFlight: () => number;
  /** Changes what comes from now on. */
  readonly become: (behaviour: Behaviour) => void;
  readonly stop: () => Promise<void>;
};

export const API_KEY = 'key-for-tests';

export async function startMessagesApi(first: Behaviour): Promise<MessagesApi> {
  const requests: Recorded[] = [];
  let behaviour = first;
  let inFlight = 0;
  let most = 0;
  const server = createServer((incoming, response) => {
    most = Math.max(most, ++inFlight);
    response.once('close', () => inFlight--);
    take(incoming, response).catch((error: unknown) => sendError(response, 500, String(error)));
  });

  const batches = createBatches(() => url(), sendJson);

  function url(): string {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const raw = await text(incoming);
    if (!hasKey(incoming)) return sendError(response, 401, 'invalid key');
    if (incoming.url?.startsWith(BATCHES) === true) return batches.take(incoming, raw, response);
    if (incoming.method !== 'POST' || incoming.url !== '/v1/messages')
      return sendError(response, 404, 'no such path');
    if (incoming.headers['anthropic-version'] === undefined)
      return sendError(response, 400, 'no anthropic-version');
    const body = requestSchema.safeParse(JSON.parse(raw));
    if (!body.success) return sendError(response, 400, z.prettifyError(body.error));
    const schema = body.data.output_config?.format.schema;
    const problem = schemaProblem(schema) ?? grammarProblem(schema);
    if (problem !== null) return sendError(response, 400, problem);
    const request = {
      body: body.data,
      user: body.data.messages.map(({ content }) => content).join('\n'),
      system: body.data.system.map((block) => block.text).join('\n'),
      headers: incoming.headers,
      at,
    };
    requests.push(request);
    await behaviour(request, response);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: url(),
    requests,
    batches: batches.sizes,
    holdBatches: batches.hold,
    loseBatches: batches.lose,
    maxInFlight: () => most,
    become: (next) => {
      behaviour = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The service takes the key in either header; the SDK sends a bearer token since its version 1. */
function hasKey({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${API_KEY}` || headers['x-api-key'] === API_KEY;
}

/** It compiles a grammar, and takes no more unions and optional properties than these. */
const MOST_UNIONS = 16;
const MOST_OPTIONAL = 24;

function grammarProblem(schema: unknown): string | null {
  let unions = 0;
  let optional = 0;
  const count = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('anyOf' in part || ('type' in part && Array.isArray(part.type))) unions++;
    if ('properties' in part && typeof part.properties === 'object' && part.properties !== null) {
      const required = 'required' in part && Array.isArray(part.required) ? part.required.length : 0;
      optional += Object.keys(part.properties).length - required;
    }
    for (const value of Object.values(part)) count(value);
  };
  count(schema);
  if (unions > MOST_UNIONS)
    return `Schemas contains too many parameters with union types (${unions}, limit: ${MOST_UNIONS})`;
  if (optional > MOST_OPTIONAL)
    return `Schemas contains too many optional parameters (${optional}, limit: ${MOST_OPTIONAL})`;
  return null;
}

/** The service takes a subset of JSON Schema: objects are closed, and sizes are not expressed. */
function schemaProblem(schema: unknown): string | null {
  if (typeof schema !== 'object' || schema === null) return null;
  for (const [key, value] of Object.entries(schema)) {
    if (['minLength', 'maxLength', 'minimum', 'maximum', 'maxItems', 'pattern'].includes(key)) {
      return `output_config.format.schema: ${key} is not supported`;
    }
    const problem = schemaProblem(value);
    if (problem !== null) return problem;
  }
  const open = 'type' in schema && schema.type === 'object' && !('additionalProperties' in schema);
  return open ? 'output_config.format.schema: additionalProperties must be false' : null;
}

function message(model: string, content: unknown[], stopReason: string, usage: Usage = {}) {
  return {
    id: 'msg_test',
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: {
      input_tokens: usage.input ?? 100,
      output_tokens: usage.output ?? 20,
      cache_read_input_tokens: usage.cacheRead ?? 0,
      cache_creation_input_tokens: usage.cacheWrite ?? 0,
    },
  };
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function sendError(response: ServerResponse, status: number, words: string): void {
  const type = ERROR_TYPES[status] ?? 'api_error';
  sendJson(response, status, { type: 'error', error: { type, message: words }, request_id: 'req_test' });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_test' });
  response.end(JSON.stringify(body));
}
