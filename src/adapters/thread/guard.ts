/**
 * Says to both sides of a thread whether it is in native code. A thread that is ended while onnxruntime computes takes the
 * whole process with it: so whoever wants to end it asks first, and waits the milliseconds until native code is left.
 */
import { CliowatchError } from '../../domain/errors.ts';

/** Two shared integers: 1 once the thread is to end; how many native calls are under way. */
export type Guard = Int32Array<SharedArrayBuffer>;
const ENDING = 0;
const NATIVE = 1;

/** A thread starts as in native code, for it loads libraries; {@link leaveNative} ends that. */
export function createGuard(): Guard {
  const guard = new Int32Array(new SharedArrayBuffer(8));
  enterNative(guard);
  return guard;
}

function enterNative(guard: Guard): void {
  Atomics.add(guard, NATIVE, 1);
}

export function leaveNative(guard: Guard): void {
  Atomics.sub(guard, NATIVE, 1);
  Atomics.notify(guard, NATIVE);
}

/** Forgets the native calls of a thread that is gone. */
export function release(guard: Guard): void {
  Atomics.store(guard, NATIVE, 0);
  Atomics.notify(guard, NATIVE);
}

/** Runs what calls native code; throws `stopped` when the thread is to end. */
export async function guarded<T>(guard: Guard, work: () => Promise<T>): Promise<T> {
  // Enter first, then look: the other side writes first, then looks. One of the two always sees the other.
  enterNative(guard);
  try {
    if (Atomics.load(guard, ENDING) === 1) throw stoppedError();
    return await work();
  } finally {
    leaveNative(guard);
  }
}

/** Lets no more native code start; resolves when none runs. */
export async function untilFree(guard: Guard): Promise<void> {
  Atomics.store(guard, ENDING, 1);
  for (let calls = Atomics.load(guard, NATIVE); calls > 0; calls = Atomics.load(guard, NATIVE)) {
    await Atomics.waitAsync(guard, NATIVE, calls).value;
  }
}

/** The same while the process exits, when no promise is kept any more: blocks, at most `ms`. */
export function blockUntilFree(guard: Guard, ms: number): void {
  Atomics.store(guard, ENDING, 1);
  for (let calls = Atomics.load(guard, NATIVE); calls > 0; calls = Atomics.load(guard, NATIVE)) {
    if (Atomics.wait(guard, NATIVE, calls, ms) === 'timed-out') return;
  }
}

export function stoppedError(): CliowatchError {
  return new CliowatchError('stopped', 'the worker has been stopped');
}
