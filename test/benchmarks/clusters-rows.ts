/** Rows of the clusterer: k-means, warm rebuilds, what they cost, look-ups, and what a rebuild does to what runs beside it. */
import { z } from 'zod';
import { median, spread } from './figures.ts';
import { bench, type Part, type Row, repeat, runsOf } from './process.ts';

const seconds = z.array(z.object({ wall: z.number(), cpu: z.number() }));
const iteration = z.object({
  result: z.object({ ours: seconds, scikit: seconds, version: z.string().nullable() }),
});
const warm = z.object({
  result: z.object({
    toGoal: z.array(z.number()),
    updates: z.number(),
    start: z.number(),
    inertia: z.number(),
    whole: z.array(z.number()),
    rebuilt: z.object({ clusters: z.number(), inertia: z.number() }),
  }),
});
const large = z.object({ result: z.object({ seconds: z.number(), peakMb: z.number() }) });
const cost = z.object({ result: z.object({ n: z.number(), k: z.number(), d: z.number() }) });
const samples = z.object({
  result: z.object({
    shares: z.array(z.object({ share: z.number(), inertia: z.number(), rand: z.number() })),
  }),
});
const lookups = z.object({
  result: z.object({
    k: z.number(),
    build: z.number(),
    hnsw: z.number(),
    recall: z.number(),
    exact: z.array(z.object({ batch: z.number(), rate: z.number() })),
  }),
});
const delays = z.object({ p50: z.number(), p99: z.number(), max: z.number() });
const delay = z.object({
  result: z.object({
    samples: z.number(),
    clusters: z.number(),
    seconds: z.number(),
    perSecond: z.number(),
    calm: delays,
    during: delays,
  }),
});
type Lookups = z.infer<typeof lookups>['result'];

async function iterationRows(quick: boolean): Promise<Row[]> {
  const { result } = await bench(iteration, 'clusters.ts', 'iteration', String(runsOf(quick)));
  const wall = result.ours.map((one) => one.wall);
  const rows: Row[] = [['one Lloyd iteration, n = 100,000, k = 1,000, s', '≤ 0.45', spread(wall, 3)]];
  if (result.version === null) {
    return [
      ...rows,
      ['its ratio to scikit-learn', '≤ 0.6', '**not measured: scikit-learn is not installed**'],
    ];
  }
  const theirs = result.scikit.map((one) => one.wall);
  const cpu = (of: z.infer<typeof seconds>): number => median(of.map((one) => one.cpu));
  return [
    ...rows,
    [`the same by scikit-learn ${result.version}, one thread, s`, '', spread(theirs, 3)],
    ['ratio to it, in turns in the same run', '≤ 0.6', (median(wall) / median(theirs)).toFixed(2)],
    ['the same ratio in processor time', '', (cpu(result.ours) / cpu(result.scikit)).toFixed(2)],
  ];
}

async function warmRows(quick: boolean): Promise<Row[]> {
  const { result } = await bench(warm, 'clusters.ts', 'warm', String(runsOf(quick)));
  const { toGoal, updates, start, inertia, whole, rebuilt } = result;
  const above = (x: number): string => `${(100 * (x / inertia - 1)).toFixed(1)}%`;
  return [
    ['warm rebuild of 100,000 points to within 1% of the converged inertia, s', '≤ 2', spread(toGoal, 2)],
    ['updates that takes; inertia above the converged before any', '', `${updates}; ${above(start)}`],
    ['a whole rebuild of them with cuts and merges, by the worker, s', '', spread(whole, 2)],
    [
      'its clusters; its inertia above the converged of 1,000',
      '',
      `${rebuilt.clusters}; ${above(rebuilt.inertia)}`,
    ],
  ];
}

async function scaleRows(quick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  if (!quick) {
    const { result } = await bench(large, 'clusters.ts', 'large', '1000000', '10000');
    rows.push(
      ['one iteration, n = 1,000,000, k = 10,000, once, s', '', result.seconds.toFixed(1)],
      ['peak memory of that process, GB (the points are 1.5)', '', (result.peakMb / 1e3).toFixed(1)],
    );
  }
  const { result } = await bench(cost, 'clusters.ts', 'cost');
  const power = (x: number): string => x.toFixed(2);
  rows.push([
    'an iteration costs n^a · k^b · d^c, over n 25,000 to 100,000, k 250 to 1,000, d 192 to 768',
    '',
    `a = ${power(result.n)}, b = ${power(result.k)}, c = ${power(result.d)}`,
  ]);
  return rows;
}

