/** The demo's own traffic, every topic a cluster: its spam wave and its flood, among more than seventy topics, news and launches. */
import { describe, expect, it } from 'vitest';
import { createHmacTokens } from '../../../src/adapters/id-tokens/hmac.ts';
import { figuresOf, type Row, togetherInAll, usualOf } from '../../../src/algorithms/coordination/figures.ts';
import { scoreOf } from '../../../src/algorithms/coordination/score.ts';
import { CATALOGUE } from '../../../src/algorithms/demo/catalogue.ts';
import { createTraffic } from '../../../src/algorithms/demo/index.ts';
import { writeOpenings } from '../../../src/algorithms/demo/openings.ts';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { messageText } from '../../../src/domain/conversation.ts';
import type { Coordination } from '../../../src/domain/coordination.ts';
import { HOUR } from '../../../src/domain/ids.ts';
import { finish } from '../../support/finish.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
/** Half of the hours after it lie before the next story begins. */
const LIVE_AT = START + 30 * HOUR;
const OPENINGS = 40;
const { likeness } = createHmacTokens(Buffer.alloc(32, 7));

/** Conversations with the topic they were made of, by time. */
function rowsOf(seed: number): { cluster: string; row: Row }[] {
  const topics = new Map<string, string>();
  for (const topic of CATALOGUE)
    for (const { text } of writeOpenings(topic, OPENINGS, seed)) topics.set(text, topic.key);
  const openings = [...topics.keys()];
  const rows = new Map<string, { cluster: string; row: Row }>();
  const traffic = createTraffic({ seed, start: START, liveAt: LIVE_AT }).between(START, LIVE_AT + 2 * HOUR);
  for (const { conversation_id, account_id, at, messages } of traffic) {
    const first = messages.find(({ role }) => role === 'user');
    if (first === undefined || rows.has(conversation_id)) continue;
    const text = messageText(first);
    const opening = topics.has(text) ? text : openings.find((one) => text.startsWith(one));
    const cluster = topics.get(opening ?? '');
    if (cluster === undefined) continue;
    const row = {
      conversation: hash53(conversation_id),
      account: account_id,
      at: Date.parse(at),
      likeness: likeness(text),
    };
    rows.set(conversation_id, { cluster, row });
  }
  return [...rows.values()].sort((a, b) => a.row.at - b.row.at);
}

function scoresOf(seed: number): Map<string, Coordination> {
  const rows = rowsOf(seed);
  const homes = new Map<string, string>();
  for (const { cluster, row } of rows) if (!homes.has(row.account)) homes.set(row.account, cluster);
  const together = finish(togetherInAll(rows));
  const large = [...Map.groupBy(rows, ({ cluster }) => cluster)].filter(([, own]) => own.length >= 10);
  const figures = large.map(([id, own]) => {
    const steps = figuresOf(
      id,
      own.map(({ row }) => row),
      own.map(({ row }) => row),
      (account) => homes.get(account) ?? null,
      together,
    );
    return { id, figures: finish(steps) };
  });
  const usual = usualOf(
    together,
    figures.map(({ figures: own }) => own),
    { minAccounts: 8, minConversations: 10 },
  );
  return new Map(figures.map(({ id, figures: own }) => [id, scoreOf(own, usual, 8)]));
}

describe.each([1, 2, 3])("the demo's traffic of seed %i", (seed) => {
  const scores = scoresOf(seed);

  it('has both signatures where the story says, and nowhere else', () => {
    expect(scores.size).toBeGreaterThan(70);
    const signed = [...scores].flatMap(([id, { signature }]) =>
      signature === null ? [] : [[id, signature]],
    );
    expect(Object.fromEntries(signed)).toEqual({
      'spam-seo-article': 'many-accounts-one-template',
      'product-copy': 'few-accounts-much-traffic',
    });
  });

  it('leaves a wide gap to all other topics, news and launches among them', () => {
    const others = [...scores].filter(([, { signature }]) => signature === null);
    expect(others.map(([id]) => id)).toEqual(
      expect.arrayContaining(['news-storm-halvard', 'launch-sketchboard']),
    );
    expect(Math.max(...others.map(([, { score }]) => score))).toBeLessThan(0.2);
  });
});
