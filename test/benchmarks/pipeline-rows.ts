/** Rows of the whole pipeline on the embedded log. */
import { z } from 'zod';
import { spread } from './figures.ts';
import { bench, type Part, type Row, repeat } from './process.ts';

const sustained = z.object({
  clusters: z.number(),
  result: z.object({
    perSecond: z.number(),
    cpuPerConversationMicros: z.number(),
    memoryMb: z.array(z.number()),
  }),
});
const latency = z.object({ result: z.object({ rate: z.number(), p50: z.number(), p99: z.number() }) });
const adopted = z.object({ result: z.object({ births: z.number(), ms: z.array(z.number()).min(1) }) });

/** Conversations a second to be reached. */
const GOAL = 5_000;

/** The other way of finding the nearest cluster. */
const EXACT = 'index.adapter=exact';

/** p99, ms. */
const slowest = (runs: readonly z.infer<typeof latency>[]): string =>
  spread(
    runs.map(({ result }) => result.p99 * 1_000),
    1,
  );

export const pipeline: Part = {
  name: 'pipeline',
  title: 'The pipeline',
  about:
    'Offline summaries, vectors precomputed (a warm cache by content), made-up conversations of about 1 KB, about a thousand topics.',
  inReadme: () => true,
  async rows(quick) {
    const count = quick ? '40000' : '100000';
    const seconds = (long: string): string => (quick ? '8' : long);
    // By turns, as machines change from one minute to the next.
    const both = await repeat(quick, async () => ({
      graph: await bench(sustained, 'pipeline.ts', 'sustained', count),
      exact: await bench(sustained, 'pipeline.ts', 'sustained', count, EXACT),
    }));
    const whole = both.map(({ graph }) => graph);
    const exact = both.map((run) => run.exact);
    const long = quick ? null : await bench(sustained, 'pipeline.ts', 'sustained', '1000000');
    const [, median] = whole.map(({ result }) => result.perSecond).sort((a, b) => a - b);
    const reached = Math.round((median ?? whole[0]?.result.perSecond ?? 0) / 2);
    const rate = Math.min(GOAL / 2, reached);
    const wait = (long: string, ...settings: string[]) => waitAt(rate, long, ...settings);
    const waitAt = (rate: number, long: string, ...settings: string[]) =>
      bench(latency, 'pipeline.ts', 'latency', String(rate), seconds(long), ...settings);
    // Two minutes hold one rebuild, as the window doubles in them; by default one comes at most every two hours.
    const halves = await repeat(quick, async () => ({
      graph: await wait('120'),
      exact: await wait('120', EXACT),
    }));
    const half = halves.map(({ graph }) => graph);
    const halfExact = halves.map((run) => run.exact);
    const faster = reached > rate ? await repeat(quick, () => waitAt(reached, '120')) : [];
    const around = await repeat(quick, () => wait('20'));
    const patches = await repeat(quick, () => bench(adopted, 'pipeline.ts', 'adopt', '1000'));
    const waits = patches.flatMap(({ result }) => result.ms);
    const rows: Row[] = [
      [
        'conversations a second, embedded log, one process',
        `≥ ${GOAL.toLocaleString('en')}`,
        spread(whole.map(({ result }) => result.perSecond)),
      ],
      ['CPU a conversation, µs', '', spread(whole.map(({ result }) => result.cpuPerConversationMicros))],
      [
        'conversations a second, the same with `index.adapter: exact`',
        '',
        spread(exact.map(({ result }) => result.perSecond)),
      ],
      [
        'CPU a conversation, µs, the same with `index.adapter: exact`',
        '',
        spread(exact.map(({ result }) => result.cpuPerConversationMicros)),
      ],
      [
        `admit to assigned at ${rate} a second, p50, ms (half of what is asked, or of what is reached where that is less)`,
        '',
        spread(
          half.map(({ result }) => result.p50 * 1_000),
          1,
        ),
      ],
      ['the same, p99 over two minutes with a rebuild in them, ms', '< 50', slowest(half)],
      ['the same p99 with `index.adapter: exact`, ms', '', slowest(halfExact)],
      ['the same, p99 over the 20 s around a rebuild, ms', '', slowest(around)],
    ];
    if (faster.length > 0)
      rows.push([
        `the same, p99 over two minutes at half of what is reached (${reached} a second), ms`,
        '',
        slowest(faster),
      ]);
    rows.push([
      `newborn cluster published to first conversation assigned by it, ${waits.length} of them at 1,000 a second, longest, ms`,
      '< 1,000',
      Math.max(...waits).toFixed(0),
    ]);
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
    return rows;
  },
};
