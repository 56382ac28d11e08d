import { DAY, HOUR, MINUTE } from '../../domain/ids.ts';

/** Something that happens to the traffic, by script. Times are event time in ms. */
export type ScriptedEvent = {
  readonly kind: 'news' | 'surge' | 'launch' | 'spam' | 'flood';
  readonly name: string;
  /** Key of the topic it brings or raises. */
  readonly topic: string;
  readonly start: number;
  readonly end: number;
  readonly description: string;
};

type Script = Omit<ScriptedEvent, 'start' | 'end'> & { readonly after: number; readonly lasts: number };

/** The story comes back every so often, with other subjects. */
const CYCLE = 8 * HOUR;
const SPAN = 14 * DAY;

const NEWS: readonly Pick<Script, 'name' | 'topic' | 'description'>[] = [
  {
    name: 'Storm Halvard blackout',
    topic: 'news-storm-halvard',
    description: 'A storm takes the power of a whole coast: people ask about food, pumps, phones and claims.',
  },
  {
    name: 'Lumio thermostat recall',
    topic: 'news-lumio-recall',
    description:
      'A maker of thermostats calls back a model that overheats: people ask what to do with theirs.',
  },
  {
    name: 'Green comet Oyelaran',
    topic: 'news-comet-oyelaran',
    description: 'A comet can be seen with the naked eye: people ask where, when, and how to take a picture.',
  },
  {
    name: 'Corvane Air insolvency',
    topic: 'news-corvane-air',
    description: 'An airline stops flying overnight: people ask about tickets, refunds and ways home.',
  },
];
const LAUNCHES: readonly Pick<Script, 'name' | 'topic' | 'description'>[] = [
  {
    name: 'Launch of Sketchboard',
    topic: 'launch-sketchboard',
    description:
      'A new product, a drawing board in the assistant, opens to everyone; all traffic grows with it.',
  },
  {
    name: 'Launch of the Pebble Ring',
    topic: 'launch-pebble-ring',
    description:
      'A ring that tracks sleep goes on sale; buyers ask how to set it up. All traffic grows with it.',
  },
  {
    name: 'Launch of the game Ashen Tides',
    topic: 'launch-ashen-tides',
    description: 'A much awaited game comes out; players ask for help. All traffic grows with it.',
  },
];
const SURGES: readonly Pick<Script, 'name' | 'topic' | 'description'>[] = [
  {
    name: 'Flight cancellations',
    topic: 'travel-cancellations',
    description: 'A known topic, fifteen times as much as usual: refunds and rebooking of cancelled trips.',
  },
  {
    name: 'Exam week',
    topic: 'statistics',
    description: 'A known topic, fifteen times as much as usual: students ask about statistics.',
  },
  {
    name: 'Tax deadline',
    topic: 'taxes',
    description: 'A known topic, fifteen times as much as usual: the filing deadline is near.',
  },
];
const SPAM: readonly Pick<Script, 'name' | 'topic' | 'description'>[] = [
  {
    name: 'SEO article wave',
    topic: 'spam-seo-article',
    description:
      'One template with a changing keyword, from hundreds of new accounts: search-engine articles.',
  },
  {
    name: 'Fake review wave',
    topic: 'spam-reviews',
    description: 'One template with a changing product, from hundreds of new accounts: invented reviews.',
  },
];
const FLOODS: readonly Pick<Script, 'name' | 'topic' | 'description'>[] = [
  {
    name: 'One account, product texts',
    topic: 'product-copy',
    description: 'One account sends 150 conversations in an hour; a topic does not grow by one voice.',
  },
  {
    name: 'One account, translations',
    topic: 'translation',
    description: 'One account sends 150 conversations in an hour; a topic does not grow by one voice.',
  },
];

/** The demo's story from `liveAt` on: five events in eight hours, again with other subjects, for 14 days. */
export function defaultEvents(liveAt: number): readonly ScriptedEvent[] {
  const events: ScriptedEvent[] = [];
  for (let cycle = 0; cycle * CYCLE < SPAN; cycle++) {
    const from = liveAt + cycle * CYCLE;
    const turn = <T>(list: readonly T[]): T[] => list.slice(cycle % list.length).slice(0, 1);
    const add = (kind: ScriptedEvent['kind'], list: typeof NEWS, after: number, lasts: number): void => {
      for (const what of turn(list)) {
        events.push({ kind, ...what, start: from + after, end: from + after + lasts });
      }
    };
    // All have begun within the first event hour, half a minute of watching: nobody waits for a demo.
    add('news', NEWS, 5 * MINUTE, 5 * HOUR);
    add('surge', SURGES, 10 * MINUTE, 2 * HOUR);
    add('launch', LAUNCHES, 20 * MINUTE, 7 * HOUR);
    add('spam', SPAM, 35 * MINUTE, 50 * MINUTE);
    add('flood', FLOODS, 50 * MINUTE, HOUR);
  }
  return events;
}
