/** What comes in, by whatever way, to a conversation or to what is wrong with it: one answer for Kafka, HTTP and files. */
import type { z } from 'zod';
import { type Conversation, conversationSchema, faultOf } from '../domain/conversation.ts';

type Issue = z.core.$ZodIssue;

/** Path of the wrong value, what is allowed there, and the reason by name. */
export type Misfit = Found & { readonly fault: ReturnType<typeof faultOf> };

type Found = { readonly path: readonly PropertyKey[]; readonly message: string };

export type Json = { readonly value: unknown } | { readonly fault: string };

/** Fatal: a replacement character would pass for what a user wrote. A byte order mark in front is passed over. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text or its bytes to JSON, or why they are none. The parser's own message is not told: it quotes what it read, which is raw text. */
export function parseJson(written: string | Uint8Array): Json {
  let text: string;
  try {
    text = typeof written === 'string' ? written.replace(/^\uFEFF/, '') : utf8.decode(written);
  } catch {
    return { fault: 'not JSON: the bytes are not UTF-8' };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: 'not JSON' };
  }
}

/** Whether a line holds nothing but white space. O(bytes before the first other one). */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** A parsed value to a conversation, or its first misfit. */
export function fitConversation(value: unknown): { readonly conversation: Conversation } | Misfit {
  const parsed = conversationSchema.safeParse(value);
  if (parsed.success) return { conversation: parsed.data };
  const { issues } = parsed.error;
  return { ...deepest(issues), fault: faultOf(issues[0]) };
}

/** The first issue; of a union that fits nowhere, the branch that got furthest, as that one was meant. */
function deepest(issues: readonly Issue[]): Found {
  const issue = issues[0];
  if (issue === undefined) return { path: [], message: 'does not fit the schema' };
  if (issue.code !== 'invalid_union') return { path: issue.path, message: issue.message };
  let best: Found | null = null;
  for (const branch of issue.errors) {
    const inner = deepest(branch);
    if (best === null || inner.path.length > best.path.length) best = inner;
  }
  return best === null ? issue : { path: [...issue.path, ...best.path], message: best.message };
}
