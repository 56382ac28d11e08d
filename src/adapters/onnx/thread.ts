/** Work on a thread of its own: one request at a time, in order. The other half of the talk is `serve`. */
import { type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';

type Transfers = readonly Transferable[];
type Failure = { code: string; message: string; retry: boolean; remedy?: string };
type Reply<Answer> = { ok: true; answer: Answer } | { ok: false; failure: Failure };

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
export function createThread<Request, Answer>(script: URL, workerData: unknown): Thread<Request, Answer> {
  let worker: Worker | null = null;
  let pending: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let stopped = false;

  function open(): Worker {
    const opened = new Worker(script, { workerData });
    opened.on('message', (reply: Reply<Answer>) => {
      if (reply.ok) pending?.resolve(reply.answer);
      else pending?.reject(new CliowatchError(reply.failure.code, reply.failure.message, reply.failure));
    });
    opened.on('error', (cause) => pending?.reject(workerFailed(script, reasonOf(cause), cause)));
    opened.on('exit', (code) => {
      if (worker === opened) worker = null;
      pending?.reject(workerFailed(script, `it ended with code ${code}`));
    });
    return opened;
  }

  async function exchange(request: Request, transfer: Transfers): Promise<Answer> {
    if (stopped) throw stoppedError();
    worker ??= open();
    const current = worker;
    current.ref();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        pending = { resolve, reject };
        current.postMessage(request, transfer);
      });
    } finally {
      pending = null;
      current.unref();
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
      await worker?.terminate();
    },
  };
}

/** The worker's half: answers requests one by one; whatever `handle` throws goes back to the caller. */
export function serve<Request, Answer>(
  port: MessagePort | null,
  handle: (request: Request) => Promise<{ answer: Answer; transfer: Transfers }>,
): void {
  if (port === null) throw new CliowatchError('not-a-worker', 'this script runs in a worker thread only');
  port.on('message', (request: Request) => {
    handle(request).then(
      ({ answer, transfer }) => port.postMessage({ ok: true, answer } satisfies Reply<Answer>, transfer),
      (thrown: unknown) =>
        port.postMessage({ ok: false, failure: toFailure(thrown) } satisfies Reply<Answer>),
    );
  });
}

function toFailure(thrown: unknown): Failure {
  if (!(thrown instanceof CliowatchError)) {
    return { code: 'worker-failed', message: reasonOf(thrown), retry: false };
  }
  const { code, message, retry, remedy } = thrown;
  return { code, message, retry, ...(remedy === undefined ? {} : { remedy }) };
}

function workerFailed(script: URL, reason: string, cause?: unknown): CliowatchError {
  const name = script.pathname.split('/').slice(-2).join('/');
  return new CliowatchError('worker-failed', `the worker ${name} died: ${reason}`, { retry: true, cause });
}

function stoppedError(): CliowatchError {
  return new CliowatchError('stopped', 'the worker has been stopped');
}
