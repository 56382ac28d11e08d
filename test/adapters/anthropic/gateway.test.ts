import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BREAKER } from '../../../src/adapters/anthropic/circuit.ts';
import type { Question } from '../../../src/adapters/anthropic/request.ts';
import { CliowatchError } from '../../../src/domain/errors.ts';
import { startRig } from '../../support/llm.ts';
import {
  API_KEY,
  answers,
  type Behaviour,
  cutsMidBody,
  fails,
  inTurn,
  refuses,
  runsOutOfTokens,
  says,
  stallsMidBody,
  staysSilent,
} from '../../support/messages-api.ts';

const SECRET = 'my-private-sentence';
const question: Question<{ word: string }> = {
  stage: 'facets',
  model: 'model-a',
  system: 'Say a word.',
  data: `<transcript>${SECRET}</transcript>`,
  schema: z.object({ word: z.string().max(10) }),
  maxTokens: 500,
};
const fine = answers(() => ({ word: 'yes' }));
const anotherServer: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
};
const yes = { kind: 'answer', value: { word: 'yes' } };

async function failureOf(promise: Promise<unknown>): Promise<CliowatchError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof CliowatchError))
    throw new Error(`expected a CliowatchError, got ${String(thrown)}`);
  return thrown;
}

describe('an answer', () => {
  it('is asked for with the schema, the key and a cached system part', async () => {
    await using rig = await startRig(fine);
    expect(await rig.gateway.ask(question)).toEqual(yes);
    const request = rig.api.requests[0]!;
    expect(request.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(request.body.system[0]?.cache_control).toEqual({ type: 'ephemeral' });
    expect(request.body.output_config?.format.schema).toMatchObject({
      type: 'object',
      required: ['word'],
      additionalProperties: false,
    });
    expect(request.user).toContain(question.data);
    expect(rig.events.calls).toEqual([{ stage: 'facets', model: 'model-a', outcome: 'ok' }]);
  });

  it('says how the model is to think, of those for which it is set', async () => {
    await using rig = await startRig(fine, { thinking: { 'model-a': 'disabled' } });
    await rig.gateway.ask(question);
    await rig.gateway.ask({ ...question, model: 'constructor' });
    expect(await rig.gateway.answers('model-a')).toBe(true);
    expect(rig.api.requests.map(({ body }) => body.thinking)).toEqual([
      { type: 'disabled' },
      undefined,
      { type: 'disabled' },
    ]);
  });

  it('counts tokens by kind and dollars by the price of the model', async () => {
    const usage = { input: 1_000, output: 200, cacheRead: 3_000, cacheWrite: 500 };
    const price = { input: 1, output: 5, cache_read: 0.1, cache_write: 1.25 };
    await using rig = await startRig(
      answers(() => ({ word: 'yes' }), { usage }),
      { prices: { 'model-a': price } },
    );
    await rig.gateway.ask(question);
    await rig.gateway.ask({ ...question, stage: 'audit' });
    expect(rig.events.tokens).toEqual({
      'facets model-a input': 1_000,
      'facets model-a output': 200,
      'facets model-a cache_read': 3_000,
      'facets model-a cache_write': 500,
      'audit model-a input': 1_000,
      'audit model-a output': 200,
      'audit model-a cache_read': 3_000,
      'audit model-a cache_write': 500,
    });
    expect(rig.events.dollars['facets model-a']).toBeCloseTo((1_000 + 1_000 + 300 + 625) / 1e6, 12);
    expect(rig.events.notes).toEqual([]);
  });

  it('counts tokens and says once that dollars are unknown when the model has no price', async () => {
    await using rig = await startRig(fine);
    await rig.gateway.ask(question);
    await rig.gateway.ask(question);
    expect(rig.events.tokens['facets model-a input']).toBe(200);
    expect(rig.events.dollars).toEqual({});
    expect(rig.events.notes).toHaveLength(1);
    expect(rig.events.notes[0]).toContain('claude.prices');
  });

  it('counts the tokens of an answer that could not be used', async () => {
    await using rig = await startRig(inTurn(runsOutOfTokens, fine));
    await rig.gateway.ask(question);
    expect(rig.events.tokens['facets model-a output']).toBe(40);
  });
});

describe('an unusable answer', () => {
  const cases: [string, Behaviour, string, string][] = [
    ['a refusal', refuses, 'refusal', 'refusal'],
    ['an answer cut off at max_tokens', runsOutOfTokens, 'max-tokens', 'malformed'],
    ['text that is not JSON', says(() => 'Sure! Here is the JSON: {'), 'malformed', 'malformed'],
    ['JSON of another form', answers(() => ({ other: 1 })), 'malformed', 'malformed'],
    ['an over-long value', answers(() => ({ word: 'x'.repeat(100_000) })), 'malformed', 'malformed'],
    ['no text at all', says(() => ''), 'malformed', 'malformed'],
  ];
  it.each(cases)('is asked for once more after %s', async (_, behaviour, because) => {
    await using rig = await startRig(inTurn(behaviour, fine));
    expect(await rig.gateway.ask(question)).toEqual(yes);
    expect(rig.api.requests).toHaveLength(2);
    expect(rig.api.requests[1]!.user).toContain('The last try');
    expect(rig.events.repairs).toEqual([`facets ${because} repaired`]);
  });

  it('may be longer the second time when it was cut off, up to a cap, and only then', async () => {
    await using rig = await startRig(runsOutOfTokens);
    const limits = () => rig.api.requests.slice(-2).map(({ body }) => body.max_tokens);
    await rig.gateway.ask(question);
    expect(limits()).toEqual([500, 1_000]);
    await rig.gateway.ask({ ...question, maxTokens: 10_000 });
    expect(limits()).toEqual([10_000, 16_384]);
    await rig.gateway.ask({ ...question, maxTokens: 20_000 });
    expect(limits()).toEqual([20_000, 20_000]);
    rig.api.become(refuses);
    await rig.gateway.ask(question);
    expect(limits()).toEqual([500, 500]);
  });

  it.each([
    ['that a neutral summary is wanted', refuses, 'Only a neutral summary'],
    ['that it was no JSON', says(() => 'Sure! Here is the JSON: {'), 'no JSON'],
    ['which field was wrong', answers(() => ({ word: 7 })), 'word: Invalid input: expected string'],
    ['that it was too long', runsOutOfTokens, 'Be much shorter'],
  ])('is told what was wrong with it: %s', async (_, behaviour, words) => {
    await using rig = await startRig(inTurn(behaviour, fine));
    await rig.gateway.ask(question);
    expect(rig.api.requests[1]!.user).toContain(words);
    expect(rig.api.requests[1]!.user).toContain(question.data);
  });

  it('costs both tries, and both count against the budget', async () => {
    const usage = { input: 100_000, output: 0 };
    const prices = { 'model-a': { input: 1, output: 5, cache_read: 0, cache_write: 0 } };
    await using rig = await startRig(
      says(() => 'no JSON', { usage }),
      { prices, budgetPerHour: 0.2 },
    );
    await rig.gateway.ask(question);
    expect(rig.events.dollars['facets model-a']).toBeCloseTo(0.2, 12);
    expect(rig.events.tokens['facets model-a input']).toBe(200_000);
    expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/held' });
  });

  it('whose second try fails on the way is an error to be tried again, not a lost question', async () => {
    await using rig = await startRig(inTurn(refuses, fails(500), fine));
    expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/down', retry: true });
    expect(rig.events.repairs).toEqual([]);
    // The first try is paid for: only the second is made again.
    expect(await rig.gateway.ask(question)).toEqual(yes);
    expect(rig.api.requests).toHaveLength(3);
    expect(rig.api.requests[2]!.user).toContain('The last try was refused');
    expect(rig.events.repairs).toEqual(['facets refusal repaired']);
    // And once only.
    await rig.gateway.ask(question);
    expect(rig.api.requests[3]!.user).not.toContain('The last try');
  });

  it.each(cases)('is given up after a second try: %s', async (_, behaviour, because, outcome) => {
    await using rig = await startRig(behaviour);
    expect(await rig.gateway.ask(question)).toMatchObject({ kind: 'unusable', because });
    expect(rig.events.calls.map((call) => call.outcome)).toEqual([outcome, outcome]);
    expect(rig.events.repairs).toEqual([`facets ${because} failed`]);
    expect(rig.events.states).toEqual([]);
  });

  it('is not asked for again when the request itself is not taken', async () => {
    await using rig = await startRig(fails(413));
    expect(await rig.gateway.ask(question)).toMatchObject({ kind: 'unusable', because: 'rejected' });
    expect(rig.api.requests).toHaveLength(1);
    expect(rig.events.notes[0]).toContain('status 413');
    expect(rig.events.repairs).toEqual([]);
  });
});

describe('a failing service', () => {
  it.each([
    ['429', fails(429)],
    ['529', fails(529)],
    ['500', fails(500)],
    ['a connection cut in the middle of the answer', cutsMidBody],
    ['silence', staysSilent],
    ['half an answer and then silence', stallsMidBody],
  ])('is tried again after %s', async (_, behaviour) => {
    await using rig = await startRig(inTurn(behaviour, fine), { retries: 1, timeoutSeconds: 0.3 });
    expect(await rig.gateway.ask(question)).toEqual(yes);
    expect(rig.api.requests).toHaveLength(2);
    expect(rig.events.calls.map((call) => call.outcome)).toEqual(['ok']);
  });

  it('waits as long as retry-after says', async () => {
    await using rig = await startRig(inTurn(fails(429, 1), fails(529, 2), fine), { retries: 2 });
    await rig.gateway.ask(question);
    const [first, second, third] = rig.api.requests.map((request) => request.at);
    expect(second! - first!).toBeGreaterThanOrEqual(990);
    expect(third! - second!).toBeGreaterThanOrEqual(1_990);
  });

  it('waits for a long retry-after outside of calls, that model alone, and for an hour at most', async () => {
    let now = 0;
    const clock = { elapsed: () => now, every: () => ({ stop: () => undefined }) };
    await using rig = await startRig(fails(429, 1_000_000), { retries: 2, concurrency: 2, clock });
    const waiting = Array.from({ length: 5 }, () => failureOf(rig.gateway.ask(question)));
    for (const failure of await Promise.all(waiting)) expect(failure).toMatchObject({ code: 'llm/held' });
    expect(rig.api.requests).toHaveLength(2);
    expect(rig.events.states).toEqual([true]);
    expect(await rig.gateway.answers('model-a')).toBe(false);
    rig.api.become(fine);
    expect(await rig.gateway.ask({ ...question, model: 'model-b' })).toEqual(yes);
    now = 3_599_000;
    expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/held', retry: true });
    expect(rig.api.requests).toHaveLength(3);
    now = 3_601_000;
    expect(await rig.gateway.ask(question)).toEqual(yes);
    expect(rig.events.states).toEqual([true, false]);
  });

  it('takes a 400 for a request that is not taken only while others are, as without credit all are answered so', async () => {
    await using rig = await startRig(fails(400), { concurrency: 1, breaker: { ...BREAKER, failures: 3 } });
    for (let i = 0; i < 3; i++) {
      const failure = await failureOf(rig.gateway.ask(question));
      expect(failure).toMatchObject({ code: 'llm/down', retry: true });
      expect(failure.remedy).toContain('credit');
    }
    expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/held' });
    expect(rig.events.states).toEqual([true]);
    await using other = await startRig((request, response) =>
      (request.user.includes(SECRET) ? fails(400) : fine)(request, response),
    );
    expect(await other.gateway.ask(question)).toMatchObject({ kind: 'unusable', because: 'rejected' });
    expect(other.api.requests).toHaveLength(2);
  });

  it.each([
    ['429', fails(429), 'status 429'],
    ['529', fails(529), 'status 529'],
    ['500', fails(500), 'status 500'],
    ['a cut connection', cutsMidBody, 'Error'],
    ['silence', staysSilent, 'Error', 0.2],
    ['a refused key', fails(401), 'status 401'],
    ['an unknown model', fails(404), 'status 404'],
    ['another server at the address', anotherServer, 'not one of the Messages API'],
  ])('ends in an error that says to try again later: %s', async (_, behaviour, words, timeoutSeconds = 5) => {
    await using rig = await startRig(behaviour, { timeoutSeconds });
    const failure = await failureOf(rig.gateway.ask(question));
    expect(failure).toMatchObject({ code: 'llm/down', retry: true });
    expect(failure.message).toContain(words);
    expect(rig.events.calls.map((call) => call.outcome)).toEqual(['error']);
  });

  it('ends in such an error when nothing listens', async () => {
    const rig = await startRig(fine);
    await rig.api.stop();
    const failure = await failureOf(rig.gateway.ask(question));
    expect(failure).toMatchObject({ code: 'llm/down', retry: true });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('puts neither content nor key into errors, notes or anything printed', async () => {
    const echo: Behaviour = (request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: request.user } }),
      );
    };
    await using rig = await startRig(
      inTurn(
        echo,
        // Whether it answers at all, which is asked after a 400.
        fine,
        fails(500),
        says((request) => request.user),
      ),
    );
    await rig.gateway.ask(question);
    const failure = await failureOf(rig.gateway.ask(question));
    const unusable = await rig.gateway.ask(question);
    const seen = inspect([failure, unusable, rig.events.notes, rig.events.calls], { depth: 10 });
    expect(seen).not.toContain(SECRET);
    expect(seen).not.toContain(API_KEY);
  });
});

