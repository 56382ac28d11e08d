/** The day after a rebuild: other clusters over the same event-free traffic, with baselines re-cast from the window. */

import { GrowthBook } from '../../../src/algorithms/growth/book.ts';
import { type HistoryChunk, recastGrowth } from '../../../src/algorithms/growth/recast.ts';
import { hashUnit } from '../../../src/algorithms/hash.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { type Counted, createAlertCounter, OPTIONS } from './null-run.ts';
import { createStream, DAY, drawMinute, EPOCH, type StreamOptions } from './stream.ts';

const MINUTE_MS = 60_000;

export type RebuildRun = { readonly alerts: Counted; readonly rows: number; readonly clusters: number };

/**
 * @param at minute of the rebuild
 * @param cap samples of the window: a panel of accounts when there are more
 */
export function runRebuild(options: StreamOptions, at: number, cap: number): RebuildRun {
  const stream = createStream(options);
  const random = seededRandom(options.seed * 7_717 + 5);
  const nameOf = relabel(stream.clusters, random);
  const counts = new Uint16Array(stream.clusters);
  const expected = stream.rate.subarray(0, at).reduce((sum, rate) => sum + rate, 0);
  const share = Math.min(1, cap / expected);
  const history: { cluster: string[]; account: string[]; sketch: string[]; at: number[] } = {
    cluster: [],
    account: [],
    sketch: [],
    at: [],
  };
  // As it was counted before, with all conversations.
  const before = new GrowthBook(OPTIONS);
  for (let c = 0; c < stream.clusters; c++) before.add(`c${c}`, EPOCH, 'rebuild');
  for (let t = 0, account = 0; t < at; t++) {
    drawMinute(stream, random, t, counts);
    for (let c = 0; c < stream.clusters; c++) {
      const n = counts[c] ?? 0;
      if (n > 0) before.observe(`c${c}`, EPOCH + t, n, n);
      for (let a = counts[c] ?? 0; a > 0; a--) {
        const id = `u${account++}`;
        const name = nameOf(c);
        if (hashUnit(id) >= share) continue;
        history.cluster.push(name);
        history.account.push(id);
        history.sketch.push('');
        history.at.push((EPOCH + t) * MINUTE_MS);
      }
    }
    before.advance(EPOCH + t);
  }
  const names = [...new Set(history.cluster)];
  const { book } = finish(
    recastGrowth({
      options: OPTIONS,
      clusters: names.map((id) => ({ id, bornMinute: EPOCH, origin: 'rebuild' as const })),
      history: [history satisfies HistoryChunk],
      until: EPOCH + at - 1,
      accountsCap: 4_000_000,
      ratioOpen: 1.2,
      learned: null,
    }),
  );
  book.inherit(before);
  const counter = createAlertCounter();
  for (let t = at; t < at + DAY; t++) {
    drawMinute(stream, random, t, counts);
    const minute = EPOCH + t;
    for (let c = 0; c < stream.clusters; c++)
      for (let a = counts[c] ?? 0; a > 0; a--) book.observe(nameOf(c), minute, 1, 1);
    counter.add(book.close(minute), minute, 'surge');
  }
  return { alerts: counter.alerts, rows: history.at.length, clusters: names.length };
}

/** A twentieth of the clusters is cut in two, as many become one with another, and of the others a twentieth of the conversations lies elsewhere. */
function relabel(clusters: number, random: () => number): (cluster: number) => string {
  const kind = Array.from({ length: clusters }, () => random());
  return (cluster) => {
    const draw = kind[cluster] ?? 1;
    if (draw < 0.05) return `c${cluster}${random() < 0.5 ? 'a' : 'b'}`;
    if (draw < 0.1) return `c${(cluster + 1) % clusters}`;
    return random() < 0.05 ? `c${Math.floor(random() * clusters)}` : `c${cluster}`;
  };
}

function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
