/** Which watches a conversation belongs to: by what is known of it before anybody is asked, then by the answer. */
import { type Conversation, messageText } from '../../domain/conversation.ts';
import type { Screening, Summary } from '../../ports/summarizer.ts';
import type { NamedWatch } from '../watches.ts';

/** Watches that a conversation may belong to, as far as is known before it is summarized. O(text) a pattern. */
export function candidates(
  watches: readonly NamedWatch[],
  conversation: Conversation,
  at: number,
): NamedWatch[] {
  return watches.filter((named) => {
    if (at < named.from || at >= named.to) return false;
    const { match } = named.watch;
    if (match === undefined) return true;
    return (
      oneOf(match.surfaces, conversation.surface) &&
      oneOf(match.models, conversation.model) &&
      (match.flags === undefined || (conversation.flags ?? []).some((flag) => match.flags?.includes(flag))) &&
      (named.pattern === null || holds(conversation, named.pattern))
    );
  });
}

const oneOf = (allowed: readonly string[] | undefined, value: string | undefined): boolean =>
  allowed === undefined || (value !== undefined && allowed.includes(value));

/** Characters of what the user says that a pattern is looked for in. */
const READ = 20_000;

/** Message by message from the first, until so much is read: a pattern spans no two. */
function holds({ messages }: Conversation, pattern: (text: string) => boolean): boolean {
  let left = READ;
  for (const message of messages) {
    if (message.role !== 'user') continue;
    const text = messageText(message).slice(0, left);
    if (pattern(text)) return true;
    left -= text.length;
    if (left <= 0) return false;
  }
  return false;
}

/** The questions that ride along in the call that asks for facets. */
export function questionsFor(watches: readonly NamedWatch[]): Screening[] {
  return watches.flatMap(({ id, watch: { question } }) => (question === undefined ? [] : [{ id, question }]));
}

/**
 * Of its candidates those that it belongs to. Where nobody could be asked, `match` alone decides; a watch that has nothing but a
 * question lets nothing through then.
 */
export function passed(among: readonly NamedWatch[], { facets, screened }: Summary): string[] {
  const belonging = among.filter(({ id, watch: { match, question } }) => {
    if (match?.languages !== undefined && !facets.languages.some((tag) => match.languages?.includes(tag)))
      return false;
    if (question === undefined) return true;
    return screened === null ? match !== undefined : screened.includes(id);
  });
  return belonging.map(({ id }) => id);
}
