/** Where a demo's conversations come from: the generator, or a file. */
import { createTraffic, defaultEvents } from '../algorithms/demo/index.ts';
import { FAR_AHEAD, type Judged, Outlook } from '../algorithms/outlook.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError } from '../domain/errors.ts';
import { DAY, HOUR } from '../domain/ids.ts';
import { BadLines } from './bad-lines.ts';
import { conversationOf, type Line, type ReadOptions, readLines } from './lines.ts';

export type Source = {
  readonly historyStart: number;
  readonly historyEnd: number;
  /** Event time at which the demo goes live. */
  readonly liveAt: number;
  /** Event time after which nothing comes. */
  readonly end: number;
  /** What is scripted, for people: one line each. */
  readonly events: readonly string[];
  history(): AsyncIterable<Conversation> | Iterable<Conversation>;
  /** Conversations of [from, to), in order; calls follow each other without a gap. */
  live(from: number, to: number): Promise<readonly Conversation[]>;
};

export function generated(options: { days: number; perHour: number; now: number }): Source {
  // Nine in the morning, whatever the hour: traffic is up, and what is scripted shows within a minute.
  const liveAt = Math.floor(options.now / DAY) * DAY + 9 * HOUR;
  const start = liveAt - Math.round(options.days * DAY);
  const events = defaultEvents(liveAt);
  const traffic = createTraffic({ seed: 7, start, liveAt, perHour: options.perHour, events });
  return {
    historyStart: start,
    historyEnd: liveAt,
    liveAt,
    end: Number.POSITIVE_INFINITY,
    events: events.slice(0, 6).map((event) => {
      const minutes = Math.round((event.start - liveAt) / 60_000);
      return `${event.kind} at +${minutes} min of event time: ${event.description}`;
    }),
    *history() {
      for (let from = start; from < liveAt; from += HOUR)
        yield* traffic.between(from, Math.min(liveAt, from + HOUR));
    },
    live: async (from, to) => traffic.between(from, to),
  };
}

/** @param earliest older times are those of a broken clock, ms */
type FileOptions = Pick<ReadOptions, 'signal' | 'maxBytes'> & { readonly earliest: number };

/** Lines behind a line that tell whether its time can be right. */
const AHEAD = 100;
const YEAR_MS = 366 * DAY;

/** The second reading finds the bad lines that the first has told. */
const UNTOLD: ReadOptions['bad'] = { add: () => undefined, end: () => undefined };

/** The first three quarters of a file's time are history, the rest is live. */
export async function fromFile(file: string, options: FileOptions): Promise<Source> {
  if (file === '-') {
    throw new CliowatchError(
      'config/from',
      '--from -: a file is read twice, so standard input cannot be used',
      {
        value: file,
      },
    );
  }
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for await (const { at } of conversationsOf(file, { ...options, bad: new BadLines() })) {
    const time = Date.parse(at);
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (!Number.isFinite(first) && !options.signal.aborted)
    throw new CliowatchError('file/empty', `${file} holds no conversation`, { value: file });
  const liveAt = Math.floor(first + (last - first) * 0.75);
  const rest = conversationsOf(file, { ...options, bad: UNTOLD })[Symbol.asyncIterator]();
  let ahead: Conversation | null = null;
  const next = async (): Promise<Conversation | null> => {
    const step = await rest.next();
    return step.done === true ? null : step.value;
  };
  return {
    historyStart: first,
    historyEnd: liveAt,
    liveAt,
    end: last + 1,
    events: [],
    async *history() {
      for (ahead = await next(); ahead !== null && Date.parse(ahead.at) < liveAt; ahead = await next())
        yield ahead;
    },
    async live(_from, to) {
      const due: Conversation[] = [];
      for (; ahead !== null && Date.parse(ahead.at) < to; ahead = await next()) due.push(ahead);
      return due;
    },
  };
}

/** A conversation whose time cannot be right is a bad line: the first and the last decide when the demo goes live. */
async function* conversationsOf(
  file: string,
  { earliest, bad, ...options }: FileOptions & Pick<ReadOptions, 'bad'>,
): AsyncGenerator<Conversation> {
  const outlook = new Outlook<{ line: Line; conversation: Conversation }>({ ahead: AHEAD, farMs: YEAR_MS });
  const judge = (judged: Judged<{ line: Line; conversation: Conversation }> | null): Conversation[] => {
    if (judged?.far === true) bad.add(judged.item.line, FAR_AHEAD);
    return judged === null || judged.far ? [] : [judged.item.conversation];
  };
  for await (const line of readLines([file], { ...options, bad })) {
    const conversation = conversationOf(line, bad);
    if (conversation === null) continue;
    const at = Date.parse(conversation.at);
    if (at < earliest) bad.add(line, `too-old at: ${conversation.at} is before intake.earliest`);
    else yield* judge(outlook.add({ line, conversation }, at));
  }
  for (let last = outlook.next(); last !== null; last = outlook.next()) yield* judge(last);
}
