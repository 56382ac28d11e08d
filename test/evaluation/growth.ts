/**
 * Growth detection measured on simulated streams, held-out seeds: false alarms, launch days, recall and delay of surges, floods, new topics, speed.
 * Prints a Markdown table; some minutes. `node test/evaluation/growth.ts [--quick]`
 */
import { AccountWindow } from '../../src/algorithms/growth/account-window.ts';
import { quantile } from '../../src/algorithms/quantile.ts';
import {
  drawEvent,
  type EventKind,
  type Outcome,
  runEvents,
  runJunk,
  type Size,
} from './growth/event-run.ts';
import { cpuMillis, type NullRun, runNull } from './growth/null-run.ts';
import { runRebuild } from './growth/rebuild-run.ts';
import { createStream, DAY, MINUTES } from './growth/stream.ts';
import { plot } from './plot.ts';

const quick = process.argv.includes('--quick');
const NULL_SEEDS = quick ? [501] : [501, 502, 503, 504, 505, 506, 507, 508];
const REBUILD_SEEDS = quick ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const LAUNCH_SEEDS = quick ? [601] : [601, 602, 603];
const HOST_SEED = 701;
const ROWS_A_KIND = quick ? 6 : 24;
const BATCH = 400;
const FROM = 14 * DAY + DAY / 2;
const SIZES: readonly Size[] = ['large', 'medium', 'small'];
const RATIOS = [1.5, 2, 3, 5, 10];
const HOURS = [1, 3, 6];

const report: [what: string, measured: string, study: string][] = [];
const say = (what: string, measured: string, study = '') => {
  report.push([what, measured, study]);
  process.stderr.write(`${what}: ${measured}\n`);
};

