import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMiniLmEmbedder } from '../../../src/adapters/embedder/minilm.ts';
import { dot } from '../../../src/domain/vector.ts';
import { embedderContract } from '../../contracts/embedder.ts';

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'minilm-'));
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

const open = (threads = 1, folder = cacheFolder, notes: string[] = []) =>
  createMiniLmEmbedder({ threads, cacheFolder: folder, onNote: (note) => notes.push(note) });

embedderContract('minilm', () => open());

describe('all-MiniLM-L6-v2', { timeout: 60_000 }, () => {
  it('knows what texts mean, also when they share no word', async () => {
    const embedder = await open();
    const [cat, kitten, invoice] = await embedder.embed([
      'A cat sleeps on the sofa',
      'The kitten is napping on a couch',
      'Please send the invoice by Friday',
    ]);
    await embedder.stop();
    expect(dot(cat!, kitten!)).toBeGreaterThan(0.6);
    expect(dot(cat!, invoice!)).toBeLessThan(0.2);
  });

  it('gives the same vectors with any number of threads', async () => {
    const texts = Array.from(
      { length: 40 },
      (_, i) => `Question ${i} about ${['tax', 'travel', 'code'][i % 3]}`,
    );
    const [one, three] = [await open(1), await open(3)];
    const [alone, shared] = [await one.embed(texts), await three.embed(texts)];
    await Promise.all([one.stop(), three.stop()]);
    expect(shared).toEqual(alone);
  });

  it('writes the model once, and again when it is gone', async () => {
    const folder = await mkdtemp(join(cacheFolder, 'made-'));
    const notes: string[] = [];
    for (let start = 0; start < 2; start++) await (await open(1, folder, notes)).stop();
    expect(notes).toHaveLength(1);
    const files = await readdir(folder);
    expect(files).toEqual([expect.stringMatching(/^all-MiniLM-L6-v2-int8-[0-9a-f]{12}-\d+\.onnx$/)]);
    await rm(join(folder, files[0]!));
    await (await open(1, folder, notes)).stop();
    expect(notes).toHaveLength(2);
    expect(await readdir(folder)).toEqual(files);
  });

  it('names the broken file, and says what to do', async () => {
    const folder = await mkdtemp(join(cacheFolder, 'broken-'));
    await (await open(1, folder)).stop();
    const path = join(folder, (await readdir(folder))[0]!);
    await writeFile(path, 'not a model');
    await expect(open(1, folder)).rejects.toMatchObject({
      code: 'embedder-model',
      remedy: expect.stringContaining(path),
    });
  });
});
