import { toUnit } from '../../domain/vector.ts';
import type { Embedder } from '../../ports/embedder.ts';
import { createThread, workerScript } from '../thread/thread.ts';
import type { TransformersAnswer, TransformersWorkerData } from './transformers-worker.ts';

/**
 * Any feature-extraction model by its hub id (or folder), in a worker: mean pooling, fp32. Needs the optional package
 * @huggingface/transformers, and the hub for the first start. Throws `embedder-package` or `embedder-model` with a remedy.
 */
export async function createTransformersEmbedder(options: {
  readonly model: string;
  /** Where downloads are kept; null: the package's own folder. */
  readonly cacheFolder?: string | null;
}): Promise<Embedder> {
  const data: TransformersWorkerData = { model: options.model, cacheFolder: options.cacheFolder ?? null };
  const script = workerScript(import.meta.url, './transformers-worker');
  const thread = createThread<readonly string[], TransformersAnswer>(script, data);
  const stop = () => thread.stop();
  // The first call opens the model, and tells its dimension.
  const { dimension } = await thread.call(['']).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    id: `${options.model}:${dimension}`,
    dimension,
    async embed(texts) {
      if (texts.length === 0) return [];
      const answer = await thread.call(texts);
      return texts.map((_, i) => toUnit(answer.data.subarray(i * dimension, (i + 1) * dimension)));
    },
    stop,
  };
}