describe('the circuit', () => {
  const breaker = { ...BREAKER, failures: 3, halfOpenMs: 80, longestMs: 400 };

  it('opens after failures in a row, lets nothing out, and closes when a call gets through', async () => {
    await using rig = await startRig(fails(529), { breaker });
    for (let i = 0; i < 3; i++) await failureOf(rig.gateway.ask(question));
    expect(rig.events.states).toEqual([true]);
    const held = await failureOf(rig.gateway.ask(question));
    expect(held).toMatchObject({ code: 'llm/held', retry: true });
    expect(rig.api.requests).toHaveLength(3);
    rig.api.become(fine);
    await expect.poll(() => rig.gateway.ask(question).catch(() => null), { timeout: 5_000 }).toEqual(yes);
    expect(rig.events.states).toEqual([true, false]);
  });

  it('stays open when the call let through fails', async () => {
    await using rig = await startRig(fails(500), { breaker });
    for (let i = 0; i < 3; i++) await failureOf(rig.gateway.ask(question));
    await expect
      .poll(() => rig.gateway.ask(question).catch(() => rig.api.requests.length), { timeout: 5_000 })
      .toBe(4);
    expect(rig.events.states).not.toContain(false);
  });

  it('is of one model: where that fails, another answers', async () => {
    const gone: Behaviour = (request, response) =>
      (request.body.model === 'model-a' ? fails(500) : fine)(request, response);
    await using rig = await startRig(gone, { breaker: { ...breaker, halfOpenMs: 60_000 } });
    for (let i = 0; i < 3; i++) await failureOf(rig.gateway.ask(question));
    expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/held', value: 'model-a' });
    expect(await rig.gateway.ask({ ...question, model: 'model-b' })).toEqual(yes);
    expect(rig.events.states).toEqual([true]);
  });

  it('stays closed while single calls fail, and over answers that cannot be used', async () => {
    await using rig = await startRig(inTurn(fails(500), fails(500), fine, fails(500), fails(500), refuses), {
      breaker,
    });
    await failureOf(rig.gateway.ask(question));
    await failureOf(rig.gateway.ask(question));
    expect(await rig.gateway.ask(question)).toEqual(yes);
    await failureOf(rig.gateway.ask(question));
    await failureOf(rig.gateway.ask(question));
    for (let i = 0; i < 5; i++) expect(await rig.gateway.ask(question)).toMatchObject({ because: 'refusal' });
    expect(rig.events.states).toEqual([]);
  });

  it('opens when many of the last calls fail though some always get through', async () => {
    let calls = 0;
    const mostly: Behaviour = (request, response) =>
      (calls++ % 3 === 2 ? fine : fails(500))(request, response);
    await using rig = await startRig(mostly, { breaker: { ...breaker, calls: 12, halfOpenMs: 60_000 } });
    for (let i = 0; i < 30; i++) await rig.gateway.ask(question).catch(() => null);
    expect(rig.events.states).toEqual([true]);
    expect(calls).toBeLessThan(15);
  });

  it('is passed by the question whether the model answers at all, which is asked once for all who want to know', async () => {
    await using rig = await startRig(fails(500), { breaker: { ...breaker, halfOpenMs: 60_000 } });
    for (let i = 0; i < 3; i++) await failureOf(rig.gateway.ask(question));
    expect(await rig.gateway.answers('model-a')).toBe(false);
    rig.api.become(fine);
    const before = rig.api.requests.length;
    const all = await Promise.all([1, 2, 3].map(() => rig.gateway.answers('model-a')));
    expect(all).toEqual([true, true, true]);
    expect(rig.api.requests).toHaveLength(before + 1);
    expect(rig.api.requests.at(-1)?.user).not.toContain(SECRET);
    expect(rig.events.calls.at(-1)).toEqual({ stage: 'probe', model: 'model-a', outcome: 'ok' });
  });

  it('stops what waits in line', async () => {
    await using rig = await startRig(fails(500), {
      breaker: { ...breaker, halfOpenMs: 60_000 },
      concurrency: 1,
    });
    const failures = await Promise.all(
      Array.from({ length: 50 }, () => failureOf(rig.gateway.ask(question))),
    );
    expect(failures.map(({ code }) => code)).toEqual(
      failures.map((_, i) => (i < 3 ? 'llm/down' : 'llm/held')),
    );
    expect(rig.api.requests).toHaveLength(3);
  });
});

