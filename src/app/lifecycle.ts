/** Who starts a thing registers its stop at once; stop runs in reverse, each step once, whatever the others do. */
export class Lifecycle {
  readonly #stops: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #onError: (name: string, error: unknown) => void;
  #stopping: Promise<void> | null = null;

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError;
  }

  onStop(name: string, stop: () => Promise<void> | void): void {
    this.#stops.push({ name, stop });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#run();
    return this.#stopping;
  }

  async #run(): Promise<void> {
    for (const { name, stop } of this.#stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        this.#onError(name, error);
      }
    }
  }
}
