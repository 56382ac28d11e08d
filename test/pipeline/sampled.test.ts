/** All phases under a budget, with Claude on the other side of HTTP. */

import { afterAll, describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { hashUnit } from '../../src/algorithms/hash.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { makeLanguage } from '../../src/app/language.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { PhaseParts } from '../../src/app/phases.ts';
import { makeSampling } from '../../src/app/sampling.ts';
import type { Tick } from '../../src/domain/tick.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import type { NewRecord } from '../../src/ports/event-log.ts';
import { ticksOf } from '../support/detect-rig.ts';
import { openPhases } from '../support/driver-rig.ts';
import { API_KEY, answers, startMessagesApi } from '../support/messages-api.ts';
import { bagEmbedder, HOUR, MINUTE, metric, NOON, silentTelemetry, TOPICS } from '../support/pipeline-rig.ts';
import { noWatches } from '../support/spaces.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

/** 1,000 and 100 tokens at these prices: a tenth of a cent a conversation. */
const PRICE = { input: 0.5, output: 5, cache_read: 0, cache_write: 0 };
const COST = 0.001;
const BUDGET = 0.3;
const WORDS = [
  'water my garden roses',
  'book train tickets',
  'fill in a tax return',
  'knead bread dough longer',
];

type Spent = { readonly at: number; readonly share: number };

/** `perMinute` conversations, one chunk a minute of event time; what was published, and when a call was paid for. */
async function run(perMinute: (minute: number) => number, minutes: number) {
  const spent: Spent[] = [];
  const clock = { ...createManualClock(NOON), elapsed: () => 0 };
  const telemetry = silentTelemetry();
  const api = await startMessagesApi(
    answers(
      ({ user }) => ({
        request: `The user wants to ${WORDS.find((words) => user.includes(words)) ?? 'talk'}.`,
        task: 'Help.',
        languages: ['en'],
        concern: 1,
        concern_reason: 'Everyday life.',
      }),
      { usage: { input: 1_000, output: 100 } },
    ),
  );
  const config = loadConfig({
    environment: {},
    flags: [
      `claude.api_key=${API_KEY}`,
      `claude.base_url=${api.url}`,
      `claude.prices={ claude-haiku-5-5: ${JSON.stringify(PRICE)}, claude-sonnet-5-5: ${JSON.stringify(PRICE)} }`,
      'claude.cache=0',
      'labeler=offline',
      'intake.sampling.strategy=conversations',
      `intake.sampling.dollars_per_hour=${BUDGET}`,
      'cluster.first_at=100',
      'cluster.min_clusters=4',
    ],
  });
  const sampling = makeSampling(config, clock, telemetry);
  const language = makeLanguage(config, clock, telemetry, (stage, dollars) => {
    sampling.spent(stage, dollars);
    spent.push({ at: clock.now(), share: dollars });
  });
  const generations = createGenerations();
  const embedder = bagEmbedder();
  const parts: PhaseParts = {
    config,
    topics: TOPICS,
    clock,
    telemetry,
    generations,
    watches: noWatches(),
    gate: createGate(),
    embedder,
    replay: true,
  };
  const records: NewRecord[] = [];
  const driver = await openPhases(
    parts,
    { clusterer, summarizer: language.summarizer, embedder, sampling },
    (record) => records.push(record),
  );
  const random = seededRandom(5);
  const offered: number[] = [];
  const shares: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(NOON + minute * MINUTE);
    const lines = Array.from({ length: perMinute(minute) }, (_, i) =>
      JSON.stringify({
        conversation_id: `k${minute}-${i}`,
        account_id: `u${Math.floor(random() * 3_000)}`,
        at: new Date(NOON + minute * MINUTE + i * 10).toISOString(),
        messages: [{ role: 'user', content: `Please help me ${WORDS[i % 4]}, variant ${minute}-${i}.` }],
      }),
    );
    offered.push(lines.length);
    await driver.push(lines.map((line) => Buffer.from(line)));
    shares.push(await metric(telemetry, 'cliowatch_sampling_share'));
  }
  await driver.stop();
  await language.stop();
  await api.stop();
  return { records, spent, offered, shares, telemetry, requests: api.requests.length };
}

const dollarsIn = (spent: readonly Spent[], from: number, to: number): number =>
  spent.reduce((sum, { at, share }) => sum + (at > from && at <= to ? share : 0), 0);

describe('all phases under a budget of dollars an hour', () => {
  it('the share falls, no hour costs more, what was not taken was never sent, and totals tell of all', async () => {
    const rush = (minute: number): number => (minute >= 20 && minute < 110 ? 60 : 3);
    const { records, spent, offered, shares, telemetry, requests } = await run(rush, 150);
    const hours = offered.map((_, minute) => {
      const to = NOON + minute * MINUTE;
      return dollarsIn(spent, to - HOUR, to);
    });
    expect(Math.max(...hours)).toBeLessThanOrEqual(BUDGET);
    expect(hours[109]).toBeGreaterThan(BUDGET * 0.6);
    expect(shares[19]).toBe(1);
    expect(Math.min(...shares)).toBeLessThan(0.2);
    expect(shares.at(-1)).toBe(1);
    // Every call was for a conversation that was taken.
    const { admitted, sampledOut } = telemetry.totals();
    expect(requests).toBe(admitted);
    const all = offered.reduce((sum, n) => sum + n, 0);
    expect(admitted + sampledOut).toBe(all);
    expect(requests * COST).toBeCloseTo(dollarsIn(spent, 0, Number.POSITIVE_INFINITY), 6);
    expect(requests).toBeLessThan(all / 4);
    // What is shown of the last full hour of the rush is near what came, by its own error.
    const ticks = ticksOf(records);
    const at = ticks.findIndex(({ minute }) => minute === NOON + 100 * MINUTE);
    const hour = ticks.slice(at - 59, at + 1);
    const estimate = hour.reduce((sum, { total }: Tick) => sum + total, 0);
    const truth = offered.slice(41, 101).reduce((sum, n) => sum + n, 0);
    const error = ticks[at]?.sampling?.hour_error ?? 0;
    expect(error).toBeGreaterThan(50);
    expect(error).toBeLessThan(truth / 5);
    expect(Math.abs(estimate - truth)).toBeLessThan(3 * error);
    expect(ticks[at]?.sampling?.panel).toBeLessThanOrEqual(shares[100] ?? 0);
  });

  it('takes the accounts that its share names, and no other', async () => {
    const { records } = await run(() => 40, 30);
    for (const { topic, value } of records) {
      if (topic !== TOPICS.points) continue;
      const point = JSON.parse(String(value));
      if (point.kind === 'point') expect(hashUnit(point.account)).toBeLessThan(point.share ?? 1);
    }
  });
});
