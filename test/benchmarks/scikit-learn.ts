/** scikit-learn in a process of its own, asked for its time in between ours, so that both meet the same machine. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Matrix } from '../../src/ports/clusterer.ts';

const opened = z.object({ version: z.string(), blas: z.string().nullable() });
const seconds = z.object({ wall: z.number(), cpu: z.number() });
export type Seconds = z.infer<typeof seconds>;

/** The system's own comes first: where several are, that is where a package of the system is. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

export class ScikitLearn {
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #folder: string;

  private constructor(version: string, child: ChildProcess, answers: AsyncIterator<string>, folder: string) {
    this.version = version;
    this.#child = child;
    this.#answers = answers;
    this.#folder = folder;
  }

  /** null: it is not installed, or without a fast BLAS (Debian: python3-sklearn libopenblas0-pthread). */
  static async open(points: Matrix, centroids: Matrix): Promise<ScikitLearn | null> {
    const python = PYTHONS.find((path) => spawnSync(path, ['-c', 'import sklearn.cluster']).status === 0);
    if (python === undefined) return null;
    const folder = mkdtempSync(join(tmpdir(), 'cliowatch-sklearn-'));
    const files = [points, centroids].map(({ data }, i) => {
      const file = join(folder, `${i}.f32`);
      writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return file;
    });
    const script = join(import.meta.dirname, 'scikit-learn.py');
    const child = spawn(python, [script, ...files, String(points.dimension)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { version, blas } = opened.parse(JSON.parse(await lineOf(answers)));
    const one = new ScikitLearn(`${version} on ${blas}`, child, answers, folder);
    if (blas !== null) return one;
    one.close();
    return null;
  }

  /** Of one Lloyd iteration, over a few. */
  async iteration(iterations: number): Promise<Seconds> {
    this.#child.stdin?.write(`${iterations}\n`);
    return seconds.parse(JSON.parse(await lineOf(this.#answers)));
  }

  close(): void {
    this.#child.stdin?.end();
    rmSync(this.#folder, { recursive: true });
  }
}

async function lineOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('scikit-learn ended without an answer');
  return value;
}
