/**
 * repartition: conversations anew under their ids. Snapshots of one conversation must lie in one partition, or nobody knows that they are of one; a topic
 * without keys, or keyed by the hash of another client library, spreads them.
 */
import { parseJson } from '../algorithms/conversation-input.ts';
import type { LogRecord, NewRecord, PartitionSession } from '../ports/event-log.ts';
import type { Topics } from './topics.ts';

/** Opens repartition on one partition of the input. @param maxBytes of a conversation */
export function createRepartition(topics: Topics, maxBytes: number): () => PartitionSession {
  return function openRepartition() {
    return {
      async handle({ records, replay }) {
        return replay ? [] : records.map((record) => anew(topics.conversations, record, maxBytes));
      },
    };
  };
}

function anew(topic: string, { value }: LogRecord, maxBytes: number): NewRecord {
  if (value === null) return { topic, key: null, value: '' };
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  // Longer than is taken, and so perhaps than the topic takes: as much of it as is needed for admit to say so.
  if (bytes.length > maxBytes) return { topic, key: null, value: bytes.subarray(0, maxBytes + 1) };
  return { topic, key: idOf(bytes), value };
}

/** null: none that can be read. admit says what is wrong with it. */
function idOf(bytes: Buffer): string | null {
  const json = parseJson(bytes);
  if ('fault' in json || typeof json.value !== 'object' || json.value === null) return null;
  const id = 'conversation_id' in json.value ? json.value.conversation_id : null;
  return typeof id === 'string' && id !== '' ? id : null;
}
