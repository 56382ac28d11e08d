import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../support/app.ts';
import { makeTraffic } from '../support/conversations.ts';
import { API_KEY, answers, fails, type MessagesApi, startMessagesApi } from '../support/messages-api.ts';

let api: MessagesApi;
let test: TestApp;
beforeAll(async () => {
  api = await startMessagesApi(fails(529));
  test = await startTestApp([
    'summarizer=claude',
    `claude.api_key=${API_KEY}`,
    `claude.base_url=${api.url}`,
    'claude.retries=0',
  ]);
});
afterAll(async () => {
  await test.stop();
  await api.stop();
});

it('a batch that fails again and again makes the process not ready, by role and reason, until it is admitted', async () => {
  const ready = async () => {
    const answer = await fetch(`${test.url}/readyz`);
    return { status: answer.status, body: await answer.text() };
  };
  expect((await ready()).status).toBe(200);
  const body = JSON.stringify(makeTraffic().slice(0, 3));
  const headers = { 'content-type': 'application/json' };
  await fetch(`${test.url}/v1/conversations`, { method: 'POST', headers, body });
  await until(async () => (await ready()).status === 503, 'readiness to be false');
  expect((await ready()).body).toContain('admit fails again and again: Claude cannot be used');
  expect(test.app.telemetry.totals().admitted).toBe(0);
  api.become(
    answers(() => ({ request: 'Tea.', task: 'Tea.', languages: ['en'], concern: 1, concern_reason: 'Tea.' })),
  );
  await until(async () => (await ready()).status === 200, 'readiness to be true again');
  expect(test.app.telemetry.totals().admitted).toBe(3);
});
