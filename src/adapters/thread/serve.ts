/** The worker's half of a thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { guarded, leaveNative } from './guard.ts';
import type { Failure, Reply, ThreadData, Transfers } from './thread.ts';

const thread: ThreadData = workerData;

/** Runs what calls native code, so that the thread is not ended meanwhile. Throws `stopped` when it is to end. */
export function native<T>(work: () => Promise<T>): Promise<T> {
  return guarded(thread.guard, work);
}

/** Answers requests, one at a time, in the order they came; whatever `handle` throws goes back to the caller. To be called once, when all is loaded. */
export function serve<Request, Answer>(
  handle: (request: Request) => Promise<{ answer: Answer; transfer: Transfers }>,
): void {
  const port = parentPort;
  if (port === null) throw new CliowatchError('not-a-worker', 'this script runs in a worker thread only');
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: Request) => {
    last = last
      .then(() => handle(request))
      .then(
        ({ answer, transfer }) => port.postMessage({ ok: true, answer } satisfies Reply<Answer>, transfer),
        (thrown: unknown) =>
          port.postMessage({ ok: false, failure: toFailure(thrown) } satisfies Reply<Answer>),
      );
  });
  leaveNative(thread.guard);
}

function toFailure(thrown: unknown): Failure {
  if (!(thrown instanceof CliowatchError)) {
    return { code: 'worker-failed', message: reasonOf(thrown), retry: false };
  }
  const { code, message, retry, remedy } = thrown;
  return { code, message, retry, ...(remedy === undefined ? {} : { remedy }) };
}
