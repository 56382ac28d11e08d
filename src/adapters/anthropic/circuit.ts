import {
  BrokenCircuitError,
  type CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel';
import { CliowatchError, HELD } from '../../domain/errors.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { hasFailed } from './failure.ts';

export type BreakerOptions = {
  /** Calls in a row that fail with all their retries before the circuit opens. */
  readonly failures: number;
  /** Or so large a share of the calls of `windowMs`, if there were at least `calls`: some always get through. */
  readonly share: number;
  readonly windowMs: number;
  readonly calls: number;
  /** First wait before one call is let through again; doubles to `longestMs` while that fails. */
  readonly halfOpenMs: number;
  readonly longestMs: number;
};

export const BREAKER: BreakerOptions = {
  failures: 5,
  share: 0.5,
  windowMs: 60_000,
  calls: 20,
  halfOpenMs: 5_000,
  longestMs: 120_000,
};

/** Runs a call, or throws `llm/held` while the circuit is open. */
export type Circuit = <T>(call: () => Promise<T>) => Promise<T>;

export function createCircuit(options: BreakerOptions, telemetry: Pick<Telemetry, 'llmState'>): Circuit {
  const { failures, share, windowMs, calls, halfOpenMs, longestMs } = options;
  const inARow = new ConsecutiveBreaker(failures);
  const byRate = new SamplingBreaker({
    threshold: share,
    duration: windowMs,
    minimumRps: (calls / windowMs) * 1_000,
  });
  const circuit = circuitBreaker(handleWhen(hasFailed), {
    breaker: new Either([inARow, byRate]),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: halfOpenMs, maxDelay: longestMs }),
  });
  circuit.onBreak(() => telemetry.llmState(true, 'failures'));
  circuit.onReset(() => telemetry.llmState(false, 'failures'));
  return async function through(call) {
    try {
      return await circuit.execute(call);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new CliowatchError(HELD, 'Claude cannot be used: waiting after repeated failures', {
        retry: true,
      });
    }
  };
}

/** Opens when one of its parts would; each of them hears of every call. */
class Either implements IBreaker {
  readonly #parts: readonly IBreaker[];

  constructor(parts: readonly IBreaker[]) {
    this.#parts = parts;
  }

  get state(): unknown {
    return this.#parts.map((part) => part.state);
  }

  success(state: CircuitState): void {
    for (const part of this.#parts) part.success(state);
  }

  failure(state: CircuitState): boolean {
    return this.#parts.map((part) => part.failure(state)).includes(true);
  }
}
