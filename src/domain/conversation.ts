import { z } from 'zod';

/** Longest conversation taken, in messages; a longer one is refused by name, not cut silently. */
export const MAX_MESSAGES = 2_000;

/** Levels of objects and arrays inside one another; who writes such a value as JSON needs a stack as deep. */
const MAX_DEPTH = 100;

const SURROGATE = 'must be well-formed Unicode: half of a surrogate pair stands alone';
const NUL = 'must not hold NUL characters';

const text = z
  .string()
  .refine((value) => value.isWellFormed(), SURROGATE)
  .refine((value) => !value.includes('\u0000'), NUL);
const word = (most: number) => text.max(most);
const id = z
  .string()
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
  .refine((value) => value.isWellFormed(), SURROGATE)
  .refine((value) => !/\p{Cc}/u.test(value), 'must not hold control characters');

/** RFC 3339 allows small letters, and second 60: the leap second, taken for the one before it. */
const time = z
  .string()
  .overwrite((value) => value.toUpperCase().replace(/(T\d\d:\d\d):60(?=[.Z+-])/, '$1:59'))
  .check(z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z' }));

/** Level by level and not by recursion, which is what would overflow. O(size). */
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const inner of Object.values(one)) next.push(inner);
    }
    level = next;
  }
  return true;
}
const tooDeep = `must not be nested deeper than ${MAX_DEPTH} levels`;

const textBlock = z.object({ type: z.literal('text'), text });
const otherBlock = z
  .looseObject({ type: z.string().min(1).max(64) })
  .refine((block) => block.type !== 'text', 'a text block needs a string in `text`')
  .refine(isShallow, tooDeep);

export const messageSchema = z.object({
  role: z.enum(['user', 'assistant', 'system', 'tool']).describe('Who speaks'),
  content: z
    .union([text, z.array(z.union([textBlock, otherBlock])).max(1_000)])
    .describe('Plain text, or content blocks as in the Messages API'),
});

export type Message = z.infer<typeof messageSchema>;

const EMPTY = 'empty-messages';

/** No text but blanks, and no other block. */
function isEmpty({ content }: Message): boolean {
  if (typeof content === 'string') return content.trim() === '';
  return content.every(
    (block) => block.type === 'text' && typeof block.text === 'string' && block.text.trim() === '',
  );
}

/** The reason, by name, that something is no conversation. */
export function faultOf(issue: z.core.$ZodIssue | undefined): 'empty-messages' | 'wrong-schema' {
  return issue?.code === 'custom' && issue.params?.reason === EMPTY ? EMPTY : 'wrong-schema';
}

/** One snapshot of a conversation, as it comes in by Kafka, HTTP or file. */
export const conversationSchema = z
  .object({
    conversation_id: id.describe(
      'Stable id of the conversation; the same id again is a newer snapshot of it',
    ),
    account_id: id.describe('Stable id of the account that talks'),
    at: time.describe('Time of the last message'),
    messages: z
      .array(messageSchema)
      .min(1, 'must hold at least one message')
      .max(MAX_MESSAGES, `must hold at most ${MAX_MESSAGES} messages`)
      .describe('Not all of them empty, unless of retention "zero"'),
    model: word(128).optional().describe('Model that answered'),
    surface: word(64).optional().describe('Product surface, such as web, api, ide'),
    flags: z.array(word(64)).max(32).optional().describe('Classifier flags, such as spam'),
    retention: z.enum(['zero']).optional().describe('"zero": never processed, only counted'),
    metadata: z
      .record(z.string(), z.unknown())
      .refine(isShallow, tooDeep)
      .optional()
      .describe(
        `Shown to the model that summarizes, and never kept; nested at most ${MAX_DEPTH} levels deep`,
      ),
  })
  .refine(({ retention, messages }) => retention === 'zero' || !messages.every(isEmpty), {
    path: ['messages'],
    error: 'must hold a message that is not empty',
    params: { reason: EMPTY },
  })
  .describe('One conversation snapshot');

export type Conversation = z.infer<typeof conversationSchema>;

/** The text of one message; blocks that hold no text give nothing. */
export function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  const parts: string[] = [];
  for (const block of message.content) {
    if (block.type === 'text' && typeof block.text === 'string') parts.push(block.text);
  }
  return parts.join('\n');
}

/** One of an account in `zeroRetention` is of zero retention, whatever it says itself. */
export function retained(conversation: Conversation, zeroRetention: ReadonlySet<string>): Conversation {
  return zeroRetention.has(conversation.account_id) ? { ...conversation, retention: 'zero' } : conversation;
}

/** What may be kept of a conversation of zero retention until it is counted: that there was one, and when. */
export function forCounting({ conversation_id, at, retention }: Conversation): Conversation {
  return { conversation_id, account_id: 'none', at, messages: [{ role: 'user', content: '' }], retention };
}
