import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { hashUnit } from '../../../src/algorithms/hash.ts';
import type { GovernorOptions } from '../../../src/algorithms/sampling/governor.ts';
import { pointRecordSchema } from '../../../src/domain/point.ts';
import { createAdmit } from '../../../src/pipeline/admit/index.ts';
import { Sampling } from '../../../src/pipeline/admit/sampling.ts';
import type { NewRecord } from '../../../src/ports/event-log.ts';
import type { Summarizer } from '../../../src/ports/summarizer.ts';
import { offlineSummarizer } from '../../support/offline.ts';
import {
  bagEmbedder,
  logRecord,
  MINUTE,
  makeBatch,
  metric,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../../support/pipeline-rig.ts';
import { noWatches } from '../../support/spaces.ts';

const HALF: GovernorOptions = {
  strategy: 'conversations',
  share: 0.5,
  least: 0.01,
  budgets: { dollars: null, calls: null },
  prior: { dollars: 0.001, calls: 1 },
};

/** Every summary is a call that is paid for. */
function rig({
  summarize,
  ...change
}: Partial<GovernorOptions> & { summarize?: Summarizer['summarize'] } = {}) {
  const telemetry = silentTelemetry();
  const clock = createManualClock(NOON);
  let settings = { ...HALF, ...change };
  let sampling = new Sampling(settings, clock, telemetry);
  const asked: string[] = [];
  const embedded: string[] = [];
  const embedder = bagEmbedder();
  const summarizer: Summarizer = {
    ...offlineSummarizer,
    summarize(conversation) {
      if (summarize !== undefined) return summarize(conversation);
      asked.push(conversation.conversation_id);
      sampling.spent('facets', 0.001);
      return offlineSummarizer.summarize(conversation);
    },
  };
  const open = () =>
    createAdmit({
      topics: TOPICS,
      tokens: TOKENS,
      summarizer,
      embedder: {
        ...embedder,
        embed(texts) {
          embedded.push(...texts);
          return embedder.embed(texts);
        },
      },
      sampling,
      watches: noWatches(),
      clock,
      telemetry,
      settings: {
        earliest: 0,
        maxFutureMs: 600_000,
        replay: false,
        maxBytes: 1e6,
        deadLetterBodies: false,
        zeroRetention: new Set(),
        toolNames: new Set(),
        seenCap: 10_000,
      },
    });
  const log = new OneSession(open(), TOPICS.conversations, TOPICS.admitSeen);
  return {
    log,
    telemetry,
    clock,
    asked,
    embedded,
    open,
    sampling: () => sampling,
    /** Another process, that takes another share. */
    restart(next: Partial<GovernorOptions> = {}) {
      settings = { ...settings, ...next };
      sampling = new Sampling(settings, clock, telemetry);
      log.restart(open());
    },
  };
}

/** `turns` of the user, each answered. */
function conversation(account: string, id = account, turns = 1): Record<string, unknown> {
  const turn = [
    { role: 'user', content: 'How do I prune roses?' },
    { role: 'assistant', content: 'In spring.' },
  ];
  return {
    conversation_id: id,
    account_id: account,
    at: new Date(NOON).toISOString(),
    messages: Array.from({ length: turns }, () => turn).flat(),
  };
}

const placeOf = (account: string): number => hashUnit(TOKENS.account(account));
/** Accounts whose place is between two shares. */
const between = (low: number, high: number, count: number): string[] =>
  Array.from({ length: 2_000 }, (_, i) => `u${i}`)
    .filter((account) => placeOf(account) >= low && placeOf(account) < high)
    .slice(0, count);

const recordsOf = (out: readonly NewRecord[]) =>
  ofTopic(out, TOPICS.points).map((record) => pointRecordSchema.parse(parsed(record)));
const pointsOf = (out: readonly NewRecord[]) =>
  recordsOf(out).flatMap((one) => (one.kind === 'point' ? [one] : []));
const dropped = (telemetry: ReturnType<typeof silentTelemetry>, reason: string) =>
  metric(telemetry, 'cliowatch_dropped_conversations_total', { reason });

describe('a conversation that is not taken', () => {
  it('is dropped by name and counted: never summarized, never embedded, in no topic but as seen', async () => {
    const { log, telemetry, asked, embedded } = rig();
    const accounts = Array.from({ length: 400 }, (_, i) => `account-${i}`);
    const out = await log.push(accounts.map((account) => conversation(account)));
    const taken = accounts.filter((account) => placeOf(account) < 0.5);
    expect(asked).toEqual(taken);
    expect(embedded).toHaveLength(taken.length);
    expect(pointsOf(out).map((point) => point.account)).toEqual(
      taken.map((account) => TOKENS.account(account)),
    );
    expect(await dropped(telemetry, 'sampled-out')).toBe(400 - taken.length);
    expect(telemetry.totals()).toMatchObject({ admitted: taken.length, sampledOut: 400 - taken.length });
    for (const point of pointsOf(out)) expect(point).toMatchObject({ weight: 2, share: 0.5 });
    expect(recordsOf(out).at(-1)).toMatchObject({ kind: 'heartbeat', share: 0.5, watermark: NOON });
    expect(await metric(telemetry, 'cliowatch_sampling_share')).toBe(0.5);
  });

  it('is judged once: when it comes again it is a duplicate, also after a restart that takes all', async () => {
    const { log, telemetry, restart } = rig();
    const [out] = between(0.5, 1, 1);
    await log.push([conversation(out ?? '')]);
    restart({ share: 1 });
    expect(pointsOf(await log.push([conversation(out ?? '')]))).toEqual([]);
    expect(await dropped(telemetry, 'sampled-out')).toBe(1);
    expect(await dropped(telemetry, 'duplicate')).toBe(1);
  });

  it('is taken when it has grown and more is taken by then, but stands for none: others stood for it', async () => {
    const { log, restart } = rig();
    const [out] = between(0.5, 1, 1);
    await log.push([conversation(out ?? '')]);
    restart({ share: 1 });
    expect(pointsOf(await log.push([conversation(out ?? '', out, 2)]))).toMatchObject([
      { weight: 0, version: 4 },
    ]);
    expect(pointsOf(await log.push([conversation(out ?? '', out, 3)]))).toMatchObject([
      { weight: 0, version: 6 },
    ]);
  });

  it('of zero retention is counted with the others of its kind', async () => {
    const { log, telemetry, asked } = rig();
    await log.push(between(0, 1, 40).map((account) => ({ ...conversation(account), retention: 'zero' })));
    expect(telemetry.totals()).toMatchObject({ zeroRetention: 40, sampledOut: 0 });
    expect(asked).toEqual([]);
  });
});

describe('a conversation that is taken', () => {
  it('stands for as many as when it was seen first, however much is taken when it has grown', async () => {
    const { log, restart } = rig();
    const [taken] = between(0, 0.2, 1);
    expect(pointsOf(await log.push([conversation(taken ?? '')]))).toMatchObject([{ weight: 2 }]);
    restart({ share: 1 });
    expect(pointsOf(await log.push([conversation(taken ?? '', taken, 2)]))).toMatchObject([{ weight: 2 }]);
    restart({ share: 0.2 });
    expect(pointsOf(await log.push([conversation(taken ?? '', taken, 3)]))).toMatchObject([
      { weight: 2, share: 0.2 },
    ]);
  });

  it('by its outputs may be a long one of an account that is not taken as a whole', async () => {
    const { log } = rig({ strategy: 'outputs', share: 0.2 });
    const [account] = between(0.4, 0.5, 1);
    const out = await log.push([
      conversation(account ?? '', 'short', 1),
      conversation(account ?? '', 'long', 10),
    ]);
    expect(pointsOf(out).map((point) => point.conversation)).toEqual([TOKENS.conversation('long')]);
    expect(pointsOf(out)[0]?.weight).toBeCloseTo(1 / (1 - 0.8 ** 10), 9);
  });

  it('is of the same accounts at every share, and more of them', async () => {
    const taken = async (share: number) => {
      const { log } = rig({ share });
      const out = await log.push(between(0, 1, 300).map((account) => conversation(account)));
      return new Set(pointsOf(out).map((point) => point.account));
    };
    const [small, large] = [await taken(0.2), await taken(0.7)];
    expect([...small].every((account) => large.has(account))).toBe(true);
    expect(large.size).toBeGreaterThan(2 * small.size);
  });

  it('needs no word about sampling while all are', async () => {
    const { log } = rig({ strategy: 'all' });
    const out = await log.push([conversation('anybody')]);
    expect(ofTopic(out, TOPICS.points).map((record) => parsed(record))).not.toContainEqual(
      expect.objectContaining({ share: expect.anything() }),
    );
    expect(pointsOf(out)).toMatchObject([{ weight: 1 }]);
  });
});

describe('a budget', () => {
  it('holds for all partitions of a process together, and takes the same share of each', async () => {
    const { open, sampling, telemetry, asked } = rig({
      share: 1,
      budgets: { dollars: null, calls: 120 },
    });
    const start = open();
    const sessions = await Promise.all(
      [0, 1].map((partition) => start({ partition, publish: async () => undefined })),
    );
    sampling().over(2);
    const records = (partition: number) =>
      Array.from({ length: 200 }, (_, i) =>
        logRecord(TOPICS.conversations, i, conversation(`p${partition}-${i}`), { partition }),
      );
    for (const [partition, session] of sessions.entries()) {
      await session.handle(makeBatch(records(partition), { partition }));
      session.committed?.();
    }
    // 400 at once, and two calls a minute: few of either, and all that the metrics say.
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(20);
    expect(await metric(telemetry, 'cliowatch_sampling_budget_left_calls')).toBe(120 - asked.length);
    const [one, two] = [0, 1].map((p) => asked.filter((id) => id.startsWith(`p${p}`)).length);
    expect(one).toBeGreaterThan(0);
    expect(two).toBeGreaterThan(0);
  });

  it('takes no batch that failed for traffic, however often it is tried', async () => {
    const { open, telemetry, sampling } = rig({
      share: 1,
      budgets: { dollars: null, calls: 6_000 },
      summarize: async () => {
        throw new Error('down');
      },
    });
    const start = open();
    sampling().over(1);
    const records = Array.from({ length: 50 }, (_, i) =>
      logRecord(TOPICS.conversations, i, conversation(`a${i}`)),
    );
    for (let i = 0; i < 60; i++) {
      const session = await start({ partition: 0, publish: async () => undefined });
      await expect(session.handle(makeBatch(records))).rejects.toThrow('down');
      await session.close?.();
    }
    const session = await start({ partition: 0, publish: async () => undefined });
    await expect(session.handle(makeBatch(records))).rejects.toThrow('down');
    sampling().tell();
    expect(await metric(telemetry, 'cliowatch_sampling_share')).toBe(1);
  });

  it('is divided among processes by their partitions', async () => {
    const { log, sampling, telemetry } = rig({ share: 1, budgets: { dollars: 8, calls: null } });
    sampling().over(4);
    await log.push([conversation('anybody')]);
    expect(await metric(telemetry, 'cliowatch_sampling_budget_left_dollars')).toBeCloseTo(2 - 0.001, 9);
  });

  it('that is spent lets the share rise again as the hour goes on', async () => {
    const { log, clock, telemetry } = rig({ share: 1, budgets: { dollars: null, calls: 60 } });
    let next = 0;
    const minute = async (count: number): Promise<number> => {
      clock.advance(clock.now() + MINUTE);
      await log.push(Array.from({ length: count }, () => conversation(`a${next++}`)));
      return metric(telemetry, 'cliowatch_sampling_share');
    };
    for (let i = 0; i < 20; i++) await minute(50);
    const low = await metric(telemetry, 'cliowatch_sampling_share');
    expect(low).toBeLessThan(0.05);
    let last = low;
    for (let i = 0; i < 90; i++) {
      const share = await minute(1);
      // A lone call more than planned may set it back by a step.
      expect(share / last).toBeLessThan(1.2);
      last = share;
    }
    expect(last).toBeGreaterThan(0.5);
  });
});
