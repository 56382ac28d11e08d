/** HDBSCAN beside the live path, by R in a process of its own: no library of ours has it. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Matrix } from '../../../src/ports/clusterer.ts';
import type { Grouping } from './methods.ts';

/** Members of the smallest cluster, as for a newborn here. */
export const SMALLEST = 10;

/** What has to be installed, in words of a shell. */
export const NEEDED = 'apt-get install r-cran-dbscan r-cran-uwot';

let installed: boolean | undefined;
export function hasHdbscan(): boolean {
  installed ??= spawnSync('Rscript', ['-e', 'library(dbscan); library(uwot)']).status === 0;
  return installed;
}

/** Of the vectors as they are, and after UMAP to 5 dimensions. O(rows²) time and memory. Needs `hasHdbscan`. */
export async function hdbscan(
  { data, dimension }: Matrix,
  seed: number,
): Promise<{ readonly plain: Grouping; readonly reduced: Grouping }> {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-hdbscan-'));
  try {
    const file = join(folder, 'points.f32');
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const script = join(import.meta.dirname, 'hdbscan.R');
    const { stdout } = await promisify(execFile)(
      'Rscript',
      [script, file, ...[dimension, SMALLEST, seed].map(String)],
      { maxBuffer: 2 ** 26 },
    );
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const by = (column: number): Grouping =>
      rows.map((row) => (row[column] === '0' ? null : (row[column] ?? null)));
    return { plain: by(0), reduced: by(1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
