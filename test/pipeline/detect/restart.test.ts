import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import type { AssignmentBatch } from '../../../src/domain/assignment.ts';
import type { NewRecord } from '../../../src/ports/event-log.ts';
import { alertsOf, DETECT, GenerationLog, openDetect } from '../../support/detect-rig.ts';
import {
  MINUTE,
  makeCluster,
  makeRows,
  NOON,
  OneSession,
  ofTopic,
  type Row,
  SPACE,
  TOPICS,
} from '../../support/pipeline-rig.ts';

/** One record of the stream, or a generation told before it. */
type Step =
  | { readonly kind: 'rows'; readonly batch: AssignmentBatch }
  | { readonly kind: 'generation'; readonly tell: (told: GenerationLog) => void };

const SETTINGS = {
  ...DETECT,
  // Alerts of every kind, soon: thresholds that a handful of accounts reach.
  watchPerDay: 2_000,
  pagePerDay: 300,
  warmupMs: 20 * MINUTE,
  minAccounts: 2,
  closeAfterMs: 5 * MINUTE,
  snapshotMs: 7 * MINUTE,
  panels: [1, 0.5, 0.2],
  // And shifts that few show.
  told: { minAccounts: 2, minConversations: 3 },
};

const minuteRows = fc.record({
  rows: fc.array(
    fc.record({
      conversation: fc.integer({ min: 0, max: 60 }),
      account: fc.integer({ min: 0, max: 40 }),
      /** Minutes behind the stream: some are late. */
      behind: fc.constantFrom(0, 0, 0, 0, 1, 2, 4, 30),
      cluster: fc.constantFrom(1, 1, 2, 2, 3, 4, null),
    }),
    { maxLength: 12 },
  ),
  source: fc.constantFrom(0, 0, 1),
  zero: fc.constantFrom(0, 0, 2),
  /** Of the accounts that are taken. */
  share: fc.constantFrom(1, 1, 1, 1, 1, 0.6, 0.3),
  /** What comes before it. */
  generation: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'full', 'newborn'),
});

type Minute = typeof minuteRows extends fc.Arbitrary<infer T> ? T : never;

/** A few, then many who come to one cluster in another language: whatever else is drawn, something has shifted in one stream. */
const SHIFTING: Minute[] = Array.from({ length: 60 }, (_, m): Minute => {
  const grows = m >= 40;
  const rows = Array.from({ length: grows ? 10 : 2 }, (_, i): Minute['rows'][number] => ({
    conversation: 10 * m + i,
    account: 10 * m + i,
    behind: 0,
    cluster: grows || i === 0 ? 1 : 2,
  }));
  return { rows, source: 0, zero: 0, share: 1, generation: 'none' };
});

