import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contents, numbers, read, until } from '../../contracts/event-log-rig.ts';
import { openLog, temporaryFolder } from './embedded-rig.ts';

const child = fileURLToPath(new URL('./embedded-child.ts', import.meta.url));
const ROUNDS = 8;

/** Starts the publisher and collects what it was told is safe. */
function startPublisher(path: string, from: number): { process: ChildProcess; acknowledged: number[] } {
  const publisher = spawn(process.execPath, [child, path, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    publisher.kill('SIGKILL');
  });
  const acknowledged: number[] = [];
  let rest = '';
  publisher.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    acknowledged.push(...lines.map(Number));
  });
  return { process: publisher, acknowledged };
}

describe('an embedded log whose process is killed', { timeout: 60_000 }, () => {
  it('has every acknowledged record, and each exactly once behind consume and produce', async () => {
    const path = temporaryFolder();
    const setUp = await openLog(path);
    const spec = { partitions: 1, cleanup: 'delete', retentionMs: 3_600_000 } as const;
    await setUp.createTopics([
      { name: 'in', ...spec, consumeOnce: true },
      { name: 'out', ...spec },
    ]);
    await setUp.stop();
    // Each round starts above any number the one before may have written without being told.
    const acknowledged: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const publisher = startPublisher(path, round * 1_000_000);
      await until(() => publisher.acknowledged.length > 0);
      await delay(Math.random() * 150);
      publisher.process.kill('SIGKILL');
      await once(publisher.process, 'close');
      acknowledged.push(...publisher.acknowledged);
    }
    const log = await openLog(path);
    await read(log, 'in', {
      group: 'copy',
      handle: ({ records }) => records.map(({ key, value }) => ({ topic: 'out', key, value })),
    });
    await until(async () => (await log.lag('copy', 'in')) === 0);
    const copied = (await contents(log, 'out')).map(({ key }) => Number(key));
    expect(acknowledged.length).toBeGreaterThan(ROUNDS);
    const distinct = new Set(copied);
    expect(acknowledged.filter((n) => !distinct.has(n))).toEqual([]);
    expect(copied).toEqual([...distinct].sort((a, b) => a - b));
  });

  it('can be opened at once by another process, but not before', async () => {
    const path = temporaryFolder();
    const setUp = await openLog(path);
    await setUp.createTopics([
      { name: 'in', partitions: 1, cleanup: 'delete', retentionMs: 3_600_000 },
      { name: 'out', partitions: 1, cleanup: 'delete', retentionMs: 3_600_000 },
    ]);
    await setUp.stop();
    const publisher = startPublisher(path, 0);
    await until(() => publisher.acknowledged.length > 0);
    await expect(openLog(path)).rejects.toMatchObject({ code: 'log-in-use' });
    publisher.process.kill('SIGKILL');
    await once(publisher.process, 'close');
    const log = await openLog(path);
    const found = (await contents(log, 'in')).map(({ key }) => key);
    expect(found.slice(0, publisher.acknowledged.length)).toEqual(numbers(0, publisher.acknowledged.length));
  });
});
