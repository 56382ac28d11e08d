/** Long work gives way to what is waiting: the event loop is held for a few milliseconds at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A conversation passes admit and assign in about this many turns: most meet one piece of long work, not one each turn. */
const TURNS = 8;

/** Lets what is ready run first, and what follows from it. Costs microseconds when nothing is. */
export async function giveWay(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
}

/** The rows of long work; after every `piece` of them others get their turn. */
export async function* inPieces<T>(rows: Iterable<T>, piece: number): AsyncGenerator<T[]> {
  let waiting: T[] = [];
  for (const row of rows) {
    waiting.push(row);
    if (waiting.length < piece) continue;
    yield waiting;
    waiting = [];
    await giveWay();
  }
  if (waiting.length > 0) yield waiting;
}

/** Runs work that pauses by itself. */
export async function inSteps<T>(steps: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await giveWay();
  }
}

/** So long one that reads holds the event loop, ms, and as much longer as its last piece takes. */
const SLICE_MS = 4;

/** Work on what is past, beside what is waiting: `await slice.giveWay()` whenever `slice.isOver`. */
export class Slice {
  #began = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  async giveWay(): Promise<void> {
    await giveWay();
    this.#began = performance.now();
  }
}
