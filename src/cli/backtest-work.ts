/** What `backtest` does; loaded when it is asked for. */
import { FAR_AHEAD, type Judged, Outlook } from '../algorithms/outlook.ts';
import { type Backtest, type Checked, FAR_MS, startBacktest } from '../app/backtest.ts';
import { Assignments } from './assignments.ts';
import { report, summary } from './backtest-report.ts';
import { BadLines } from './bad-lines.ts';
import { EXIT, interrupted } from './exit.ts';
import { type Line, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { openOutput, refuseSameFile } from './outputs.ts';
import { createProgress } from './progress.ts';

export type BacktestFlags = ConfigFlags & { readonly json?: string; readonly assignments?: string };

/** Lines handed on at once: few enough that a newborn cluster is adopted soon, many enough to be quick. */
const CHUNK = 100;
/** Lines behind a line that tell whether its time can be right. */
const AHEAD = 100;

export async function backtest(files: readonly string[], flags: BacktestFlags): Promise<number> {
  // A backtest leaves nothing behind: no log, and a key of its own unless one is given.
  const config = await configOf(flags, ['logging.level=error', 'log.adapter=embedded']);
  const total = totalBytes(files);
  refuseSameFile({ '--json': flags.json, '--assignments': flags.assignments }, files);
  const stop = interrupted();
  const json = flags.json === undefined ? null : await openOutput('--json', flags.json);
  const placed =
    flags.assignments === undefined ? null : await openOutput('--assignments', flags.assignments);
  const assignments = placed === null ? null : new Assignments();
  const bad = new BadLines();
  const run = await startBacktest(config, (one) => assignments?.place(one));
  const started = performance.now();
  try {
    const feed = new Feed(run, { bad, assignments, total, maxBytes: config.intake.max_bytes });
    const lines = await feed.read(files, stop.signal);
    const result = await run.finish();
    const told = { files, lines, bad, seconds: (performance.now() - started) / 1_000 };
    const text = `${JSON.stringify(report(result, told), null, 2)}\n`;
    if (json === null) process.stdout.write(text);
    else await json.write([text]);
    if (assignments !== null) await placed?.write(assignments.lines());
    process.stderr.write(summary(result, told));
  } finally {
    await json?.close();
    await placed?.close();
    await run.stop();
  }
  if (stop.signal.aborted) return EXIT.interrupted;
  return bad.ends.length > 0 ? EXIT.unreachable : EXIT.done;
}

type Ready = Checked & { readonly bytes: Buffer };

/** Lines of the files into the phases, some at a time; bad ones are told. */
class Feed {
  readonly #run: Backtest;
  readonly #to: { bad: BadLines; assignments: Assignments | null; total: number; maxBytes: number };
  readonly #outlook = new Outlook<{ line: Line; checked: Checked }>({ ahead: AHEAD, farMs: FAR_MS });
  #chunk: Ready[] = [];
  #count = 0;

  constructor(
    run: Backtest,
    to: { bad: BadLines; assignments: Assignments | null; total: number; maxBytes: number },
  ) {
    this.#run = run;
    this.#to = to;
  }

  /** Answers with how many were conversations. */
  async read(files: readonly string[], signal: AbortSignal): Promise<number> {
    const { bad, total, maxBytes } = this.#to;
    const progress = createProgress('backtest', total);
    let bytes = 0;
    const onBytes = (read: number): void => {
      bytes += read;
      progress.update(Math.min(bytes, total), `${this.#count} conversations`);
    };
    try {
      for await (const line of readLines(files, { signal, maxBytes, bad, onBytes })) {
        const checked = this.#run.check(line.bytes);
        if ('fault' in checked) bad.add(line, checked.fault);
        else await this.#take(this.#outlook.add({ line, checked }, checked.at));
        if (signal.aborted) break;
      }
      for (let last = this.#outlook.next(); last !== null; last = this.#outlook.next())
        await this.#take(last);
      await this.#push();
    } finally {
      progress.stop();
    }
    return this.#count;
  }

  async #take(judged: Judged<{ line: Line; checked: Checked }> | null): Promise<void> {
    if (judged === null) return;
    const { line, checked } = judged.item;
    if (judged.far) {
      this.#to.bad.add(line, FAR_AHEAD);
      return;
    }
    this.#count++;
    this.#chunk.push({ ...checked, bytes: line.bytes });
    if (this.#chunk.length >= CHUNK) await this.#push();
  }

  async #push(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = [];
    if (this.#to.assignments !== null) {
      const generation = this.#run.generation();
      for (const one of chunk) this.#to.assignments.expect(one, generation);
    }
    if (chunk.length > 0) await this.#run.push(chunk);
  }
}
