import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctiveTerms, type Utterance } from '../../src/algorithms/terms.ts';

const stopwords = new Set('i my the a an of to for do how can you please want is it'.split(' '));
const by = (texts: readonly string[]): Utterance[] =>
  texts.map((text, i) => ({ text, account: `account-${i}` }));
const surfaces = (members: Utterance[], contrast: Utterance[], minAccounts = 3): string[] =>
  distinctiveTerms(members, contrast, { minAccounts, stopwords, limit: 20 }).map(({ surface }) => surface);

describe('distinctive terms', () => {
  const resets = by([
    'reset my password',
    'how do i reset my password',
    'please reset my password',
    'password lost',
    'my password',
  ]);
  const cards = by(['block my card', 'card lost', 'new card please', 'my card is lost', 'a card']);

  it('are what members say and the contrast does not, most telling first', () => {
    expect(surfaces(resets, cards)[0]).toBe('password');
    expect(surfaces(resets, cards)).toContain('reset my password');
    expect(surfaces(resets, cards)).not.toContain('card');
  });

  it('leave out what both say', () => {
    const all = by(Array.from({ length: 10 }, () => 'lost'));
    expect(surfaces(all, all)).toEqual([]);
  });

  it('take phrases with other small words between for one', () => {
    const terms = distinctiveTerms(
      by(['change my pin', 'change the pin', 'change pin', 'change my pin', 'change my pin']),
      cards,
      {
        minAccounts: 3,
        stopwords,
        limit: 20,
      },
    );
    expect(terms.find(({ words }) => words.join(' ') === 'change pin')).toMatchObject({
      accounts: 5,
      surface: 'change my pin',
    });
  });

  it('are written as most accounts write them', () => {
    expect(surfaces(by(['Paris', 'Paris', 'Paris', 'paris', 'PARIS']), cards)).toEqual(['Paris']);
    expect(surfaces(by(['PArIs', 'PariS', 'paris', 'PARIS', 'pARIS']), cards)).toEqual(['paris']);
  });

  it('tell whether they say what to do', () => {
    const [term] = distinctiveTerms(
      by(Array.from({ length: 5 }, (_, i) => (i < 4 ? 'how do i sell shares' : 'sell shares'))),
      cards,
      {
        minAccounts: 3,
        stopwords,
        limit: 1,
      },
    );
    expect(term?.verb).toBe('how-to');
  });

  it('break Chinese and Japanese into words', () => {
    expect(surfaces(by(['我要预订酒店', '预订酒店房间', '请预订酒店', '酒店']), cards)).toContain('酒店');
    expect(surfaces(by(['東京の天気', '大阪の天気', '天気を教えて']), cards)).toContain('天気');
  });

  it('never hold a placeholder, nor a phrase over one', () => {
    const texts = by(Array.from({ length: 5 }, () => 'send [email] invoices'));
    expect(surfaces(texts, cards)).toEqual(['invoices', 'send']);
  });

  it('hold no term, and no word of one, that fewer accounts than the minimum used', () => {
    const text = fc.array(
      fc.constantFrom('reset', 'password', 'my', 'the', 'Bank', 'bank', '旅行', '計画', 'of', 'card', 'ab12'),
      {
        maxLength: 8,
      },
    );
    const member = fc.record({
      text: text.map((words) => words.join(' ')),
      account: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    });
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 25 }),
        fc.array(member, { maxLength: 10 }),
        fc.integer({ min: 1, max: 5 }),
        (members, contrast, minAccounts) => {
          const users = (part: string) =>
            new Set(
              members
                .filter(({ text }) => text.toLowerCase().includes(part.toLowerCase()))
                .map(({ account }) => account),
            ).size;
          for (const { surface, accounts } of distinctiveTerms(members, contrast, {
            minAccounts,
            stopwords,
            limit: 50,
          })) {
            expect(accounts).toBeGreaterThanOrEqual(minAccounts);
            expect(users(surface)).toBeGreaterThanOrEqual(minAccounts);
            for (const word of surface.split(' ')) expect(users(word)).toBeGreaterThanOrEqual(minAccounts);
          }
        },
      ),
    );
  });

  it('do not grow by one account that repeats itself', () => {
    const loud: Utterance[] = Array.from({ length: 50 }, () => ({ text: 'jane lives here', account: 'one' }));
    expect(surfaces([...resets, ...loud], cards).join(' ')).not.toMatch(/jane|lives|here/);
  });
});
