/** What `backtest` does; loaded when it is asked for. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { type Backtest, type BacktestResult, type Placed, startBacktest } from '../app/backtest.ts';
import { EXIT, interrupted } from './exit.ts';
import { BadLines, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { createProgress } from './progress.ts';
import { VERSION } from './version.ts';

export type BacktestFlags = ConfigFlags & { readonly json?: string; readonly assignments?: string };

/** Lines handed on at once: few enough that a newborn cluster is adopted soon, many enough to be quick. */
const CHUNK = 100;

export async function backtest(files: readonly string[], flags: BacktestFlags): Promise<number> {
  // A backtest leaves nothing behind: no log, and a key of its own unless one is given.
  const config = await configOf(flags, ['logging.level=error', 'log.adapter=embedded']);
  const stop = interrupted();
  const out = flags.assignments === undefined ? null : createWriteStream(flags.assignments);
  const names = new Map<string, string>();
  const writer = out === null ? null : new PlacedWriter(out, names);
  const run = await startBacktest(config, (placed) => writer?.add(placed));
  const started = performance.now();
  const bad = new BadLines();
  try {
    const lines = await feed(run, files, bad, writer === null ? null : names, stop.signal);
    const result = await run.finish();
    const seconds = (performance.now() - started) / 1_000;
    const json = `${JSON.stringify(report(result, { files, lines, bad, seconds }), null, 2)}\n`;
    if (flags.json === undefined) process.stdout.write(json);
    else await writeFile(flags.json, json);
    summarize(result, lines, bad, seconds);
  } finally {
    await writer?.end();
    await run.stop();
  }
  return stop.signal.aborted ? EXIT.interrupted : EXIT.done;
}

async function feed(
  run: Backtest,
  files: readonly string[],
  bad: BadLines,
  names: Map<string, string> | null,
  signal: AbortSignal,
): Promise<number> {
  const total = totalBytes(files);
  const progress = createProgress('backtest', total);
  let bytes = 0;
  let count = 0;
  let chunk: string[] = [];
  const flush = async (): Promise<void> => {
    await run.push(chunk);
    chunk = [];
    names?.clear();
    progress.update(Math.min(bytes, total), `${count} conversations`);
  };
  for await (const line of readLines(files, (read) => (bytes += read))) {
    if (signal.aborted) break;
    const fault = run.check(line.text);
    if (fault !== null) {
      bad.add(line, fault);
      continue;
    }
    count++;
    if (names !== null) rememberName(run, names, line.text);
    chunk.push(line.text);
    if (chunk.length >= CHUNK) await flush();
  }
  if (chunk.length > 0) await flush();
  progress.stop();
  return count;
}

function rememberName(run: Backtest, names: Map<string, string>, text: string): void {
  const raw: unknown = JSON.parse(text);
  if (typeof raw !== 'object' || raw === null || !('conversation_id' in raw)) return;
  const id = String(raw.conversation_id);
  names.set(run.tokens.conversation(id), id);
}

/** Writes one line a conversation, under the ids of the user's own file. */
class PlacedWriter {
  readonly #out: WriteStream;
  readonly #names: ReadonlyMap<string, string>;

  constructor(out: WriteStream, names: ReadonlyMap<string, string>) {
    this.#out = out;
    this.#names = names;
  }

  add(placed: Placed): void {
    const line = {
      conversation_id: this.#names.get(placed.conversation) ?? null,
      at: new Date(placed.at).toISOString(),
      cluster_id: placed.cluster,
      generation: placed.generation,
      similarity: placed.similarity,
    };
    this.#out.write(`${JSON.stringify(line)}\n`);
  }

  async end(): Promise<void> {
    this.#out.end();
    await finished(this.#out);
  }
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function report(
  result: BacktestResult,
  run: { files: readonly string[]; lines: number; bad: BadLines; seconds: number },
) {
  const names = new Map(result.clusters.map((cluster) => [cluster.id, cluster.label?.name ?? null]));
  return {
    version: VERSION,
    run: {
      files: run.files,
      seconds: run.seconds,
      conversations: run.lines,
      per_second: run.lines / Math.max(1e-9, run.seconds),
      admitted: result.admitted,
      bad_lines: run.bad.count,
      first_bad_lines: run.bad.first,
      dead_letters: result.deadLetters,
      late: result.late,
      zero_retention: result.zeroRetention,
    },
    alerts: result.alerts.map((alert) => ({
      id: alert.id,
      kind: alert.kind,
      severity: alert.severity,
      cluster_id: alert.cluster,
      name: names.get(alert.cluster) ?? null,
      onset: time(alert.onset),
      fired_at: time(alert.fired_at),
      resolved_at: time(alert.resolved_at),
      observed: alert.observed,
      expected: alert.expected,
      ratio: alert.ratio,
      ratio_low: alert.ratio_low,
      window_minutes: alert.window_minutes,
      accounts: alert.accounts,
      conversations: alert.conversations,
      pattern: alert.pattern,
      reason: alert.reason,
    })),
    generation: result.generation,
    clusters: result.clusters.map((cluster) => ({
      id: cluster.id,
      name: cluster.label?.name ?? null,
      description: cluster.label?.description ?? null,
      conversations: cluster.conversations,
      accounts: cluster.accounts,
      origin: cluster.origin,
      born_at: time(cluster.born_at),
      radius: cluster.radius,
      mean_similarity: cluster.mean_similarity,
      concern: cluster.concern,
      languages: cluster.languages,
      parent: cluster.parent,
    })),
    hours: result.rollups.map((rollup) => ({
      hour: time(rollup.hour),
      total: rollup.total,
      outliers: rollup.outliers,
      clusters: Object.fromEntries(rollup.cluster.map((id, i) => [id, rollup.n[i] ?? 0])),
    })),
  };
}

function summarize(result: BacktestResult, lines: number, bad: BadLines, seconds: number): void {
  process.stderr.write(
    `${lines} conversations in ${seconds.toFixed(1)} s (${Math.round(lines / Math.max(seconds, 1e-9))} a second), ` +
      `${result.clusters.length} clusters, ${result.alerts.length} alerts, ${bad.count} bad lines, ${result.late} late\n`,
  );
}
