import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TopicSpec } from '../../../src/ports/event-log.ts';
import { eventLogContract } from '../../contracts/event-log.ts';
import { contents, numbered, numbers, read, text, until } from '../../contracts/event-log-rig.ts';
import { filesContain, hastyClock, openLog, temporaryFolder } from './embedded-rig.ts';

const HOUR = 3_600_000;

eventLogContract('embedded', async () => {
  const path = temporaryFolder();
  let log = await openLog(path);
  return {
    log,
    async reopen() {
      await log.stop();
      log = await openLog(path);
      return log;
    },
    stop: () => log.stop(),
  };
});

const plain = (name: string, overrides: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  partitions: 1,
  cleanup: 'delete',
  retentionMs: HOUR,
  ...overrides,
});
const kilobytes = (topic: string, from: number, to: number) =>
  numbered(topic, from, to).map((record) => ({ ...record, value: String(record.value).padEnd(1_024) }));

describe('the folder of an embedded log', { timeout: 20_000 }, () => {
  it('belongs to one log at a time', async () => {
    const path = temporaryFolder();
    const log = await openLog(path);
    await expect(openLog(path)).rejects.toMatchObject({ code: 'log-in-use', value: path });
    await log.stop();
    await expect(openLog(path)).resolves.toBeDefined();
  });
});

describe('a consume-once topic', { timeout: 20_000 }, () => {
  it('leaves no byte of a record in any file once its group has committed it', async () => {
    const path = temporaryFolder();
    const log = await openLog(path, { clock: hastyClock() });
    await log.createTopics([plain('in', { consumeOnce: true })]);
    const planted = 'my neighbour is called Zebulon';
    const large = { topic: 'in', key: null, value: `${planted} ${'and so on '.repeat(20_000)} ${planted}` };
    await log.publish([{ topic: 'in', key: 'small', value: planted }, large, large]);
    expect(filesContain(path, planted)).toBe(true);
    const reader = await read(log, 'in');
    await until(() => !filesContain(path, planted));
    expect(reader.seen).toHaveLength(3);
    expect(existsSync(join(path, 'intake.sqlite'))).toBe(true);
  });

  it('keeps its records until every group that reads it has committed them', async () => {
    const log = await openLog(temporaryFolder(), { clock: hastyClock() });
    await log.createTopics([plain('in', { consumeOnce: true })]);
    const slow = await read(log, 'in', { group: 'slow' });
    await slow.subscription.stop();
    await log.publish(numbered('in', 0, 50));
    const fast = await read(log, 'in', { group: 'fast' });
    await until(() => fast.seen.length >= 50);
    const late = await read(log, 'in', { group: 'slow' });
    await until(() => late.seen.length >= 50);
    await until(async () => (await contents(log, 'in')).length === 0);
    expect(late.seen).toEqual(numbers(0, 50));
  });

  it('takes no more when its file is full, and goes on when it has been read', async () => {
    const problems: string[] = [];
    const log = await openLog(temporaryFolder(), {
      clock: hastyClock(),
      maxBytes: 1 << 20,
      onProblem: (message) => problems.push(message),
    });
    await log.createTopics([plain('in', { consumeOnce: true })]);
    await log.publish(kilobytes('in', 0, 1_500));
    await until(() => problems.length > 0);
    await expect(log.publish(numbered('in', 1_500, 1_501))).rejects.toMatchObject({
      code: 'log-full',
      retry: true,
    });
    const reader = await read(log, 'in');
    await until(() => reader.seen.length >= 1_500);
    await until(() =>
      log.publish(numbered('in', 1_500, 1_501)).then(
        () => true,
        () => false,
      ),
    );
    expect(problems).toHaveLength(1);
  });

  it('takes records from outside only', async () => {
    const log = await openLog(temporaryFolder());
    await log.createTopics([plain('in', { consumeOnce: true }), plain('other')]);
    const reader = await read(log, 'other');
    await until(() => reader.batches.length > 0);
    await expect(reader.handles.get(0)?.publish(numbered('in', 0, 1))).rejects.toMatchObject({
      code: 'not-transactional',
    });
  });
});

