/** What `cost estimate` does; loaded when it is asked for. */
import { createCostEstimator } from '../app/cost.ts';
import { BadLines } from './bad-lines.ts';
import { costJson, costTable } from './cost-report.ts';
import { EXIT, interrupted } from './exit.ts';
import { conversationOf, readLines, totalBytes } from './lines.ts';
import { type ConfigFlags, configOf } from './options.ts';
import { createProgress } from './progress.ts';

export type CostFlags = ConfigFlags & { readonly json?: boolean };

export async function estimateCost(files: readonly string[], flags: CostFlags): Promise<number> {
  const stop = interrupted();
  const config = await configOf(flags);
  const total = totalBytes(files);
  const bad = new BadLines();
  const estimator = createCostEstimator(config);
  const progress = createProgress('cost estimate', total);
  const options = { signal: stop.signal, maxBytes: config.intake.max_bytes, bad };
  let bytes = 0;
  let read = 0;
  const onBytes = (more: number): void => {
    bytes += more;
    progress.update(Math.min(bytes, total), `${read} read`);
  };
  try {
    for await (const line of readLines(files, { ...options, onBytes })) {
      const conversation = conversationOf(line, bad);
      if (conversation === null) continue;
      estimator.add(conversation);
      read++;
    }
  } finally {
    progress.stop();
  }
  // Also after Ctrl-C: what was read is a stream too.
  const estimate = await estimator.result();
  process.stdout.write(flags.json === true ? costJson(estimate, read, bad) : costTable(estimate));
  process.stderr.write(`${read} conversations read, ${bad.summary()}\n`);
  if (stop.signal.aborted) return EXIT.interrupted;
  return bad.ends.length > 0 ? EXIT.unreachable : EXIT.done;
}
