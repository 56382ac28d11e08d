/**
 * Runs every bench several times in processes of their own, prints the medians and writes docs/benchmarks.md.
 *   npm run bench [-- --quick]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFigures } from './figures.ts';

const FOLDER = import.meta.dirname;
/** As `npm run cliowatch` runs it. */
const NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--v8-pool-size=1',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
];
const quick = process.argv.includes('--quick');

const sustained = z.object({
  clusters: z.number(),
  result: z.object({
    perSecond: z.number(),
    cpuPerConversationMicros: z.number(),
    memoryMb: z.array(z.number()),
  }),
});
const latency = z.object({ result: z.object({ rate: z.number(), p50: z.number(), p99: z.number() }) });
const restart = z.object({ result: z.object({ clusters: z.number(), seconds: z.number() }) });
const kafka = z.object({
  result: z.object({
    clusters: z.number(),
    parses: z.number(),
    checks: z.number(),
    relays: z.number(),
    pipeline: z.number(),
  }),
});

async function bench<T>(schema: z.ZodType<T>, file: string, ...flags: string[]): Promise<T> {
  const script = join(FOLDER, file);
  process.stderr.write(`${file} ${flags.join(' ')} ...\n`);
  const child = spawn(process.execPath, [...NODE_FLAGS, script, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${file} ${flags.join(' ')} ended with ${String(code)}`);
  return schema.parse(JSON.parse(out));
}

async function repeat<T>(times: number, run: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < times; i++) all.push(await run());
  return all;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

const spread = (values: readonly number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;

const runs = quick ? 1 : 3;
const count = quick ? 40_000 : 100_000;
const whole = await repeat(runs, () => bench(sustained, 'pipeline.ts', 'sustained', String(count)));
const long = quick ? null : await bench(sustained, 'pipeline.ts', 'sustained', '1000000');
// Two minutes hold one rebuild, as the window doubles in them; by default one comes at most every two hours.
const half = await repeat(runs, () => bench(latency, 'pipeline.ts', 'latency', '2500', quick ? '8' : '120'));
const around = await repeat(runs, () => bench(latency, 'pipeline.ts', 'latency', '2500', quick ? '8' : '20'));
const starts = await repeat(runs, () => bench(restart, 'pipeline.ts', 'restart'));
const brokers = await repeat(runs, () => bench(kafka, 'kafka.ts', quick ? '15000' : '40000'));

const rows: string[][] = [
  [
    'conversations a second, embedded log, one process',
    '≥ 5,000',
    spread(whole.map(({ result }) => result.perSecond)),
  ],
  ['CPU a conversation, µs', '', spread(whole.map(({ result }) => result.cpuPerConversationMicros))],
  [
    'admit to assigned at 2,500 a second, p50, ms',
    '',
    spread(
      half.map(({ result }) => result.p50 * 1_000),
      1,
    ),
  ],
  [
    'the same, p99 over two minutes with a rebuild in them, ms',
    '< 50',
    spread(
      half.map(({ result }) => result.p99 * 1_000),
      1,
    ),
  ],
  [
    'the same, p99 over the 20 s around a rebuild, ms',
    '',
    spread(
      around.map(({ result }) => result.p99 * 1_000),
      1,
    ),
  ],
  [
    `start to first assignment, ${starts[0]?.result.clusters ?? 0} clusters, s`,
    '< 3',
    spread(
      starts.map(({ result }) => result.seconds),
      2,
    ),
  ],
  [
    'bare kafkajs consumer that only parses, a second',
    '',
    spread(brokers.map(({ result }) => result.parses)),
  ],
  [
    'bare kafkajs consumer that parses and checks the schema',
    '',
    spread(brokers.map(({ result }) => result.checks)),
  ],
  [
    'bare kafkajs relay of one record of 3 KB a message, exactly once',
    '',
    spread(brokers.map(({ result }) => result.relays)),
  ],
  [
    'pipeline through Kafka, all roles in one process, two partitions',
    '',
    spread(brokers.map(({ result }) => result.pipeline)),
  ],
  [
    'its ratio to the consumer that only parses (decision 9)',
    '≥ 0.5',
    spread(
      brokers.map(({ result }) => result.pipeline / result.parses),
      3,
    ),
  ],
  [
    'its ratio to the relay',
    '',
    spread(
      brokers.map(({ result }) => result.pipeline / result.relays),
      2,
    ),
  ],
];
if (long !== null) {
  const memory = long.result.memoryMb;
  const at = (share: number): number => memory[Math.floor((memory.length - 1) * share)] ?? Number.NaN;
  rows.push(['conversations a second over 1,000,000', '', long.result.perSecond.toFixed(0)]);
  rows.push([
    'memory at a quarter, half and the end of them, MB',
    'flat',
    `${at(0.25)}, ${at(0.5)}, ${at(1)}`,
  ]);
}
const table = [
  `| figure (median, range of ${runs}) | goal | measured |`,
  '|---|---|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
].join('\n');
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
writeFileSync(
  join(FOLDER, '../../docs/benchmarks.md'),
  `# Benchmarks\n\nWritten by \`npm run bench${quick ? ' -- --quick' : ''}\`; never edited by hand. Machine: ${machine}.\n` +
    `Offline summaries, vectors precomputed (a warm cache by content), made-up conversations of about 1 KB, ${whole[0]?.clusters ?? 0} clusters.\n\n` +
    `${table}\n`,
);
writeFigures('bench', table);
process.stdout.write(`${table}\n`);
