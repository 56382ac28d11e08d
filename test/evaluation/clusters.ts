/**
 * Clusters that live: what becomes of ids over rebuilds, how soon a new topic has a cluster of its own, and how often one is found
 * where nothing is new. Real texts through the real phases on event time; vectors are kept between runs.
 *   node test/evaluation/clusters.ts [--quick] [--data FOLDER]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { openDataFolder } from '../../src/app/data-folder.ts';
import { Lifecycle } from '../../src/app/lifecycle.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { openParts } from '../../src/app/parts.ts';
import { rebuildSettings } from '../../src/app/phases.ts';
import { DAY } from '../../src/domain/ids.ts';
import { type Appeared, appearances, type Deps, nothingNew } from './clusters/newborns.ts';
import { METHODS, type Method, medianOf, months, type Step, twice } from './clusters/rebuilds.ts';
import { findable, jailbreaks, requests, sandy, shuffled, type Text, titles } from './clusters/texts.ts';
import { DATA, hasData, NO_DATA } from './data.ts';
import { plot } from './plot.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, data: { type: 'string', default: DATA } },
});
const SETS = ['clinc150', 'oasst1-validation', 'reddit-titles-2012', 'crisislex-t6-sandy-oklahoma'];
const cache = join(import.meta.dirname, '../../.cache/evaluation');
const config = loadConfig({
  environment: {},
  flags: [
    `data=${cache}`,
    `embedder.cache_path=${join(cache, 'vectors.sqlite')}`,
    'embedder.cache=400000',
    'logging.level=error',
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ],
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;
const p50 = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.ceil(0.5 * of.length) - 1] ?? Number.NaN;
const p90 = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.ceil(0.9 * of.length) - 1] ?? Number.NaN;

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  say(`| ${head.join(' | ')} |`);
  say(`|${'---|'.repeat(head.length)}`);
  for (const row of rows) say(`| ${row.join(' | ')} |`);
  say('');
}

function cellsOf({ alive, same, clusters, ari, purity, nmi, groups }: Step): string[] {
  return [
    percent(alive),
    percent(same),
    percent(clusters),
    ari.toFixed(3),
    percent(purity),
    nmi.toFixed(3),
    String(groups),
  ];
}

const HEAD = [
  'members whose id lives on',
  'members under the same id',
  'clusters that live on',
  'ARI before, after',
  'purity',
  'NMI',
  'clusters',
];

async function tellTwice(deps: Deps): Promise<void> {
  say('### The same window again\n');
  say(
    'A window of texts clustered, and clustered again: as it is, or with 5% of it exchanged. The baselines begin anew, with as many clusters, and give ids to what lies nearest: a centroid within cosine 0.92 of an old one inherits its id, or all are matched one to one (Hungarian), near or not.\n',
  );
  const size = values.quick ? 6_000 : 20_000;
  const rows: string[][] = [];
  for (const [name, texts] of [
    ['requests', requests(values.data)],
    ['titles', titles(values.data)],
  ] as const) {
    for (const replaced of [0, 0.05]) {
      const window = Math.min(size, Math.floor(texts.length / (1 + replaced)));
      const steps = await twice(deps, rebuildSettings(config.cluster), texts, window, replaced, 3);
      for (const [method, step] of steps)
        rows.push([`${name}, ${replaced === 0 ? 'unchanged' : '5% exchanged'}`, method, ...cellsOf(step)]);
    }
  }
  table(['window', 'method', ...HEAD], rows);
  say(
    'To be reached: 98% of members on an unchanged window, 95% with 5% of it exchanged. requests: clinc150 with the first requests of oasst1; titles: reddit-titles-2012.\n',
  );
}

async function tellMonths(deps: Deps): Promise<void> {
  const all = titles(values.data);
  const texts = values.quick ? all.slice(0, 12_000) : all;
  const weekly: Deps = {
    ...deps,
    config: { ...config, cluster: { ...config.cluster, rebuild_minutes: 7 * 1_440 } },
  };
  const found = await months(weekly, texts, config.cluster.window_days * DAY, 1);
  const { steps, at } = found;
  say('### Nine months of titles in their order\n');
  say(
    `${texts.length} titles of 300 communities at their real times of 2012 through the live path, with a window of ${config.cluster.window_days} days and a rebuild a week: ${steps.length} rebuilds after the first, medians over them. The world changes meanwhile: half of the window is new after two weeks. ${found.newborns} clusters were born as news between rebuilds.\n`,
  );
  const of = (method: Method, figure: keyof Step): number =>
    medianOf(steps.flatMap((step) => step.get(method)?.[figure] ?? []));
  const median = (method: Method): Step => ({
    alive: of(method, 'alive'),
    same: of(method, 'same'),
    clusters: of(method, 'clusters'),
    ari: of(method, 'ari'),
    purity: of(method, 'purity'),
    nmi: of(method, 'nmi'),
    groups: Math.round(of(method, 'groups')),
  });
  table(
    ['method', ...HEAD],
    METHODS.map((method) => [method, ...cellsOf(median(method))]),
  );
  plot('clusters', {
    title: 'Members under the same id from one rebuild to the next',
    data: {
      values: steps.flatMap((step, i) =>
        METHODS.map((method) => ({
          method,
          at: new Date(at[i] ?? 0).toISOString(),
          same: step.get(method)?.same ?? 0,
        })),
      ),
    },
    width: 620,
    height: 220,
    mark: { type: 'line' },
    encoding: {
      x: { field: 'at', type: 'temporal', title: null },
      y: { field: 'same', type: 'quantitative', title: 'share of members', scale: { domain: [0, 1] } },
      color: { field: 'method', type: 'nominal', title: null, sort: [...METHODS] },
    },
  });
}

const byTopic = (texts: readonly Text[]): Map<string, Text[]> => {
  const topics = new Map<string, Text[]>();
  for (const text of texts) topics.set(text.topic, [...(topics.get(text.topic) ?? []), text]);
  return topics;
};

/** Topics held back, by a draw; with the hurricane and the largest community of jailbreaks among the requests. */
function heldBack(
  all: readonly Text[],
  names: readonly string[],
  seed: number,
  more: boolean,
): Map<string, Text[]> {
  const random = seededRandom(seed * 77);
  const topics = byTopic(all);
  const held = new Map(
    shuffled(names, random)
      .slice(0, 4)
      .map((name) => [name, shuffled(topics.get(name) ?? [], random)]),
  );
  if (!more) return held;
  held.set('sandy', sandy(values.data));
  const [community] = [...byTopic(jailbreaks(values.data))].sort((a, b) => b[1].length - a[1].length);
  if (community !== undefined) held.set(...community);
  return held;
}

