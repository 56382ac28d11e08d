/** A program of others that listens on a port and says at /-/ready that it does: Prometheus, Alertmanager. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Service = {
  readonly url: string;
  /** Ends the process and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
};

/** @param flags command line for a folder of its own and a free port */
export async function startService(
  name: string,
  binary: string,
  flags: (folder: string, port: number) => readonly string[],
): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), `cliowatch-${name.toLowerCase()}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(binary, flags(folder, port), { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  };
  if (await ready(url)) return { url, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`${name} does not get ready: ${said.join('').slice(-2_000)}`);
}

async function ready(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
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
