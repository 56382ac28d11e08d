import { afterEach, expect, it, vi } from 'vitest';
import { createGate } from '../../src/pipeline/gate.ts';

afterEach(() => void vi.useRealTimers());

it('a gate is open until work runs, and opens when all of it has ended, well or not', async () => {
  const gate = createGate();
  await gate.open();
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failing = gate.during(() => one.promise);
  const working = gate.during(() => two.promise);
  let opened = false;
  const open = gate.open().then(() => {
    opened = true;
  });
  two.resolve();
  await working;
  await Promise.resolve();
  expect(opened).toBe(false);
  one.reject(new Error('failed'));
  await expect(failing).rejects.toThrow('failed');
  await open;
  expect(opened).toBe(true);
});

const MINUTE = 60_000;

it('waits until samples have been taken to shortly before', async () => {
  const gate = createGate();
  await gate.near('all/request', 100 * MINUTE);
  gate.reached('all/request', 0);
  let passed = false;
  const near = gate.near('all/request', 100 * MINUTE).then(() => {
    passed = true;
  });
  for (const minute of [40, 80]) {
    gate.reached('all/request', minute * MINUTE);
    await new Promise(setImmediate);
    expect(passed).toBe(false);
  }
  gate.reached('all/request', 95 * MINUTE);
  await near;
});

it('waits for nobody who is live, gone, or says nothing', async () => {
  const gate = createGate();
  gate.reached('all/request', 0);
  const near = gate.near('all/request', 100 * MINUTE);
  gate.reached('all/request', null);
  await near;
  vi.useFakeTimers();
  gate.reached('all/request', 0);
  const silent = gate.near('all/request', 100 * MINUTE);
  await vi.advanceTimersByTimeAsync(11_000);
  await silent;
});
