import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { ScriptedEvent } from './events.ts';
import { influenceAt } from './influence.ts';
import { topicLevel, trafficLevel } from './rhythm.ts';
import type { Topic } from './topic.ts';

/** What a minute's traffic is made of. */
export type Mix = {
  /** Expected conversations in the minute, without those counted out by events. */
  readonly mean: number;
  /** A topic by its share. O(topics). */
  draw(random: () => number): Topic;
};

type MixOptions = {
  readonly topics: readonly Topic[];
  readonly events: readonly ScriptedEvent[];
  readonly perHour: number;
};

/** The mix at a time: rhythm and drift of every topic, then what events add; what they add comes on top. */
export function createMix({ topics, events, perHour }: MixOptions): (at: number) => Mix {
  const usual = topics.reduce((sum, { weight }) => sum + weight, 0);
  return function mixAt(at) {
    const { share, factor, boost } = influenceAt(events, at);
    const parts = topics.map(({ key, habit, weight }) =>
      weight === 0 ? 0 : weight * topicLevel(key, habit, at) * (factor.get(key) ?? 1),
    );
    const everyday = parts.reduce((sum, part) => sum + part, 0);
    const shares = [...share.values()].reduce((sum, part) => sum + part, 0);
    const total = everyday / (1 - shares);
    for (const [i, { key }] of topics.entries()) {
      const brought = share.get(key);
      if (brought !== undefined) parts[i] = (parts[i] ?? 0) + brought * total;
    }
    const mean = (perHour * MINUTE) / HOUR;
    return {
      mean: (mean * trafficLevel(at) * boost * total) / usual,
      draw: (random) => drawPart(topics, parts, random() * total),
    };
  };
}

function drawPart(topics: readonly Topic[], parts: readonly number[], at: number): Topic {
  let left = at;
  let last: Topic | undefined;
  for (const [i, topic] of topics.entries()) {
    const part = parts[i] ?? 0;
    if (part === 0) continue;
    last = topic;
    left -= part;
    if (left < 0) return topic;
  }
  // Rounding may leave a trace of the last part.
  if (last === undefined) throw new RangeError('no topic has any share');
  return last;
}
