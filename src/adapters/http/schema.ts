import { z } from 'zod';
import { conversationSchema } from '../../domain/conversation.ts';

/** JSON Schema (2020-12) of one conversation as it comes in; served at /v1/schema and kept in docs/. */
export function conversationJsonSchema(): Record<string, unknown> {
  return { title: 'Conversation snapshot', ...z.toJSONSchema(conversationSchema, { io: 'input' }) };
}