describe('retention', { timeout: 20_000 }, () => {
  it('drops records older than their topic keeps them', async () => {
    const clock = hastyClock();
    const log = await openLog(temporaryFolder(), { clock });
    await log.createTopics([plain('short'), plain('long', { retentionMs: 5 * HOUR })]);
    await log.publish([...numbered('short', 0, 1_200), ...numbered('long', 0, 10)]);
    clock.shift = 2 * HOUR;
    await log.publish(numbered('short', 1_200, 1_203));
    await until(async () => (await contents(log, 'short')).length <= 3);
    expect((await contents(log, 'short')).map(text)).toEqual(numbers(1_200, 1_203));
    expect(await contents(log, 'long')).toHaveLength(10);
  });

  it('keeps what a group has not read yet, however old', async () => {
    const clock = hastyClock();
    const log = await openLog(temporaryFolder(), { clock });
    await log.createTopics([plain('in')]);
    const first = await read(log, 'in', { group: 'g' });
    await log.publish(numbered('in', 0, 10));
    await until(() => first.seen.length >= 10);
    await first.subscription.stop();
    await log.publish(numbered('in', 10, 20));
    clock.shift = 2 * HOUR;
    await until(async () => (await contents(log, 'in')).length <= 10);
    const second = await read(log, 'in', { group: 'g' });
    await until(() => second.seen.length >= 10);
    expect(second.seen).toEqual(numbers(10, 20));
  });

  it('drops the oldest records first when the file is too large, and never reuses their offsets', async () => {
    const path = temporaryFolder();
    const clock = hastyClock();
    const log = await openLog(path, { clock, maxBytes: 2 << 20 });
    await log.createTopics([plain('old'), plain('new'), plain('kept', { cleanup: 'compact' })]);
    await log.publish(kilobytes('kept', 0, 100));
    await log.publish(kilobytes('old', 0, 1_500));
    clock.shift = 1_000;
    await log.publish(kilobytes('new', 0, 2_500));
    await until(async () => (await contents(log, 'old')).length === 0);
    await until(async () => (await contents(log, 'new')).length < 2_500);
    expect((await contents(log, 'new')).at(-1)?.offset).toBe(2_499);
    expect(await contents(log, 'kept')).toHaveLength(100);
    await log.stop();
    const again = await openLog(path, { clock });
    await again.publish(numbered('old', 0, 1));
    expect((await contents(again, 'old')).map(({ offset }) => offset)).toEqual([1_500]);
  });

  it('says so when unread records must go', async () => {
    const problems: string[] = [];
    const log = await openLog(temporaryFolder(), {
      clock: hastyClock(),
      maxBytes: 1 << 20,
      onProblem: (message) => problems.push(message),
    });
    await log.createTopics([plain('in')]);
    const reader = await read(log, 'in', { group: 'g' });
    await reader.subscription.stop();
    await log.publish(kilobytes('in', 0, 2_000));
    await until(() => problems.length > 0);
    expect(problems).toEqual([expect.stringContaining('unread records of in are deleted')]);
  });
});

describe('compaction', { timeout: 20_000 }, () => {
  const kept = plain('state', { cleanup: 'compact', retentionMs: 0 });

  it('keeps the last record of each key, in order, and the same after a restart', async () => {
    const path = temporaryFolder();
    const log = await openLog(path, { clock: hastyClock() });
    await log.createTopics([kept]);
    for (let i = 0; i < 3_000; i += 500) {
      const records = kilobytes('state', i, i + 500);
      await log.publish(records.map((record, n) => ({ ...record, key: `k${n % 10}` })));
    }
    // Less than a mebibyte may wait for the next compaction.
    await until(async () => (await contents(log, 'state')).length < 1_100);
    const last = (await contents(log, 'state')).slice(-10).map((record) => [record.key, text(record).trim()]);
    expect(last).toEqual(numbers(2_990, 3_000).map((value, n) => [`k${n}`, value]));
    await log.stop();
    const again = await openLog(path);
    expect((await contents(again, 'state')).slice(-10).map((record) => text(record).trim())).toEqual(
      numbers(2_990, 3_000),
    );
  });

  it('drops a tombstone a day later, and nothing it deleted comes back', async () => {
    const clock = hastyClock();
    const log = await openLog(temporaryFolder(), { clock });
    await log.createTopics([kept]);
    await log.publish(kilobytes('state', 0, 500));
    await log.publish(numbered('state', 0, 500).map((record) => ({ ...record, value: null })));
    clock.shift = 25 * HOUR;
    await log.publish(kilobytes('state', 500, 2_000));
    await until(async () => (await contents(log, 'state')).length <= 1_500);
    expect((await contents(log, 'state')).map((record) => text(record).trim())).toEqual(numbers(500, 2_000));
  });

  it('refuses a record without a key', async () => {
    const log = await openLog(temporaryFolder());
    await log.createTopics([kept]);
    await expect(log.publish([{ topic: 'state', key: null, value: 'x' }])).rejects.toMatchObject({
      code: 'no-key',
    });
  });
});

describe('an embedded log', { timeout: 20_000 }, () => {
  it('adds the partitions a topic has too few of', async () => {
    const log = await openLog(temporaryFolder());
    await log.createTopics([plain('in')]);
    await log.publish(numbered('in', 0, 5));
    expect(await log.createTopics([plain('in', { partitions: 3 })])).toEqual(['in']);
    expect(await log.partitionCount('in')).toBe(3);
    expect(await contents(log, 'in')).toHaveLength(5);
  });

  it('keeps keys with NULs and lone surrogates apart', async () => {
    const log = await openLog(temporaryFolder());
    await log.createTopics([plain('in')]);
    await log.publish(['a\0b', 'a\0c', '\ud800'].map((key) => ({ topic: 'in', key, value: 'v' })));
    expect((await contents(log, 'in')).map(({ key }) => key)).toEqual(['a\0b', 'a\0c', '\ufffd']);
  });

  it('publishes on when a follower fails, and says so', async () => {
    const problems: string[] = [];
    const log = await openLog(temporaryFolder(), { onProblem: (message) => problems.push(message) });
    await log.createTopics([plain('in')]);
    await log.follow(['in'], 'end', () => {
      throw new Error('cannot read this');
    });
    await log.publish(numbered('in', 0, 1));
    expect(problems).toEqual([expect.stringContaining('cannot read this')]);
  });

  it('keeps its write-ahead log short however much is written', async () => {
    const path = temporaryFolder();
    const log = await openLog(path);
    await log.createTopics([plain('in')]);
    for (let i = 0; i < 60; i++) await log.publish(kilobytes('in', 0, 1_000));
    expect(statSync(join(path, 'log.sqlite-wal')).size).toBeLessThan(48 << 20);
  });

  it('answers with an error before start and after stop', async () => {
    const log = await openLog(temporaryFolder());
    await log.stop();
    expect(log.health().ok).toBe(false);
    await expect(log.publish([])).rejects.toMatchObject({ code: 'log-stopped' });
  });
});
