import { expect, it } from 'vitest';
import { startTestApp, until } from '../support/app.ts';
import { makeAlert } from '../support/emit-rig.ts';
import { metric } from '../support/pipeline-rig.ts';
import { createReceiver } from '../support/receiver.ts';

it('a webhook that never answers delays neither Alertmanager nor the lag nor the stop, and loses no alert', async () => {
  await using dead = await createReceiver();
  await using healthy = await createReceiver();
  dead.answer.status = 0;
  const sinks = [
    'sinks.console=false',
    `sinks.webhook.url=${dead.url}`,
    `sinks.alertmanager.url=${healthy.url}`,
  ];
  const running = await startTestApp(sinks);
  const { log, topics, telemetry } = running.app;
  for (const id of ['a1', 'a2', 'a3']) {
    await log.publish([{ topic: topics.alerts, key: id, value: JSON.stringify(makeAlert(id)) }]);
  }
  const told = (id: string) => healthy.requests.some(({ body }) => body.includes(`"alert_id":"${id}"`));
  await until(() => ['a1', 'a2', 'a3'].every(told), 'Alertmanager to be told of all', 5);
  await until(() => dead.requests.length > 0, 'the webhook to be tried', 5);
  expect(await log.lag('emit-alertmanager', topics.alerts)).toBe(0);
  const started = performance.now();
  await running.stop();
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(await metric(telemetry, 'cliowatch_alert_deliveries_total', { outcome: 'refused' })).toBe(0);
  expect(await metric(telemetry, 'cliowatch_alert_deliveries_total', { outcome: 'too-old' })).toBe(0);
});
