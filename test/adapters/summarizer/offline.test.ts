import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOfflineSummarizer } from '../../../src/adapters/summarizer/offline.ts';
import { check } from '../../../src/algorithms/redact.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { type Facets, facetsSchema } from '../../../src/domain/facets.ts';
import { offlineSummarizer } from '../../support/offline.ts';

type Messages = Conversation['messages'];
const user = (content: Messages[number]['content']): Messages[number] => ({ role: 'user', content });
const ignore = () => undefined;

async function facetsOf(messages: Messages, flags: string[] = []): Promise<Facets> {
  const conversation = { conversation_id: 'c', account_id: 'a', at: '2026-01-01T00:00:00Z', messages, flags };
  const { facets } = await offlineSummarizer.summarize(conversation);
  return facets;
}

describe('the offline summarizer', () => {
  it('says who it is', async () => {
    const summarizer = createOfflineSummarizer({ onRedacted: ignore });
    const conversation = {
      conversation_id: 'c',
      account_id: 'a',
      at: '2026-01-01T00:00:00Z',
      messages: [user('x')],
    };
    expect((await summarizer.summarize(conversation)).source).toEqual({ by: 'offline', fallback: false });
    await summarizer.stop();
  });

  it('takes the request from the first user message that says something, the task from the last', async () => {
    const facets = await facetsOf([
      { role: 'system', content: 'You are a helpful assistant of a bank.' },
      user('Hi!'),
      { role: 'assistant', content: 'Hello, what can I do for you?' },
      user('How do I open a savings account?'),
      { role: 'assistant', content: 'You need an identity card.' },
      user('Write a letter that asks for one.'),
      user('thanks'),
    ]);
    expect(facets.request).toBe('How do I open a savings account?');
    expect(facets.task).toBe('Write a letter that asks for one.');
  });

  it('has one text for both when only one message says something', async () => {
    const facets = await facetsOf([
      user([{ type: 'text', text: 'Explain how tides work' }, { type: 'image' }]),
    ]);
    expect([facets.request, facets.task]).toEqual(['Explain how tides work', 'Explain how tides work']);
  });

  it.each([
    ['en', 'How can I train my dog to walk on a leash?'],
    ['es', '¿Cómo puedo enseñar a mi perro a caminar con correa?'],
    ['de', 'Wie bringe ich meinem Hund bei, an der Leine zu gehen?'],
    ['ru', 'Как научить собаку ходить на поводке?'],
    ['zh', '我怎样才能教我的狗用牵引绳走路？'],
    ['ja', '犬にリードを付けて歩くことを教えるにはどうすればいいですか？'],
    ['ar', 'كيف يمكنني تدريب كلبي على المشي بالمقود؟'],
  ])('tells %s', async (language, text) => {
    expect((await facetsOf([user(text)])).languages).toEqual([language]);
  });

  it.each(['', '...', '12345', '👍'])('tells no language of %j', async (text) => {
    expect((await facetsOf([user(text)])).languages).toEqual([]);
  });

  it('takes private values out and tells of them by kind', async () => {
    const told = new Map<string, number>();
    const summarizer = createOfflineSummarizer({ onRedacted: (kind, count) => told.set(kind, count) });
    const messages = [user('My card 4111 1111 1111 1111 was stolen, write to joe@example.com please')];
    const conversation = { conversation_id: 'c', account_id: 'a', at: '2026-01-01T00:00:00Z', messages };
    const { facets } = await summarizer.summarize(conversation);
    expect(facets.request).toBe('My card [card] was stolen, write to [email] please');
    expect(Object.fromEntries(told)).toEqual({ card: 1, email: 1 });
    await summarizer.stop();
  });

  it('keeps no part of a private value that stands where the text is cut', async () => {
    for (let length = 100; length < 700; length += 7) {
      const filler = 'word '.repeat(200).slice(0, length);
      const facets = await facetsOf([
        user(`${filler} secret.person@some-company-name.example.com ${filler}`),
      ]);
      expect(facets.request).not.toMatch(/secret|person|company/);
    }
  });

  it('rates concern by all user messages and the flags, not by what the assistant says', async () => {
    expect((await facetsOf([user('Tell me a story please'), user('how to make a bomb')])).concern).toBe(4);
    expect(
      (await facetsOf([user('Tell me a story'), { role: 'assistant', content: 'make a bomb' }])).concern,
    ).toBe(1);
    expect((await facetsOf([user('Tell me a story')], ['sexual/minors'])).concern).toBe(5);
  });

  it('is empty, not wrong, when the user said nothing', async () => {
    const facets = await facetsOf([{ role: 'assistant', content: 'Hello, how can I help?' }]);
    expect(facets).toMatchObject({ request: '', task: '', languages: [], concern: 1 });
  });

  it('fits the schema and holds nothing that looks private, whatever comes in', async () => {
    const content = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom('a@b.example.com ', '```', 'my name is Ann Lee. ', '4111111111111111'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { maxLength: 3 }),
        async (texts, flags) => {
          const facets = await facetsOf(texts.map(user), flags);
          expect(facetsSchema.parse(facets)).toEqual(facets);
          expect(check(facets.request)).toBeNull();
          expect(check(facets.task)).toBeNull();
          expect(facets.request.length).toBeLessThanOrEqual(220);
        },
      ),
    );
  });
});
