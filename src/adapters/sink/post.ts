import { CliowatchError, reasonOf } from '../../domain/errors.ts';

const TIMEOUT_MS = 10_000;

/** Statuses that pass by themselves; every other refusal would be the same the next time. */
const PASSING = new Set([408, 425, 429]);

/**
 * Posts JSON. Errors never hold the address: webhook addresses are often secrets in themselves.
 * @throws CliowatchError `sink-unreachable` (retry) or `sink-refused` (retry on 408, 425, 429 and 5xx)
 */
export async function postJson(
  sink: string,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      // A redirect would carry token and signature to an address that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
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
    retry: response.status >= 500 || PASSING.has(response.status),
  });
}

/** fetch says only "fetch failed"; the code beneath says why. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return reasonOf(error);
}
