/**
 * Work on a thread of its own: one request at a time, in order. Requests wait in the thread, not here, so that it never
 * stands still while the calling thread is busy. The other half of the talk is `serve.ts`.
 */
import { type Transferable, Worker } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { blockUntilFree, createGuard, type Guard, release, stoppedError, untilFree } from './guard.ts';

export type Transfers = readonly Transferable[];
export type Failure = { code: string; message: string; retry: boolean; remedy?: string };
export type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; failure: Failure };
export type ThreadData = { readonly guard: Guard; readonly data: unknown };

export interface Thread<Request, Answer> {
  /** Requests not yet answered. */
  readonly waiting: number;
  /**
   * Rejects with the worker's own error, or with `worker-failed` when the thread died before it answered; the next call
   * starts a new thread.
   */
  call(request: Request, transfer?: Transfers): Promise<Answer>;
  /** Ends the thread; calls not yet answered are rejected with `stopped`. */
  stop(): Promise<void>;
}

/** The worker script beside the module `base`: `.ts` when run from source, `.js` when built. */
export function workerScript(base: string, name: string): URL {
  return new URL(`${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}

type Pending<Answer> = { resolve(answer: Answer): void; reject(error: Error): void };

/** One life of the thread, and the requests it was given, oldest first: it answers in that order. */
type Life<Answer> = {
  readonly worker: Worker;
  readonly guard: Guard;
  readonly pending: Pending<Answer>[];
};

/** The thread starts with its first request, and keeps the process alive only while it works. */
export function createThread<Request, Answer>(script: URL, data: unknown): Thread<Request, Answer> {
  let current: Life<Answer> | null = null;
  let stopped = false;

  function open(): Life<Answer> {
    const guard = createGuard();
    const worker = new Worker(script, { workerData: { guard, data } satisfies ThreadData });
    const life: Life<Answer> = { worker, guard, pending: [] };
    const endsWithProcess = () => blockUntilFree(guard, EXIT_PATIENCE_MS);
    atExit.add(endsWithProcess);
    const die = (error: Error): void => {
      if (current === life) current = null;
      for (const { reject } of life.pending.splice(0)) reject(error);
    };
    worker.on('message', (reply: Reply<Answer>) => {
      const asked = life.pending.shift();
      if (life.pending.length === 0 && !stopped) worker.unref();
      if (reply.ok) asked?.resolve(reply.answer);
      else asked?.reject(new CliowatchError(reply.failure.code, reply.failure.message, reply.failure));
    });
    worker.on('error', (cause) => die(workerFailed(script, reasonOf(cause), cause)));
    worker.on('exit', (code) => {
      atExit.delete(endsWithProcess);
      release(guard);
      die(workerFailed(script, `it ended with code ${code}`));
    });
    return life;
  }

  return {
    get waiting() {
      return current?.pending.length ?? 0;
    },
    call(request, transfer = []) {
      if (stopped) return Promise.reject(stoppedError());
      current ??= open();
      const { worker, pending } = current;
      worker.ref();
      return new Promise((resolve, reject) => {
        pending.push({ resolve, reject });
        worker.postMessage(request, transfer);
      });
    },
    async stop() {
      stopped = true;
      if (current === null) return;
      const { worker, guard, pending } = current;
      for (const { reject } of pending.splice(0)) reject(stoppedError());
      worker.ref();
      await untilFree(guard);
      await worker.terminate();
    },
  };
}

/** Longest wait for native code when the process exits at once. */
const EXIT_PATIENCE_MS = 2_000;
/** One listener for all threads: Node warns at eleven. */
const atExit = new Set<() => void>();
process.on('exit', () => {
  for (const wait of atExit) wait();
});

function workerFailed(script: URL, reason: string, cause?: unknown): CliowatchError {
  const name = script.pathname.split('/').slice(-2).join('/');
  return new CliowatchError('worker-failed', `the worker ${name} died: ${reason}`, { retry: true, cause });
}
