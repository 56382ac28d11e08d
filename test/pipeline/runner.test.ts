import { expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createFaults } from '../../src/pipeline/faults.ts';
import { runRole } from '../../src/pipeline/runner.ts';
import { topicSpecs } from '../../src/pipeline/topics.ts';
import { openLog, temporaryFolder } from '../adapters/event-log/embedded-rig.ts';
import { until } from '../contracts/event-log-rig.ts';
import { metric, silentTelemetry, TOPICS } from '../support/pipeline-rig.ts';

it('a role that fails on the same batch again and again is a problem by name and reason until it gets on', async () => {
  const log = await openLog(temporaryFolder());
  await log.createTopics(topicSpecs(TOPICS, 1, 1_000_000));
  const clock = createSystemClock();
  const telemetry = silentTelemetry();
  const faults = createFaults(clock.elapsed);
  let broken = true;
  let committed = 0;
  const open = async () => ({
    async handle({ records }: { records: readonly unknown[] }) {
      if (broken && records.length > 0) throw new Error('no summaries');
      return [];
    },
    committed() {
      committed++;
    },
  });
  const running = await runRole('assign', open, { log, topics: TOPICS, batch: 10, clock, telemetry, faults });
  await log.publish([{ topic: TOPICS.points, key: 'a', value: 'x' }]);
  await until(() => faults.problems().length > 0);
  expect(faults.problems()).toEqual(['assign fails again and again: no summaries']);
  expect(
    await metric(telemetry, 'cliowatch_phase_failures_total', { role: 'assign' }),
  ).toBeGreaterThanOrEqual(3);
  broken = false;
  await until(() => faults.problems().length === 0);
  expect(committed).toBeGreaterThan(0);
  await running.stop();
});
