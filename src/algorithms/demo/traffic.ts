import type { Conversation } from '../../domain/conversation.ts';
import { MINUTE } from '../../domain/ids.ts';
import { hash53 } from '../hash.ts';
import { seededRandom } from '../random.ts';
import { drawAccount } from './accounts.ts';
import { CATALOGUE } from './catalogue.ts';
import { defaultEvents, type ScriptedEvent } from './events.ts';
import { createMinutes } from './minutes.ts';
import { createMix } from './mix.ts';
import { createLibrary } from './openings.ts';
import { poisson } from './poisson.ts';
import { type Scheduled, scheduledWithin } from './schedule.ts';
import { drawModel, drawSurface } from './surfaces.ts';
import type { Topic } from './topic.ts';
import { flagsOf, writeMessages } from './writer.ts';

export type TrafficOptions = {
  readonly seed: number;
  /** Nothing is said before this event time, ms. */
  readonly start: number;
  /** Event time from which the default story is told, ms. */
  readonly liveAt: number;
  /** Mean conversations an hour, before what events add. */
  readonly perHour?: number;
  /** What happens; left out: the story of `defaultEvents`. */
  readonly events?: readonly ScriptedEvent[];
};

export type Traffic = {
  /**
   * Conversations with `from <= at < to`, by time; event time in ms. The same seed gives the same; neighbouring
   * intervals join without gap or overlap, however time is cut. About 20 µs a conversation; a part of a minute costs
   * as much as the whole minute.
   */
  between(from: number, to: number): Conversation[];
  /** How many different first requests there are in all, as a summary would begin with them. */
  distinctLeads(): number;
};

/** Who says what, when; `further` exchanges make it a later snapshot. */
type Part = {
  readonly id: string;
  readonly topic: Topic;
  readonly account: string | null;
  readonly at: number;
  readonly further: number;
  readonly random: () => number;
};

const PER_HOUR = 420;
const ZERO_RETENTION = 0.005;
/** Later, longer snapshots, as a share of conversations, and how long after the first, minutes. */
const AGAIN = 0.06;
const SOONEST = 2;
const LATEST = 40;
/** A snapshot looks back as far as `LATEST`; so many minutes are kept worked out. */
const KEPT_MINUTES = 64;

/** Made-up traffic of thousands of accounts. Every minute is drawn from its own seed. */
export function createTraffic(options: TrafficOptions): Traffic {
  const { seed, start, perHour = PER_HOUR, events = defaultEvents(options.liveAt) } = options;
  const library = createLibrary(CATALOGUE, seed);
  const mixAt = createMix({ topics: CATALOGUE, events, perHour });
  const randomOf = (what: string): (() => number) => seededRandom(hash53(`${seed}/${what}`));
  const minuteAt = createMinutes({ mixAt, randomOf, keep: KEPT_MINUTES });

  function write({ id, topic, account, at, further, random }: Part): Conversation {
    const surface = drawSurface(topic, random);
    const opening = library.draw(topic, random);
    const drawn = drawAccount(topic.key, topic.language, random);
    const zero = random() < ZERO_RETENTION;
    return {
      conversation_id: `conv_${hash53(`${seed}/${id}`).toString(36).padStart(11, '0')}`,
      account_id: account ?? drawn,
      at: new Date(at).toISOString(),
      model: drawModel(surface, random),
      surface,
      ...flagsOf(topic, random),
      ...(zero ? { retention: 'zero' } : {}),
      messages: writeMessages(topic, opening, surface, further, random),
    };
  }

  /** Conversation `index` of a minute, as it is `further` exchanges later, when that is not at its own time. */
  function everyday(minute: number, index: number, further: number, later: number | null): Conversation {
    const id = `${minute}/${index}`;
    const random = randomOf(id);
    const own = minute + Math.floor(random() * MINUTE);
    const topic = minuteAt(minute).mix.draw(random);
    return write({ id, topic, account: null, at: later ?? own, further, random });
  }

  function scripted({ event, index, at, account }: Scheduled): Conversation {
    const id = `${event.name}/${event.start}/${index}`;
    return write({ id, topic: library.topic(event.topic), account, at, further: 0, random: randomOf(id) });
  }

  /** Snapshots that come in this minute of conversations begun up to 40 minutes before. */
  function snapshots(minute: number): Conversation[] {
    const random = randomOf(`again/${minute}`);
    const found: Conversation[] = [];
    for (let left = poisson(AGAIN * minuteAt(minute).mix.mean, random); left > 0; left--) {
      const [ago, which, within] = [random(), random(), random()];
      const delay = SOONEST + Math.floor(ago * (LATEST - SOONEST));
      const begun = minute - delay * MINUTE;
      const index = Math.floor(which * minuteAt(begun).count);
      if (begun < start || minuteAt(begun).count === 0) continue;
      const shorter = everyday(begun, index, 0, null);
      const at = minute + Math.floor(within * MINUTE);
      const longer = everyday(begun, index, 1 + Math.floor(delay / 14), at);
      if (longer.messages.length > shorter.messages.length) found.push(longer);
    }
    return found;
  }

  function minuteOf(minute: number): Conversation[] {
    const { count } = minuteAt(minute);
    const own = Array.from({ length: count }, (_, index) => everyday(minute, index, 0, null));
    const counted = scheduledWithin(events, minute, minute + MINUTE).map(scripted);
    return [...own, ...snapshots(minute), ...counted].sort(byTime);
  }

  return {
    between(from, to) {
      const found: Conversation[] = [];
      const first = Math.max(from, start);
      for (let minute = Math.floor(first / MINUTE) * MINUTE; minute < to; minute += MINUTE) {
        for (const conversation of minuteOf(minute)) {
          const at = Date.parse(conversation.at);
          if (at >= first && at < to) found.push(conversation);
        }
      }
      return found;
    },
    distinctLeads: () => library.distinctLeads,
  };
}

/** ISO times of one length sort as text. */
function byTime(a: Conversation, b: Conversation): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}
