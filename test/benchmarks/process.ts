/** Runs one bench in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { z } from 'zod';

/** A section of the page. A row is a figure, its goal, and what was measured. */
export type Part = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly rows: (quick: boolean) => Promise<readonly Row[]>;
  /** Which of its rows the README shows too. */
  readonly inReadme: (row: Row) => boolean;
};
export type Row = readonly string[];

/** As `npm run cliowatch` runs it. */
const NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--v8-pool-size=1',
  '--no-compact',
  '--no-allocation-site-pretenuring',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
];

export async function bench<T>(schema: z.ZodType<T>, file: string, ...flags: string[]): Promise<T> {
  const script = join(import.meta.dirname, file);
  process.stderr.write(`${file} ${flags.join(' ')} ...\n`);
  const child = spawn(process.execPath, [...NODE_FLAGS, script, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${file} ${flags.join(' ')} ended with ${String(code)}`);
  return schema.parse(JSON.parse(out));
}

export const runsOf = (quick: boolean): number => (quick ? 1 : 3);

export async function repeat<T>(quick: boolean, run: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < runsOf(quick); i++) all.push(await run());
  return all;
}
