import { expect, it } from 'vitest';
import { createIntake } from '../../src/app/intake.ts';
import { topicSpecs } from '../../src/pipeline/topics.ts';
import { filesContain, openLog, temporaryFolder } from '../adapters/event-log/embedded-rig.ts';
import { contents } from '../contracts/event-log-rig.ts';
import { silentTelemetry, TOPICS } from '../support/pipeline-rig.ts';

const conversation = {
  conversation_id: 'k1',
  account_id: 'u1',
  at: '2026-03-02T12:00:00Z',
  messages: [{ role: 'user' as const, content: 'my secret words' }],
};

async function startIntake() {
  const folder = temporaryFolder();
  const log = await openLog(folder);
  await log.createTopics(topicSpecs(TOPICS, 1, 1_000_000));
  const intake = createIntake(log, TOPICS.conversations, 'http', () => 7, silentTelemetry());
  const written = async () =>
    (await contents(log, TOPICS.conversations)).map(({ key, value }) => [key, JSON.parse(String(value))]);
  return { folder, intake, written };
}

it('what is submitted is in the log when submit resolves, under the id of its conversation', async () => {
  const { intake, written } = await startIntake();
  await intake.submit([conversation]);
  expect(await written()).toEqual([['k1', conversation]]);
  expect(intake.backlog()).toBe(7);
});

it('of zero retention only what is needed to count it is written', async () => {
  const { folder, intake, written } = await startIntake();
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
  expect(await written()).toEqual([['k1', left]]);
  expect(filesContain(folder, 'secret')).toBe(false);
});
