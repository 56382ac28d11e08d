/** What `demo` does; loaded when it is asked for. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAcceleratedClock } from '../adapters/clock/system.ts';
import { type App, startApp } from '../app/compose.ts';
import type { Config } from '../app/config.ts';
import { createSubmit, type Submit } from '../app/intake.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ALL_ROLES } from '../pipeline/roles.ts';
import { fromFile, generated, type Source } from './demo-source.ts';
import { EXIT, interrupted } from './exit.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { createProgress } from './progress.ts';
import { VERSION } from './version.ts';

export type DemoFlags = ConfigFlags & {
  readonly from?: string;
  readonly speed: number;
  readonly days: number;
  readonly perHour: number;
};

/** Looked at by themselves, so that there is a choice of clusters to look at. */
const WATCHES = [
  'watches.launches={title: Launches of the season, match: {pattern: "(?i)sketchboard|pebble ring|ashen tides"}, settings: {first_at: 100, members_per_cluster: 40}}',
  'watches.refunds={title: Refunds and cancellations, match: {pattern: "(?i)\\\\b(refund|cancel|rebook)"}, settings: {first_at: 200, members_per_cluster: 40}}',
];

/** Conversations on their way at once while history is replayed: enough to keep every phase busy. */
const BACKLOG = 4_000;
const BATCH = 500;
const LIVE_STEP_MS = 250;

export async function demo(flags: DemoFlags): Promise<number> {
  const config = await configOf(flags, [
    'data=data/demo',
    'embedder.cache_path=vectors.sqlite',
    ...WATCHES,
    'logging.level=warn',
    'logging.format=pretty',
  ]);
  forget(config);
  const stop = interrupted();
  const source =
    flags.from === undefined
      ? generated({ days: flags.days, perHour: flags.perHour, now: Date.now() })
      : await fromFile(flags.from, {
          signal: stop.signal,
          maxBytes: config.intake.max_bytes,
          earliest: Date.parse(config.intake.earliest),
        });
  if (stop.signal.aborted) return EXIT.done;
  const clock = createAcceleratedClock(source.liveAt, flags.speed);
  const app = await startApp({ config, roles: ALL_ROLES, version: VERSION, clock, signal: stop.signal });
  try {
    say(`console  ${app.url}`);
    say(
      app.view.pulse().summarizer === 'offline'
        ? 'summaries and names are made offline; set ANTHROPIC_API_KEY for Claude'
        : 'summaries and names by Claude',
    );
    const submit = createSubmit(app.log, config.intake, 'demo', app.telemetry);
    await replayHistory(app, source, submit, stop.signal);
    clock.start();
    say(
      `live at ${flags.speed} times the clock, from ${new Date(source.liveAt).toISOString()}; Ctrl-C ends it`,
    );
    say(`console  ${app.url}`);
    for (const event of source.events) say(`scripted  ${event}`);
    await goLive(source, submit, clock.now, stop.signal);
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

async function replayHistory(app: App, source: Source, submit: Submit, signal: AbortSignal): Promise<void> {
  const progress = createProgress('history', source.historyEnd - source.historyStart);
  let sent = 0;
  let batch: Conversation[] = [];
  for await (const conversation of source.history()) {
    if (signal.aborted) break;
    batch.push(conversation);
    if (batch.length < BATCH) continue;
    await submit(batch);
    sent += batch.length;
    progress.update(Date.parse(conversation.at) - source.historyStart, `${sent} conversations`);
    batch = [];
    while (!signal.aborted && (await app.log.lag('admit', app.topics.conversations)) > BACKLOG)
      await delay(20);
  }
  await submit(batch);
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

async function goLive(source: Source, submit: Submit, now: () => number, signal: AbortSignal): Promise<void> {
  let last = source.liveAt;
  while (!signal.aborted && last < source.end) {
    await delay(LIVE_STEP_MS, undefined, { signal }).catch(() => undefined);
    const to = now();
    const conversations = await source.live(last, to);
    if (conversations.length > 0) await submit(conversations);
    last = to;
  }
  if (!signal.aborted) say('the conversations have ended; the console stays up until Ctrl-C');
}
