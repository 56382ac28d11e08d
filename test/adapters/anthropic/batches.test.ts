import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createMessageBatches } from '../../../src/adapters/anthropic/batches.ts';
import { questionKey } from '../../../src/adapters/anthropic/request.ts';

const question = {
  stage: 'facets',
  model: 'model-a',
  system: 'Say a word.',
  data: 'A question.',
  schema: z.object({ word: z.string() }),
  maxTokens: 50,
};
const ended = { processing_status: 'ended', results_url: '/results', id: 'b' };

/** Answers in turn, the last for ever. */
async function service(...answers: (readonly [status: number, body: string, headers?: object])[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [status, body, headers = {}] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, ''];
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const waited: number[] = [];
  const batches = createMessageBatches({
    thinking: { 'model-a': 'disabled' },
    apiKey: 'key',
    baseURL: `http://127.0.0.1:${port}`,
    retries: 2,
    signal: new AbortController().signal,
    wait: async (ms) => void waited.push(ms),
  });
  return { asked, waited, batches, [Symbol.dispose]: () => void server.close() };
}

it('are sent again only when they were turned away, after what retry-after says', async () => {
  using turned = await service([429, '{}', { 'retry-after': '90' }], [529, '{}'], [200, '{"id":"b1"}']);
  expect(await turned.batches.begin([question])).toBe('b1');
  expect(turned.waited).toEqual([90_000, 2_000]);
});

it.each([500, 408, 504])('are not sent again after a %d: they may have been taken', async (status) => {
  using lost = await service([status, '{}']);
  await expect(lost.batches.begin([question])).rejects.toMatchObject({ code: 'llm/down' });
  expect(lost.asked).toHaveLength(1);
});

it('are given up when they are turned away each time', async () => {
  using busy = await service([429, '{}']);
  await expect(busy.batches.begin([question])).rejects.toMatchObject({ code: 'llm/down' });
  expect(busy.asked).toHaveLength(3);
});

it('have no reply where a question failed, expired, was canceled, or is answered by something else', async () => {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { content: [], stop_reason: 'end_turn', usage };
  const results = [
    { custom_id: 'expired', result: { type: 'expired' } },
    { custom_id: questionKey(question), result: { type: 'succeeded', message } },
    { custom_id: 'errored', result: { type: 'errored', error: {} } },
    { custom_id: 'canceled', result: { type: 'canceled' } },
    { custom_id: 'odd', result: { type: 'succeeded', message: { odd: true } } },
  ];
  const lines = results.map((line) => JSON.stringify(line)).join('\n');
  using done = await service([200, JSON.stringify({ ...ended, results_url: null })]);
  for await (const _ of done.batches.replies('b')) throw new Error('its results are gone');
  const state = JSON.stringify(ended);
  using whole = await service(
    [200, state],
    [200, state],
    [200, lines, { 'content-type': 'application/x-jsonl' }],
  );
  const told: [string, boolean][] = [];
  for await (const { key, reply } of whole.batches.replies('b')) told.push([key, reply !== null]);
  expect(told).toEqual([
    ['expired', false],
    [questionKey(question), true],
    ['errored', false],
    ['canceled', false],
    ['odd', false],
  ]);
});

it.each(['content-length', 'transfer-encoding'])(
  'fail when their results break off, by %s',
  async (frame) => {
    const line = `${JSON.stringify({ custom_id: 'first', result: { type: 'expired' } })}\n`;
    const state = JSON.stringify({ ...ended, results_url: '/results' });
    const server = createServer((request, response) => {
      if (request.url !== '/results')
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(state);
      const length = frame === 'content-length' ? { 'content-length': '5000' } : {};
      response.writeHead(200, { 'content-type': 'application/x-jsonl', ...length });
      response.write(line, () => setTimeout(() => response.destroy(), 20));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const batches = createMessageBatches({
      thinking: { 'model-a': 'disabled' },
      apiKey: 'key',
      baseURL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      retries: 0,
      signal: new AbortController().signal,
      wait: async () => undefined,
    });
    const read = async () => {
      for await (const { key } of batches.replies('b')) expect(key).toBe('first');
    };
    await expect(read()).rejects.toMatchObject({ code: 'llm/down', retry: true });
    server.close();
  },
);
