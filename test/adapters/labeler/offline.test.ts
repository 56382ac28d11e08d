import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOfflineLabeler } from '../../../src/adapters/labeler/offline.ts';
import { check } from '../../../src/algorithms/redact.ts';
import { labelSchema } from '../../../src/domain/generation.ts';
import type { Exemplar } from '../../../src/ports/labeler.ts';

const labeler = createOfflineLabeler();
const by = (texts: readonly string[]): Exemplar[] =>
  texts.map((text, i) => ({ text, account: `account-${i}` }));
const many = (...texts: string[]): Exemplar[] =>
  by(Array.from({ length: 24 }, (_, i) => texts[i % texts.length] ?? ''));

const passwords = many(
  'How do I reset my password?',
  'reset my password please',
  'I need to reset my password for email',
);
const recipes = many('Write a recipe for soup', 'dinner recipe with beans', 'what can I cook tonight');

/** Holds no word of a conversation: it is the same for all. */
const WORDLESS = 'Greet, thank or agree, with no request';

describe('the offline labeler', () => {
  it('names a cluster by what its members say', async () => {
    const label = await labeler.label({ members: passwords, contrast: recipes, minAccounts: 8 });
    expect(label).toMatchObject({
      name: expect.stringContaining('reset my password'),
      by: 'offline',
      audit: 5,
    });
    expect(label?.description).toMatch(/^Users asked .+\. .+\.$/);
  });

  it('names clusters in any language', async () => {
    const label = await labeler.label({
      members: many('如何预订酒店', '帮我预订酒店', '预订酒店房间'),
      contrast: recipes,
      minAccounts: 8,
    });
    expect(label?.name).toContain('酒店');
  });

  it('names a cluster of those that only greet or agree, unless they are of few accounts or something else is asked', async () => {
    const members = many('', '?', '[name]', '', '', 'reset my password');
    const label = await labeler.label({ members, contrast: recipes, minAccounts: 8 });
    expect(label?.name).toBe(WORDLESS);
    expect(labelSchema.safeParse(label).success).toBe(true);
    const mixed = await labeler.label({
      members: many('', 'reset my password'),
      contrast: recipes,
      minAccounts: 8,
    });
    expect(mixed?.name).toContain('password');
    const loud = members.map((one) => ({ ...one, account: 'one' }));
    expect((await labeler.label({ members: loud, contrast: recipes, minAccounts: 8 }))?.name).not.toBe(
      WORDLESS,
    );
    const subject = { question: 'What does the user feel?', naming: null };
    expect((await labeler.label({ members, contrast: recipes, minAccounts: 8, subject }))?.name).not.toBe(
      WORDLESS,
    );
  });

  it('leaves greetings out of a heading that has anything else, and calls one of greetings alone by their name', async () => {
    const greetings = await labeler.label({ members: many(''), contrast: recipes, minAccounts: 8 });
    const [greet, soup] = [
      { id: 'c1', name: greetings?.name ?? '', description: greetings?.description ?? '' },
      { id: 'c2', name: 'Ask about soup and beans', description: 'Users asked about soup and beans.' },
    ];
    expect((await labeler.nest({ children: [greet, soup] }))?.name).toBe('Ask about soup');
    expect((await labeler.nest({ children: [greet, { ...greet, id: 'c3' }] }))?.name).toBe(greet.name);
  });

  it('says nothing when no term was used by enough accounts', async () => {
    const members = by(['apple tree', 'stone wall', 'blue river', 'old clock']);
    expect(await labeler.label({ members, contrast: recipes, minAccounts: 2 })).toBeNull();
    expect(await labeler.label({ members: [], contrast: [], minAccounts: 2 })).toBeNull();
    const loud = passwords.map(({ text }) => ({ text, account: 'one' }));
    expect(await labeler.label({ members: loud, contrast: recipes, minAccounts: 2 })).toBeNull();
  });

  it('gives the same label for the same request', async () => {
    const request = { members: passwords, contrast: recipes, minAccounts: 8 };
    expect(await createOfflineLabeler().label(request)).toEqual(await labeler.label(request));
  });

  it('lowers the audit for a name in capitals that few accounts used', async () => {
    const request = {
      members: many('news from Xanthippe today', 'what did Xanthippe say'),
      contrast: recipes,
    };
    expect(await labeler.label({ ...request, minAccounts: 8 })).toMatchObject({ audit: 5 });
    expect(await labeler.label({ ...request, minAccounts: 13 })).toMatchObject({
      audit: 4,
      audit_reason: expect.stringContaining('name'),
    });
  });

  it('names no private value, however many share it', async () => {
    const label = await labeler.label({
      members: many('write to joe@example.com about invoices', 'joe@example.com sent invoices'),
      contrast: recipes,
      minAccounts: 8,
    });
    expect(JSON.stringify(label)).not.toContain('joe@');
    expect(label?.name).toContain('invoices');
  });

  it('keeps to ten words, and to words that enough accounts used', async () => {
    const word = fc.constantFrom(
      'reset',
      'my',
      'password',
      'of',
      'the',
      'travel',
      'Berlin',
      'how',
      'do',
      'i',
      'want',
      'to',
      'book',
      '[name]',
      '天気',
      'a,',
      'cheap',
    );
    const exemplar = fc.record({
      text: fc.array(word, { maxLength: 10 }).map((words) => words.join(' ')),
      account: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    });
    const OWN = new Set('ask about how to and'.split(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(exemplar, { maxLength: 30 }),
        fc.array(exemplar, { maxLength: 15 }),
        fc.integer({ min: 2, max: 5 }),
        async (members, contrast, minAccounts) => {
          const label = await labeler.label({ members, contrast, minAccounts });
          if (label === null) return;
          expect(labelSchema.parse(label)).toEqual(label);
          const words = label.name.split(' ');
          expect(words.length).toBeLessThanOrEqual(10);
          expect(label.name).not.toContain('[');
          expect(check(label.name)).toBeNull();
          if (label.name === WORDLESS) {
            const silent = members.filter(({ text }) => !/\p{L}/u.test(text.replaceAll('[name]', '')));
            expect(silent.length).toBeGreaterThanOrEqual(0.8 * members.length);
            return;
          }
          for (const said of words.map((one) => one.replace(/[,:]$/, '').toLowerCase())) {
            if (OWN.has(said)) continue;
            const users = new Set(
              members.filter(({ text }) => text.toLowerCase().includes(said)).map(({ account }) => account),
            );
            expect(users.size).toBeGreaterThanOrEqual(minAccounts);
          }
        },
      ),
      // Two that say nothing are called by a name that none of them wrote.
      { examples: [[['a', 'b'].map((account) => ({ text: '[name]', account })), [], 2]] },
    );
  });
});

describe('a parent named offline', () => {
  const child = (id: string, name: string) => ({ id, name, description: '' });

  it('is named by what its children share', async () => {
    const children = [
      child('a', 'Ask how to reset password'),
      child('b', 'Ask about password and login'),
      child('c', 'Ask about login code'),
    ];
    const label = await labeler.nest({ children });
    expect(label.name).toMatch(/login|password/);
    expect(label).toMatchObject({ by: 'offline', audit: 5 });
  });

  it('is named by the first two when they share nothing', async () => {
    const label = await labeler.nest({
      children: [child('a', 'Ask about soup and bread'), child('b', 'Ask to plan a trip: rome')],
    });
    expect(label.name).toBe('Ask about soup and plan a trip');
  });

  it('keeps to ten words', async () => {
    const long = 'Ask about one rather long and winding name of many words';
    const label = await labeler.nest({ children: [child('a', long), child('b', `${long} more`)] });
    expect(label.name.split(' ').length).toBeLessThanOrEqual(10);
  });
});
