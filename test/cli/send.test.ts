import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';
import { BadLines } from '../../src/cli/lines.ts';
import { type Sendable, send } from '../../src/cli/send.ts';
import { openTarget } from '../../src/cli/target.ts';
import { conversationSchema } from '../../src/domain/conversation.ts';

/** A border that takes no body over `most` characters; answers with the contents it took. */
async function startBorder(most: number) {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (body.length > most) {
      response.writeHead(413, { 'content-type': 'application/json' });
      return response.end('{"error":{"code":"too-large","message":"too large"}}');
    }
    for (const line of body.split('\n')) taken.push(JSON.parse(line).conversation_id);
    response.writeHead(202).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { taken, url: `http://127.0.0.1:${port}` };
}

function sendable(number: number, size: number): Sendable {
  const conversation = conversationSchema.parse({
    conversation_id: `c${number}`,
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content: 'x'.repeat(size) }],
  });
  return { conversation, line: { file: 'f.jsonl', number, text: '' } };
}

it('sends all but what is too large by itself, which is a bad line with its number', async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const { taken, url } = await startBorder(1_000);
  const config = loadConfig({ environment: {}, flags: [] });
  const target = await openTarget(url, config, undefined, new AbortController().signal);
  const bad = new BadLines();
  const batch = [1, 2, 3, 4, 5, 6, 7].map((number) => sendable(number, number === 5 ? 2_000 : 300));
  expect(await send(target, batch, bad)).toBe(6);
  expect(taken).toEqual(['c1', 'c2', 'c3', 'c4', 'c6', 'c7']);
  expect(bad.first).toMatchObject([
    { file: 'f.jsonl', line: 5, reason: expect.stringContaining('too-large') },
  ]);
  vi.restoreAllMocks();
});
