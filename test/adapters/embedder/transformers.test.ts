import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransformersEmbedder } from '../../../src/adapters/embedder/transformers.ts';
import { embedderContract } from '../../contracts/embedder.ts';
import { writeWordModel } from '../../support/word-model.ts';

let folder: string;

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
