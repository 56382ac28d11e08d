import { workerData } from 'node:worker_threads';
import { Tensor } from 'onnxruntime-node';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { openSession } from '../onnx/session.ts';
import { native, serve } from '../thread/serve.ts';
import { DIMENSION } from './minilm-graph.ts';
import type { TokenizerFiles } from './minilm-package.ts';
import { createTokenizer } from './minilm-tokenizer.ts';

export type MiniLmWorkerData = { readonly model: string; readonly files: TokenizerFiles };

async function openModel({ model, files }: MiniLmWorkerData) {
  const tokenize = createTokenizer(files);
  const session = await openSession(model, native).catch((cause: unknown) => {
    throw new CliowatchError('embedder-model', `cannot open ${model}: ${reasonOf(cause)}`, {
      value: model,
      remedy: `delete ${model}; it is made anew`,
      cause,
    });
  });
  return { tokenize, session };
}

const { data }: { data: MiniLmWorkerData } = workerData;
const opening = openModel(data);
opening.catch(() => undefined); // Each request tells of it; without this line the thread would die first.

serve(async (texts: readonly string[]) => {
  const { tokenize, session } = await opening;
  const vectors = new Float32Array(texts.length * DIMENSION);
  // One text a run: activations are quantized over the whole run, so companions would change a vector.
  for (const [i, text] of texts.entries()) {
    const ids = tokenize(text);
    const { vector } = await session.run({ ids: new Tensor('int32', ids, [1, ids.length]) });
    if (vector?.data instanceof Float32Array) vectors.set(vector.data, i * DIMENSION);
  }
  return { answer: vectors, transfer: [vectors.buffer] };
});
