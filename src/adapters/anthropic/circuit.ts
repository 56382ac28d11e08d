import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
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

/** Runs a call, or throws `llm/held` while the model's circuit is open. */
export type Circuit = <T>(model: string, call: () => Promise<T>) => Promise<T>;

/** One a model: where one of them is gone, or overloaded, the others answer. */
export function createCircuit(options: BreakerOptions, telemetry: Pick<Telemetry, 'llmState'>): Circuit {
  const circuits = new Map<string, CircuitBreakerPolicy>();
  const open = new Set<string>();

  function circuitOf(model: string): CircuitBreakerPolicy {
    const known = circuits.get(model);
    if (known !== undefined) return known;
    const circuit = createBreaker(options);
    circuit.onBreak(() => {
      open.add(model);
      if (open.size === 1) telemetry.llmState(true, 'failures');
    });
    circuit.onReset(() => {
      open.delete(model);
      if (open.size === 0) telemetry.llmState(false, 'failures');
    });
    circuits.set(model, circuit);
    return circuit;
  }

  return async function through(model, call) {
    try {
      return await circuitOf(model).execute(call);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new CliowatchError(HELD, 'Claude cannot be used: waiting after repeated failures', {
        value: model,
        retry: true,
      });
    }
  };
}

function createBreaker(options: BreakerOptions): CircuitBreakerPolicy {
  const { failures, share, windowMs, calls, halfOpenMs, longestMs } = options;
  const inARow = new ConsecutiveBreaker(failures);
  const byRate = new SamplingBreaker({
    threshold: share,
    duration: windowMs,
    minimumRps: (calls / windowMs) * 1_000,
  });
  return circuitBreaker(handleWhen(hasFailed), {
    breaker: new Either([inARow, byRate]),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: halfOpenMs, maxDelay: longestMs }),
  });
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
