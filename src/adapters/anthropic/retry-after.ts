/** What the service says about when to come again: short waits are the SDK's, within a call; longer ones are everybody's, outside of calls. */
import { APIError } from '@anthropic-ai/sdk';
import { CliowatchError, HELD } from '../../domain/errors.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** A call that waits has a place in line that others want. */
const IN_CALL_MS = 60_000;
/** Then one call asks again whatever was said: a date may be wrong by years. */
const LONGEST_MS = 3_600_000;

/** Read as the SDK does: milliseconds, seconds or a date. null: nothing that can be read, or no time ahead. */
export function retryAfter(headers: Headers, now: number): number | null {
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (ms > 0) return ms;
  const said = headers.get('retry-after') ?? '';
  const seconds = Number.parseFloat(said);
  const wait = Number.isNaN(seconds) ? Date.parse(said) - now : seconds * 1_000;
  return wait > 0 ? wait : null;
}

/** Tells the SDK not to wait so long. */
export function withoutLongWait(response: Response, now: number): Headers {
  const headers = new Headers(response.headers);
  if (!response.ok && (retryAfter(headers, now) ?? 0) > IN_CALL_MS) headers.set('x-should-retry', 'false');
  return headers;
}

export interface Pause {
  /** Throws `llm/held` when the service, failing a call, asked for longer than a call may wait. */
  hear(model: string, thrown: unknown): void;
  /** Throws `llm/held` while the model is not to be asked. */
  check(model: string): void;
  /** Tells that the wait is over, where no calls do. */
  tell(): void;
}

/** By model, as limits are. */
export function createPause(
  elapsed: () => number,
  wall: () => number,
  telemetry: Pick<Telemetry, 'llmState'>,
): Pause {
  const until = new Map<string, number>();
  let held = false;

  function tell(): void {
    for (const [model, end] of until) if (end <= elapsed()) until.delete(model);
    if (until.size > 0 !== held) telemetry.llmState(!held, 'retry-after');
    held = until.size > 0;
  }

  function check(model: string): void {
    tell();
    if (!until.has(model)) return;
    throw new CliowatchError(HELD, 'Claude cannot be used: it asked for some minutes of quiet', {
      value: model,
      retry: true,
    });
  }

  return {
    hear(model, thrown) {
      if (!(thrown instanceof APIError) || thrown.headers === undefined) return;
      const wait = retryAfter(thrown.headers, wall()) ?? 0;
      if (wait <= IN_CALL_MS) return;
      until.set(model, elapsed() + Math.min(wait, LONGEST_MS));
      check(model);
    },
    check,
    tell,
  };
}
