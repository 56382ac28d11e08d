import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { alertsOf, ticksOf } from '../support/detect-rig.ts';
import { drive } from '../support/driver-rig.ts';
import { MINUTE, NOON, ofTopic, parsed, TOPICS } from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

const TOPIC_WORDS = [
  'water my garden roses in summer',
  'book train tickets to the coast',
  'fill in a tax return form',
  'knead sourdough bread dough longer',
  'learn barre guitar chords quickly',
  'stretch a sore knee after running',
];

/** Thirty hours of six topics, and in the last of them one more that everybody speaks of. */
function conversations(): string[] {
  const random = seededRandom(11);
  const lines: string[] = [];
  for (let minute = 0; minute < 30 * 60; minute++) {
    const sudden = minute > 29 * 60;
    for (let i = 0; i < (sudden ? 4 : 1); i++) {
      const about =
        i > 0 ? 'restore login after the outage of the bank app' : TOPIC_WORDS[Math.floor(random() * 6)];
      lines.push(
        JSON.stringify({
          conversation_id: `k${lines.length}`,
          account_id: `u${Math.floor(random() * 5_000)}`,
          at: new Date(NOON + minute * MINUTE + i * 1_000).toISOString(),
          messages: [
            { role: 'user', content: `Please help me ${about} now, variant ${Math.floor(random() * 9)}.` },
          ],
        }),
      );
    }
  }
  return lines;
}

const FLAGS = ['cluster.first_at=200', 'cluster.min_clusters=4', 'cluster.members_per_cluster=60'];
const run = (lines: readonly string[], now: number) => drive(clusterer, lines, now, FLAGS);

it('the same input gives the same records of every topic, byte for byte, whether it lies in the past or ahead of the clock', async () => {
  const lines = conversations();
  const [one, two] = [
    await run(lines, NOON + 100 * 24 * 60 * MINUTE),
    await run(lines, NOON - 24 * 60 * MINUTE),
  ];
  expect(one.totals.admitted).toBe(lines.length);
  expect(new Set(one.records.map(({ topic }) => topic))).toEqual(
    new Set(
      [
        'conversations',
        'points',
        'admitSeen',
        'assignments',
        'samples',
        'window',
        'generations',
        'ticks',
        'rollups',
        'alerts',
        'state',
      ].map((topic) => (topic === 'admitSeen' ? 'admit-seen' : topic)),
    ),
  );
  expect(two.records).toEqual(one.records);
  const ticks = ticksOf(one.records);
  expect(ticks.reduce((sum, { total }) => sum + total, 0)).toBeGreaterThan(lines.length - 50);
  const firing = alertsOf(one.records).filter(({ state }) => state === 'firing');
  expect(firing.length).toBeGreaterThan(0);
  // No text and no raw id goes further than where it belongs.
  const without = one.records.filter(
    ({ topic }) => !['conversations', 'points', 'samples', 'window', 'generations'].includes(topic),
  );
  const text = JSON.stringify(without);
  expect(text).not.toContain('outage');
  expect(text).not.toMatch(/"k\d+"|"u\d+"/);
  expect(ofTopic(one.records, TOPICS.generations).map((record) => parsed(record)).length).toBeGreaterThan(4);
});

it('clocks that run months ahead hide no alert and make nobody late', async () => {
  const lines = conversations();
  const ahead = (at: number, id: string) => {
    const wrong = { ...JSON.parse(lines[at] ?? ''), conversation_id: id, account_id: id };
    const time = new Date(Date.parse(wrong.at) + 300 * 24 * 60 * MINUTE).toISOString();
    return JSON.stringify({ ...wrong, at: time });
  };
  const fired = ({ records }: Awaited<ReturnType<typeof run>>) =>
    alertsOf(records.map((record) => ({ ...record, value: record.value ?? '' }))).filter(
      ({ state, revision }) => state === 'firing' && revision > 0,
    );
  // One in the midst of a chunk, where its neighbours tell, and one at the end of a chunk, where none does.
  const spoiled = [...lines.slice(0, 640), ahead(640, 'wrong1'), ...lines.slice(640)];
  spoiled.splice(1_199, 0, ahead(1_199, 'wrong2'));
  const [clean, wrong] = [
    await run(lines, NOON + 100 * 24 * 60 * MINUTE),
    await run(spoiled, NOON + 100 * 24 * 60 * MINUTE),
  ];
  expect(wrong.totals).toMatchObject({ late: 0, deadLetters: 1, admitted: lines.length + 1 });
  expect(fired(wrong).length).toBeGreaterThan(0);
  // One more sample in the window may move an edge of a cluster.
  const apart = (fired(wrong)[0]?.fired_at ?? 0) - (fired(clean)[0]?.fired_at ?? 0);
  expect(Math.abs(apart)).toBeLessThanOrEqual(2 * MINUTE);
});
