import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backcast, ClusterRecord, Manifest } from '../../src/domain/generation.ts';
import {
  type Arrival,
  backcastRecords,
  createGenerations,
  endingRecords,
  generationRecords,
} from '../../src/pipeline/generations.ts';
import type { LogRecord } from '../../src/ports/event-log.ts';
import { logRecord, makeCluster, makeManifest, NOON, SPACE, TOPICS } from '../support/pipeline-rig.ts';

const NOTHING_GONE: Parameters<typeof generationRecords>[2] = { clusters: [], window: null };

function chunk(generation: number, number: number, of: Backcast['of'] = 'window'): Backcast {
  return {
    kind: 'backcast',
    of,
    space: SPACE,
    generation,
    chunk: number,
    cluster: ['c1'],
    account: [`g${generation}-${number}`],
    sketch: [],
    at: [NOON],
    conversation: [],
  };
}

/** Appends a generation's records to a topic. */
function write(
  log: LogRecord[],
  change: Partial<Manifest>,
  ids: readonly string[],
  changed: readonly ClusterRecord[],
  backcast: readonly Backcast[] = [],
  gone = NOTHING_GONE,
): void {
  const manifest = makeManifest(ids, { backcast_chunks: backcast.length, ...change });
  const records = [
    ...backcastRecords(TOPICS.generations, backcast),
    ...generationRecords(TOPICS.generations, { manifest, changed }, gone),
  ];
  for (const { key, value } of records) {
    log.push(logRecord(TOPICS.generations, log.length, value === null ? null : String(value), { key }));
  }
}

/** What is left of a topic when every key keeps only its last record. */
function compacted(log: readonly LogRecord[]): LogRecord[] {
  const last = new Map(log.map((record) => [record.key, record]));
  return log.filter((record) => last.get(record.key) === record);
}

function read(log: readonly LogRecord[]) {
  const generations = createGenerations();
  const arrivals: Arrival[] = [];
  generations.onArrival((arrival) => arrivals.push(arrival));
  for (const record of log) generations.take(record);
  return { generations, arrivals };
}

const numbersOf = (arrivals: readonly Arrival[]) =>
  arrivals.map(({ generation }) => generation.manifest.generation);

describe('1 a generation', () => {
  it('is complete at its manifest, and not before', () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1', 'c2'], [makeCluster('c1'), makeCluster('c2')], [chunk(1, 0), chunk(1, 1)]);
    const { generations } = read(log.slice(0, -1));
    expect(generations.current(SPACE)).toBeNull();
    const whole = read(log);
    whole.generations.caughtUp();
    expect(whole.generations.current(SPACE)?.clusters.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(whole.arrivals.map(({ backcast }) => backcast.length)).toEqual([2]);
  });

  it('is waited for by those who need it, and by them only', async () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1'], [makeCluster('c1')]);
    const { generations } = read([]);
    const done: number[] = [];
    const first = generations.reached(SPACE, 1).then(() => done.push(1));
    void generations.reached(SPACE, 2).then(() => done.push(2));
    for (const record of log) generations.take(record);
    await first;
    expect(done).toEqual([1]);
    await generations.reached(SPACE, 1);
  });

  it('of another space is another matter', () => {
    const log: LogRecord[] = [];
    write(log, { space: 'other/request' }, [], []);
    const { generations } = read(log);
    expect(generations.current(SPACE)).toBeNull();
    expect(generations.current('other/request')?.manifest.generation).toBe(1);
  });

  it('keeps its place when another program has written to the topic: that is refused with topic and offset', () => {
    const { generations } = read([]);
    const record = logRecord(TOPICS.generations, 7, { kind: 'something else' });
    expect(() => generations.take(record)).toThrow(/generations\[0\]@7/);
  });
});

describe('2 patches', () => {
  it('add to the full generation, which otherwise stays', () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1'], [makeCluster('c1')], [chunk(1, 0)]);
    write(
      log,
      { generation: 2, type: 'patch' },
      ['c1', 'c2'],
      [makeCluster('c2', { generation: 2 })],
      [chunk(2, 0, 'founders')],
    );
    const { generations, arrivals } = read(log);
    generations.caughtUp();
    expect(generations.current(SPACE)?.clusters.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(arrivals.map(({ backcast }) => backcast.map(({ account }) => account[0]))).toEqual([
      ['g1-0'],
      ['g2-0'],
    ]);
  });

  it('whose full generation compaction took away still bring its window', () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1'], [makeCluster('c1')], [chunk(1, 0), chunk(1, 1)]);
    write(
      log,
      { generation: 2, type: 'patch', backcast_chunks: 2 },
      ['c1', 'c2'],
      [makeCluster('c2', { generation: 2 })],
      [chunk(2, 0, 'founders')],
    );
    const { generations, arrivals } = read(compacted(log));
    generations.caughtUp();
    expect(numbersOf(arrivals)).toEqual([2]);
    expect(arrivals[0]?.backcast.map(({ account }) => account[0])).toEqual(['g1-0', 'g1-1', 'g2-0']);
  });

  it('takes nothing from a window whose generation was never finished', () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1'], [makeCluster('c1')], [chunk(1, 0)]);
    const topic = TOPICS.generations;
    for (const { key, value } of backcastRecords(topic, [chunk(2, 0), chunk(2, 1)]))
      log.push(logRecord(topic, log.length, String(value), { key }));
    write(log, { generation: 2, type: 'patch', backcast_chunks: 1 }, ['c1'], [], [chunk(2, 0, 'founders')]);
    for (const { key, value } of backcastRecords(topic, [chunk(3, 0), chunk(3, 1)]))
      log.push(logRecord(topic, log.length, String(value), { key }));
    write(log, { generation: 3, full: 3 }, ['c1'], [makeCluster('c1', { generation: 3 })], [chunk(3, 0)]);
    const { generations, arrivals } = read([]);
    generations.caughtUp();
    for (const record of log) generations.take(record);
    expect(arrivals.map(({ backcast }) => backcast.map(({ account }) => account[0]))).toEqual([
      ['g1-0'],
      ['g2-0'],
      ['g3-0'],
    ]);
    const late = read(compacted(log));
    late.generations.caughtUp();
    expect(late.arrivals.map(({ backcast }) => backcast.map(({ account }) => account[0]))).toEqual([
      ['g3-0'],
    ]);
  });
});

