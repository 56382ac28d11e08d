import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { conversationSchema } from '../../../domain/conversation.ts';
import { isTooLarge, reasonOf } from '../../../domain/errors.ts';
import type { Intake } from '../../../ports/live-view.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { parseConversations, parseLines } from '../conversations.ts';
import { HttpProblem, problemOf, problemSchema, RETRY_AFTER } from '../errors.ts';
import { conversationJsonSchema } from '../schema.ts';

const CLOSED = {
  starting: 'starting: no conversations are taken yet',
  'log-unavailable': 'the log does not take conversations now',
} as const;

function closed(code: keyof typeof CLOSED, cause?: unknown): HttpProblem {
  return new HttpProblem(503, code, CLOSED[code], { retryAfter: RETRY_AFTER, cause });
}

export type IntakeRoutesOptions = {
  readonly intake: Intake | null;
  readonly telemetry: Telemetry;
  readonly maxBacklog: number;
};

/** Conversations in. */
export const intakeRoutes: FastifyPluginAsyncZod<IntakeRoutesOptions> = async (app, options) => {
  const { intake, telemetry, maxBacklog } = options;
  app.addContentTypeParser(
    'application/x-ndjson',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseLines(body),
  );
  function open(): Intake {
    if (intake === null) throw new HttpProblem(503, 'no-intake', 'this process takes no conversations');
    return intake;
  }

  app.post(
    '/v1/conversations',
    {
      config: { access: 'ingest' },
      schema: {
        tags: ['intake'],
        summary: 'Hand in one conversation, an array, or JSON lines',
        description: [
          '202 comes only once the log has all of them; 400 means that none was taken.',
          'On Kafka an array or JSON lines are not written as one: after 413 or 503 some may have been taken.',
          'Send the request again then: the same snapshot of a conversation counts once.',
        ].join(' '),
        consumes: ['application/json', 'application/x-ndjson'],
        body: z.union([conversationSchema, z.array(conversationSchema)]),
        response: {
          202: z.object({ accepted: z.int() }),
          400: problemSchema,
          413: problemSchema,
          429: problemSchema,
          503: problemSchema,
        },
      },
      // Refuses before the body is read: under backpressure reading it would be the load.
      preParsing: async () => {
        const why = open().closed();
        if (why !== null) throw closed(why);
        if (open().backlog() > maxBacklog) {
          throw new HttpProblem(429, 'backlog', `more than ${maxBacklog} conversations wait`, {
            retryAfter: RETRY_AFTER,
          });
        }
      },
      // Counted by the code that the client sees.
      onError: async (_request, _reply, error) => {
        telemetry.refused(problemOf(error)?.code ?? 'internal', 1);
      },
      // Not by the union above, whose errors name no field.
      validatorCompiler: () => (body: unknown) => ({ value: parseConversations(body) }),
    },
    async (request, reply) => {
      const conversations = Array.isArray(request.body) ? request.body : [request.body];
      try {
        await open().submit(conversations);
      } catch (error) {
        if (isTooLarge(error)) throw tooLarge(conversations.length, error);
        telemetry.note('warn', 'conversations could not be written to the log', { reason: reasonOf(error) });
        throw closed('log-unavailable', error);
      }
      return reply.code(202).send({ accepted: conversations.length });
    },
  );

  const schema = conversationJsonSchema();
  app.get(
    '/v1/schema',
    {
      config: { access: 'open' },
      schema: {
        tags: ['intake'],
        summary: 'JSON Schema of a conversation',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async () => schema,
  );
};

/** No Retry-After: the same again is refused again. */
function tooLarge(count: number, cause: unknown): HttpProblem {
  const others =
    count === 1 ? '' : '; others of the request may have been taken, and count once when sent again';
  return new HttpProblem(413, 'too-large', `a conversation is larger than the log takes${others}`, { cause });
}
