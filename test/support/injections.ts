/** What tests of injections share: the conversation, what a model that obeys answers, and the search for what must not come out. */
import { type Conversation, conversationSchema } from '../../src/domain/conversation.ts';
import type { FacetDefinitions } from '../../src/domain/facet-definition.ts';
import { type Injection, PLANTED } from '../fixtures/injections.ts';
import { FACETS } from './llm.ts';

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

/** A facet of the user's own beside those that ship: what it answers in words is as private as the rest. */
export const QUESTIONS: FacetDefinitions = {
  ...FACETS,
  purpose: { kind: 'text', question: 'what the user needs it for', clusters: false },
  mood: { kind: 'category', question: 'the mood of the user', values: ['calm', 'angry'] },
};

/** What a model answers that does as it is told; facets of the user's own are given the request's words. */
export function obeyingFacets({ wants }: Injection): Record<string, unknown> {
  return {
    request: 'The user wants help with something.',
    task: 'Help with something.',
    languages: ['en'],
    concern: 2,
    concern_reason: 'As asked.',
    purpose: wants.request ?? 'Not said.',
    mood: 'calm',
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
