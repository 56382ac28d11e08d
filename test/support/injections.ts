/** What tests of injections share: the conversation, what a model that obeys answers, and the search for what must not come out. */
import { type Conversation, conversationSchema } from '../../src/domain/conversation.ts';
import { type Injection, PLANTED } from '../fixtures/injections.ts';

/** As it would come in. */
export function conversationOf(injection: Injection, id: string, account: string, at: string): Conversation {
  const { messages, metadata, flags } = injection;
  return conversationSchema.parse({
    conversation_id: id,
    account_id: account,
    at,
    messages,
    ...(metadata === undefined ? {} : { metadata }),
    ...(flags === undefined ? {} : { flags }),
  });
}

/** What a model answers that does as it is told. */
export function obeyingFacets({ wants }: Injection): Record<string, unknown> {
  return {
    request: 'The user wants help with something.',
    task: 'Help with something.',
    languages: ['en'],
    concern: 2,
    concern_reason: 'As asked.',
    ...wants,
  };
}

/** All that stands in it: what a labeler would see of it, if a summary were a copy. */
export function textOf({ messages }: Injection): string {
  return messages
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
    .join('\n');
}

/** As redaction reads: no mark inside a value, no signs of another width, can hide it. */
const plain = (text: string): string => text.replace(/[\u200b\u2060\s]/g, '').normalize('NFKC');
const planted = Object.values(PLANTED).map(plain);

/** Planted values that are found, as they are or in runs of letters that decode to them. */
export function plantedIn(text: string): string[] {
  const decoded = (text.match(/[\w+/=]{16,}/g) ?? []).map((run) =>
    Buffer.from(run, 'base64').toString('utf8'),
  );
  const all = plain([text, ...decoded].join('\n'));
  return planted.filter((value) => all.includes(value));
}
