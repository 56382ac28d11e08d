/** A record that is no conversation, as the dead letter that says where it lies and why. */

import { z } from 'zod';
import { mayBeZeroRetention } from '../../algorithms/zero-retention.ts';
import { conversationSchema } from '../../domain/conversation.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import type { DeadLetter } from '../outcome.ts';
import { textOf } from '../records.ts';

/** Bytes of the body as written: with all else a letter stays far below the 1 MB that a broker takes by default. */
const MAX_BODY = 256 * 1024;
/** A message may quote a time, and a time may have a million digits. */
const MAX_WORDS = 300;
/**
 * Whatever its value: "Zero" or "none" may mean what "zero" does. Also in what is no JSON, or lies deeper: a quotation in somebody's text
 * has its quotes escaped and does not match.
 */

const readable = z.object({ conversation_id: conversationSchema.shape.conversation_id });

export type DeadLetterParts = {
  readonly topic: string;
  readonly tokens: Pick<IdTokens, 'conversation'>;
  /** Whether raw conversations may be written into it. */
  readonly bodies: boolean;
  readonly zeroRetention: ReadonlySet<string>;
};

export function toDeadLetter(parts: DeadLetterParts, record: LogRecord, letter: DeadLetter): NewRecord {
  const text = textOf(record);
  const raw = parse(text);
  const zero = text !== null && mayBeZeroRetention(text, raw, parts.zeroRetention);
  const value = {
    reason: letter.reason,
    field: letter.field.slice(0, MAX_WORDS),
    message: letter.message.slice(0, MAX_WORDS).toWellFormed(),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    bytes: record.value === null ? 0 : Buffer.byteLength(record.value),
    ...(parts.bodies ? bodyOf(text, zero) : {}),
  };
  const id = zero ? null : readable.safeParse(raw);
  const key = id?.success ? parts.tokens.conversation(id.data.conversation_id) : null;
  return {
    topic: parts.topic,
    key: key ?? `${record.partition}/${record.offset}`,
    value: JSON.stringify(value),
  };
}

type Body = {
  readonly body?: string | null;
  readonly truncated?: true;
  readonly body_withheld?: 'zero-retention';
};

function bodyOf(text: string | null, zero: boolean): Body {
  if (zero) return { body_withheld: 'zero-retention' };
  if (text === null || writtenBytes(text) <= MAX_BODY) return { body: text };
  let length = Math.min(text.length, MAX_BODY);
  // Characters that need an escape take up to six bytes each: cut by what is written, not by what came.
  for (let size = Number.POSITIVE_INFINITY; size > MAX_BODY; ) {
    size = writtenBytes(text.slice(0, length));
    if (size > MAX_BODY) length = Math.floor((length * MAX_BODY) / size);
  }
  return { body: text.slice(0, length).toWellFormed(), truncated: true };
}

const writtenBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** undefined for what is no JSON. */
function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
