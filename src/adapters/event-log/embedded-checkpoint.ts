/** Keeps the WALs short, from a worker thread: waiting for the disk on the main thread would stop everything for 100 ms. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../domain/errors.ts';
import type { LogFile } from './embedded-file.ts';

/** A longer WAL is checkpointed at once. */
const WAL_BYTES = 16 << 20;

export class Checkpointer {
  readonly #worker: Worker;
  readonly #hold: (held: boolean) => void;
  readonly #onProblem: (message: string) => void;
  readonly #waiting = new Set<LogFile>();
  #running: Promise<void> = Promise.resolve();
  #dead = false;

  constructor(hold: (held: boolean) => void, onProblem: (message: string) => void) {
    this.#hold = hold;
    this.#onProblem = onProblem;
    this.#worker = new Worker(new URL('./embedded-checkpoint-worker.ts', import.meta.url));
    // Idle, it must not keep the process alive; at work it must, as commits may be waiting for it.
    this.#worker.unref();
    this.#worker.on('error', () => {
      this.#dead = true;
    });
  }

  /** Empties the file's WAL when that is longer than `bytes`. */
  look(file: LogFile, bytes = WAL_BYTES): void {
    if (this.#waiting.has(file) || walBytes(file) <= bytes) return;
    this.#waiting.add(file);
    this.#running = this.#running.then(() => this.#checkpoint(file));
  }

  async stop(): Promise<void> {
    await this.#running;
    await this.#worker.terminate();
  }

  async #checkpoint(file: LogFile): Promise<void> {
    this.#worker.ref();
    try {
      await this.#passive(file);
      // While writing goes on there is always a rest, and a WAL with a rest only grows. So commits wait for the second,
      // short pass; the event loop does not.
      this.#hold(true);
      await this.#passive(file);
      // All is in the database by now: this only cuts the file, and with it the raw text in it.
      file.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      this.#onProblem(`checkpoint of the log failed: ${reasonOf(error)}`);
    } finally {
      this.#worker.unref();
      this.#waiting.delete(file);
      this.#hold(false);
    }
  }

  async #passive(file: LogFile): Promise<void> {
    // Without its thread SQLite's own checkpoints take over, on the main thread.
    if (this.#dead) throw new Error('its worker thread has ended');
    const answered = once(this.#worker, 'message');
    this.#worker.postMessage(file.path);
    await answered;
  }
}

function walBytes(file: LogFile): number {
  return statSync(`${file.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