async function sampleRows(): Promise<Row[]> {
  const { result } = await bench(samples, 'clusters.ts', 'samples');
  return result.shares.map(({ share, inertia, rand }) => [
    share === 1
      ? 'another random start on all of 100,000: inertia to that of the first, adjusted Rand index with it'
      : `the same two when 1/${1 / share} of them are clustered and the rest assigned`,
    '',
    `${inertia.toFixed(3)}, ${rand.toFixed(2)}`,
  ]);
}

const thousands = (x: number): string => Math.round(x).toLocaleString('en');

function lookupRows(sizes: readonly Lookups[][]): Row[] {
  const rows = sizes.flatMap((runs): Row[] => {
    const at = `${thousands(runs[0]?.k ?? 0)} clusters`;
    const exact = (runs[0]?.exact ?? []).map(({ batch }, i) => {
      const rate = median(runs.map((run) => run.exact[i]?.rate ?? Number.NaN));
      return `${thousands(rate)} by ${batch}`;
    });
    return [
      [
        `HNSW of ${at}: build, s`,
        '',
        spread(
          runs.map(({ build }) => build),
          2,
        ),
      ],
      [`HNSW of ${at}: look-ups a second, one by one`, '', spread(runs.map(({ hnsw }) => hnsw))],
      [
        `HNSW of ${at}: recall@1 over 8,192 look-ups`,
        '≥ 0.99',
        Math.min(...runs.map(({ recall }) => recall)).toFixed(4),
      ],
      [`exact by matrix product (\`index.adapter: exact\`), ${at}, look-ups a second`, '', exact.join(', ')],
    ];
  });
  return [...rows, ['clusters from which HNSW is faster than exact', '', crossings(sizes).join(', ')]];
}

/** Where the lines through the two sizes cross, on logarithms, for each size of batch. */
function crossings([few = [], many = []]: readonly Lookups[][]): string[] {
  const [low, high] = [few[0]?.k ?? 1, many[0]?.k ?? 1];
  return (few[0]?.exact ?? []).map(({ batch }, i) => {
    const ahead = (runs: readonly Lookups[]): number =>
      Math.log(median(runs.map((run) => (run.exact[i]?.rate ?? Number.NaN) / run.hnsw)));
    const [atFew, atMany] = [ahead(few), ahead(many)];
    const k = low * (high / low) ** (atFew / (atFew - atMany));
    const beyond = k > high ? ' (beyond what was measured)' : k < low ? ' (below what was measured)' : '';
    return `${thousands(Number(k.toPrecision(2)))} by ${batch}${beyond}`;
  });
}

async function delayRows(quick: boolean): Promise<Row[]> {
  const all = await repeat(quick, () => bench(delay, 'rebuild-delay.ts', quick ? '20000' : '60000', '1000'));
  const results = all.map(({ result }) => result);
  const { samples: size, clusters } = results[0] ?? { samples: 0, clusters: 0 };
  const of = (pick: (result: (typeof results)[number]) => number): number[] => results.map(pick);
  return [
    [
      `event-loop delay while ${thousands(size)} samples are rebuilt (${clusters} clusters), 1,000 a second assigned: p99, ms`,
      '< 20',
      spread(
        of(({ during }) => during.p99),
        1,
      ),
    ],
    [
      'the same, longest, ms',
      '',
      spread(
        of(({ during }) => during.max),
        1,
      ),
    ],
    [
      'p99 with assignment alone, ms',
      '',
      spread(
        of(({ calm }) => calm.p99),
        1,
      ),
    ],
    [
      'that rebuild, from window to published, s',
      '',
      spread(
        of((result) => result.seconds),
        1,
      ),
    ],
  ];
}

export const clusters: Part = {
  name: 'clusters',
  title: 'The clusterer',
  about:
    'Made-up unit vectors of 384 numbers in a thousand topics and more, cosine 0.7 to the middle of their topic; one thread.',
  inReadme: ([, goal]) => goal !== '',
  async rows(quick) {
    const sizes: Lookups[][] = [];
    const rows = [
      ...(await iterationRows(quick)),
      ...(await warmRows(quick)),
      ...(await scaleRows(quick)),
      ...(await sampleRows()),
    ];
    for (const k of ['1000', '10000'])
      sizes.push((await repeat(quick, () => bench(lookups, 'lookups.ts', k))).map(({ result }) => result));
    return [...rows, ...lookupRows(sizes), ...(await delayRows(quick))];
  },
};
