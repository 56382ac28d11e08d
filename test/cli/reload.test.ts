import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { dataFolder, freePort, running } from '../support/program.ts';

const watchesSchema = z.object({ watches: z.array(z.object({ id: z.string() })) });

it('at SIGHUP the watches of the file are as it says then, and a file that is wrong changes nothing', async () => {
  const data = dataFolder();
  const file = join(data.path, 'cliowatch.yaml');
  const write = (watches: string): void => writeFileSync(file, `watches: ${watches}\n`);
  write('{ launch: { title: Launch, match: { pattern: launch } } }');
  const program = await running([
    'run',
    '--config',
    file,
    '--set',
    `data=${data.path}`,
    '--set',
    'http.port=0',
  ]);
  const ids = async (): Promise<string[]> => {
    const answer = await fetch(`${program.url}/v1/watches`);
    return watchesSchema.parse(await answer.json()).watches.map(({ id }) => id);
  };
  const reload = async (until: () => boolean): Promise<void> => {
    process.kill(program.pid, 'SIGHUP');
    while (!until()) await delay(20);
  };
  try {
    while ((await fetch(`${program.url}/readyz`)).status !== 200) await delay(50);
    expect(await ids()).toEqual(['launch']);
    write('{ storm: { title: Storm, match: { pattern: storm } } }');
    await reload(() => program.output().includes('read anew'));
    expect(await ids()).toEqual(['storm']);
    write('{ storm: { title: Storm, match: { patern: storm } } }');
    await reload(() => program.output().includes('watches.storm.match'));
    expect(await ids()).toEqual(['storm']);
    expect(await program.stop()).toBe(0);
  } finally {
    await program.stop('SIGKILL');
    data.remove();
  }
});

it('a SIGHUP during the start is kept for when it is over, and ends nothing', async () => {
  const data = dataFolder();
  const http = await freePort();
  const broker = await freePort();
  const kafka = [
    'log.adapter=kafka',
    `log.kafka.brokers=["127.0.0.1:${broker}"]`,
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ];
  const settings = [`data=${data.path}`, `http.port=${http}`, ...kafka].flatMap((one) => ['--set', one]);
  const program = await running(['run', ...settings], {}, `http://127.0.0.1:${http}`);
  try {
    process.kill(program.pid, 'SIGHUP');
    await delay(300);
    expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
    await program.stop();
  } finally {
    await program.stop('SIGKILL');
    data.remove();
  }
});
