/**
 * Clusters that live: what becomes of ids over rebuilds. Real texts through the real phases on event time; vectors are kept between runs.
 *   node test/evaluation/clusters.ts [--quick] [--data FOLDER]
 */
import { rebuildSettings } from '../../src/app/phases.ts';
import { DAY } from '../../src/domain/ids.ts';
import type { Deps } from './clusters/newborns.ts';
import { METHODS, type Method, medianOf, months, type Step, twice } from './clusters/rebuilds.ts';
import { config, evaluate, percent, say, table, values } from './clusters/setting.ts';
import { requests, titles } from './clusters/texts.ts';
import { plot } from './plot.ts';

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

await evaluate([tellTwice, tellMonths]);
