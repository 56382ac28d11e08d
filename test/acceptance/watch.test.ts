import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { HOUR } from '../../src/domain/ids.ts';
import { watchReportSchema } from '../../src/domain/report.ts';
import type { ClusterView } from '../../src/domain/view.ts';
import { makeTraffic, TRAFFIC_END } from '../support/conversations.ts';
import { cliowatch, dataFolder, type Running, running } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

const start = () =>
  running([
    'run',
    '-s',
    `data=${data.path}`,
    '-s',
    'http.port=0',
    '-s',
    'log.batch=100',
    '-s',
    'sinks.console=false',
  ]);

/** Ends an hour before the traffic does. */
const WATCH = {
  title: 'Money matters',
  match: { pattern: '(?i)mortgage|refund|flight' },
  to: new Date(TRAFFIC_END - HOUR).toISOString(),
  settings: { first_at: 60, members_per_cluster: 30, min_gap_minutes: 60 },
};

async function get<T>({ url }: Running, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`);
  return (await answer.json()) as T;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; await delay(200))
    if (await holds()) return;
  throw new Error(`waited in vain for ${what}`);
}

/** Sent to each program since it runs. */
const before = new Map<Running, number>();

async function send(program: Running, from: number, to: number): Promise<void> {
  const part = makeTraffic().filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to);
  const file = join(data.path, 'part.jsonl');
  writeFileSync(file, part.map((one) => JSON.stringify(one)).join('\n'));
  expect((await cliowatch(['replay', file, '--to', program.url])).code).toBe(0);
  const sent = (before.get(program) ?? 0) + part.length;
  before.set(program, sent);
  await until('all of it', async () => {
    const metrics = await (await fetch(`${program.url}/metrics`)).text();
    return Number(/^cliowatch_admitted_conversations_total (\d+)$/m.exec(metrics)?.[1]) === sent;
  });
}

const clustersOf = async (program: Running, space: string) =>
  (await get<{ clusters: ClusterView[] }>(program, `/v1/clusters?limit=1000&space=${space}`)).clusters;

it('a watch added while traffic runs has clusters of its own, over a restart, and a report at its end', {
  timeout: 240_000,
}, async () => {
  const change = (program: Running, method: string, body?: unknown) =>
    fetch(`${program.url}/v1/watches/money`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  let program = await start();
  try {
    await send(program, 0, TRAFFIC_END - 24 * HOUR);
    const wrong = await change(program, 'PUT', { ...WATCH, match: { pattern: '(' } });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ error: { field: 'match.pattern' } });
    expect((await change(program, 'PUT', WATCH)).status).toBe(202);
    await until(
      'the watch',
      async () => (await get<{ watches: unknown[] }>(program, '/v1/watches')).watches.length === 1,
    );
    await send(program, TRAFFIC_END - 24 * HOUR, TRAFFIC_END - 12 * HOUR);
    expect(await program.stop()).toBe(0);

    program = await start();
    expect(await get(program, '/v1/watches')).toMatchObject({
      watches: [{ id: 'money', state: 'open', screening: 'none', space: 'money/request' }],
    });
    await send(program, TRAFFIC_END - 12 * HOUR, TRAFFIC_END);
    await until('clusters of the watch', async () => (await clustersOf(program, 'money/request')).length > 0);
    const clusters = await clustersOf(program, 'money/request');
    expect(clusters.every(({ id }) => id.startsWith('money:c'))).toBe(true);
    expect(clusters.map(({ name }) => name).join(' ')).toMatch(/mortgage|flight|refund/i);
    const all = await clustersOf(program, 'all/request');
    expect(all.some(({ id }) => id.includes(':'))).toBe(false);
    expect(await get(program, `/v1/clusters/${clusters[0]?.id}`)).toMatchObject({ space: 'money/request' });

    const folder = join(data.path, 'reports');
    await until('the report', async () => existsSync(folder) && readdirSync(folder).length === 2);
    const [page, json] = readdirSync(folder).sort();
    const report = watchReportSchema.parse(JSON.parse(readFileSync(join(folder, json ?? ''), 'utf8')));
    expect(report).toMatchObject({ id: 'money', ended: true, until: Date.parse(WATCH.to) });
    const held = makeTraffic().filter(({ at, messages }) => {
      const text = JSON.stringify(messages);
      const time = Date.parse(at);
      return (
        /mortgage|refund|flight/i.test(text) && time >= TRAFFIC_END - 24 * HOUR && time < TRAFFIC_END - HOUR
      );
    });
    // Of clusters that may be shown, since they are there; near the minimum in steps of half of it.
    expect(report.clusters.length).toBeGreaterThan(0);
    expect(report.conversations).toBeGreaterThan(20);
    expect(report.conversations).toBeLessThan(held.length * 1.1);
    expect(readFileSync(join(folder, page ?? ''), 'utf8')).toContain('<h1>Money matters</h1>');

    expect((await change(program, 'DELETE')).status).toBe(202);
    await until(
      'its end',
      async () => (await get<{ watches: unknown[] }>(program, '/v1/watches')).watches.length === 0,
    );
    expect((await fetch(`${program.url}/v1/clusters?space=money/request`)).status).toBe(404);
    expect((await change(program, 'DELETE')).status).toBe(404);
  } finally {
    await program.stop();
  }
});
