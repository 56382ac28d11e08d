import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpEmbedder, type HttpEmbedderOptions } from '../../../src/adapters/embedder/http.ts';
import type { Embedder } from '../../../src/ports/embedder.ts';
import { embedderContract } from '../../contracts/embedder.ts';
import { bagOfWords } from '../../support/bag-of-words.ts';

type Asked = { path: string; headers: IncomingHttpHeaders; body: { model: string; input: string[] } };
type Trouble = (response: ServerResponse) => void;
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A small embedding service of OpenAI's form. Each trouble meets one request; rows come back in reverse order. */
async function startService(options: { troubles?: Trouble[]; dimension?: number; flexible?: boolean } = {}) {
  const asked: Asked[] = [];
  const troubles = [...(options.troubles ?? [])];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await readText(request));
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    const trouble = troubles.shift();
    if (trouble !== undefined) return trouble(response);
    const wanted = options.flexible === true ? (body.dimensions ?? body.output_dimension) : undefined;
    const dimension = wanted ?? options.dimension ?? 256;
    const data = body.input.map((text: string, index: number) => ({
      object: 'embedding',
      index,
      embedding: bagOfWords(text, dimension),
    }));
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ data: data.reverse(), usage: {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}/v1`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function open(url: string, options: Partial<HttpEmbedderOptions> = {}): Promise<Embedder> {
  const embedder = await createHttpEmbedder({
    kind: 'openai',
    url,
    apiKey: 'key-1',
    model: 'words',
    dimension: 256,
    batch: 8,
    pauseMs: 1,
    ...options,
  });
  stops.push(() => embedder.stop());
  return embedder;
}

async function startBoth(
  service: Parameters<typeof startService>[0],
  options?: Partial<HttpEmbedderOptions>,
) {
  const { asked, url, stop } = await startService(service);
  stops.push(stop);
  return { asked, embedder: await open(url, options) };
}

const status =
  (code: number, headers: Record<string, string> = {}): Trouble =>
  (response) =>
    response.writeHead(code, headers).end('{"error":{"message":"no"}}');

for (const kind of ['openai', 'voyage'] as const) {
  embedderContract(`${kind} http`, async () => {
    const service = await startService();
    const inner = await createHttpEmbedder({
      kind,
      url: service.url,
      apiKey: null,
      model: 'words',
      dimension: 256,
      batch: 4,
    });
    return {
      ...inner,
      stop: async () => {
        await inner.stop();
        await service.stop();
      },
    };
  });
}

describe('the http embedder', () => {
  it('asks as the service expects, in batches', async () => {
    const { asked, embedder } = await startBoth({});
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
    await embedder.embed(texts);
    expect(embedder.id).toBe('words:256');
    expect(asked.map(({ body }) => body.input.length).sort()).toEqual([4, 8, 8]);
    expect(asked.flatMap(({ body }) => body.input).sort()).toEqual([...texts].sort());
    expect(asked[0]).toMatchObject({
      path: '/v1/embeddings',
      headers: { authorization: 'Bearer key-1', 'content-type': 'application/json' },
      body: { model: 'words' },
    });
  });

  it.each([429, 500, 503, 529])('tries again after %d', async (code) => {
    const { asked, embedder } = await startBoth({ troubles: [status(code), status(code)] });
    expect(await embedder.embed(['tea'])).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });

  it('tries again after a broken connection and after a timeout', async () => {
    const broken: Trouble = (response) => response.destroy();
    const silent: Trouble = () => undefined;
    const { asked, embedder } = await startBoth({ troubles: [broken, silent] }, { timeoutMs: 200 });
    expect(await embedder.embed(['tea'])).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['seconds', { 'retry-after': '1' }],
    ['a date', { 'retry-after': 'Mon, 05 Jan 2026 10:00:01 GMT', date: 'Mon, 05 Jan 2026 10:00:00 GMT' }],
  ])('waits as long as Retry-After says in %s', async (_, headers) => {
    const times: number[] = [];
    const note: Trouble = (response) => {
      times.push(performance.now());
      status(429, headers)(response);
    };
    const { embedder } = await startBoth({ troubles: [note] });
    await embedder.embed(['tea']);
    expect(performance.now() - times[0]!).toBeGreaterThanOrEqual(990);
  });

  it('gives up after its retries, and says that it may pass', async () => {
    const { asked, embedder } = await startBoth({ troubles: Array(5).fill(status(503)) }, { retries: 2 });
    await expect(embedder.embed(['tea'])).rejects.toMatchObject({
      code: 'embedder-service',
      value: 503,
      retry: true,
    });
    expect(asked).toHaveLength(3);
  });

  it.each([
    [401, 'embedder.api_key'],
    [404, 'embedder.model'],
  ])('does not try again after %d, and says what to check', async (code, setting) => {
    const { asked, embedder } = await startBoth({ troubles: [status(code)] });
    await expect(embedder.embed(['secret words'])).rejects.toMatchObject({
      code: 'embedder-service',
      value: code,
      retry: false,
      remedy: expect.stringContaining(setting),
      message: expect.not.stringContaining('secret'),
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['no JSON of the form', '{"data":"x"}'],
    ['too few vectors', '{"data":[]}'],
  ])('refuses an answer with %s', async (_, body) => {
    const { embedder } = await startBoth({ troubles: [(response) => response.end(body)] });
    await expect(embedder.embed(['tea'])).rejects.toMatchObject({ code: 'embedder-service', retry: false });
  });

  it.each([
    ['openai', 'dimensions'],
    ['voyage', 'output_dimension'],
  ] as const)("asks %s for the dimension when the model's own is another", async (kind, name) => {
    const { asked, embedder } = await startBoth({ dimension: 512, flexible: true }, { kind });
    const vectors = await embedder.embed(['tea', 'rum']);
    expect(vectors.map((vector) => vector.length)).toEqual([256, 256]);
    await embedder.embed(['milk']);
    expect(asked.map(({ body }) => Object.entries(body).find(([key]) => key === name)?.[1])).toEqual([
      undefined,
      256,
      256,
    ]);
  });

  it('names the dimension when the service gives no other', async () => {
    const { embedder } = await startBoth({ dimension: 512 });
    await expect(embedder.embed(['tea'])).rejects.toMatchObject({
      code: 'embedder-dimension',
      value: 512,
      remedy: 'set embedder.dimension to 512',
    });
  });

  it('ends a wait when it is stopped', async () => {
    const { embedder } = await startBoth({ troubles: [status(429, { 'retry-after': '60' })] });
    const waiting = expect(embedder.embed(['tea'])).rejects.toMatchObject({ code: 'stopped' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await embedder.stop();
    await waiting;
  });
});
