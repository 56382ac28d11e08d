/** Exit codes, and one way to end. */
import { CliowatchError } from '../domain/errors.ts';

export const EXIT = {
  /** Done; of `run` and `demo`, which have no end of their own, also stopped when asked to. */
  done: 0,
  /** Something failed that is not the caller's fault. */
  failed: 1,
  /** Wrong flags or settings. */
  usage: 2,
  /** The log, a file or an address is out of reach. */
  unreachable: 3,
  /** Work broken off by Ctrl-C or a signal, after a clean stop; or ended at once by a second one. */
  interrupted: 130,
} as const;

const FAULTS = '1 failed, 2 wrong flags or settings, 3 the log, a file or an address is out of reach';

/** For the help of each command: what ends by itself, and what runs until it is stopped. */
export const EXIT_CODES = {
  task: `\nExit codes: 0 done, ${FAULTS}, 130 broken off by Ctrl-C.`,
  service: `\nExit codes: 0 stopped by Ctrl-C or TERM, ${FAULTS}, 130 ended at once by a second Ctrl-C.`,
  all: `\nExit codes: 0 done, or stopped where it runs until then, ${FAULTS}, 130 broken off by Ctrl-C.`,
};

/** An address in use is no wrong setting: it may be free at the next try. */
const REACH = /^(log|file|replay|unknown-topic|http-listen)/;
const USAGE = /^(config|token|http)/;

/** What went wrong and what to do, on standard error; the stack only when asked for. */
export function explain(error: unknown): number {
  if (!(error instanceof CliowatchError)) {
    process.stderr.write(
      `cliowatch: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.failed;
  }
  // Whoever interrupted it knows.
  if (error.code === 'interrupted') return EXIT.interrupted;
  process.stderr.write(`cliowatch: ${error.message}\n`);
  if (error.remedy !== undefined) process.stderr.write(`  try: ${error.remedy}\n`);
  if (process.env.CLIOWATCH_STACK !== undefined) process.stderr.write(`${error.stack ?? ''}\n`);
  if (REACH.test(error.code)) return EXIT.unreachable;
  return USAGE.test(error.code) ? EXIT.usage : EXIT.failed;
}

/**
 * Resolves at the first Ctrl-C or TERM, so that the caller stops cleanly; a second one ends the process at once. The signal
 * is for what must not be waited for, such as a start; its reason ends the command with {@link EXIT.interrupted}.
 */
export function interrupted(): { readonly signal: AbortSignal; readonly promise: Promise<void> } {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      process.stderr.write('\ncliowatch: stopping; once more ends it at once\n');
      controller.abort(new CliowatchError('interrupted', 'interrupted'));
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { signal: controller.signal, promise };
}

/** How long what is under way may take after the first Ctrl-C. */
const GRACE_MS = 2_000;

/** Aborts a moment after the other: until then what has begun may end. */
export function graceAfter(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const end = (): void => {
    setTimeout(() => controller.abort(), GRACE_MS);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return controller.signal;
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