function falseAlarms(): NullRun {
  const runs = NULL_SEEDS.map((seed) => runNull({ seed }, FROM, MINUTES));
  const days = runs.reduce((sum, run) => sum + run.days, 0);
  const rate = (severity: 'watch' | 'page') =>
    (runs.reduce((sum, run) => sum + run.alerts[severity], 0) / days).toFixed(3);
  say(`false alarms a day, promised 1 (${days} days)`, rate('watch'), '0.25');
  say('false alarms a day, promised 1/7', rate('page'), '0.096');
  const mean = (of: (run: NullRun) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  say(
    'µs a tick of 1,000 clusters, silent',
    mean((run) => run.silentMicros).toFixed(0),
    '75, without baselines',
  );
  say('µs a tick of 1,000 clusters, with rows', mean((run) => run.tickMicros).toFixed(0));
  say(
    's to replay 28 days of 1,000 clusters',
    mean((run) => (run.silentMicros * MINUTES) / 1e6).toFixed(1),
    '3.1',
  );
  return runs[0]!;
}

function launchDays(): void {
  for (const [mixSd, study] of [
    [0, ''],
    [0.15, '1.0'],
    [0.3, '8.6'],
  ] as const) {
    const start = 20 * DAY + 600;
    const runs = LAUNCH_SEEDS.map((seed) =>
      runNull({ seed, launch: { day: 20, mixSd } }, start, start + DAY + 60),
    );
    const alerts = runs.reduce((sum, run) => sum + run.alerts.watch, 0) / runs.length;
    say(`alerts on a launch day, mix sd ${mixSd}`, alerts.toFixed(1), study);
  }
}

/** By the settings' window: all conversations of a small stream, a panel of accounts of a busy one. */
function dayAfterRebuild(): void {
  const window = 60_000;
  for (const [name, conversationsAnHour] of [
    ['8,000/h, window a panel of accounts', 8_000],
    ['120/h, window whole', 120],
  ] as const) {
    const runs = REBUILD_SEEDS.map((seed) =>
      runRebuild({ seed, conversationsAnHour }, 18 * DAY + seed * 97, window),
    );
    const mean = (of: (run: (typeof runs)[number]) => number) =>
      runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
    say(
      `alerts in the day after a rebuild, 1,000 clusters, ${name} (${runs.length} days): watch, page`,
      `${mean(({ alerts }) => alerts.watch).toFixed(2)}, ${mean(({ alerts }) => alerts.page).toFixed(2)}`,
      '≤ 0.5 asked',
    );
  }
}

function kinds(): EventKind[] {
  const list: EventKind[] = [];
  for (const size of SIZES) {
    for (const ratio of RATIOS) for (const hours of HOURS) list.push({ type: 'surge', size, ratio, hours });
  }
  list.push({ type: 'one-account-flood', size: 'small', conversations: 100 });
  list.push({ type: 'one-account-flood', size: 'medium', conversations: 300 });
  list.push({ type: 'one-account-flood', size: 'large', conversations: 1_000 });
  list.push({ type: 'many-account-flood', size: 'small', accounts: 20, each: 10 });
  list.push({ type: 'many-account-flood', size: 'medium', accounts: 40, each: 10 });
  list.push({ type: 'many-account-flood', size: 'large', accounts: 150, each: 10 });
  for (const share of [0.001, 0.005, 0.02]) list.push({ type: 'new', share });
  list.push({ type: 'young', size: 'medium', ratio: 5, hours: 6 });
  return list;
}

function events(totals: Float64Array): Outcome[] {
  const stream = createStream({ seed: HOST_SEED });
  const all = kinds().flatMap((kind) =>
    Array.from({ length: kind.type === 'surge' ? ROWS_A_KIND : ROWS_A_KIND * 2 }, () => kind),
  );
  const outcomes: Outcome[] = [];
  for (let from = 0; from < all.length; from += BATCH) {
    const rows = all
      .slice(from, from + BATCH)
      .map((kind, i) => drawEvent(stream, kind, 9_000_000 + from + i));
    outcomes.push(...runEvents(rows, totals, 1_000));
    process.stderr.write(`events ${outcomes.length} of ${all.length}\n`);
  }
  return outcomes.filter((outcome) => !outcome.spoiled);
}

/** What teams of their own have: few clusters, or many that are seldom met. */
const SMALL = [
  { clusters: 30, conversationsAnHour: 600 },
  { clusters: 500, conversationsAnHour: 420 },
] as const;

function smallStream(small: (typeof SMALL)[number]): void {
  const name = `${small.clusters} clusters, ${small.conversationsAnHour}/h`;
  let totals: NullRun['totals'] = new Float64Array();
  for (const [from, to] of [
    [1, 4],
    [4, 8],
    [14, 28],
  ] as const) {
    const runs = NULL_SEEDS.map((seed) => runNull({ seed: seed + 400, ...small }, from * DAY, to * DAY));
    const days = runs.reduce((sum, run) => sum + run.days, 0);
    const rate = (severity: 'watch' | 'page') =>
      (runs.reduce((sum, run) => sum + run.alerts[severity], 0) / days).toFixed(2);
    say(
      `${name}, days ${from} to ${to}: false alarms a day, watch, page`,
      `${rate('watch')}, ${rate('page')}`,
    );
    totals = runs[0]!.totals;
  }
  const stream = createStream({ seed: HOST_SEED, ...small });
  for (const ratio of [2, 3, 5, 10]) {
    const kind: EventKind = { type: 'surge', size: 'large', ratio, hours: 3 };
    const outcomes: Outcome[] = [];
    for (let from = 0; from < ROWS_A_KIND; from += 12) {
      const rows = Array.from({ length: 12 }, (_, i) =>
        drawEvent(stream, kind, 8_000_000 + ratio * 1_000 + from + i),
      );
      outcomes.push(...runEvents(rows, totals, small.clusters));
    }
    const found = outcomes.filter((outcome) => !outcome.spoiled);
    say(`${name}: ×${ratio} for 3 h, watch`, summary(found, 'watch'));
  }
}

function summary(outcomes: readonly Outcome[], severity: 'watch' | 'page'): string {
  const found = outcomes.flatMap((outcome) => (outcome[severity] === null ? [] : [outcome[severity]]));
  const recall = (found.length / Math.max(1, outcomes.length)).toFixed(2);
  if (found.length === 0) return recall;
  const at = (q: number) =>
    quantile(
      found.map((f) => f.minutes),
      q,
    ).toFixed(0);
  const middle = (of: 'conversations' | 'accounts') =>
    quantile(
      found.map((f) => f[of]),
      0.5,
    ).toFixed(0);
  return `${recall}; ${at(0.5)}/${at(0.9)} min, ${middle('conversations')} conversations, ${middle('accounts')} accounts`;
}

function recall(outcomes: readonly Outcome[]): void {
  const of = (wanted: (kind: EventKind) => boolean) => outcomes.filter((outcome) => wanted(outcome.kind));
  for (const [severity, study] of [
    ['watch', '.51'],
    ['page', '.45'],
  ] as const) {
    const cells = SIZES.flatMap((size) =>
      RATIOS.map((ratio) => {
        const cell = of((k) => k.type === 'surge' && k.size === size && k.ratio === ratio);
        return cell.filter((outcome) => outcome[severity] !== null).length / Math.max(1, cell.length);
      }),
    );
    say(`surge recall, ${severity}`, (cells.reduce((a, b) => a + b, 0) / cells.length).toFixed(3), study);
  }
  plot('growth', {
    title: 'Surges found (watch), by how much a cluster grows: mean over 1, 3 and 6 hours',
    data: {
      values: SIZES.flatMap((size) =>
        RATIOS.map((ratio) => {
          const cell = of((k) => k.type === 'surge' && k.size === size && k.ratio === ratio);
          const found = cell.filter(({ watch }) => watch !== null).length;
          return { size, ratio, recall: found / Math.max(1, cell.length) };
        }),
      ),
    },
    width: 420,
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'ratio',
        type: 'quantitative',
        scale: { type: 'log' },
        title: 'times as much',
        axis: { values: RATIOS },
      },
      y: { field: 'recall', type: 'quantitative', title: 'recall', scale: { domain: [0, 1] } },
      color: { field: 'size', type: 'nominal', sort: [...SIZES], title: 'cluster' },
    },
  });
  for (const [size, ratio, study] of [
    ['medium', 5, '34/89 min, 22 conversations'],
    ['medium', 10, '11/33 min, 14'],
    ['large', 3, '28/57 min, 56'],
    ['large', 5, '9 min, 31'],
    ['small', 10, '45/114 min, 11'],
  ] as const) {
    const chosen = of((k) => k.type === 'surge' && k.size === size && k.ratio === ratio);
    say(`${size} ×${ratio}, watch (recall; median/p90)`, summary(chosen, 'watch'), study);
  }
  say(
    'one-account flood, watch',
    summary(
      of((k) => k.type === 'one-account-flood'),
      'watch',
    ),
    '0',
  );
  say(
    'many-account flood, watch',
    summary(
      of((k) => k.type === 'many-account-flood'),
      'watch',
    ),
    '.98-1.00; 11-17 min',
  );
  for (const [share, study] of [
    [0.001, '.85; 164 min, 12 accounts'],
    [0.005, '1.00; 37 min, 8 accounts'],
    [0.02, '1.00; 18 min'],
  ] as const) {
    say(
      `new topic of ${share * 100}%, page`,
      summary(
        of((k) => k.type === 'new' && k.share === share),
        'page',
      ),
      study,
    );
  }
}

