/** What is done to a cliowatch from outside: the settings that it starts with, requests of a reader and an operator, and what is sent. */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { App } from '../../../src/app/compose.ts';
import type { Config } from '../../../src/app/config.ts';
import { loadConfig } from '../../../src/app/load-config.ts';
import type { Row } from './marked.ts';
import type { Get } from './readable.ts';
import { brokenRecords, conversationOf, type Sent } from './traffic.ts';

export const READER = 'token-of-a-reader-only';
const OPERATOR = 'token-of-an-operator-only';
/** Tries of 200 ms for what is written by the way. */
const TRIES = 150;

/** Claude where there is a key, as for a user. */
export function configFor(folder: string, hook: string): Config {
  return loadConfig({
    environment: process.env,
    flags: [
      `data=${folder}`,
      'logging.level=debug',
      'http.port=0',
      `http.tokens=[{name: reader, token: ${READER}, roles: [reader]}, {name: operator, token: ${OPERATOR}, roles: [ingest, operator]}]`,
      `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
      `sinks.webhook.url=${hook}`,
    ],
  });
}

export async function startHook(heard: (said: string) => void): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, reply) => {
    request.on('data', (chunk: Buffer) => heard(chunk.toString()));
    request.on('end', () => reply.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the webhook has no port');
  return { url: `http://127.0.0.1:${address.port}/`, stop: () => void server.close() };
}

export const getAs =
  (app: App, token: string): Get =>
  async (path) => {
    const response = await fetch(new URL(path, app.url), { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };

export async function operate(app: App, method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
  const response = await fetch(new URL(path, app.url), { method, headers, body: JSON.stringify(body) });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}

/** Conversations, and what is none, by both ways in. Answers with how many dead letters there are to be. */
export async function sendAll(app: App, rows: readonly Row[], sent: readonly Sent[]): Promise<number> {
  const topic = app.topics.conversations;
  const broken = brokenRecords(rows);
  let letters = broken.length;
  const publish = (values: readonly string[]): Promise<void> =>
    app.log.publish(values.map((value, i) => ({ topic, key: `key-${i}`, value })));
  const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
  for (let i = 0; i < sent.length; i += 100) {
    await publish(sent.slice(i, i + 100).map((one) => conversationOf(one, rows)));
    if (i === 100) await publish(broken);
    while ((await app.log.lag('admit', topic)) > 500) await delay(20);
  }
  for (const body of broken) {
    const { status } = await fetch(new URL('/v1/conversations', app.url), { method: 'POST', headers, body });
    // Times are judged by admit, once it is on the log.
    if (status !== 400 && status !== 202) throw new Error(`a broken conversation was answered ${status}`);
    if (status === 202) letters++;
  }
  await settled(app);
  return letters;
}

/** No role has anything left, three times in a row. */
async function settled(app: App): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await delay(700);
    const waiting = Object.values(app.lag()).reduce((sum, records) => sum + records, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}

export async function until(so: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await so()) return;
    await delay(200);
  }
  throw new Error(`waited in vain for ${what}`);
}

const alertsSchema = z.object({
  alerts: z.array(
    z.object({ id: z.string(), cluster: z.string(), acknowledged: z.object({ by: z.string() }).nullable() }),
  ),
});

/** Acknowledges an alert and silences its cluster. Answers with how many alerts there are. */
export async function operateOnAlert(app: App, reader: Get): Promise<number> {
  const list = async () =>
    alertsSchema.parse(JSON.parse((await reader('/v1/alerts?limit=1000')).text)).alerts;
  const [first] = await list();
  if (first === undefined)
    throw new Error('the surge raised no alert: what is told of alerts was not looked at');
  await operate(app, 'POST', `/v1/alerts/${first.id}/acknowledge`, { note: 'seen' });
  const end = new Date(Date.now() + 3_600_000).toISOString();
  await operate(app, 'PUT', `/v1/clusters/${first.cluster}/silence`, { until: end, note: 'known' });
  const acknowledged = async (): Promise<boolean> =>
    (await list()).some(({ id, acknowledged }) => id === first.id && acknowledged !== null);
  await until(acknowledged, 'the acknowledgement');
  const silenced = async (): Promise<boolean> => (await reader('/v1/silences')).text.includes(first.cluster);
  await until(silenced, 'the silence');
  return (await list()).length;
}
