import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createIntake, createSubmit } from '../../src/app/intake.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { EventLog, NewRecord } from '../../src/ports/event-log.ts';
import { metric, silentTelemetry } from '../support/pipeline-rig.ts';

const conversation: Conversation = {
  conversation_id: 'k1',
  account_id: 'u1',
  at: '2026-03-02T12:00:00Z',
  messages: [{ role: 'user', content: 'hi' }],
};

/** Of a log, the part that is written to. */
function rig(publish: EventLog['publish']) {
  const telemetry = silentTelemetry();
  const submit = createSubmit(
    { publish },
    { topic: 'conversations', zero_retention_accounts: ['a trusted organisation'] },
    'http',
    telemetry,
  );
  return { submit, intake: createIntake(submit, { backlog: () => 7, closed: () => null }, 10), telemetry };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('of an account of zero retention nothing is written but the record to count', async () => {
  const published: NewRecord[] = [];
  const { intake } = rig(async (records) => void published.push(...records));
  await intake.submit([{ ...conversation, account_id: 'a trusted organisation' }]);
  const value = String(published[0]?.value);
  expect(JSON.parse(value)).toMatchObject({ conversation_id: 'k1', account_id: 'none', retention: 'zero' });
  expect(value).not.toContain('hi');
});

it('what is submitted is in the log when submit resolves, under the id of its conversation, and counted', async () => {
  const published: NewRecord[] = [];
  const { intake, telemetry } = rig(async (records) => void published.push(...records));
  const timers = vi.getTimerCount();
  await intake.submit([conversation]);
  expect(vi.getTimerCount()).toBe(timers);
  expect(published).toEqual([{ topic: 'conversations', key: 'k1', value: JSON.stringify(conversation) }]);
  expect(await metric(telemetry, 'cliowatch_ingested_conversations_total', { via: 'http' })).toBe(1);
  expect(intake.backlog()).toBe(7);
});

it('what the log does not acknowledge in time is given up, and not counted', async () => {
  const { intake, telemetry } = rig((_, signal) => {
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  });
  const submitted = intake.submit([conversation]);
  const refused = expect(submitted).rejects.toMatchObject({ code: 'log-timeout', retry: true });
  await vi.advanceTimersByTimeAsync(9_999);
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  expect(await metric(telemetry, 'cliowatch_ingested_conversations_total', { via: 'http' })).toBe(0);
});

it('of zero retention only what is needed to count it is written', async () => {
  const published: NewRecord[] = [];
  const { intake } = rig(async (records) => void published.push(...records));
  const more = {
    model: 'secret-model',
    surface: 'secret-surface',
    flags: ['secret'],
    metadata: { secret: 1 },
  };
  await intake.submit([{ ...conversation, ...more, account_id: 'secret-account', retention: 'zero' }]);
  const { conversation_id, at } = conversation;
  const messages = [{ role: 'user', content: '' }];
  const left = { conversation_id, account_id: 'none', at, messages, retention: 'zero' };
  expect(published.map(({ value }) => JSON.parse(String(value)))).toEqual([left]);
});