describe('3 history', () => {
  const history = (): LogRecord[] => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1', 'c2'], [makeCluster('c1'), makeCluster('c2')], [chunk(1, 0), chunk(1, 1)]);
    write(log, { generation: 2, type: 'patch' }, ['c1', 'c2', 'c3'], [makeCluster('c3', { generation: 2 })]);
    write(
      log,
      { generation: 3, full: 3 },
      ['c1', 'c4'],
      [makeCluster('c1', { generation: 3 }), makeCluster('c4', { generation: 3 })],
      [chunk(3, 0)],
      { clusters: ['c2', 'c3'], window: { full: 1, backcast_chunks: 2 } },
    );
    write(
      log,
      { generation: 4, type: 'patch', full: 3 },
      ['c1', 'c4', 'c5'],
      [makeCluster('c5', { generation: 4 })],
    );
    return log;
  };

  it('is held back until the end is reached, and then told from the last full generation on', () => {
    const { generations, arrivals } = read(history());
    expect(arrivals).toEqual([]);
    generations.caughtUp();
    generations.caughtUp();
    expect(numbersOf(arrivals)).toEqual([3, 4]);
  });

  it('once read to its end is told as it comes', () => {
    const { generations, arrivals } = read([]);
    generations.caughtUp();
    for (const record of history()) generations.take(record);
    expect(numbersOf(arrivals)).toEqual([1, 2, 3, 4]);
  });

  it('gives the same current generation, however much of it is compacted', () => {
    fc.assert(
      fc.property(fc.nat(30), (upTo) => {
        const log = history();
        const partly = [...compacted(log.slice(0, upTo)), ...log.slice(upTo)];
        const { generations } = read(partly);
        const whole = read(log).generations;
        expect(generations.current(SPACE)).toEqual(whole.current(SPACE));
      }),
    );
  });
});

describe('a space that is let go of', () => {
  it('leaves the number that another one goes on with, and nothing else', () => {
    const log: LogRecord[] = [];
    write(
      log,
      { generation: 3, full: 3, next_id: 7 },
      ['c1', 'c2'],
      [makeCluster('c1'), makeCluster('c2')],
      [chunk(3, 0)],
    );
    for (const { key, value } of endingRecords(TOPICS.generations, read(log).generations.current(SPACE)))
      log.push(logRecord(TOPICS.generations, log.length, value === null ? null : String(value), { key }));
    const left = compacted(log).filter(({ value }) => value !== null);
    expect(left.map(({ key }) => key)).toEqual([`${SPACE}/manifest`]);
    expect(String(left[0]?.value).length).toBeLessThan(600);
    for (const topic of [log, left]) {
      const { generations } = read(topic);
      expect(generations.current(SPACE)).toMatchObject({
        manifest: { generation: 4, next_id: 7, clusters: [] },
        clusters: [],
      });
      expect(endingRecords(TOPICS.generations, generations.current(SPACE))).toEqual([]);
    }
  });

  it('is forgotten once a thousand others are, and those that have clusters are not', () => {
    const log: LogRecord[] = [];
    write(log, {}, ['c1'], [makeCluster('c1')]);
    for (let i = 0; i < 1_200; i++) write(log, { space: `w${i}/request` }, [], []);
    const { generations } = read(log);
    const known = Array.from({ length: 1_200 }, (_, i) => generations.current(`w${i}/request`) !== null);
    expect(known.filter((there) => there)).toHaveLength(1_000);
    expect(known.slice(-1_000)).not.toContain(false);
    expect(generations.current(SPACE)?.clusters).toHaveLength(1);
  });

  it('is told to nobody who has stopped listening', () => {
    const generations = createGenerations();
    generations.caughtUp();
    const heard: number[] = [];
    const gone = new AbortController();
    generations.onArrival(({ generation }) => heard.push(generation.manifest.generation), gone.signal);
    const log: LogRecord[] = [];
    write(log, { generation: 1 }, [], []);
    write(log, { generation: 2 }, [], []);
    const [first, second] = log;
    if (first !== undefined) generations.take(first);
    gone.abort();
    if (second !== undefined) generations.take(second);
    expect(heard).toEqual([1]);
  });
});
