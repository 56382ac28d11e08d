import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite.ts';
import { HOUR } from '../../src/domain/ids.ts';
import type { LineageView } from '../../src/domain/lineage.ts';
import type { SilenceView } from '../../src/domain/silence.ts';
import type { ClusterDetail, ClusterView } from '../../src/domain/view.ts';
import { makeTraffic, TRAFFIC_END } from '../support/conversations.ts';
import { cliowatch, dataFolder, type Running, running } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

const SETTINGS = [
  `data=${data.path}`,
  'http.port=0',
  'log.batch=100',
  'sinks.console=false',
  'cluster.first_at=200',
  'cluster.rebuild_minutes=300',
  'cluster.min_gap_minutes=60',
];
const start = () => running(['run', ...SETTINGS.flatMap((setting) => ['-s', setting])]);

async function get<T>({ url }: Running, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`);
  return (await answer.json()) as T;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; await delay(200))
    if (await holds().catch(() => false)) return;
  throw new Error(`waited in vain for ${what}`);
}

const silences = async (program: Running) =>
  (await get<{ silences: SilenceView[] }>(program, '/v1/silences')).silences;
const lineage = (program: Running) => get<LineageView>(program, '/v1/lineage');

it('a silence outlives the program, killed or on an empty store, and so does lineage where the store is kept', {
  timeout: 240_000,
}, async () => {
  const file = join(data.path, 'traffic.jsonl');
  const traffic = makeTraffic().filter(({ at }) => Date.parse(at) >= TRAFFIC_END - 18 * HOUR);
  writeFileSync(file, traffic.map((one) => JSON.stringify(one)).join('\n'));
  let program = await start();
  try {
    expect((await cliowatch(['replay', file, '--to', program.url])).code).toBe(0);
    await until('two full generations', async () => (await lineage(program)).columns.length > 1);
    const before = await lineage(program);
    expect(before.links.length).toBeGreaterThan(0);
    const { clusters } = await get<{ clusters: ClusterView[] }>(program, '/v1/clusters?sort=size');
    const id = clusters[0]?.id ?? '';
    const change = (method: string, body?: unknown) =>
      fetch(`${program.url}/v1/clusters/${id}/silence`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    const wrong = await change('PUT', { until: new Date(Date.now() - HOUR).toISOString() });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { field: 'until' } }]);
    expect((await change('PUT', { until: new Date(Date.now() + 91 * 24 * HOUR).toISOString() })).status).toBe(
      400,
    );
    const end = Date.now() + 5 * HOUR;
    expect((await change('PUT', { until: new Date(end).toISOString(), note: 'known' })).status).toBe(202);
    await until('the silence', async () => (await silences(program)).length === 1);
    await program.stop('SIGKILL');

    program = await start();
    await until('the program', async () => (await fetch(`${program.url}/readyz`)).status === 200);
    expect(await silences(program)).toMatchObject([{ cluster: id, until: end, by: 'local', note: 'known' }]);
    const after = await lineage(program);
    expect(after.columns.slice(0, before.columns.length)).toEqual(before.columns);
    expect(after.since).toBe(before.since);
    await program.stop();

    // As on a new machine: of lineage the log holds the last generation alone, of silences all.
    const store = createSqliteStore(join(data.path, 'history.sqlite'));
    expect(store.auditTrail(9).map(({ what }) => what)).toContain('silence cluster');
    store.close();
    for (const end of ['', '-wal', '-shm']) rmSync(join(data.path, `history.sqlite${end}`), { force: true });
    program = await start();
    await until('the program', async () => (await fetch(`${program.url}/readyz`)).status === 200);
    expect(await silences(program)).toMatchObject([{ cluster: id, until: end }]);
    const fresh = await lineage(program);
    expect(fresh.columns.length).toBeGreaterThan(0);
    expect(fresh.since).toBeGreaterThanOrEqual(after.since ?? Number.POSITIVE_INFINITY);
    const detail = await get<ClusterDetail>(program, `/v1/clusters/${id}`);
    expect(detail).toMatchObject({ silenced_until: end, silenced_by: 'local', lineage_since: fresh.since });

    expect((await change('DELETE')).status).toBe(202);
    await until('its end', async () => (await silences(program)).length === 0);
    expect((await change('DELETE')).status).toBe(404);
  } finally {
    await program.stop();
  }
});
