/**
 * What redaction adds to the offline path of admit: the same conversations through the real phase, in processes that take turns, with the
 * redactor and with one that takes nothing out. Vectors are not made there: their cost, which is most, is measured beside it.
 *   node test/evaluation/redaction-speed.ts [--data FOLDER]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createMiniLmEmbedder } from '../../src/adapters/embedder/minilm.ts';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { createOfflineSummarizer } from '../../src/adapters/summarizer/offline.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { quantile } from '../../src/algorithms/quantile.ts';
import { redact } from '../../src/algorithms/redact.ts';
import { toUnit } from '../../src/domain/vector.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import type { LogRecord } from '../../src/ports/event-log.ts';
import { noWatches } from '../support/spaces.ts';
import { DATA, hasData, NO_DATA } from './data.ts';
import { loadBackground } from './stream.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, once: { type: 'boolean', default: false } },
});
const TURNS = 3;
const CONVERSATIONS = 40_000;
const BATCH = 500;
const EMBEDDED = 1_000;
const AT = Date.parse('2026-03-02T00:00:00Z');

const onceSchema = z.object({ wall: z.number(), cpu: z.number(), redacts: z.boolean(), embed: z.number() });
type Once = z.infer<typeof onceSchema>;

/** µs a conversation. */
async function once(): Promise<Once> {
  const texts = loadBackground(values.data).map(({ text }) => text.toWellFormed().replaceAll('\u0000', ''));
  const topics = topicNames('conversations', '');
  const clock = createManualClock(AT);
  const telemetry = createTelemetry(createLogger({ level: 'silent', format: 'json' }), clock.now);
  const summarizer = createOfflineSummarizer({ onRedacted: () => undefined });
  const vector = toUnit([1, 0, 0]);
  const session = await createAdmit({
    topics,
    tokens: createHmacTokens(Buffer.alloc(32, 1)),
    summarizer,
    embedder: {
      id: 'none:3',
      dimension: 3,
      embed: async (all) => all.map(() => vector),
      stop: async () => {},
    },
    clock,
    telemetry,
    watches: noWatches(),
    settings: {
      earliest: 0,
      maxFutureMs: 86_400_000,
      replay: true,
      maxBytes: 4_194_304,
      deadLetterBodies: false,
      zeroRetention: new Set(),
      toolNames: new Set(),
      seenCap: 1_000_000,
    },
  })({ partition: 0, publish: async () => undefined });
  const records = Array.from({ length: CONVERSATIONS }, (_, i): LogRecord => {
    const conversation = {
      conversation_id: `c${i}`,
      account_id: `a${i % 5_000}`,
      at: new Date(AT + i).toISOString(),
      messages: [{ role: 'user', content: texts[i % texts.length] || 'hello' }],
    };
    const value = Buffer.from(JSON.stringify(conversation));
    return { topic: topics.conversations, partition: 0, offset: i, key: null, value, timestamp: 0 };
  });
  const run = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += BATCH) {
      await session.handle({
        partition: 0,
        records: records.slice(at, at + BATCH),
        replay: false,
        backlog: 0,
      });
      session.committed?.();
    }
  };
  const warm = CONVERSATIONS / 4;
  await run(0, warm);
  const [began, used] = [performance.now(), process.cpuUsage()];
  await run(warm, CONVERSATIONS);
  const wall = ((performance.now() - began) * 1_000) / (CONVERSATIONS - warm);
  const { user, system } = process.cpuUsage(used);
  await summarizer.stop();
  const redacts = redact('a@b.co').text !== 'a@b.co';
  const cacheFolder = join(import.meta.dirname, '../../.cache/evaluation/models');
  const embedder = await createMiniLmEmbedder({ threads: 1, cacheFolder, onNote: () => undefined });
  await embedder.embed(texts.slice(0, 64));
  const embedding = performance.now();
  await embedder.embed(texts.slice(64, 64 + EMBEDDED));
  const embed = ((performance.now() - embedding) * 1_000) / EMBEDDED;
  await embedder.stop();
  return { wall, cpu: (user + system) / (CONVERSATIONS - warm), redacts, embed };
}

function inProcess(without: boolean): Once {
  const stub = without ? ['--import', join(import.meta.dirname, 'without-redaction.ts')] : [];
  const flags = ['--disable-warning=ExperimentalWarning', ...stub];
  const out = execFileSync(process.execPath, [
    ...flags,
    import.meta.filename,
    '--once',
    '--data',
    values.data,
  ]);
  const measured = onceSchema.parse(JSON.parse(out.toString()));
  if (measured.redacts === without) throw new Error('the redactor was not the one to measure');
  return measured;
}

function evaluate(): void {
  const runs = Array.from({ length: TURNS }, () => ({ with: inProcess(false), without: inProcess(true) }));
  const middle = (way: 'with' | 'without', of: 'wall' | 'cpu' | 'embed'): number =>
    quantile(
      runs.map((run) => run[way][of]),
      0.5,
    );
  const embed = (middle('with', 'embed') + middle('without', 'embed')) / 2;
  const ratio = (more: number, of: 'wall' | 'cpu'): string =>
    ((middle('with', of) + more) / (middle('without', of) + more)).toFixed(3);
  const row = (title: string, of: 'wall' | 'cpu', more: number): string =>
    `| ${title} | ${(middle('with', of) + more).toFixed(1)} | ${(middle('without', of) + more).toFixed(1)} | ${ratio(more, of)} |`;
  const lines = [
    `${CONVERSATIONS} conversations of one request (clinc150, oasst1, hh-harmless) through admit, ${TURNS} processes each way in turns, medians. Redaction runs twice: on what the summarizer keeps, and as the check behind it.\n`,
    '| µs a conversation | with redaction | without | ratio |',
    '|---|---|---|---|',
    row('admit without vectors, CPU of all threads', 'cpu', 0),
    row('admit without vectors, elapsed', 'wall', 0),
    row(`the same and ${embed.toFixed(0)} µs for its vector (one thread), CPU`, 'cpu', embed),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (!hasData(values.data, ['clinc150', 'oasst1-validation', 'hh-harmless-test'])) console.log(NO_DATA);
else if (values.once) process.stdout.write(JSON.stringify(await once()));
else evaluate();
