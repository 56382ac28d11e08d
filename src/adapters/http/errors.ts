/** Errors as clients see them: `{ error: { code, field?, message } }`, and nothing of what is inside. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CliowatchError, NO_VIEW, reasonOf } from '../../domain/errors.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

export const problemSchema = z
  .object({
    error: z.object({
      code: z.string(),
      field: z.string().optional().describe('Path of the wrong value, such as messages.0.role'),
      message: z.string(),
    }),
  })
  .describe('What went wrong');

/** A refusal with its status; thrown by routes and hooks, sent by the error handler. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { field?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.field = options.field;
    /** Seconds */
    this.retryAfter = options.retryAfter;
  }
}

export function notFound(what: string): HttpProblem {
  return new HttpProblem(404, 'not-found', what);
}

/** Codes for what fastify itself refuses. */
const FRAMEWORK_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'wrong-length',
  FST_ERR_BAD_URL: 'bad-url',
  FST_ERR_MAX_PARAM_LENGTH: 'bad-url',
};

/** Seconds after which a client may try again. */
export const RETRY_AFTER = 5;

/** What a thrown error becomes; null: an error of ours, not the client's. */
export function problemOf(error: FastifyError | Error): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof CliowatchError) return unavailable(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0];
    const field = first?.instancePath.split('/').slice(1).join('.') ?? '';
    return new HttpProblem(400, 'invalid-request', first?.message ?? 'does not fit the schema', { field });
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status < 400 || status > 499) return null;
  const known = 'code' in error ? FRAMEWORK_CODES[error.code] : undefined;
  return new HttpProblem(status, known ?? 'bad-request', error.message);
}

/** What works later, or elsewhere. */
function unavailable({ code, message, remedy, retry }: CliowatchError): HttpProblem | null {
  if (!retry && code !== NO_VIEW) return null;
  const text = remedy === undefined ? message : `${message}; ${remedy}`;
  return new HttpProblem(503, code, text, retry ? { retryAfter: RETRY_AFTER } : {});
}

export function sendProblem(reply: FastifyReply, problem: HttpProblem): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  const { code, field, message } = problem;
  // Serialized here: errors go out in this one form, also from routes that declare no response for the status.
  return reply
    .code(problem.status)
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({ error: field === undefined ? { code, message } : { code, field, message } });
}

export function createErrorHandler(telemetry: Telemetry) {
  return function onError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
    const problem = problemOf(error);
    if (problem !== null) return sendProblem(reply, problem);
    telemetry.note('error', 'a request failed', {
      route: `${request.method} ${request.routeOptions.url ?? ''}`,
      reason: reasonOf(error),
    });
    return sendProblem(reply, new HttpProblem(500, 'internal', 'this failed here, not at your end'));
  };
}
