import { type Conversation, conversationSchema, faultOf } from '../../domain/conversation.ts';
import { type DeadLetter, deadLetter, type Taken, taken } from '../outcome.ts';

export type ParseLimits = {
  readonly maxBytes: number;
  /** ms; older is a broken clock. */
  readonly earliest: number;
  /** ms; later is a broken clock too. */
  readonly latest: number;
};

/** One record's bytes to a conversation, or the reason why not, by field. */
export function parseConversation(
  value: Buffer | null,
  limits: ParseLimits,
): Taken<Conversation> | DeadLetter {
  if (value === null) return deadLetter('not-a-conversation', '', 'a tombstone is not a conversation');
  if (value.length > limits.maxBytes) {
    return deadLetter('too-large', '', `${value.length} bytes, at most ${limits.maxBytes} are taken`);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(value.toString('utf8'));
  } catch {
    return deadLetter('not-json', '', 'not JSON');
  }
  const parsed = conversationSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return deadLetter(
      faultOf(issue),
      issue?.path.join('.') ?? '',
      issue?.message ?? 'does not fit the schema',
    );
  }
  const at = Date.parse(parsed.data.at);
  if (at < limits.earliest) return deadLetter('too-old', 'at', `${parsed.data.at} is before intake.earliest`);
  if (at > limits.latest) {
    return deadLetter(
      'far-future',
      'at',
      `${parsed.data.at} is further ahead than intake.max_future_seconds`,
    );
  }
  return taken(parsed.data);
}