function youngClusters(outcomes: readonly Outcome[], rows: number): void {
  const young = outcomes.filter(({ kind }) => kind.type === 'young');
  say('×5 of a medium cluster born 36 h before, watch', summary(young, 'watch'));
  say('of such clusters, in alert without a surge', `${rows - young.length} of ${rows}`);
}

function sightings(): void {
  const window = new AccountWindow(4_000_000);
  const names = Array.from({ length: 200_000 }, (_, i) => `account-token-${i.toString(36).padStart(8, '0')}`);
  const clusters = Array.from({ length: 997 }, (_, i) => `c${i}`);
  const begin = cpuMillis();
  const count = 2_000_000;
  for (let i = 0; i < count; i++) {
    window.sight(clusters[i % clusters.length]!, names[(i * 7_919) % names.length]!, Math.floor(i / 1_000));
    if (i % 1_000 === 999) window.advance(Math.floor(i / 1_000));
  }
  say('µs a sighting of an account', (((cpuMillis() - begin) * 1_000) / count).toFixed(2), '1 asked');
}

sightings();
const host = falseAlarms();
const outcomes = events(host.totals);
recall(outcomes);
youngClusters(outcomes, ROWS_A_KIND * 2);
for (const small of SMALL) smallStream(small);
const junk = runJunk(host.totals, 100, 77);
say('alerts a day among 100 births that come to nothing, watch', junk.watch.toFixed(2), '1 promised');
say('the same, page', junk.page.toFixed(2), '0.4');
launchDays();
dayAfterRebuild();
const table = report.map((row) => `| ${row.join(' | ')} |`);
console.log(['| what | measured | study |', '|---|---|---|', ...table].join('\n'));
