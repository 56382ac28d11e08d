import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCachedEmbedder } from '../../../src/adapters/embedder/cached.ts';
import { toUnit } from '../../../src/domain/vector.ts';
import type { Embedder } from '../../../src/ports/embedder.ts';
import { embedderContract } from '../../contracts/embedder.ts';
import { bagOfWords } from '../../support/bag-of-words.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vectors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An embedder that remembers what it was asked. */
function createAsked(id = 'words:64') {
  const calls: string[][] = [];
  let stopped = false;
  let failures = 0;
  const embedder: Embedder = {
    id,
    dimension: 64,
    async embed(texts) {
      if (stopped) throw Object.assign(new Error('stopped'), { code: 'stopped' });
      calls.push([...texts]);
      await new Promise((resolve) => setImmediate(resolve));
      if (failures-- > 0) throw new Error('out of order');
      return texts.map((text) => toUnit(bagOfWords(text, 64)));
    },
    async stop() {
      stopped = true;
    },
  };
  return {
    embedder,
    calls,
    failNext: () => {
      failures = 1;
    },
  };
}

function open(inner: Embedder, options: { size?: number; path?: string } = {}) {
  const batches: [texts: number, cached: number, seconds: number][] = [];
  let now = 0;
  const cached = createCachedEmbedder({
    inner,
    size: options.size ?? 100,
    path: options.path ?? null,
    onBatch: (...batch) => batches.push(batch),
    elapsed: () => {
      now += 500;
      return now;
    },
  });
  return { cached, batches };
}

embedderContract('cached', async () => open(createAsked().embedder).cached);

describe('the cached embedder', () => {
  it('embeds a text once, in one call or in several', async () => {
    const { embedder, calls } = createAsked();
    const { cached } = open(embedder);
    const [first, second, third] = await cached.embed(['tea', 'coffee', 'tea']);
    expect(third).toBe(first);
    expect(await cached.embed(['coffee', 'tea'])).toEqual([second, first]);
    expect(calls).toEqual([['tea', 'coffee']]);
  });

  it('lets calls at the same time share what is under way', async () => {
    const { embedder, calls } = createAsked();
    const { cached } = open(embedder);
    const answers = await Promise.all([cached.embed(['tea', 'milk']), cached.embed(['milk', 'rum'])]);
    expect(answers[1][0]).toBe(answers[0][1]);
    expect(calls).toEqual([['tea', 'milk'], ['rum']]);
  });

  it('tells how many texts cost nothing, and the time', async () => {
    const { cached, batches } = open(createAsked().embedder);
    await cached.embed(['tea', 'tea', 'rum']);
    await cached.embed(['tea']);
    expect(batches).toEqual([
      [3, 1, 0.5],
      [1, 1, 0.5],
    ]);
  });

  it('forgets what was longest unused when it is full', async () => {
    const { embedder, calls } = createAsked();
    const { cached } = open(embedder, { size: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await cached.embed([text]);
    expect(calls.flat()).toEqual(['a', 'b', 'c', 'b']);
  });

  it('remembers no failure', async () => {
    const { embedder, failNext } = createAsked();
    const { cached } = open(embedder);
    failNext();
    const [one, other] = await Promise.allSettled([cached.embed(['tea']), cached.embed(['tea'])]);
    expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
    expect(await cached.embed(['tea'])).toHaveLength(1);
  });

  it('keeps vectors in a file over a restart, bit for bit', async () => {
    const path = join(folder, 'sub', 'kept.sqlite');
    const before = open(createAsked().embedder, { path }).cached;
    const vectors = await before.embed(['tea', 'rum']);
    await before.stop();
    const { embedder, calls } = createAsked();
    const after = open(embedder, { path }).cached;
    expect(await after.embed(['tea', 'rum'])).toEqual(vectors);
    expect(calls).toEqual([]);
    await after.stop();
  });

  it('never takes a vector of another model from the file', async () => {
    const path = join(folder, 'models.sqlite');
    const one = open(createAsked('one:64').embedder, { path }).cached;
    await one.embed(['tea']);
    await one.stop();
    const { embedder, calls } = createAsked('other:64');
    const other = open(embedder, { path }).cached;
    await other.embed(['tea']);
    expect(calls).toEqual([['tea']]);
    await other.stop();
  });

  it('keeps the newest vectors when the file is full', async () => {
    const path = join(folder, 'full.sqlite');
    const before = open(createAsked().embedder, { path, size: 3 }).cached;
    await before.embed(['a', 'b', 'c', 'd', 'e']);
    await before.stop();
    const { embedder, calls } = createAsked();
    const after = open(embedder, { path, size: 3 }).cached;
    await after.embed(['a', 'b', 'c', 'd', 'e']);
    expect(calls).toEqual([['a', 'b']]);
    await after.stop();
  });

  it('hands on that it is stopped, with a file too', async () => {
    const { cached } = open(createAsked().embedder, { path: join(folder, 'stopped.sqlite') });
    await cached.stop();
    await cached.stop();
    await expect(cached.embed(['tea'])).rejects.toMatchObject({ code: 'stopped' });
  });

  it('names a file that it cannot use', async () => {
    const path = join(folder, 'text.sqlite');
    await writeFile(path, 'this is no database, but it is long enough to look at'.repeat(100));
    expect(() => open(createAsked().embedder, { path })).toThrow(
      expect.objectContaining({ code: 'embedder-cache', value: path }),
    );
  });
});
