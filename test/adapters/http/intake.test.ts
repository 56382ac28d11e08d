import { describe, expect, it } from 'vitest';
import { CliowatchError, RECORD_TOO_LARGE } from '../../../src/domain/errors.ts';
import { bearer, conversation, startHttpRig, TOKENS } from '../../support/http-rig.ts';

const URL = '/v1/conversations';
type Rig = Awaited<ReturnType<typeof startHttpRig>>;

const said = (...texts: string[]) => texts.map((content) => ({ role: 'user', content }));

function post(rig: Rig, payload: string | object, type = 'application/json', headers = {}) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return rig.app.inject({
    method: 'POST',
    url: URL,
    payload: body,
    headers: { 'content-type': type, ...headers },
  });
}

describe('POST /v1/conversations', () => {
  it('takes one conversation and answers 202 once the log has it', async () => {
    await using rig = await startHttpRig();
    const answer = await post(rig, conversation());
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ accepted: 1 });
    expect(rig.taken.map((one) => one.conversation_id)).toEqual(['conv-1']);
  });

  it('takes an array', async () => {
    await using rig = await startHttpRig();
    const answer = await post(rig, [conversation(), conversation({ conversation_id: 'conv-2' })]);
    expect(answer.json()).toEqual({ accepted: 2 });
    expect(rig.taken.map((one) => one.conversation_id)).toEqual(['conv-1', 'conv-2']);
  });

  it('takes JSON lines and skips blank ones', async () => {
    await using rig = await startHttpRig();
    const lines = `${JSON.stringify(conversation())}\n\n${JSON.stringify(conversation({ conversation_id: 'b' }))}\r\n`;
    const answer = await post(rig, lines, 'application/x-ndjson');
    expect(answer.json()).toEqual({ accepted: 2 });
    expect(rig.taken).toHaveLength(2);
  });

  const wrong: [string, unknown, string][] = [
    ['no account', { ...conversation(), account_id: undefined }, 'account_id'],
    ['an unknown role', conversation({ messages: [{ role: 'robot', content: 'x' }] }), 'messages.0.role'],
    ['empty messages', conversation({ messages: [] }), 'messages'],
    [
      '10,000 turns',
      conversation({ messages: Array(10_000).fill({ role: 'user', content: '' }) }),
      'messages',
    ],
    ['a time that is none', conversation({ at: 'yesterday' }), 'at'],
    [
      'a lone surrogate',
      conversation({ messages: [{ role: 'user', content: '\ud800' }] }),
      'messages.0.content',
    ],
    ['a NUL', conversation({ messages: [{ role: 'user', content: 'a\u0000b' }] }), 'messages.0.content'],
    [
      'a text block without text',
      conversation({ messages: [{ role: 'user', content: [{ type: 'text' }] }] }),
      'messages.0.content.0',
    ],
    [
      'a number for content',
      conversation({ messages: [{ role: 'user', content: 7 }] }),
      'messages.0.content',
    ],
    ['an error in the second of an array', [conversation(), conversation({ surface: 7 })], '1.surface'],
    ['an empty array', [], ''],
    ['a string', '"hello"', ''],
  ];
  it.each(wrong)('refuses %s, naming the field', async (_name, body, field) => {
    await using rig = await startHttpRig({ maxBytes: 1_000_000 });
    const answer = await post(rig, typeof body === 'string' ? body : JSON.stringify(body));
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'wrong-schema', field });
    expect(rig.taken).toEqual([]);
  });

  it.each([
    ['an empty text', [{ role: 'user', content: '' }]],
    [
      'blanks and empty blocks',
      [...said(' \n '), { role: 'assistant', content: [{ type: 'text', text: '' }] }],
    ],
    ['no blocks', [{ role: 'user', content: [] }]],
  ])('refuses messages that are all empty, naming them: %s', async (_, messages) => {
    await using rig = await startHttpRig();
    const answer = await post(rig, [conversation(), conversation({ messages })]);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'empty-messages', field: '1.messages' });
    const { body } = await rig.telemetry.exposition();
    expect(body).toContain('cliowatch_refused_requests_total{reason="empty-messages"} 1');
  });

  it('takes empty messages beside one that is not, an image alone, and any of zero retention', async () => {
    await using rig = await startHttpRig();
    const taken = [
      conversation({ messages: [...said(''), { role: 'assistant', content: 'Hello!' }] }),
      conversation({ messages: [{ role: 'user', content: [{ type: 'image' }] }] }),
      conversation({ messages: said(''), retention: 'zero' }),
    ];
    expect((await post(rig, taken)).json()).toEqual({ accepted: 3 });
  });

  it('refuses what is not JSON, without quoting it', async () => {
    await using rig = await startHttpRig();
    const answer = await post(rig, '{"conversation_id": secret-word');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('not-json');
    expect(answer.body).not.toContain('secret-word');
  });

  it('refuses bytes that are no UTF-8, in a body and in a line, instead of taking them changed', async () => {
    await using rig = await startHttpRig();
    const body = Buffer.from(JSON.stringify(conversation({ surface: 'caf\u00e9' })), 'latin1');
    const answers = [await post(rig, body), await post(rig, body, 'application/x-ndjson')];
    expect(answers.map((answer) => answer.json().error)).toEqual([
      { code: 'not-json', message: 'not JSON: the bytes are not UTF-8' },
      { code: 'not-json', field: '0', message: 'line 1 is not JSON: the bytes are not UTF-8' },
    ]);
    expect(rig.taken).toEqual([]);
  });

  it('takes a key __proto__ for what it is: one more that nobody asked for', async () => {
    await using rig = await startHttpRig();
    const body = JSON.stringify(conversation({ metadata: { a: 1 } })).replace('{', '{"__proto__":{"b":2},');
    expect((await post(rig, body)).statusCode).toBe(202);
    expect((await post(rig, body, 'application/x-ndjson')).statusCode).toBe(202);
    expect(JSON.stringify(rig.taken)).not.toContain('"b"');
  });

  it('names index and line of a JSON line that is not JSON', async () => {
    await using rig = await startHttpRig();
    const answer = await post(rig, `\n${JSON.stringify(conversation())}\n{nope`, 'application/x-ndjson');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toEqual({ code: 'not-json', field: '1', message: 'line 3 is not JSON' });
    expect(rig.taken).toEqual([]);
  });

  it('takes the next conversation after a bad one', async () => {
    await using rig = await startHttpRig();
    await post(rig, '{');
    expect((await post(rig, conversation())).statusCode).toBe(202);
  });

  it('answers 413 to a body over the limit', async () => {
    await using rig = await startHttpRig({ maxBytes: 1_000 });
    const answer = await post(rig, conversation({ model: 'm'.repeat(2_000) }));
    expect(answer.statusCode).toBe(413);
    expect(answer.json().error.code).toBe('too-large');
  });

  it('answers 415 to another content type', async () => {
    await using rig = await startHttpRig();
    const answer = await post(rig, JSON.stringify(conversation()), 'text/csv');
    expect(answer.statusCode).toBe(415);
    expect(answer.json().error.code).toBe('unsupported-media-type');
  });

  it('answers 429 with Retry-After while too many wait', async () => {
    await using rig = await startHttpRig({ maxBacklog: 10 });
    rig.log.backlog = 11;
    const answer = await post(rig, conversation());
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json().error.code).toBe('backlog');
    rig.log.backlog = 10;
    expect((await post(rig, conversation())).statusCode).toBe(202);
  });

  it('answers 503 with Retry-After when the log takes nothing', async () => {
    await using rig = await startHttpRig();
    rig.log.failure = new Error('broker at 10.0.0.7 is gone');
    const answer = await post(rig, conversation());
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.body).not.toContain('10.0.0.7');
  });

  it.each(['log-unavailable', 'starting'] as const)(
    'answers 503 with Retry-After before it reads the body while nothing can be taken: %s',
    async (why) => {
      await using rig = await startHttpRig();
      rig.log.closed = why;
      const answer = await post(rig, '{ not even JSON');
      expect(answer.statusCode).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.json().error.code).toBe(why);
      const { body } = await rig.telemetry.exposition();
      expect(body).toContain(`cliowatch_refused_requests_total{reason="${why}"} 1`);
      rig.log.closed = null;
      expect((await post(rig, conversation())).statusCode).toBe(202);
    },
  );

  it('answers 413 to what the log will never take, with no time to try again', async () => {
    await using rig = await startHttpRig();
    rig.log.failure = new CliowatchError(RECORD_TOO_LARGE, 'over 1000000 bytes');
    const one = await post(rig, conversation());
    expect(one.statusCode).toBe(413);
    expect(one.headers['retry-after']).toBeUndefined();
    expect(one.json().error.message).not.toContain('others');
    const many = await post(rig, [conversation(), conversation()]);
    expect(many.json().error).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('others of the request may have been taken'),
    });
  });

  it('answers 503 where no conversations are taken', async () => {
    await using rig = await startHttpRig({}, { intake: null });
    expect((await post(rig, conversation())).json().error.code).toBe('no-intake');
  });

  it('counts what it refused, by reason', async () => {
    await using rig = await startHttpRig();
    await post(rig, '{');
    await post(rig, conversation({ at: 'never' }));
    const { body } = await rig.telemetry.exposition();
    expect(body).toContain('cliowatch_refused_requests_total{reason="not-json"} 1');
    expect(body).toContain('cliowatch_refused_requests_total{reason="wrong-schema"} 1');
  });

  it('needs the role ingest once there are tokens', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const as = (token: string) => post(rig, conversation(), 'application/json', bearer(token));
    expect((await post(rig, conversation())).statusCode).toBe(401);
    expect((await as('operator-token-01')).statusCode).toBe(403);
    expect((await as('ingest-token-0001')).statusCode).toBe(202);
  });
});

describe('GET /v1/schema', () => {
  it('describes a conversation', async () => {
    await using rig = await startHttpRig();
    const schema = (await rig.app.inject({ url: '/v1/schema' })).json();
    expect(schema.required).toEqual(['conversation_id', 'account_id', 'at', 'messages']);
    expect(schema.properties.messages.items.properties.role.enum).toContain('assistant');
  });
});
