/** Where a replay sends to: a running cliowatch, or Kafka. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createSystemClock } from '../adapters/clock/system.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { unlessAborted } from '../algorithms/unless-aborted.ts';
import { makeLog } from '../app/adapters.ts';
import type { Config } from '../app/config.ts';
import { createSubmit } from '../app/intake.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError, RECORD_TOO_LARGE, reasonOf } from '../domain/errors.ts';
import { untilAborted } from './exit.ts';

export interface Target {
  /**
   * Resolves when the log behind it has them. Throws `record-too-large` when they are too much for one request, and
   * `replay/interrupted` when it was stopped and cannot say whether they arrived.
   */
  send(conversations: readonly Conversation[]): Promise<void>;
  close(): Promise<void>;
}

/** stop: nothing new is begun, and nothing waited for; end: what is under way is given up. */
export type Signals = { readonly stop: AbortSignal; readonly end: AbortSignal };

export async function openTarget(
  to: string,
  config: Config,
  token: string | undefined,
  signals: Signals,
): Promise<Target> {
  if (to === 'kafka') return openKafka(config, signals);
  if (!URL.canParse(to) || !/^https?:/.test(to)) {
    throw new CliowatchError(
      'config/target',
      `--to ${to}: must be kafka or an address such as http://127.0.0.1:8642`,
      { value: to },
    );
  }
  return openHttp(new URL('/v1/conversations', to), token, signals);
}

const broken = (): CliowatchError =>
  new CliowatchError('replay/interrupted', 'interrupted while the other side was busy');

/** The log's own calls wait for brokers that are out of reach, for ever. */
const unless = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  unlessAborted(work, signal).catch((error: unknown) => {
    throw signal.aborted ? broken() : error;
  });

async function openKafka(config: Config, { stop, end }: Signals): Promise<Target> {
  const clock = createSystemClock();
  const telemetry = createTelemetry(createLogger({ ...config.logging, level: 'warn' }), clock.now);
  const log = makeLog({ ...config, log: { ...config.log, adapter: 'kafka' } }, clock, telemetry);
  const { topic } = config.intake;
  try {
    await unless(stop, log.start());
    const partitions = await unless(stop, log.partitionCount(topic));
    if (partitions === 0) {
      throw new CliowatchError('log/missing-topics', `no topic ${topic}`, {
        value: topic,
        remedy: 'cliowatch topics create (with the same --config)',
      });
    }
  } catch (error) {
    await Promise.race([log.stop(), untilAborted(end)]);
    throw error;
  }
  const submit = createSubmit(log, config.intake, 'replay', telemetry);
  return { send: (conversations) => unless(end, submit(conversations)), close: () => log.stop() };
}

/** Tries before giving up: few while nothing was ever reached, as the address is wrong then; more once it was. */
const FIRST_TRIES = 3;
const TRIES = 8;
const FIRST_WAIT_MS = 500;

const problem = z.object({ error: z.object({ message: z.string(), field: z.string().optional() }) });

function openHttp(url: URL, token: string | undefined, { stop, end }: Signals): Target {
  const headers: Record<string, string> = { 'content-type': 'application/x-ndjson' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  let reached = false;
  return {
    async send(conversations) {
      const body = conversations.map((conversation) => JSON.stringify(conversation)).join('\n');
      for (let attempt = 1; ; attempt++) {
        const answer = await post(url, headers, body, end);
        if (end.aborted) throw broken();
        if (typeof answer !== 'string') reached = true;
        const verdict = judge(answer, attempt >= (reached ? TRIES : FIRST_TRIES));
        if (verdict === 'taken') return;
        if (verdict === 'too-large')
          throw new CliowatchError(RECORD_TOO_LARGE, `too large for ${url.origin}`);
        if (verdict !== 'again') throw await failure(url, answer, verdict);
        await delay(waitMs(answer, attempt), undefined, { signal: stop }).catch(() => undefined);
        if (stop.aborted) throw broken();
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Being told to slow down is no failure: a replay at full speed meets it all the time, and waits for ever. */
function judge(
  answer: Response | string,
  last: boolean,
): 'taken' | 'too-large' | 'refused' | 'unreachable' | 'again' {
  if (typeof answer !== 'string') {
    if (answer.ok) return 'taken';
    if (answer.status === 413) return 'too-large';
    if (answer.status === 429) return 'again';
    if (answer.status < 500) return 'refused';
  }
  return last ? 'unreachable' : 'again';
}

async function failure(
  url: URL,
  answer: Response | string,
  verdict: 'refused' | 'unreachable',
): Promise<CliowatchError> {
  return new CliowatchError(`replay/${verdict}`, await reason(url, answer), {
    value: url.href,
    remedy:
      verdict === 'refused' ? 'check --token and the file' : 'start it with `cliowatch run`, or give --to',
  });
}

async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Response | string> {
  try {
    return await fetch(url, { method: 'POST', headers, body, signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return reasonOf(cause);
  }
}

function waitMs(answer: Response | string, attempt: number): number {
  const told =
    typeof answer === 'string' ? Number.NaN : Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(told) ? told * 1_000 : Math.min(30_000, FIRST_WAIT_MS * 2 ** Math.min(attempt, 6));
}

async function reason(url: URL, answer: Response | string): Promise<string> {
  if (typeof answer === 'string') return `${url.origin} is out of reach: ${answer}`;
  const parsed = problem.safeParse(await answer.json().catch(() => null));
  const said = parsed.success ? `${parsed.data.error.field ?? ''} ${parsed.data.error.message}`.trim() : '';
  return `${url.origin} answered ${answer.status}${said === '' ? '' : `: ${said}`}`;
}
