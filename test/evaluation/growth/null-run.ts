import { GrowthBook, type GrowthOptions } from '../../../src/algorithms/growth/book.ts';
import type { TickRow } from '../../../src/algorithms/growth/rows.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { createStream, DAY, drawMinute, EPOCH, MINUTES, type StreamOptions } from './stream.ts';

export const OPTIONS: GrowthOptions = { watchPerDay: 1, pagePerDay: 1 / 7, warmupHours: 24, minAccounts: 8 };
/** One alert lasts until the test has been quiet for so long. */
const REFRACTORY = 360;

export type Counted = { watch: number; page: number };

/** Counts beginnings of alerts per cluster and severity. */
export function createAlertCounter() {
  const last = { watch: new Map<string, number>(), page: new Map<string, number>() };
  const alerts: Counted = { watch: 0, page: 0 };
  const note = (severity: 'watch' | 'page', cluster: string, minute: number) => {
    if (minute - (last[severity].get(cluster) ?? Number.NEGATIVE_INFINITY) > REFRACTORY)
      alerts[severity] += 1;
    last[severity].set(cluster, minute);
  };
  return {
    alerts,
    add(rows: readonly TickRow[], minute: number, test: 'surge' | 'newborn') {
      for (const row of rows) {
        if (row[test].severity === 'quiet') continue;
        note('watch', row.cluster, minute);
        if (row[test].severity === 'page') note('page', row.cluster, minute);
      }
    },
  };
}

export type NullRun = {
  readonly alerts: Counted;
  readonly days: number;
  /** New accounts of all traffic by minute. */
  readonly totals: Float64Array;
  readonly tickMicros: number;
  readonly silentMicros: number;
};

/** A stream without events: every alert between the two minutes is false. */
export function runNull(options: StreamOptions, from: number, to: number): NullRun {
  const stream = createStream(options);
  const random = seededRandom(options.seed * 104_729 + 1);
  const book = new GrowthBook(OPTIONS);
  const names = Array.from({ length: stream.clusters }, (_, c) => `c${c}`);
  for (const name of names) book.add(name, EPOCH, 'rebuild');
  const counter = createAlertCounter();
  const counts = new Uint16Array(stream.clusters);
  const totals = new Float64Array(MINUTES);
  let loud = 0;
  let silent = 0;
  for (let t = 0; t < to; t++) {
    totals[t] = drawMinute(stream, random, t, counts);
    const minute = EPOCH + t;
    for (let c = 0; c < stream.clusters; c++) {
      const a = counts[c]!;
      if (a > 0) book.observe(names[c]!, minute, a, a);
    }
    const begin = cpuMillis();
    if (t < from) {
      book.advance(minute);
      silent += cpuMillis() - begin;
    } else {
      counter.add(book.close(minute), minute, 'surge');
      loud += cpuMillis() - begin;
    }
  }
  return {
    alerts: counter.alerts,
    days: (to - from) / DAY,
    totals,
    tickMicros: (loud * 1_000) / Math.max(1, to - from),
    silentMicros: (silent * 1_000) / Math.max(1, from),
  };
}

/** Time this process computed: the clock on the wall also counts its neighbours' work. */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
