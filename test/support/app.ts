/** A whole cliowatch in this process: embedded log, data in a folder of its own, a clock that stands still. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAcceleratedClock } from '../../src/adapters/clock/system.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { MINUTE } from '../../src/domain/ids.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { TRAFFIC_END } from './conversations.ts';

/** The embedding model is written once for all tests, as that takes seconds. */
const MODELS = join(import.meta.dirname, '../../.cache/models');

/** Event time is what accounts agree on: it lags by the last few conversations, which here come minutes apart. */
const AGREEMENT_MS = 20 * MINUTE;

export type TestApp = {
  readonly app: App;
  /** Base address of its HTTP API, without a slash at the end. */
  readonly url: string;
  /** Hands conversations in by HTTP; resolves when they have gone through all phases and their minutes are closed, but for the last few. */
  feed(conversations: readonly Conversation[]): Promise<void>;
  stop(): Promise<void>;
};

/**
 * @param overrides settings as `path=value`; later ones win
 * @param now event time at which its clock stands, ms; data up to then is not from the future
 */
export async function startTestApp(
  overrides: readonly string[] = [],
  now: number = TRAFFIC_END,
): Promise<TestApp> {
  const data = mkdtempSync(join(tmpdir(), 'cliowatch-app-'));
  mkdirSync(MODELS, { recursive: true });
  symlinkSync(MODELS, join(data, 'models'));
  const offline = ['logging.level=error', 'summarizer=offline', 'labeler=offline'];
  // Small batches: phases take turns as they do on a live stream, instead of each reading everything at once.
  const flags = [`data=${data}`, 'http.port=0', 'log.batch=100', ...offline, ...overrides];
  const config = loadConfig({ environment: {}, flags });
  const clock = createAcceleratedClock(now, 1);
  const app = await startApp({ config, roles: ALL_ROLES, version: '0.0.0-test', clock, print: () => {} });
  const { url } = app;
  const token = config.http.tokens.find(({ roles }) => roles.includes('ingest'))?.token ?? null;
  return {
    app,
    url,
    async feed(conversations) {
      for (let i = 0; i < conversations.length; i += 500) {
        await send(url, token, conversations.slice(i, i + 500));
      }
      const watermark = config.growth.watermark_minutes * MINUTE;
      const last = Math.max(...conversations.map(({ at }) => Date.parse(at)));
      const closed = Math.floor((last - watermark - AGREEMENT_MS) / MINUTE) * MINUTE;
      // Until the first minute is closed the pulse shows the clock's time, which stands.
      const arrived = () => app.view.pulse().now >= closed && app.view.pulse().now !== now;
      await until(arrived, `event time ${new Date(closed).toISOString()}`);
    },
    async stop() {
      await app.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function send(
  url: string,
  token: string | null,
  conversations: readonly Conversation[],
): Promise<void> {
  const bearer = token === null ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'content-type': 'application/json', ...bearer };
  const body = JSON.stringify(conversations);
  const answer = await fetch(`${url}/v1/conversations`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`ingest answered ${answer.status}: ${await answer.text()}`);
}

/** Waits for what comes by itself; says what for when it does not come. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  seconds = 90,
): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(100);
  }
}
