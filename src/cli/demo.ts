import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { createAcceleratedClock } from '../adapters/clock/system.ts';
import { type App, startApp } from '../app/compose.ts';
import type { Config } from '../app/config.ts';
import { createIntake } from '../app/intake.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ALL_ROLES } from '../pipeline/roles.ts';
import { fromFile, generated, type Source } from './demo-source.ts';
import { EXIT, EXIT_CODES, interrupted } from './exit.ts';
import { type ConfigFlags, configOf, withConfigFlags } from './options.ts';
import { createProgress } from './progress.ts';
import { VERSION } from './version.ts';

type Flags = ConfigFlags & {
  readonly from?: string;
  readonly speed: number;
  readonly days: number;
  readonly perHour: number;
};

/** Conversations on their way at once while history is replayed: enough to keep every phase busy. */
const BACKLOG = 4_000;
const BATCH = 500;
const LIVE_STEP_MS = 250;

function above0(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .addHelpText('after', EXIT_CODES.service)
    .description(
      'Show everything on made-up traffic: some days of history, then live at an accelerated clock',
    )
    .option('--from <file>', 'real conversations instead, .jsonl or .jsonl.gz in the order of their times')
    .option('--speed <n>', 'event seconds a second once live', above0, 120)
    .option('--days <n>', 'days of history before it goes live', above0, 3)
    .option('--per-hour <n>', 'made-up conversations an hour', above0, 420);
  return withConfigFlags(command).action(async (flags: Flags) => {
    process.exitCode = await demo(flags);
  });
}

async function demo(flags: Flags): Promise<number> {
  const config = configOf(flags, [
    'data=data/demo',
    'embedder.cache_path=vectors.sqlite',
    'logging.level=warn',
    'logging.format=pretty',
  ]);
  forget(config);
  const stop = interrupted();
  const source =
    flags.from === undefined
      ? generated({ days: flags.days, perHour: flags.perHour, now: Date.now() })
      : await fromFile(flags.from, { signal: stop.signal, maxBytes: config.intake.max_bytes });
  if (stop.signal.aborted) return EXIT.done;
  const clock = createAcceleratedClock(source.liveAt, flags.speed);
  const app = await startApp({ config, roles: ALL_ROLES, version: VERSION, clock });
  try {
    say(`console  ${app.url}`);
    say(
      app.view.pulse().summarizer === 'offline'
        ? 'summaries and names are made offline; set ANTHROPIC_API_KEY for Claude'
        : 'summaries and names by Claude',
    );
    await replayHistory(app, source, stop.signal);
    clock.start();
    say(
      `live at ${flags.speed} times the clock, from ${new Date(source.liveAt).toISOString()}; Ctrl-C ends it`,
    );
    say(`console  ${app.url}`);
    for (const event of source.events) say(`scripted  ${event}`);
    await goLive(app, source, clock.now, stop.signal);
    await stop.promise;
  } finally {
    await app.stop();
  }
  return EXIT.done;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** A demo starts from nothing; only what is costly and says nothing of conversations is kept: model and vectors. */
function forget(config: Config): void {
  for (const name of [
    config.log.embedded.path,
    config.store.path,
    `${config.store.path}-wal`,
    `${config.store.path}-shm`,
  ]) {
    rmSync(join(config.data, name), { recursive: true, force: true });
  }
}

async function replayHistory(app: App, source: Source, signal: AbortSignal): Promise<void> {
  const intake = createIntake(app.log, app.topics.conversations, 'demo', () => 0, app.telemetry);
  const progress = createProgress('history', source.historyEnd - source.historyStart);
  let sent = 0;
  let batch: Conversation[] = [];
  for await (const conversation of source.history()) {
    if (signal.aborted) break;
    batch.push(conversation);
    if (batch.length < BATCH) continue;
    await intake.submit(batch);
    sent += batch.length;
    progress.update(Date.parse(conversation.at) - source.historyStart, `${sent} conversations`);
    batch = [];
    while (!signal.aborted && (await app.log.lag('admit', app.topics.conversations)) > BACKLOG)
      await delay(20);
  }
  await intake.submit(batch);
  await settled(app, signal);
  progress.update(source.historyEnd - source.historyStart, `${sent + batch.length} conversations`);
  progress.stop();
}

/** Waits until every phase has caught up. */
async function settled(app: App, signal: AbortSignal): Promise<void> {
  let quiet = 0;
  while (!signal.aborted && quiet < 2) {
    await delay(600);
    const waiting = Object.values(app.lag()).reduce((sum, records) => sum + records, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}

async function goLive(app: App, source: Source, now: () => number, signal: AbortSignal): Promise<void> {
  const intake = createIntake(app.log, app.topics.conversations, 'demo', () => 0, app.telemetry);
  let last = source.liveAt;
  while (!signal.aborted && last < source.end) {
    await delay(LIVE_STEP_MS, undefined, { signal }).catch(() => undefined);
    const to = now();
    const conversations = await source.live(last, to);
    if (conversations.length > 0) await intake.submit(conversations);
    last = to;
  }
  if (!signal.aborted) say('the conversations have ended; the console stays up until Ctrl-C');
}
