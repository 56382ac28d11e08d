/** What the evaluations of live clusters share: real parts with a cache of vectors, and how figures are told. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSystemClock } from '../../../src/adapters/clock/system.ts';
import { createLogger } from '../../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../../src/adapters/telemetry/telemetry.ts';
import { openDataFolder } from '../../../src/app/data-folder.ts';
import { Lifecycle } from '../../../src/app/lifecycle.ts';
import { loadConfig } from '../../../src/app/load-config.ts';
import { openParts } from '../../../src/app/parts.ts';
import { DATA, hasData, NO_DATA } from '../data.ts';
import type { Deps } from './newborns.ts';

export const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    data: { type: 'string', default: DATA },
    texts: { type: 'string', default: 'requests' },
  },
});
const SETS = ['clinc150', 'oasst1-validation', 'reddit-titles-2012', 'crisislex-t6-sandy-oklahoma'];
const cache = join(import.meta.dirname, '../../../.cache/evaluation');
export const config = loadConfig({
  environment: {},
  flags: [
    `data=${cache}`,
    `embedder.cache_path=${join(cache, 'vectors.sqlite')}`,
    'embedder.cache=400000',
    'logging.level=error',
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ],
});
export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  say(`| ${head.join(' | ')} |`);
  say(`|${'---|'.repeat(head.length)}`);
  for (const row of rows) say(`| ${row.join(' | ')} |`);
  say('');
}

/** Tells one part after the other, where the sets are there that all of them need. */
export async function evaluate(
  tellers: readonly ((deps: Deps) => Promise<void>)[],
  sets: readonly string[] = SETS,
): Promise<void> {
  if (!hasData(values.data, sets)) return say(NO_DATA);
  const lifecycle = new Lifecycle((name, error) => process.stderr.write(`${name}: ${String(error)}\n`));
  const clock = createSystemClock();
  const telemetry = createTelemetry(createLogger(config.logging), clock.now);
  openDataFolder(config);
  const parts = await openParts(config, clock, telemetry, lifecycle);
  say(`Vectors: ${parts.embedder.id}; settings as they are by default.\n`);
  for (const tell of tellers) {
    const began = performance.now();
    await tell({ config, parts, telemetry });
    process.stderr.write(`${tell.name}: ${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
  }
  await lifecycle.stop();
}
