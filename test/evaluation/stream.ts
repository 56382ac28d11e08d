/**
 * Makes a conversation stream from the evaluation data: clinc150, oasst1 and hh-harmless texts as users' requests over
 * ten days, arrivals by the Azure trace within a daily cycle, heavy-tailed accounts; the on-topic Sandy tweets laid in at
 * their real times. Times are those of October 2012.
 *   node test/evaluation/stream.ts DATA_FOLDER [perHour=300] [seed=1] > stream.jsonl
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { HOUR } from '../../src/domain/ids.ts';

const START = Date.parse('2012-10-24T00:00:00Z');
const END = Date.parse('2012-11-01T00:00:00Z');

type Text = { readonly text: string; readonly source: string; readonly topic: string };

function jsonLines<T>(folder: string, name: string, schema: z.ZodType<T>): T[] {
  const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)));
}

/** Requests of the background, each with where it comes from. */
export function loadBackground(folder: string): Text[] {
  const clinc = jsonLines(folder, 'clinc150.jsonl.gz', z.object({ text: z.string(), intent: z.string() }));
  const oasst = jsonLines(
    folder,
    'oasst1-validation.jsonl.gz',
    z.object({ text: z.string(), role: z.string(), parent_id: z.string().nullable() }),
  );
  const harmless = jsonLines(folder, 'hh-harmless-test.jsonl.gz', z.object({ chosen: z.string() }));
  return [
    ...clinc.map(({ text, intent }) => ({ text, source: 'clinc', topic: intent })),
    ...oasst
      .filter((message) => message.role === 'prompter' && message.parent_id === null)
      .map(({ text }) => ({ text, source: 'oasst', topic: 'oasst' })),
    ...harmless.map(({ chosen }) => ({
      text: /Human: ([\s\S]*?)\n\nAssistant:/.exec(chosen)?.[1] ?? chosen,
      source: 'hh',
      topic: 'hh',
    })),
  ];
}

const tweet = z.object({
  tweet_id: z.string(),
  timestamp: z.string(),
  event: z.string(),
  text: z.string(),
  label: z.string(),
});

/** Gaps between arrivals as shares of their mean, from the Azure trace: bursts as a real service has them. */
function gaps(folder: string): number[] {
  const lines = gunzipSync(readFileSync(join(folder, 'azure_conv_2023.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1);
  const times = lines.map((line) =>
    Date.parse(`${(line.split(',')[0] ?? '').replace(' ', 'T').slice(0, 23)}Z`),
  );
  const found = times.slice(1).map((time, i) => Math.max(0, time - (times[i] ?? time)));
  const mean = found.reduce((sum, gap) => sum + gap, 0) / found.length;
  return found.map((gap) => gap / mean);
}

export function* makeStream(
  folder: string,
  perHour: number,
  seed: number,
): Generator<Conversation & { truth: string }> {
  const random = seededRandom(seed);
  const background = loadBackground(folder);
  const shares = gaps(folder);
  const sandy = jsonLines(folder, 'crisislex-t6-sandy-oklahoma.jsonl.gz', tweet)
    .filter((row) => row.event.includes('Sandy') && row.label !== 'off-topic')
    .map((row) => ({ at: Date.parse(row.timestamp), text: row.text, id: row.tweet_id }))
    .sort((a, b) => a.at - b.at);
  let next = 0;
  let gap = Math.floor(random() * shares.length);
  let at = START;
  for (let n = 0; at < END; n++) {
    const cycle = 1 - 0.5 * Math.cos((2 * Math.PI * (at - 4 * HOUR)) / (24 * HOUR));
    at += ((shares[gap++ % shares.length] ?? 1) * HOUR) / (perHour * cycle);
    for (let event = sandy[next]; event !== undefined && event.at <= at; event = sandy[++next]) {
      yield { ...conversation(`sandy-${event.id}`, `tweeter-${next}`, event.at, event.text), truth: 'sandy' };
    }
    const text = background[Math.floor(random() * background.length)];
    // Pareto-like: a few accounts talk a lot, most once or twice.
    const account = Math.floor(4_000 * random() ** 2.5);
    if (text === undefined || text.text.trim() === '') continue;
    yield {
      ...conversation(`c${seed}-${n}`, `account-${account}`, at, text.text),
      truth: `${text.source}/${text.topic}`,
    };
  }
}

function conversation(id: string, account: string, at: number, text: string): Conversation {
  return {
    conversation_id: id,
    account_id: account,
    at: new Date(at).toISOString(),
    messages: [{ role: 'user', content: text.toWellFormed().replaceAll('\u0000', '') }],
    surface: 'api',
  };
}

if (import.meta.main) {
  const [folder, perHour = '300', seed = '1'] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write(
      'usage: node test/evaluation/stream.ts DATA_FOLDER [perHour] [seed] > stream.jsonl\n',
    );
    process.exit(2);
  }
  for (const { truth, ...rest } of makeStream(folder, Number(perHour), Number(seed))) {
    process.stdout.write(`${JSON.stringify({ ...rest, metadata: { truth } })}\n`);
  }
}
