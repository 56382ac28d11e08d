import { CliowatchError } from '../domain/errors.ts';

/** Who starts a thing registers its stop at once; stop runs in reverse, each step once, whatever the others do. */
export class Lifecycle {
  readonly #stops: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #onError: (name: string, error: unknown) => void;
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | null = null;

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError;
  }

  /** Aborted when the stop begins, for what waits: a thing that waits for ever cannot be stopped in its turn. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** @throws CliowatchError `stopping` when all is being stopped: the thing is stopped at once, and the start ends there */
  onStop(name: string, stop: () => Promise<void> | void): void {
    if (this.#stopped === null) {
      this.#stops.push({ name, stop });
      return;
    }
    void this.#end(name, stop);
    throw stoppingError();
  }

  /** A place among the stops for what is started later than its place says. As with `onStop`, whoever fills it late is stopped at once. */
  reserve(name: string): (stop: () => Promise<void> | void) => void {
    let filled: () => Promise<void> | void = () => undefined;
    this.onStop(name, () => filled());
    return (stop) => {
      if (this.#stopped === null) {
        filled = stop;
        return;
      }
      void this.#end(name, stop);
      throw stoppingError();
    };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#run();
    return this.#stopped;
  }

  async #run(): Promise<void> {
    this.#stopping.abort(stoppingError());
    for (const { name, stop } of this.#stops.reverse()) await this.#end(name, stop);
  }

  async #end(name: string, stop: () => Promise<void> | void): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.#onError(name, error);
    }
  }
}

const stoppingError = (): CliowatchError =>
  new CliowatchError('stopping', 'stopped before it had started', { retry: true });
