import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createThread, type Thread, workerScript } from '../../../src/adapters/thread/thread.ts';
import type { Order } from '../../fixtures/thread-worker.ts';

const script = new URL('../../fixtures/thread-worker.ts', import.meta.url);
const threads: Thread<Order, string>[] = [];
function open(): Thread<Order, string> {
  const thread = createThread<Order, string>(script, '#');
  threads.push(thread);
  return thread;
}
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.stop())));

describe('a thread', { timeout: 30_000 }, () => {
  it('answers one request at a time, in order', async () => {
    const thread = open();
    const answers = [
      thread.call({ say: 'a', afterMs: 30 }),
      thread.call({ say: 'b' }),
      thread.call({ say: 'c' }),
    ];
    expect(thread.waiting).toBe(3);
    expect(await Promise.all(answers)).toEqual(['#a1', '#b2', '#c3']);
    expect(thread.waiting).toBe(0);
  });

  it("hands on the worker's errors, and goes on", async () => {
    const thread = open();
    await expect(thread.call({ fail: 'coded' })).rejects.toMatchObject({
      code: 'too-tired',
      message: 'no more',
      retry: true,
      remedy: 'sleep',
    });
    await expect(thread.call({ fail: 'plain' })).rejects.toMatchObject({
      code: 'worker-failed',
      message: 'it broke',
    });
    expect(await thread.call({ say: 'x' })).toBe('#x3');
  });

  it('rejects what was under way when the worker dies, and starts a new one', async () => {
    const thread = open();
    const answers = await Promise.allSettled([thread.call({ fail: 'exit' }), thread.call({ say: 'lost' })]);
    const died = {
      status: 'rejected',
      reason: expect.objectContaining({ code: 'worker-failed', retry: true }),
    };
    expect(answers).toEqual([died, died]);
    expect(await thread.call({ say: 'next' })).toBe('#next1');
  });

  it('rejects with the cause when the script cannot start', async () => {
    const thread = createThread<Order, string>(new URL('./no-such-script.ts', import.meta.url), null);
    await expect(thread.call({})).rejects.toMatchObject({ code: 'worker-failed' });
    await thread.stop();
  });

  it('rejects what waits when it is stopped', async () => {
    const thread = open();
    const answers = Promise.allSettled([thread.call({ afterMs: 60_000 }), thread.call({})]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await thread.stop();
    const stopped = { status: 'rejected', reason: expect.objectContaining({ code: 'stopped' }) };
    expect(await answers).toEqual([stopped, stopped]);
    await expect(thread.call({})).rejects.toMatchObject({ code: 'stopped' });
  });

  it('keeps a process alive while it works, and no longer', async () => {
    const program = fileURLToPath(new URL('../../fixtures/thread-program.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 25_000 });
    expect(stdout.trim()).toBe('#done1');
  });
});

describe('workerScript', () => {
  it('finds the script in the language of the module that asks', () => {
    expect(workerScript('file:///app/src/a/b.ts', './worker').href).toBe('file:///app/src/a/worker.ts');
    expect(workerScript('file:///app/dist/a/b.js', './worker').href).toBe('file:///app/dist/a/worker.js');
  });
});
