import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createEmbeddedLog } from '../../src/adapters/event-log/embedded.ts';
import { createIntake } from '../../src/app/intake.ts';
import { guardFingerprint, readFingerprint } from '../../src/app/key-guard.ts';
import { topicSpecs } from '../../src/pipeline/topics.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { silentTelemetry, TOPICS } from '../support/pipeline-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-'));
let log: EventLog;
beforeAll(async () => {
  log = createEmbeddedLog({
    path: folder,
    maxBytes: 1e8,
    onProblem: () => undefined,
    clock: createSystemClock(),
  });
  await log.start();
  await log.createTopics(topicSpecs(TOPICS, 1));
});
afterAll(async () => {
  await log.stop();
  rmSync(folder, { recursive: true });
});

it('the first key of a log is remembered, the same is taken again, and another is refused with what to do', async () => {
  expect(await readFingerprint(log, TOPICS.state)).toBeNull();
  await guardFingerprint(log, TOPICS.state, 'aaaa1111');
  await guardFingerprint(log, TOPICS.state, 'aaaa1111');
  expect(await readFingerprint(log, TOPICS.state)).toBe('aaaa1111');
  await expect(guardFingerprint(log, TOPICS.state, 'bbbb2222')).rejects.toMatchObject({
    code: 'tokens/other-key',
    message: expect.stringContaining('aaaa1111'),
    remedy: expect.stringContaining('tokens.key'),
  });
});

it('what is submitted is in the log when submit resolves, under the id of its conversation, and counted', async () => {
  const telemetry = silentTelemetry();
  const intake = createIntake(log, TOPICS.conversations, 'http', () => 7, telemetry);
  const conversation = {
    conversation_id: 'k1',
    account_id: 'u1',
    at: '2026-03-02T12:00:00Z',
    messages: [{ role: 'user' as const, content: 'hi' }],
  };
  await intake.submit([conversation]);
  const seen: unknown[] = [];
  const follower = await log.follow([TOPICS.conversations], 'start', ({ key, value }) => {
    seen.push([key, JSON.parse(String(value))]);
  });
  await follower.caughtUp;
  await follower.stop();
  expect(seen).toEqual([['k1', conversation]]);
  expect(intake.backlog()).toBe(7);
});
