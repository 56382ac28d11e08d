/** Work on a thread of its own: one request at a time, in order. The other half of the talk is `serve.ts`. */
import { type Transferable, Worker } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { blockUntilFree, createGuard, type Guard, release, stoppedError, untilFree } from './guard.ts';

export type Transfers = readonly Transferable[];
export type Failure = { code: string; message: string; retry: boolean; remedy?: string };
export type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; failure: Failure };
export type ThreadData = { readonly guard: Guard; readonly data: unknown };

export interface Thread<Request, Answer> {
  /** Requests under way or queued. */
  readonly waiting: number;
  /** Rejects with the worker's own error, or with `worker-failed` when the thread died; the next call starts a new one. */
  call(request: Request, transfer?: Transfers): Promise<Answer>;
  /** Ends the thread; calls not yet answered are rejected with `stopped`. */
  stop(): Promise<void>;
}

/** The worker script beside the module `base`: `.ts` when run from source, `.js` when built. */
export function workerScript(base: string, name: string): URL {
  return new URL(`${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}

/** The thread starts with its first request, and keeps the process alive only while it works. */
export function createThread<Request, Answer>(script: URL, data: unknown): Thread<Request, Answer> {
  let current: { worker: Worker; guard: Guard } | null = null;
  let pending: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let stopped = false;

  function open() {
    const guard = createGuard();
    const worker = new Worker(script, { workerData: { guard, data } satisfies ThreadData });
    const endsWithProcess = () => blockUntilFree(guard, EXIT_PATIENCE_MS);
    atExit.add(endsWithProcess);
    worker.on('message', (reply: Reply<Answer>) => {
      if (reply.ok) pending?.resolve(reply.answer);
      else pending?.reject(new CliowatchError(reply.failure.code, reply.failure.message, reply.failure));
    });
    worker.on('error', (cause) => pending?.reject(workerFailed(script, reasonOf(cause), cause)));
    worker.on('exit', (code) => {
      atExit.delete(endsWithProcess);
      release(guard);
      if (current?.worker === worker) current = null;
      pending?.reject(workerFailed(script, `it ended with code ${code}`));
    });
    return { worker, guard };
  }

  async function exchange(request: Request, transfer: Transfers): Promise<Answer> {
    if (stopped) throw stoppedError();
    current ??= open();
    const { worker } = current;
    worker.ref();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        pending = { resolve, reject };
        worker.postMessage(request, transfer);
      });
    } finally {
      pending = null;
      if (!stopped) worker.unref();
    }
  }

  return {
    get waiting() {
      return waiting;
    },
    call(request, transfer = []) {
      waiting += 1;
      const answer = tail.then(() => exchange(request, transfer));
      const done = () => {
        waiting -= 1;
      };
      // The caller hears of a failure; the queue goes on.
      tail = answer.then(done, done);
      return answer;
    },
    async stop() {
      stopped = true;
      pending?.reject(stoppedError());
      if (current === null) return;
      const { worker, guard } = current;
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
