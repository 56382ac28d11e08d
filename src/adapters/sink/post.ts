import { CliowatchError, reasonOf } from '../../domain/errors.ts';

const TIMEOUT_MS = 10_000;

/**
 * Refusals of what was sent, which would be the same the next time. Every other status speaks of the receiver, the address or
 * the token: those get mended, and the alert is as good then as it is now.
 */
const FINAL = new Set([400, 409, 413, 415, 422]);

export type Post = {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Breaks it off. */
  readonly signal: AbortSignal;
};

/**
 * Posts JSON. Errors never hold the address: webhook addresses are often secrets in themselves.
 * @throws CliowatchError `sink-unreachable` (retry) or `sink-refused` (retry unless the body is what is refused)
 */
export async function postJson(sink: string, url: string, { body, headers, signal }: Post): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      // A redirect would carry token and signature to an address that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (error) {
    throw new CliowatchError('sink-unreachable', `${sink} cannot be reached: ${causeOf(error)}`, {
      retry: true,
      cause: error,
    });
  }
  // Drained, so that the connection can be used again.
  await response.body?.cancel();
  if (response.ok) return;
  throw new CliowatchError('sink-refused', `${sink} answered ${response.status}`, {
    value: response.status,
    retry: !FINAL.has(response.status),
  });
}

/** fetch says only "fetch failed"; the code beneath says why. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return reasonOf(error);
}
