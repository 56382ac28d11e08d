import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.string(),
    endsAt: z.string(),
    generatorURL: z.string().optional(),
    status: z.object({ state: z.string() }),
  }),
);
export type KnownAlert = z.infer<typeof alertsSchema>[number];

/** A real Alertmanager on a free port with storage of its own; it ends with the scope (`await using`). */
export async function startAlertmanager(binary: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-alertmanager-'));
  const config = join(folder, 'config.yml');
  writeFileSync(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const storage = [`--config.file=${config}`, `--storage.path=${join(folder, 'data')}`];
  const listen = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  const child = spawn(binary, [...storage, ...listen], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await ready(url);
  return {
    url,
    /** Alerts that it holds to be active. */
    async active(): Promise<KnownAlert[]> {
      const answer = await fetch(`${url}/api/v2/alerts`);
      return alertsSchema.parse(await answer.json());
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('Alertmanager does not get ready');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
