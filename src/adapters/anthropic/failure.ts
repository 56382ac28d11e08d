import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { CliowatchError, isHeld } from '../../domain/errors.ts';

/** The service was tried and cannot be used now: exhausted retries, a refused key. */
export function hasFailed(thrown: unknown): boolean {
  return thrown instanceof CliowatchError && thrown.code === 'llm/down';
}

/** The same, or it is not tried for now: an open circuit, a budget that is spent. */
export function isDown(thrown: unknown): boolean {
  return hasFailed(thrown) || isHeld(thrown);
}

/** The service is well but will not take this one request (too large, not valid): trying again would not help. */
export function isRejected(thrown: unknown): boolean {
  return (
    thrown instanceof APIError && (thrown.status === 400 || thrown.status === 413 || thrown.status === 422)
  );
}

/** A rejection that may be none of this request alone: an account without credit gets 400 for whatever it asks. */
export function mayBeAll(thrown: unknown): boolean {
  return thrown instanceof APIError && thrown.status === 400;
}

/**
 * What went wrong, without a word of what was sent or answered: status, type and request id only. The vendor's own
 * messages may repeat parts of a request, so they and the bodies they came in never reach a log line.
 */
export function describe(thrown: unknown): string {
  if (thrown instanceof APIConnectionError) {
    const code = connectionCode(thrown.cause);
    return code === null ? thrown.name : `${thrown.name} (${code})`;
  }
  if (thrown instanceof APIError) {
    const parts = [
      `status ${thrown.status ?? 'none'}`,
      thrown.type ?? 'no type',
      thrown.requestID ?? 'no request id',
    ];
    return parts.join(', ');
  }
  return thrown instanceof Error ? thrown.name : typeof thrown;
}

/** Anything thrown by a call, as one of our errors: `llm/stopped` after stop, else `llm/down`, both to be tried again. */
export function toFailure(thrown: unknown): CliowatchError {
  if (thrown instanceof APIUserAbortError) {
    return new CliowatchError('llm/stopped', 'the call was given up: cliowatch is stopping', { retry: true });
  }
  return new CliowatchError('llm/down', `Claude cannot be used: ${describe(thrown)}`, {
    retry: true,
    remedy: remedyFor(thrown),
  });
}

function remedyFor(thrown: unknown): string {
  const status = thrown instanceof APIError ? thrown.status : undefined;
  if (status === 401 || status === 403) return 'check claude.api_key';
  if (status === 400) return "check the account's credit: no request is taken, however small";
  if (status === 402) return "check the account's credit";
  if (status === 404) return 'check claude.base_url and the model ids';
  return 'nothing to do: it is tried again; claude.when_down: offline goes on without it';
}

/** `ECONNREFUSED` and the like; fetch hides it one or two causes down. */
function connectionCode(cause: unknown): string | null {
  for (let at = cause, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}
