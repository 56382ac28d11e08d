import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/algorithms/demo/catalogue.ts';
import { createTraffic, defaultEvents } from '../../../src/algorithms/demo/index.ts';
import { writeOpenings } from '../../../src/algorithms/demo/openings.ts';
import { extract } from '../../../src/algorithms/extract.ts';
import { type Conversation, conversationSchema, messageText } from '../../../src/domain/conversation.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/ids.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const liveAt = start + DAY;
const traffic = createTraffic({ seed: 1, start, liveAt });
const story = traffic.between(start, liveAt + 9 * HOUR);

const firstRequest = ({ messages }: Conversation): string => {
  const first = messages.find(({ role }) => role === 'user');
  return first === undefined ? '' : messageText(first);
};
const allText = ({ messages }: Conversation): string => messages.map(messageText).join('\n');

describe('demo traffic', () => {
  test('every conversation is one that intake takes', () => {
    for (const conversation of story) expect(conversationSchema.parse(conversation)).toEqual(conversation);
  });

  test('comes sorted by time', () => {
    const times = story.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('intervals join without gap or overlap, however time is cut', () => {
    const from = liveAt + 3.5 * HOUR;
    const to = from + 30 * MINUTE;
    const whole = traffic.between(from, to);
    const cut = fc.array(fc.integer({ min: from, max: to }), { maxLength: 12 });
    fc.assert(
      fc.property(cut, (cuts) => {
        const fresh = createTraffic({ seed: 1, start, liveAt });
        const edges = [from, ...cuts.sort((a, b) => a - b), to];
        const pieces = edges.slice(1).flatMap((edge, i) => fresh.between(edges[i] ?? edge, edge));
        expect(pieces).toEqual(whole);
      }),
      { numRuns: 6 },
    );
  });

  test('the same seed gives the same, another seed another', () => {
    const hour = (seed: number) => createTraffic({ seed, start, liveAt }).between(liveAt, liveAt + HOUR);
    expect(hour(5)).toEqual(hour(5));
    expect(hour(5)).not.toEqual(hour(6));
  });

  test('nothing is said before the start', () => {
    expect(traffic.between(start - DAY, start)).toEqual([]);
  });

  test('has about as many conversations an hour as asked for', () => {
    const week = createTraffic({ seed: 2, start, liveAt, perHour: 40, events: [] }).between(
      start,
      start + 7 * DAY,
    );
    expect(week.length / 168).toBeGreaterThan(38);
    expect(week.length / 168).toBeLessThan(46);
  });

  test('day is busier than night', () => {
    const count = (hour: number) => traffic.between(start + hour * HOUR, start + (hour + 4) * HOUR).length;
    expect(count(14)).toBeGreaterThan(1.6 * count(2));
  });

  test('different first requests are few enough to embed at once', () => {
    expect(traffic.distinctLeads()).toBeGreaterThan(2_000);
    expect(traffic.distinctLeads()).toBeLessThan(3_500);
  });

  test('what hangs below a first request does not change its lead', () => {
    const known = new Set(CATALOGUE.flatMap((topic) => writeOpenings(topic, 40, 1)).map(({ lead }) => lead));
    const leads = story.map((conversation) => extract(firstRequest(conversation)).text);
    expect(leads.filter((lead) => !known.has(lead))).toEqual([]);
  });

  test('private data is made up: example.com, 555-01xx', () => {
    const text = story.map(allText).join('\n');
    const addresses = text.match(/[\w.+-]+@[\w-]+\.[\w.]+/g) ?? [];
    expect(addresses.length).toBeGreaterThan(100);
    expect(addresses.filter((address) => !/@example\.com\.?$/.test(address))).toEqual([]);
    const phones = text.match(/\(?\d{3}\)?[ -]\d{3}-\d{4}/g) ?? [];
    expect(phones.length).toBeGreaterThan(100);
    expect(phones.filter((phone) => !/ 555-01\d\d$/.test(phone))).toEqual([]);
  });

  test('no template is left unfilled', () => {
    expect(story.map(allText).filter((text) => /\{[a-z][a-zA-Z]*\}/.test(text))).toEqual([]);
  });

  test('one in two hundred is under zero retention', () => {
    const share = story.filter(({ retention }) => retention === 'zero').length / story.length;
    expect(share).toBeGreaterThan(0.002);
    expect(share).toBeLessThan(0.01);
  });

  test('some conversations come again, longer, and begin the same way', () => {
    const seen = new Map<string, Conversation>();
    let again = 0;
    for (const conversation of story) {
      const earlier = seen.get(conversation.conversation_id);
      seen.set(conversation.conversation_id, conversation);
      if (earlier === undefined) continue;
      again++;
      const { messages, ...rest } = conversation;
      expect(messages.slice(0, earlier.messages.length)).toEqual(earlier.messages);
      expect({ ...rest, at: '' }).toEqual({ ...earlier, messages: undefined, at: '' });
    }
    expect(again / story.length).toBeGreaterThan(0.03);
  });

  test('comes from thousands of accounts, a few of them very busy', () => {
    const byAccount = new Map<string, number>();
    const everyday = createTraffic({ seed: 3, start, liveAt, events: [] }).between(start, start + 2 * DAY);
    for (const { account_id } of everyday) byAccount.set(account_id, (byAccount.get(account_id) ?? 0) + 1);
    const counts = [...byAccount.values()].sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(3_000);
    const busiest = counts.slice(0, Math.floor(counts.length / 100)).reduce((sum, n) => sum + n, 0);
    expect(busiest / everyday.length).toBeGreaterThan(0.05);
  });

  test('the default story is the one told when none is given', () => {
    const told = createTraffic({ seed: 1, start, liveAt, events: defaultEvents(liveAt) });
    expect(told.between(liveAt, liveAt + HOUR)).toEqual(traffic.between(liveAt, liveAt + HOUR));
  });
});
