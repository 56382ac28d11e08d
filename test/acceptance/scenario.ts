/**
 * The main job as an operator sees it: conversations come in, a new topic appears, and the alert is on the websocket, in
 * the API and in a real Prometheus. The same on every log.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { expect } from 'vitest';
import type { Conversation } from '../../src/domain/conversation.ts';
import { MINUTE } from '../../src/domain/ids.ts';
import { type LiveEvents, pulseSchema } from '../../src/domain/view.ts';
import { makeTraffic, NEW_TOPIC_START } from '../support/conversations.ts';
import type { Running } from '../support/program.ts';
import { startPrometheus } from '../support/prometheus.ts';

type Told = LiveEvents['alerts'];

/** Alerts as a client of the websocket is told them. */
function listen(url: string): { readonly told: Told[]; close(): void } {
  const told: Told[] = [];
  const socket = io(url, { transports: ['websocket'] });
  socket.on('alerts', (event: Told) => told.push(event));
  socket.emit('join', { room: 'alerts' }, () => undefined);
  return { told, close: () => socket.disconnect() };
}

async function until<T>(
  what: string,
  find: () => T | undefined | Promise<T | undefined>,
  seconds = 120,
): Promise<T> {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    const found = await find();
    if (found !== undefined) return found;
    await delay(200);
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`);
}

const ABOUT = /flight|cancel|refund|airline|money/;

/** Of all series of a metric that have these labels. */
async function sumOf(program: Running, metric: RegExp): Promise<number> {
  const text = await (await fetch(`${program.url}/metrics`)).text();
  const values = text
    .split('\n')
    .flatMap((line) => (metric.test(line) ? Number(line.split(' ').at(-1)) : []));
  return values.reduce((sum, value) => sum + value, 0);
}

/**
 * @param program with the roles cluster, detect and emit
 * @param assigning with the role assign
 * @param produce puts conversations where these programs read them
 */
export async function newTopicIsTold(
  program: Running,
  assigning: Running,
  prometheusBinary: string,
  produce: (conversations: readonly Conversation[]) => Promise<void>,
): Promise<void> {
  const prometheus = await startPrometheus(prometheusBinary, { url: program.url, token: 'none-is-needed' });
  const client = listen(program.url);
  try {
    const traffic = makeTraffic();
    const history = traffic.filter(({ at }) => Date.parse(at) < NEW_TOPIC_START);
    await produce(history);
    const reached = (at: number) =>
      until(`minute ${new Date(at).toISOString()}, with clusters`, async () => {
        const pulse = pulseSchema.parse(await (await fetch(`${program.url}/v1/pulse`)).json());
        // Time lags an ordered stream by four conversations, which others must confirm, and by two minutes.
        return pulse.clusters > 0 && pulse.now >= at - 15 * MINUTE ? true : undefined;
      });
    await reached(NEW_TOPIC_START);
    // What follows comes as it would live: a little at a time, so that what is rebuilt or newborn is adopted before the next, however
    // slow the machine. Of a stream as far behind the clock as this, cluster has not handled what it still works on.
    const adopted = (count: number) =>
      until(`${count} conversations in clusters, and their generation in use`, async () => {
        if ((await sumOf(program, /^cliowatch_phase_records_total{role="cluster"}/)) < count)
          return undefined;
        const made = await sumOf(program, /^cliowatch_generations_total{/);
        const used = await sumOf(assigning, /^cliowatch_generation_number{role="assign"/);
        return used >= made ? true : undefined;
      });
    await adopted(history.length);
    for (let i = history.length; i < traffic.length; i += 40) {
      const piece = traffic.slice(i, i + 40);
      await produce(piece);
      await reached(Date.parse(piece.at(-1)?.at ?? ''));
      await adopted(i + piece.length);
    }
    const event = await until('the alert on the websocket', () =>
      client.told.find(
        ({ alert }) => alert.kind === 'new' && alert.state === 'firing' && alert.name !== null,
      ),
    );
    // What it is about, when it began, and by how many: nothing of it may be off.
    expect(event.alert.name?.toLowerCase()).toMatch(ABOUT);
    expect(event.alert.onset).toBeGreaterThanOrEqual(NEW_TOPIC_START);
    expect(event.alert.onset).toBeLessThan(NEW_TOPIC_START + 60 * 60_000);
    expect(event.alert.accounts).toBeGreaterThanOrEqual(8);
    expect(client.told.map(({ seq }) => seq)).toEqual(
      client.told.map((_, i) => (client.told[0]?.seq ?? 0) + i),
    );

    const answer = await fetch(`${program.url}/v1/alerts/${event.alert.id}`);
    expect(await answer.json()).toMatchObject({
      id: event.alert.id,
      cluster: event.alert.cluster,
      kind: 'new',
    });

    await until('the alert in Prometheus', async () => {
      const fired = await prometheus.query(
        'sum(cliowatch_alert_transitions_total{kind="new",state="firing"})',
      );
      return (fired[0]?.value ?? 0) > 0 ? true : undefined;
    });
    // A newborn is named again as it grows, so the title may have got better since.
    const title = await until('the title in Prometheus', async () => {
      const found = await prometheus.query(`cliowatch_cluster_info{cluster="${event.alert.cluster}"}`);
      return found[0]?.labels.title;
    });
    expect(title.toLowerCase()).toMatch(ABOUT);
  } finally {
    client.close();
    await prometheus[Symbol.asyncDispose]();
  }
}
