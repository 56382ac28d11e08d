/** What `replay` does; loaded when it is asked for. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Conversation, conversationSchema } from '../domain/conversation.ts';
import { EXIT, interrupted } from './exit.ts';
import { BadLines, type Line, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { createProgress } from './progress.ts';
import { openTarget } from './target.ts';

export type ReplayFlags = ConfigFlags & {
  readonly speed: number;
  readonly to: string;
  readonly token?: string;
};

const BATCH = 200;

export async function replay(files: readonly string[], flags: ReplayFlags): Promise<number> {
  const stop = interrupted();
  const total = totalBytes(files);
  const target = await openTarget(
    flags.to,
    await configOf(flags),
    flags.token ?? process.env.CLIOWATCH_TOKEN,
    stop.signal,
  );
  const progress = createProgress('replay', total);
  const bad = new BadLines();
  const pace = new Pace(flags.speed, stop.signal);
  let bytes = 0;
  let sent = 0;
  let batch: Conversation[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await target.send(batch);
    sent += batch.length;
    batch = [];
    progress.update(Math.min(bytes, total), `${sent} sent`);
  };
  try {
    for await (const line of readLines(files, (read) => (bytes += read))) {
      if (stop.signal.aborted) break;
      const conversation = parseLine(line, bad);
      if (conversation === null) continue;
      if (pace.mustWait(conversation.at)) {
        await flush();
        await pace.wait(conversation.at);
      }
      batch.push(conversation);
      if (batch.length >= BATCH) await flush();
    }
    // Also after Ctrl-C: what was read is sent, so that the count told is what arrived.
    await flush();
  } finally {
    progress.stop();
    await target.close();
  }
  process.stderr.write(`${sent} conversations sent, ${bad.count} bad lines\n`);
  return stop.signal.aborted ? EXIT.interrupted : EXIT.done;
}

function parseLine(line: Line, bad: BadLines): Conversation | null {
  let raw: unknown;
  try {
    raw = JSON.parse(line.text);
  } catch {
    bad.add(line, 'not JSON');
    return null;
  }
  const parsed = conversationSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  bad.add(line, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit the schema'}`);
  return null;
}

/** Keeps the distance of the events' own times, divided by the speed. */
class Pace {
  readonly #speed: number;
  readonly #signal: AbortSignal;
  #first: { event: number; real: number } | null = null;

  constructor(speed: number, signal: AbortSignal) {
    this.#speed = speed;
    this.#signal = signal;
  }

  mustWait(at: string): boolean {
    return this.#ahead(at) > 5;
  }

  async wait(at: string): Promise<void> {
    await delay(Math.max(0, this.#ahead(at)), undefined, { signal: this.#signal }).catch(() => undefined);
  }

  /** Real ms until it is the turn of a conversation. */
  #ahead(at: string): number {
    if (!Number.isFinite(this.#speed)) return 0;
    const event = Date.parse(at);
    this.#first ??= { event, real: performance.now() };
    return (event - this.#first.event) / this.#speed - (performance.now() - this.#first.real);
  }
}
