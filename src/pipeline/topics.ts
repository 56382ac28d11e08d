import { DAY, HOUR } from '../domain/ids.ts';
import type { TopicSpec } from '../ports/event-log.ts';

/** Every topic by its role in the flow; the values are the names on the log. */
export type Topics = {
  /** Where conversations come in. */
  readonly input: string;
  /** The same topic, or one of our own where the input is to be keyed anew. */
  readonly conversations: string;
  readonly deadLetters: string;
  readonly admitSeen: string;
  readonly points: string;
  readonly assignments: string;
  readonly samples: string;
  /** Samples that the window keeps longer than `samples` does, and the state of the cluster role. */
  readonly window: string;
  readonly generations: string;
  readonly ticks: string;
  readonly rollups: string;
  readonly alerts: string;
  readonly deliveries: string;
  readonly control: string;
  readonly state: string;
};

/** Names of all topics: the input as configured, the others behind a prefix. */
export function topicNames(input: string, prefix: string, repartition = false): Topics {
  return {
    input,
    conversations: repartition ? `${prefix}conversations-by-id` : input,
    deadLetters: `${prefix}${prefix === '' ? input : 'conversations'}.dlq`,
    admitSeen: `${prefix}admit-seen`,
    points: `${prefix}points`,
    assignments: `${prefix}assignments`,
    samples: `${prefix}samples`,
    window: `${prefix}window`,
    generations: `${prefix}generations`,
    ticks: `${prefix}ticks`,
    rollups: `${prefix}rollups`,
    alerts: `${prefix}alerts`,
    deliveries: `${prefix}deliveries`,
    control: `${prefix}control`,
    state: `${prefix}state`,
  };
}

/** What a record takes besides its value: key, headers, the batch around it, and JSON that grew when written anew. */
const RECORD_OVERHEAD = 64 * 1024;

/**
 * How each topic is made. `points` and `admit-seen` have the partitions of the input, and so has that which it is keyed anew into: a conversation keeps its own.
 * @param maxBytes of a conversation: intake promises to take as much, so every topic must
 */
export function topicSpecs(topics: Topics, partitions: number, maxBytes: number): readonly TopicSpec[] {
  const maxMessageBytes = maxBytes + RECORD_OVERHEAD;
  const spread = { partitions, maxMessageBytes };
  const single = { partitions: 1, maxMessageBytes };
  const passing = { ...spread, cleanup: 'delete', retentionMs: DAY, consumeOnce: true } as const;
  const byId: readonly TopicSpec[] =
    topics.conversations === topics.input ? [] : [{ name: topics.conversations, ...passing }];
  return [
    { name: topics.input, ...passing, input: true },
    ...byId,
    { name: topics.deadLetters, ...single, cleanup: 'delete', retentionMs: 7 * DAY },
    { name: topics.admitSeen, ...spread, cleanup: 'compact,delete', retentionMs: 48 * HOUR },
    { name: topics.points, ...spread, cleanup: 'delete', retentionMs: 3 * DAY },
    { name: topics.assignments, ...single, cleanup: 'delete', retentionMs: 35 * DAY },
    // The window keeps what it needs of older ones.
    { name: topics.samples, ...single, cleanup: 'delete', retentionMs: 3 * DAY },
    { name: topics.window, ...single, cleanup: 'compact', retentionMs: 0 },
    { name: topics.generations, ...single, cleanup: 'compact', retentionMs: 0 },
    { name: topics.ticks, ...single, cleanup: 'delete', retentionMs: 35 * DAY },
    { name: topics.rollups, ...single, cleanup: 'compact,delete', retentionMs: 90 * DAY },
    { name: topics.alerts, ...single, cleanup: 'compact', retentionMs: 0 },
    { name: topics.deliveries, ...single, cleanup: 'compact', retentionMs: 0 },
    { name: topics.control, ...single, cleanup: 'compact', retentionMs: 0 },
    { name: topics.state, ...single, cleanup: 'compact', retentionMs: 0 },
  ];
}