async function tellNewborns(deps: Deps): Promise<void> {
  say('### A topic that is new\n');
  say(
    'Topics held back appear after two days of other traffic, each at a rate of all of it (two draws of topics, four at 0.5%): conversations of the topic that had come when a cluster of its own was there (half of what falls into it, at least), and the share of the topic in it then. requests: four intents of clinc150 at a draw, the tweets of Hurricane Sandy and the jailbreak prompts of one community; titles: four communities at a draw of those that are a topic to the embedder, half of whose titles lie in clusters that they lead when all are clustered in batch.\n',
  );
  const request = requests(values.data);
  const title = titles(values.data);
  const intents = [...new Set(request.map(({ topic }) => topic))].filter((topic) => topic !== 'oasst').sort();
  const communities = await findable(deps.parts, title);
  const seedsAt = (rate: number): number[] => (values.quick ? [1] : rate === 0.005 ? [1, 2, 3, 4] : [1, 2]);
  const rates = values.quick ? [0.005] : [0.002, 0.005, 0.02];
  const rows: string[][] = [];
  for (const [name, all, names] of [
    ['requests', request, intents],
    ['titles', title, communities],
  ] as const) {
    for (const rate of rates) {
      const found: Appeared[] = [];
      for (const seed of seedsAt(rate)) {
        const held = heldBack(all, names, seed, name === 'requests');
        const background = all.filter(({ topic }) => !held.has(topic));
        found.push(...(await appearances(deps, background, held, rate, seed)));
      }
      const own = found.filter(({ seen }) => seen !== null);
      const seen = found.map((one) => one.seen ?? Number.POSITIVE_INFINITY);
      const purity = own.flatMap((one) => one.purity ?? []);
      const told = (n: number): string => (Number.isFinite(n) ? n.toFixed(0) : 'more than came');
      rows.push([
        name,
        percent(rate),
        `${own.length} of ${found.length}`,
        told(p50(seen)),
        told(p90(seen)),
        purity.length === 0 ? '' : percent(medianOf(purity), 0),
        purity.length === 0 ? '' : percent(Math.min(...purity), 0),
        String(own.filter(({ by }) => by === 'newborn').length),
      ]);
    }
  }
  table(
    ['texts', 'rate', 'found', 'seen before, median', 'p90', 'purity, median', 'lowest', 'between rebuilds'],
    rows,
  );
  say(
    `To be reached at 0.5%: 30 conversations, purity 90%. Counted to the hundred conversations that are pushed at a time.\n`,
  );
}

async function tellQuiet(deps: Deps): Promise<void> {
  say('### Where nothing is new\n');
  const rows: string[][] = [];
  for (const [name, texts] of [
    ['requests', requests(values.data)],
    ['titles', shuffled(titles(values.data), seededRandom(5))],
  ] as const) {
    const { conversations, newborns, outside } = await nothingNew(
      deps,
      texts.slice(0, values.quick ? 14_000 : Number.POSITIVE_INFINITY),
      12_000,
      1,
    );
    rows.push([name, String(conversations), String(newborns), percent(outside, 2)]);
  }
  table(['texts, in no order', 'conversations', 'newborn clusters', 'in no cluster on arrival'], rows);
  say(
    `To be reached: one newborn cluster in 100,000 conversations. The radii promise that ${percent(config.cluster.false_outlier_rate, 0)} of a cluster's own conversations fall outside (\`cluster.false_outlier_rate\`).\n`,
  );
}

async function evaluate(): Promise<void> {
  const lifecycle = new Lifecycle((name, error) => process.stderr.write(`${name}: ${String(error)}\n`));
  const clock = createSystemClock();
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  openDataFolder(config);
  const parts = await openParts(config, clock, telemetry, lifecycle);
  const deps = { config, parts, telemetry };
  say(`Vectors: ${parts.embedder.id}; settings as they are by default.\n`);
  for (const tell of [tellTwice, tellMonths, tellNewborns, tellQuiet]) {
    const began = performance.now();
    await tell(deps);
    process.stderr.write(`${tell.name}: ${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
  }
  await lifecycle.stop();
}

if (hasData(values.data, SETS)) await evaluate();
else say(NO_DATA);
