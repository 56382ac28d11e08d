import { describe, expect, test } from 'vitest';
import { createTraffic, defaultEvents, type ScriptedEvent } from '../../../src/algorithms/demo/index.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/ids.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const liveAt = start + 2 * DAY;
const events = defaultEvents(liveAt);
const first = (kind: ScriptedEvent['kind']): ScriptedEvent => {
  const found = events.find((event) => event.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};
const only = (event: ScriptedEvent) =>
  createTraffic({ seed: 4, start, liveAt, perHour: 2_000, events: [event] });
const calm = createTraffic({ seed: 4, start, liveAt, perHour: 2_000, events: [] });
const about = (list: readonly Conversation[], what: RegExp) =>
  list.filter(
    ({ messages }) => what.test(JSON.stringify(messages[0])) || what.test(JSON.stringify(messages[1])),
  );

describe('scripted events', () => {
  test('the default story has five kinds in eight hours and goes on for two weeks', () => {
    const cycle = events.filter((event) => event.start < liveAt + 8 * HOUR);
    expect(cycle.map(({ kind }) => kind)).toEqual(['news', 'surge', 'launch', 'spam', 'flood']);
    expect(cycle.map((event) => (event.start - liveAt) / MINUTE)).toEqual([5, 10, 20, 35, 50]);
    expect(Math.max(...events.map(({ end }) => end))).toBeGreaterThan(liveAt + 13.5 * DAY);
    const stories = events.filter(({ kind }) => kind === 'news').map(({ topic }) => topic);
    expect(new Set(stories).size).toBeGreaterThanOrEqual(3);
  });

  test('a news story is unheard of before, and 4% of all after a quarter of an hour', () => {
    const news = first('news');
    const traffic = only(news);
    expect(about(traffic.between(news.start - 6 * HOUR, news.start), /halvard/i)).toEqual([]);
    const hour = traffic.between(news.start + 15 * MINUTE, news.start + 75 * MINUTE);
    const share = about(hour, /halvard/i).length / hour.length;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.055);
  });

  test('a surge raises a known topic fifteenfold, and only while it lasts', () => {
    const surge = first('surge');
    const of = (from: number, to: number) =>
      about(only(surge).between(from, to), /cancel+(?:ed|ation)|schedule change/i).length;
    const usual = about(
      calm.between(surge.start + 10 * MINUTE, surge.end),
      /cancel+(?:ed|ation)|schedule change/i,
    ).length;
    const ratio = of(surge.start + 10 * MINUTE, surge.end) / usual;
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(19);
    expect(of(surge.end, surge.end + 2 * HOUR) / usual).toBeLessThan(1.6);
  });

  test('a launch rises to 3% over forty minutes and lifts all traffic by 40%', () => {
    const launch = first('launch');
    const traffic = only(launch);
    const early = traffic.between(launch.start, launch.start + 10 * MINUTE);
    const from = launch.start + 40 * MINUTE;
    const late = traffic.between(from, from + HOUR);
    const share = (list: readonly Conversation[]) => about(list, /sketchboard/i).length / list.length;
    expect(share(early)).toBeLessThan(0.015);
    expect(share(late)).toBeGreaterThan(0.022);
    expect(share(late)).toBeLessThan(0.042);
    const lifted = late.length / calm.between(from, from + HOUR).length;
    expect(lifted).toBeGreaterThan(1.3);
    expect(lifted).toBeLessThan(1.6);
  });

  test('a spam wave comes from hundreds of new accounts that write once or twice, some of it flagged', () => {
    const spam = first('spam');
    const wave = about(only(spam).between(spam.start, spam.end), /SEO article for the keyword/);
    const byAccount = Map.groupBy(wave, ({ account_id }) => account_id);
    expect(wave.length).toBeGreaterThan(400);
    expect(byAccount.size).toBeGreaterThanOrEqual(300);
    expect(Math.max(...[...byAccount.values()].map((list) => list.length))).toBe(2);
    const known = new Set(calm.between(start, start + 8 * HOUR).map(({ account_id }) => account_id));
    expect([...byAccount.keys()].filter((account) => known.has(account))).toEqual([]);
    const flagged = wave.filter(({ flags }) => flags?.includes('spam')).length;
    expect(flagged).toBeGreaterThan(0.2 * wave.length);
    expect(flagged).toBeLessThan(0.6 * wave.length);
  });

  test('a flood is one account with 150 conversations in an hour', () => {
    const flood = first('flood');
    const hour = only(flood).between(flood.start, flood.end);
    const counts = [...Map.groupBy(hour, ({ account_id }) => account_id).values()].map((list) => list.length);
    expect(flood.end - flood.start).toBe(HOUR);
    expect(counts.filter((n) => n >= 150)).toEqual([150]);
  });
});
