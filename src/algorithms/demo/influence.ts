import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { ScriptedEvent } from './events.ts';

/** What the events of one moment do to the traffic. */
type Influence = {
  /** Share of all traffic a topic of its own has, by topic. */
  readonly share: ReadonlyMap<string, number>;
  /** How many times its usual a known topic has, by topic. */
  readonly factor: ReadonlyMap<string, number>;
  /** How many times its usual all traffic is. */
  readonly boost: number;
};

const NEWS_SHARE = 0.04;
const LAUNCH_SHARE = 0.03;
const LAUNCH_BOOST = 0.4;
const SURGE_FACTOR = 15;

/** Spam and floods are counted out one by one elsewhere and do not show here. O(events). */
export function influenceAt(events: readonly ScriptedEvent[], at: number): Influence {
  const share = new Map<string, number>();
  const factor = new Map<string, number>();
  let boost = 1;
  const raise = (topic: string, by: number): void => {
    share.set(topic, Math.max(share.get(topic) ?? 0, by));
  };
  for (const event of events) {
    if (at < event.start || at >= event.end) continue;
    const age = at - event.start;
    if (event.kind === 'news') {
      raise(event.topic, NEWS_SHARE * ramp(age, 15 * MINUTE) * fade(age, 2 * HOUR, 50 * MINUTE));
    } else if (event.kind === 'launch') {
      const rise = ramp(age, 40 * MINUTE);
      raise(event.topic, LAUNCH_SHARE * rise * fade(age, 3 * HOUR, 80 * MINUTE));
      boost = Math.max(boost, 1 + LAUNCH_BOOST * rise * fade(age, 2 * HOUR, 60 * MINUTE));
    } else if (event.kind === 'surge') {
      factor.set(event.topic, 1 + (SURGE_FACTOR - 1) * ramp(age, 10 * MINUTE));
    }
  }
  return { share, factor, boost };
}

/** From 0 to 1 in a straight line over `length`. */
const ramp = (age: number, length: number): number => Math.min(1, age / length);
/** 1 until `hold`, then halved every `half`. */
const fade = (age: number, hold: number, half: number): number =>
  age < hold ? 1 : 0.5 ** ((age - hold) / half);
