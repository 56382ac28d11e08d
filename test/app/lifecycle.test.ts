import { expect, it } from 'vitest';
import { Lifecycle } from '../../src/app/lifecycle.ts';

it('what was started last is stopped first, one after another', async () => {
  const order: string[] = [];
  const lifecycle = new Lifecycle(() => undefined);
  for (const name of ['log', 'roles', 'http']) {
    lifecycle.onStop(name, async () => {
      order.push(`${name} stops`);
      await Promise.resolve();
      order.push(`${name} stopped`);
    });
  }
  await lifecycle.stop();
  expect(order).toEqual(['http', 'roles', 'log'].flatMap((name) => [`${name} stops`, `${name} stopped`]));
});

it('one that fails to stop is told and holds back no other', async () => {
  const [told, stopped]: string[][] = [[], []];
  const lifecycle = new Lifecycle((name, error) => told?.push(`${name}: ${String(error)}`));
  lifecycle.onStop('first', () => void stopped?.push('first'));
  lifecycle.onStop('second', () => Promise.reject(new Error('stuck')));
  await lifecycle.stop();
  expect(told).toEqual(['second: Error: stuck']);
  expect(stopped).toEqual(['first']);
});

it('stopped twice stops everything once', async () => {
  let count = 0;
  const lifecycle = new Lifecycle(() => undefined);
  lifecycle.onStop('one', () => void count++);
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  await lifecycle.stop();
  expect(count).toBe(1);
});

it('what is started while all is being stopped is stopped at once, and its start ends', async () => {
  const stopped: string[] = [];
  const lifecycle = new Lifecycle(() => undefined);
  lifecycle.onStop('early', () => void stopped.push('early'));
  expect(lifecycle.stopping.aborted).toBe(false);
  const stop = lifecycle.stop();
  expect(lifecycle.stopping.aborted).toBe(true);
  expect(() => lifecycle.onStop('late', () => void stopped.push('late'))).toThrow('before it had started');
  await stop;
  expect(stopped.sort()).toEqual(['early', 'late']);
});

it('what is started later than its place says is stopped in its place, or at once', async () => {
  const order: string[] = [];
  const lifecycle = new Lifecycle(() => undefined);
  const [early, late] = [lifecycle.reserve('early'), lifecycle.reserve('late')];
  lifecycle.onStop('last', () => void order.push('last'));
  early(() => void order.push('early'));
  await lifecycle.stop();
  expect(order).toEqual(['last', 'early']);
  expect(() => late(() => void order.push('late'))).toThrow('stopped before it had started');
  expect(order).toEqual(['last', 'early', 'late']);
});
