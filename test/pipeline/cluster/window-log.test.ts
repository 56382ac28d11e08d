import { describe, expect, it } from 'vitest';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { WindowLog } from '../../../src/pipeline/cluster/window-log.ts';
import type { NewRecord } from '../../../src/ports/event-log.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  logRecord,
  MINUTE,
  makeSample,
  NOON,
} from '../../support/pipeline-rig.ts';

const DAY = 24 * HOUR;
const vector = encodeVector(direction(1));
const centroids = createCentroids(createExactIndexes());

/** A window and its log, opened on what was written before. */
class Opened {
  readonly window: SampleWindow;
  readonly log: WindowLog;
  readonly #written: NewRecord[];

  constructor(written: NewRecord[], cap: number, embedder: string) {
    this.window = new SampleWindow({ cap, windowMs: 28 * DAY, dimension: DIMENSION });
    this.log = new WindowLog({ space: 's', embedder, windowTopic: 'w', centroids }, this.window);
    this.#written = written;
    for (const { key, value } of written)
      this.log.restore({
        ...logRecord('w', 0, null),
        key: key ?? null,
        value: value === null ? null : Buffer.from(value),
      });
  }

  async settled(): Promise<this> {
    await this.log.settleIn(null);
    return this;
  }

  take(n: number, at: number): void {
    const of = { conversation: `k${n}`, account: `u${n}`, cluster: 'c1', at, watermark: at, vector };
    this.window.add(makeSample(of), n);
  }

  /** What is due is written and, unless told else, committed. */
  write(committed = true): void {
    this.#written.push(...this.log.written());
    const offset = this.log.answered();
    if (committed && offset !== null) this.log.committed(offset);
  }

  rebuilt(at: number): void {
    this.#written.push(this.log.rebuilt({ at, samples: this.window.size }));
  }
}

/** By key, as a compacted topic has it in the end. */
const compacted = (written: readonly NewRecord[]): NewRecord[] => [
  ...new Map(written.map((record) => [record.key, record])).values(),
];
const keptOf = (written: readonly NewRecord[]): number =>
  compacted(written).filter(({ key, value }) => key?.startsWith('window/') && value !== null).length;

async function filled(count: number, cap: number, step = 1_000): Promise<[Opened, NewRecord[]]> {
  const written: NewRecord[] = [];
  const opened = await new Opened(written, cap, 'e').settled();
  for (let n = 0; n < count; n++) {
    opened.take(n, NOON + n * step);
    if (n % 10 === 9) opened.write();
  }
  return [opened, written];
}

describe('where a restart begins', () => {
  /** Samples that it reads again after twelve days of one a minute. */
  async function readAgain(rebuildEvery: number): Promise<number> {
    const opened = await new Opened([], 60_000, 'e').settled();
    const total = 12 * 24 * 60;
    for (let n = 0; n < total; n++) {
      opened.take(n, NOON + n * MINUTE);
      if (n % 10 === 9) opened.write();
      if (n % rebuildEvery === rebuildEvery - 1) opened.rebuilt(NOON + n * MINUTE);
    }
    return total - (opened.log.offset ?? 0);
  }

  it('moves on, however often clusters are rebuilt', async () => {
    const daily = await readAgain(24 * 60);
    expect(daily).toBeLessThan(5_000);
    expect(await readAgain(120)).toBeLessThanOrEqual(daily);
  });

  it('is told by a rebuild as far as it is committed: what was to be written with it may never be', async () => {
    const [opened, written] = await filled(4_000, 600);
    const before = opened.log.offset ?? 0;
    for (let n = 4_000; n < 8_000; n++) opened.take(n, NOON + n * 1_000);
    opened.write(false);
    opened.rebuilt(NOON);
    expect(JSON.parse(String(written.at(-1)?.value)).offset).toBe(before);
  });
});

describe('what was kept with the vectors of another model', () => {
  it('is let go of, and its shares say nothing of what comes', async () => {
    const [opened, written] = await filled(20_000, 200);
    opened.rebuilt(NOON);
    expect(keptOf(written)).toBeGreaterThan(100);
    const other = await new Opened(compacted(written), 200, 'other').settled();
    expect(other.window.parts.states.every(({ share }) => share === 1)).toBe(true);
    written.push(...other.log.written());
    expect(keptOf(written)).toBe(0);
  });

  it('is not let go of where the same conversation is kept with vectors of this one by then', async () => {
    const [, written] = await filled(20_000, 3_000);
    const many = keptOf(written);
    expect(many).toBeGreaterThan(2_000);
    const other = await new Opened(compacted(written), 3_000, 'other').settled();
    // All come anew before the last of what is left is let go of, some thousand records at a time.
    for (let n = 0; n < 20_000; n++) other.take(n, NOON + n * 1_000);
    for (let i = 0; i < 20; i++) written.push(...other.log.written());
    expect(keptOf(written)).toBe(other.window.kept().length);
  });

  it('goes with the space', async () => {
    const [, written] = await filled(4_000, 200);
    const other = await new Opened(compacted(written), 200, 'other').settled();
    written.push(...other.log.forgotten());
    expect(keptOf(written)).toBe(0);
  });
});

describe('a restart', () => {
  it('gives samples the weights they had, though all that was there at the last cuts has left', async () => {
    const [, written] = await filled(20_000, 200);
    const drained = await new Opened(compacted(written), 200, 'e').settled();
    for (let n = 0; n < 60; n++) drained.take(20_000 + n, NOON + 40 * DAY + n * MINUTE);
    written.push(...drained.log.written());
    drained.rebuilt(NOON);
    written.push(drained.log.rebuilt({ at: NOON, samples: 1 }));
    const again: NewRecord[] = compacted(written);
    const second = await new Opened(again, 200, 'e').settled();
    for (let n = 0; n < 400; n++) {
      second.take(30_000 + n, NOON + 41 * DAY + n * MINUTE);
      if (n % 10 === 9) second.write();
    }
    second.rebuilt(NOON);
    const weights = (of: SampleWindow): Map<number, number> =>
      new Map([...of.slots()].map((slot) => [of.conversation(slot), of.weight(slot)]));
    const before = weights(second.window);
    const after = weights((await new Opened(compacted(again), 200, 'e').settled()).window);
    const both = [...after].filter(([conversation]) => before.has(conversation));
    expect(both.length).toBeGreaterThan(10);
    for (const [conversation, weight] of both) expect(weight).toBeCloseTo(before.get(conversation) ?? 0, 6);
  });

  it('knows nothing of a space that was let go of, whether the topic is compacted by then or not', async () => {
    const [opened, written] = await filled(20_000, 200);
    written.push(...opened.log.forgotten());
    const again = await new Opened(written, 200, 'e').settled();
    expect(again.log.offset).toBeNull();
    expect(again.window.parts.states.every(({ share }) => share === 1)).toBe(true);
  });
});
