import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type Conversation, conversationSchema } from '../domain/conversation.ts';
import { EXIT, interrupted } from './exit.ts';
import { BadLines, type Line, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf, withConfigFlags } from './options.ts';
import { createProgress } from './progress.ts';
import { type Sendable, send } from './send.ts';
import { openTarget } from './target.ts';

type Flags = ConfigFlags & { readonly speed: number; readonly to: string; readonly token?: string };

const BATCH = 200;

function parseSpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (!(speed > 0)) throw new InvalidArgumentError('must be a number above 0, or max');
  return speed;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('Send the conversations of files to a running cliowatch, or to Kafka')
    .argument('<file...>', '.jsonl or .jsonl.gz; - for standard input')
    .option('--speed <n>', 'times the clock of the events, or max', parseSpeed, Number.POSITIVE_INFINITY)
    .option(
      '--to <target>',
      'an address of a running cliowatch, or kafka (settings of log.kafka)',
      'http://127.0.0.1:8642',
    )
    .option('--token <token>', 'bearer token with role ingest (or CLIOWATCH_TOKEN)');
  return withConfigFlags(command).action(async (files: string[], flags: Flags) => {
    process.exitCode = await replay(files, flags);
  });
}

async function replay(files: readonly string[], flags: Flags): Promise<number> {
  const stop = interrupted();
  const total = totalBytes(files);
  const target = await openTarget(
    flags.to,
    configOf(flags),
    flags.token ?? process.env.CLIOWATCH_TOKEN,
    stop.signal,
  );
  const progress = createProgress('replay', total);
  const bad = new BadLines();
  const pace = new Pace(flags.speed, stop.signal);
  let bytes = 0;
  let sent = 0;
  let batch: Sendable[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    sent += await send(target, batch, bad);
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
      batch.push({ line, conversation });
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
