/** Whether a process is ready was told after its lag was measured: while Kafka was away it stayed ready, and could not stop. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { Lifecycle } from '../../src/app/lifecycle.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { watchLag, watchReadiness } from '../../src/app/readiness.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { metric, silentTelemetry, TOPICS } from '../support/pipeline-rig.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a process whose log does not answer is not ready within a second, and stops', async () => {
  const telemetry = silentTelemetry();
  const config = loadConfig({ environment: {} });
  const lifecycle = new Lifecycle(() => undefined);
  const found: string[] = [];
  let starting = true;
  const watched = { clock: createSystemClock(), telemetry, lifecycle };
  watchReadiness({ ...watched, starting: () => starting, problems: () => found });
  const measured = {
    ...watched,
    options: { config, roles: ALL_ROLES, version: 'test' },
    topics: TOPICS,
    lag: {},
    log: { lag: () => new Promise<never>(() => undefined) },
  };
  watchLag(measured, ['console']);
  const ready = async (): Promise<number> => {
    await vi.advanceTimersByTimeAsync(1_000);
    return metric(telemetry, 'cliowatch_ready');
  };
  expect(await ready()).toBe(0);
  starting = false;
  expect(await ready()).toBe(1);
  found.push('Kafka is out of reach');
  expect(await ready()).toBe(0);
  await lifecycle.stop();
});
