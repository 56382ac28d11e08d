/**
 * repartition: conversations anew under their ids. Snapshots of one conversation must lie in one partition, or nobody knows that they are of one; a topic
 * without keys, or keyed by the hash of another client library, spreads them.
 */
import { fitConversation, parseJson } from '../algorithms/conversation-input.ts';
import { mayBeZeroRetention } from '../algorithms/zero-retention.ts';
import { forCounting, retained } from '../domain/conversation.ts';
import type { LogRecord, NewRecord, PartitionSession } from '../ports/event-log.ts';
import type { Topics } from './topics.ts';

export type RepartitionSettings = {
  /** Of a conversation. */
  readonly maxBytes: number;
  /** Accounts whose conversations are of zero retention, whatever these say. */
  readonly zeroRetention: ReadonlySet<string>;
};

/** Opens repartition on one partition of the input. */
export function createRepartition(topics: Topics, settings: RepartitionSettings): () => PartitionSession {
  return function openRepartition() {
    return {
      async handle({ records, replay }) {
        return replay ? [] : records.map((record) => anew(topics.conversations, record, settings));
      },
    };
  };
}

/** In place of what is withheld, for admit to find as wrong: it is of no schema, and it is no JSON. */
const WRONG = '{}';
const NO_JSON = 'withheld';

/** The topic keeps for a day what is written: of zero retention that must not be a word. */
function anew(
  topic: string,
  { value }: LogRecord,
  { maxBytes, zeroRetention }: RepartitionSettings,
): NewRecord {
  const apart = (written: NewRecord['value']): NewRecord => ({ topic, key: null, value: written });
  if (value === null) return apart(null);
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  // Longer than the topic may take; admit is to say so, and needs no more than the length for it.
  if (bytes.length > maxBytes) return apart(Buffer.alloc(maxBytes + 1, ' '));
  const json = parseJson(bytes);
  const fit = 'fault' in json ? json : fitConversation(json.value);
  if ('conversation' in fit) {
    const conversation = retained(fit.conversation, zeroRetention);
    const isZero = conversation.retention === 'zero';
    const written = isZero ? JSON.stringify(forCounting(conversation)) : value;
    return { topic, key: conversation.conversation_id, value: written };
  }
  // admit says what is wrong with it.
  const raw = 'value' in json ? json.value : undefined;
  if (!mayBeZeroRetention(bytes.toString(), raw, zeroRetention)) return apart(value);
  return apart(raw === undefined ? NO_JSON : WRONG);
}