/** A stream with longer snapshots that move, late rows, two partitions, rebuilds that relabel all, and newborns. */
function streamOf(minutes: readonly Minute[]): Step[] {
  const steps: Step[] = [];
  const counted: Row[] = [];
  let generation = 1;
  let full = 1;
  let clusters = ['c1', 'c2', 'c3', 'c4'];
  let next = 5;
  const tell = (type: 'full' | 'patch', fresh: readonly string[], at: number, backcast: readonly Row[]) => {
    const number = generation;
    const [base, event_time] = [full, at];
    const records = fresh.map((id) =>
      makeCluster(id, { generation: number, origin: type === 'patch' ? 'newborn' : 'rebuild', born_at: at }),
    );
    const chunk = {
      kind: 'backcast' as const,
      of: 'window' as const,
      space: SPACE,
      generation: number,
      chunk: 0,
      cluster: backcast.map(({ cluster }) => cluster),
      account: backcast.map(({ account }) => account),
      sketch: backcast.map(({ conversation }) => conversation),
      at: backcast.map((row) => row.at),
      conversation: backcast.map(({ conversation }) => hash53(conversation)),
    };
    steps.push({
      kind: 'generation',
      tell: (told) => told.tell({ generation: number, type, full: base, event_time }, records, [chunk]),
    });
  };
  tell('full', clusters, NOON, []);
  for (const [m, { rows, source, zero, share, generation: kind }] of minutes.entries()) {
    const now = NOON + m * MINUTE;
    if (kind === 'full' && m > 0) {
      generation++;
      full = generation;
      // One cluster dies, one is born, what was in them moves.
      clusters = [...clusters.slice(1), `c${(next++).toString(36)}`];
      const behind = now - 3 * MINUTE;
      const relabelled = counted
        .filter(({ at }) => at <= behind)
        .map((row, i) => ({ ...row, cluster: clusters[i % clusters.length] ?? null }));
      tell('full', clusters, behind, relabelled);
    } else if (kind === 'newborn') {
      generation++;
      const id = `c${(next++).toString(36)}`;
      const founders = counted.filter(({ cluster }) => cluster === null).slice(-5);
      clusters = [...clusters, id];
      tell(
        'patch',
        [id],
        now,
        founders.map((row) => ({ ...row, cluster: id })),
      );
    }
    const made = rows.map(
      (row): Row => ({
        conversation: `k${row.conversation}`,
        account: `u${row.account}`,
        at: Math.max(NOON, now - row.behind * MINUTE) + row.account * 100,
        cluster: row.cluster === null ? null : (clusters[row.cluster - 1] ?? null),
        // What comes later is another mix, so that what has shifted is told too.
        languages: [m % 60 < 40 ? 'en' : 'hi'],
        surface: row.account % 3 === 0 ? 'api' : 'web',
      }),
    );
    counted.push(...made);
    steps.push({
      kind: 'rows',
      batch: makeRows(made, {
        generation,
        source,
        watermark: now,
        zero_retention: zero,
        ...(share < 1 ? { share, weight: made.map(() => 1 / share) } : {}),
      }),
    });
  }
  const end = NOON + (minutes.length + 90) * MINUTE;
  for (const source of [0, 1])
    steps.push({ kind: 'rows', batch: makeRows([], { generation, source, watermark: end }) });
  return steps;
}

/** The records of a topic, their columns by cluster: in which order clusters stand is no promise. */
function told(published: readonly NewRecord[], topic: string): unknown[] {
  return ofTopic(published, topic).map(({ key, value }) => {
    const record: Record<string, unknown> = { key, ...JSON.parse(String(value)) };
    const clusters = record.cluster;
    if (!Array.isArray(clusters)) return record;
    for (const [name, column] of Object.entries(record)) {
      if (!Array.isArray(column)) continue;
      record[name] = Object.fromEntries(clusters.map((id, i) => [id, column[i]]).sort());
    }
    return record;
  });
}

async function play(
  steps: readonly Step[],
  size: number,
  kills: ReadonlySet<number>,
  how: 'between' | 'within',
): Promise<NewRecord[]> {
  const topic = new GenerationLog();
  const log = new OneSession(openDetect(topic, SETTINGS), TOPICS.assignments, TOPICS.state);
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'generation') {
      // A process that starts anew is told the last full generation: it must not lag by two.
      await log.run(size);
      step.tell(topic);
    } else log.append([step.batch]);
    if (kills.has(i)) {
      if (how === 'within') await log.killWithin(size);
      log.restart(openDetect(topic, SETTINGS));
    }
    if (i % size === 0) await log.run(size);
  }
  await log.run(size);
  return log.published;
}

describe('detect, killed at any moment', () => {
  it('tells the same ticks, rollups and alerts as one that ran through', async () => {
    let [alerts, shifted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(minuteRows, { minLength: 20, maxLength: 120 }),
        fc.uniqueArray(fc.nat(130), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('between' as const, 'within' as const),
        async (minutes, kills, size, how) => {
          const steps = streamOf(minutes);
          const through = await play(steps, 1, new Set(), how);
          const killed = await play(steps, size, new Set(kills), how);
          for (const topic of [TOPICS.ticks, TOPICS.rollups, TOPICS.alerts]) {
            const [left, right] = [told(killed, topic), told(through, topic)];
            for (const [i, record] of right.entries()) expect(left[i]).toEqual(record);
            expect(left).toHaveLength(right.length);
          }
          alerts += told(through, TOPICS.alerts).length;
          shifted += alertsOf(through).filter((alert) => alert.shifted.length > 0).length;
        },
      ),
      { numRuns: 31, examples: [[SHIFTING, [45, 52], 3, 'within']] },
    );
    // Or it would have shown nothing of alerts, nor of what they say has shifted.
    expect(alerts).toBeGreaterThan(20);
    expect(shifted).toBeGreaterThan(0);
  });
});
