import { fitConversation, parseJson } from '../../algorithms/conversation-input.ts';
import type { Conversation } from '../../domain/conversation.ts';
import { type DeadLetter, deadLetter, type Taken, taken } from '../outcome.ts';

export type ParseLimits = {
  readonly maxBytes: number;
  /** ms; older is a broken clock. */
  readonly earliest: number;
  /** ms; later is a broken clock too. */
  readonly latest: number;
};

/** What one record holds to a conversation, or the reason why not, by field. */
export function parseConversation(
  value: string | Buffer | null,
  limits: ParseLimits,
): Taken<Conversation> | DeadLetter {
  if (value === null) return deadLetter('not-a-conversation', '', 'a tombstone is not a conversation');
  const bytes = Buffer.byteLength(value);
  if (bytes > limits.maxBytes) {
    return deadLetter('too-large', '', `${bytes} bytes, at most ${limits.maxBytes} are taken`);
  }
  const json = parseJson(value);
  if ('fault' in json) return deadLetter('not-json', '', json.fault);
  const fit = fitConversation(json.value);
  if (!('conversation' in fit)) return deadLetter(fit.fault, fit.path.join('.'), fit.message);
  const { conversation } = fit;
  const at = Date.parse(conversation.at);
  if (at < limits.earliest)
    return deadLetter('too-old', 'at', `${conversation.at} is before intake.earliest`);
  if (at > limits.latest) {
    return deadLetter(
      'far-future',
      'at',
      `${conversation.at} is further ahead than intake.max_future_seconds`,
    );
  }
  return taken(conversation);
}
