import { workerData } from 'node:worker_threads';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { native, serve } from '../thread/serve.ts';

export type TransformersWorkerData = { readonly model: string; readonly cacheFolder: string | null };
/** Row-major vectors, one a text. */
export type TransformersAnswer = { readonly data: Float32Array; readonly dimension: number };

/** The package is optional, so it is loaded only here, and its absence told. */
async function openPipeline({ model, cacheFolder }: TransformersWorkerData) {
  const library = await import('@huggingface/transformers').catch((cause: unknown) => {
    throw new CliowatchError(
      'embedder-package',
      `@huggingface/transformers cannot be loaded: ${reasonOf(cause)}`,
      {
        remedy: 'npm i @huggingface/transformers',
        cause,
      },
    );
  });
  if (cacheFolder !== null) library.env.cacheDir = cacheFolder;
  return library.pipeline('feature-extraction', model, { dtype: 'fp32' }).catch((cause: unknown) => {
    throw new CliowatchError('embedder-model', `the model ${model} cannot be opened: ${reasonOf(cause)}`, {
      value: model,
      remedy:
        'check embedder.model, and that huggingface.co can be reached (npm i @huggingface/transformers is done)',
      cause,
    });
  });
}

const { data }: { data: TransformersWorkerData } = workerData;
const opening = openPipeline(data);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.

serve(async (texts: readonly string[]) => {
  const extract = await opening;
  const rows: Float32Array[] = [];
  // One text a run, so that padding for longer companions changes nothing.
  for (const text of texts) {
    const vector = await native(() => extract(text.toWellFormed(), { pooling: 'mean', normalize: true }));
    rows.push(Float32Array.from(vector.data, Number));
  }
  const dimension = rows[0]?.length ?? 0;
  const vectors = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    vectors.set(row, i * dimension);
  });
  return { answer: { data: vectors, dimension }, transfer: [vectors.buffer] };
});
