import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createEmbeddedLog } from '../../src/adapters/event-log/embedded.ts';
import { awaitFingerprint, guardFingerprint, readFingerprint } from '../../src/app/key-guard.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { contents, makeTopic } from '../contracts/event-log-rig.ts';
import { kafkaLog } from '../support/kafka-log.ts';
import { sharedKafka } from '../support/shared-kafka.ts';

const kafka = await sharedKafka();

function embedded(): EventLog {
  const path = mkdtempSync(join(tmpdir(), 'guard-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return createEmbeddedLog({
    path,
    maxBytes: 1e8,
    onProblem: () => undefined,
    clock: createSystemClock(),
  });
}

const logs: [name: string, make: () => EventLog][] = [['the embedded log', embedded]];
if (kafka !== null) logs.push(['Kafka', () => kafkaLog(kafka.brokers)]);

describe.each(logs)('the one key of %s', { timeout: 60_000 }, (_name, make) => {
  async function rig(): Promise<{ log: EventLog; topic: string }> {
    const log = make();
    onTestFinished(() => log.stop());
    await log.start();
    return { log, topic: await makeTopic(log, 1, { cleanup: 'compact' }) };
  }

  it('is the first that was used; it is taken again, and another is refused with what to do', async () => {
    const { log, topic } = await rig();
    expect(await readFingerprint(log, topic)).toBeNull();
    await guardFingerprint(log, topic, 'aaaa1111');
    await guardFingerprint(log, topic, 'aaaa1111');
    expect(await readFingerprint(log, topic)).toBe('aaaa1111');
    await expect(guardFingerprint(log, topic, 'bbbb2222')).rejects.toMatchObject({
      code: 'tokens/other-key',
      message: expect.stringContaining('aaaa1111'),
      remedy: expect.stringContaining('tokens.key'),
    });
  });

  it('is one although several keys are first used at the same moment', async () => {
    const { log, topic } = await rig();
    const keys = ['aaaa1111', 'bbbb2222', 'cccc3333', 'aaaa1111'];
    const ends = await Promise.allSettled(keys.map((key) => guardFingerprint(log, topic, key)));
    const winner = await readFingerprint(log, topic);
    expect(ends.map(({ status }) => status)).toEqual(
      keys.map((key) => (key === winner ? 'fulfilled' : 'rejected')),
    );
    // Compaction keeps the last record of each key: none has another behind it, so the first stays the first.
    const claims = (await contents(log, topic)).map(({ key }) => key);
    expect(claims.length).toBeGreaterThan(1);
    expect(new Set(claims).size).toBe(claims.length);
  });

  it('is told to who waits for it, and the waiting ends with the signal', async () => {
    const { log, topic } = await rig();
    const [patience, stop] = [new AbortController(), new AbortController()];
    const known = awaitFingerprint(log, topic, patience.signal);
    const inVain = awaitFingerprint(log, topic, stop.signal);
    stop.abort(new Error('all stops'));
    await expect(inVain).rejects.toThrow('all stops');
    await log.publish([{ topic, key: 'detect/snapshot', value: 'another record', partition: 0 }]);
    await guardFingerprint(log, topic, 'aaaa1111');
    expect(await known).toBe('aaaa1111');
  });
});