describe('calls under way', () => {
  it('never exceed the cap, and all get their answer', async () => {
    await using rig = await startRig(
      answers(() => ({ word: 'yes' }), { delayMs: 10 }),
      { concurrency: 3 },
    );
    const all = await Promise.all(Array.from({ length: 30 }, () => rig.gateway.ask(question)));
    expect(all).toEqual(Array.from({ length: 30 }, () => yes));
    expect(rig.api.maxInFlight()).toBe(3);
  });

  it('are given up when the gateway stops, to be tried again later', async () => {
    await using rig = await startRig(staysSilent, { retries: 3 });
    const call = failureOf(rig.gateway.ask(question));
    await expect.poll(() => rig.api.requests.length).toBe(1);
    await rig.gateway.stop();
    expect(await call).toMatchObject({ code: 'llm/stopped', retry: true });
    expect(rig.events.states).toEqual([]);
  });
});

describe('a service that has too much to do', () => {
  it('is asked less at once, also when the tries of one call hide it, and more again when it is well', async () => {
    await using rig = await startRig(inTurn(fails(429, 0), fails(529, 0), fine), {
      concurrency: 8,
      retries: 2,
    });
    await rig.gateway.ask(question);
    expect(rig.events.limits).toEqual([8, 4, 2]);
    for (let i = 0; i < 40; i++) await rig.gateway.ask(question);
    expect(rig.events.limits).toEqual([8, 4, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('has no more calls under way than it takes', async () => {
    await using rig = await startRig(fails(429), { concurrency: 4 });
    await failureOf(rig.gateway.ask(question));
    await failureOf(rig.gateway.ask(question));
    expect(rig.events.limits.at(-1)).toBe(1);
    let open = 0;
    let most = 0;
    rig.api.become(async (request, response) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open--;
      await fails(500)(request, response);
    });
    await Promise.all([1, 2].map(() => failureOf(rig.gateway.ask(question))));
    expect(most).toBe(1);
  });
});

describe('a budget', () => {
  const usage = { input: 100_000, output: 0 };
  const prices = { 'model-a': { input: 1, output: 5, cache_read: 0, cache_write: 0 } };

  it('that is spent holds calls back, without a request and without opening the circuit, until the hour goes on', async () => {
    let now = 0;
    const clock = { elapsed: () => now, every: () => ({ stop: () => undefined }) };
    await using rig = await startRig(
      answers(() => ({ word: 'yes' }), { usage }),
      { prices, clock, budgetPerHour: 0.25 },
    );
    for (let i = 0; i < 3; i++) await rig.gateway.ask(question);
    for (let i = 0; i < 10; i++) {
      expect(await failureOf(rig.gateway.ask(question))).toMatchObject({ code: 'llm/held', retry: true });
    }
    expect(rig.api.requests).toHaveLength(3);
    expect(rig.events.states).toEqual([true]);
    expect(await rig.gateway.answers('model-a')).toBe(false);
    now = 61 * 60_000;
    expect(await rig.gateway.ask(question)).toEqual(yes);
    expect(rig.events.states).toEqual([true, false]);
  });

  it('counts every stage', async () => {
    await using rig = await startRig(
      answers(() => ({ word: 'yes' }), { usage }),
      { prices, budgetPerHour: 1 },
    );
    await rig.gateway.ask(question);
    await rig.gateway.ask({ ...question, stage: 'label' });
    expect(rig.events.spent.at(-1)).toBeCloseTo(0.2);
  });
});
