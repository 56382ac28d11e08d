/** Keeps the WALs short, from a worker thread: waiting for the disk on the main thread would stop everything for 100 ms. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../domain/errors.ts';
import type { LogFile } from './embedded-file.ts';

/** A WAL this much longer is checkpointed at once. */
const WAL_BYTES = 16 << 20;

export class Checkpointer {
  readonly #worker: Worker;
  readonly #hold: (held: boolean) => void;
  readonly #onProblem: (message: string) => void;
  readonly #written = new Map<LogFile, number>();
  #running: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<LogFile>();

  constructor(hold: (held: boolean) => void, onProblem: (message: string) => void) {
    this.#hold = hold;
    this.#onProblem = onProblem;
    this.#worker = new Worker(new URL('./embedded-checkpoint-worker.ts', import.meta.url));
    this.#worker.unref();
    this.#worker.on('error', (error) => onProblem(`log checkpoints have stopped: ${reasonOf(error)}`));
  }

  wrote(file: LogFile, bytes: number): void {
    const total = (this.#written.get(file) ?? 0) + bytes;
    this.#written.set(file, total);
    if (total > WAL_BYTES) this.run(file);
  }

  /** Empties the file's WAL when anything was written since the last time. */
  run(file: LogFile): void {
    if ((this.#written.get(file) ?? 0) === 0 || this.#waiting.has(file)) return;
    this.#waiting.add(file);
    this.#running = this.#running.then(() => this.#checkpoint(file));
  }

  async stop(): Promise<void> {
    await this.#running;
    await this.#worker.terminate();
  }

  async #checkpoint(file: LogFile): Promise<void> {
    try {
      await this.#passive(file);
      // While writing goes on there is always a rest, and a WAL with a rest only grows. So commits wait for the second,
      // short pass; the event loop does not.
      this.#hold(true);
      await this.#passive(file);
      this.#written.set(file, 0);
      // All is in the database by now: this only cuts the file, and with it the raw text in it.
      file.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      this.#onProblem(`checkpoint of the log failed: ${reasonOf(error)}`);
    } finally {
      this.#waiting.delete(file);
      this.#hold(false);
    }
  }

  async #passive(file: LogFile): Promise<void> {
    this.#worker.postMessage(file.path);
    await once(this.#worker, 'message');
  }
}
