/**
 * repartition: conversations anew under their ids. Snapshots of one conversation must lie in one partition, or nobody knows that they are of one; a topic
 * without keys, or keyed by the hash of another client library, spreads them.
 */
import { fitConversation, parseJson } from '../algorithms/conversation-input.ts';
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

function anew(
  topic: string,
  { value }: LogRecord,
  { maxBytes, zeroRetention }: RepartitionSettings,
): NewRecord {
  if (value === null) return { topic, key: null, value };
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  // Longer than is taken, and so perhaps than the topic takes: as much of it as is needed for admit to say so.
  if (bytes.length > maxBytes) return { topic, key: null, value: bytes.subarray(0, maxBytes + 1) };
  const fields = fieldsOf(bytes);
  // None that can be read: admit says what is wrong with it.
  if (fields === null) return { topic, key: null, value };
  const { conversation_id: id, account_id: account } = fields;
  const key = typeof id === 'string' && id !== '' ? id : null;
  const isZero = fields.retention === 'zero' || (typeof account === 'string' && zeroRetention.has(account));
  return { topic, key, value: isZero ? wordless(fields, zeroRetention) : value };
}

function fieldsOf(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  const json = parseJson(bytes);
  if ('fault' in json || typeof json.value !== 'object' || json.value === null) return null;
  return { ...json.value };
}

/** The topic keeps for a day what is written: of zero retention that must not be a word. Of one that is none, no more than its id. */
function wordless(
  fields: Readonly<Record<string, unknown>>,
  zeroRetention: RepartitionSettings['zeroRetention'],
): string {
  const fit = fitConversation(fields);
  return JSON.stringify(
    'conversation' in fit
      ? forCounting(retained(fit.conversation, zeroRetention))
      : { conversation_id: fields.conversation_id, retention: 'zero' },
  );
}
