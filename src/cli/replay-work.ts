/** What `replay` does; loaded when it is asked for. */
import { setTimeout as delay } from 'node:timers/promises';
import { DAY } from '../domain/ids.ts';
import { BadLines } from './bad-lines.ts';
import { EXIT, graceAfter, interrupted, untilAborted } from './exit.ts';
import { conversationOf, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { createProgress } from './progress.ts';
import { summarizeAll } from './replay-batch.ts';
import { Sender } from './sender.ts';
import { openTarget } from './target.ts';

export type ReplayFlags = ConfigFlags & {
  readonly speed: number;
  readonly to: string;
  readonly token?: string;
  readonly batch?: boolean;
  readonly metrics?: string;
};

export async function replay(files: readonly string[], flags: ReplayFlags): Promise<number> {
  const stop = interrupted();
  const config = await configOf(flags);
  const total = totalBytes(files);
  const bad = new BadLines();
  const patience = graceAfter(stop.signal);
  let sender: Sender | null = null;
  try {
    if (flags.batch === true) await summarizeAll(files, config, stop.signal, flags.metrics);
    const token = flags.token ?? process.env.CLIOWATCH_TOKEN;
    const target = await openTarget(flags.to, config, token, { stop: stop.signal, end: patience });
    sender = new Sender(target, bad);
    try {
      await sendAll(files, sender, {
        bad,
        total,
        maxBytes: config.intake.max_bytes,
        pace: new Pace(flags.speed, stop.signal),
        signal: stop.signal,
      });
    } finally {
      await Promise.race([target.close(), untilAborted(patience)]);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.stderr.write(`${sender?.sent ?? 0} conversations sent${sender?.doubt ?? ''}, ${bad.summary()}\n`);
  }
  if (stop.signal.aborted) return EXIT.interrupted;
  return bad.ends.length > 0 ? EXIT.unreachable : EXIT.done;
}

type Feed = {
  readonly bad: BadLines;
  readonly total: number;
  readonly maxBytes: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
};

async function sendAll(files: readonly string[], sender: Sender, feed: Feed): Promise<void> {
  const { bad, total, maxBytes, pace, signal } = feed;
  const progress = createProgress('replay', total);
  let bytes = 0;
  const onBytes = (read: number): void => {
    bytes += read;
    progress.update(Math.min(bytes, total), `${sender.sent} sent`);
  };
  try {
    for await (const line of readLines(files, { signal, maxBytes, bad, onBytes })) {
      if (signal.aborted) break;
      const conversation = conversationOf(line, bad);
      if (conversation === null) continue;
      const due = pace.due(conversation.at);
      if (due > performance.now() + SOON_MS) {
        await sender.flush();
        await pace.until(due);
      }
      await sender.add(line, conversation);
    }
    // Also after Ctrl-C: what was read is sent, so that the count told is what arrived.
    await sender.flush();
    progress.update(total, `${sender.sent} sent`);
  } finally {
    progress.stop();
  }
}

/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Sooner than this nobody waits. */
const SOON_MS = 5;
/** No longer than this a gap is waited out, and no clock is believed that runs so far ahead, event time. */
const GAP_MS = 7 * DAY;

/**
 * Keeps the distance of the events' own times, divided by the speed. A time far ahead of where the replay is may be a broken clock or a gap in the file:
 * nobody waits for it, and where the next one bears it out the replay goes on from there.
 */
export class Pace {
  readonly #speed: number;
  readonly #signal: AbortSignal;
  #from: { event: number; real: number } | null = null;
  #jumped: number | null = null;

  constructor(speed: number, signal: AbortSignal) {
    this.#speed = speed;
    this.#signal = signal;
  }

  /** When it is the turn of a conversation, as performance.now() tells. To be asked once for each, in order. */
  due(at: string): number {
    const now = performance.now();
    if (!Number.isFinite(this.#speed)) return now;
    const event = Date.parse(at);
    this.#from ??= { event, real: now };
    const reached = this.#from.event + (now - this.#from.real) * this.#speed;
    if (event <= reached + GAP_MS) return this.#from.real + (event - this.#from.event) / this.#speed;
    if (this.#jumped !== null && Math.abs(event - this.#jumped) <= GAP_MS) this.#from = { event, real: now };
    this.#jumped = event;
    return now;
  }

  async until(due: number): Promise<void> {
    while (performance.now() < due && !this.#signal.aborted) {
      const ms = Math.min(due - performance.now(), LONGEST_TIMER_MS);
      await delay(Math.max(0, ms), undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }
}
