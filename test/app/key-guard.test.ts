import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createEmbeddedLog } from '../../src/adapters/event-log/embedded.ts';
import { guardFingerprint, readFingerprint } from '../../src/app/key-guard.ts';
import { topicSpecs } from '../../src/pipeline/topics.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { TOPICS } from '../support/pipeline-rig.ts';

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
  await log.createTopics(topicSpecs(TOPICS, 1, 1_000_000));
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
