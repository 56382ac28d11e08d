import { expect, it } from 'vitest';
import { createGate } from '../../src/pipeline/gate.ts';

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
