import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAnswerFile } from '../../../src/adapters/anthropic/answer-file.ts';
import { createCachedGateway } from '../../../src/adapters/anthropic/cached.ts';
import type { Question } from '../../../src/adapters/anthropic/request.ts';
import { questionKey } from '../../../src/adapters/anthropic/request.ts';
import { type Rig, startRig } from '../../support/llm.ts';
import { answers, fails, inTurn, refuses, says } from '../../support/messages-api.ts';

const question: Question<{ word: string }> = {
  stage: 'facets',
  model: 'model-a',
  system: 'Say a word.',
  data: '<transcript>my-private-sentence</transcript>',
  schema: z.object({ word: z.string().max(10) }),
  maxTokens: 500,
};
let asked = 0;
const counting = answers(() => ({ word: `w${asked++}` }));
const cached = (rig: Rig, entries = 10) =>
  createCachedGateway(rig.gateway, { entries, file: null, telemetry: rig.events });
const wordOf = (answer: unknown) =>
  z.object({ value: z.object({ word: z.string() }) }).parse(answer).value.word;

describe('a cached gateway', () => {
  it('asks the same question once, and counts what it saved', async () => {
    await using rig = await startRig(counting);
    const gateway = cached(rig);
    const first = await gateway.ask(question);
    expect(await gateway.ask(question)).toEqual(first);
    expect(rig.api.requests).toHaveLength(1);
    expect(rig.events.hits).toEqual(['facets']);
    expect(rig.events.tokens['facets model-a input']).toBe(100);
  });

  it.each([
    ['model', { model: 'model-b' }],
    ['instructions', { system: 'Say another word.' }],
    ['data', { data: '<transcript>another</transcript>' }],
    ['stage', { stage: 'audit' }],
  ])('asks again when the %s differs', async (_, change) => {
    await using rig = await startRig(counting);
    const gateway = cached(rig);
    await gateway.ask(question);
    await gateway.ask({ ...question, ...change });
    expect(rig.api.requests).toHaveLength(2);
    expect(rig.events.hits).toEqual([]);
  });

  it('lets equal questions under way share one call', async () => {
    await using rig = await startRig(answers(() => ({ word: 'yes' }), { delayMs: 50 }));
    const gateway = cached(rig);
    const all = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(question)));
    expect(all).toEqual(Array.from({ length: 20 }, () => ({ kind: 'answer', value: { word: 'yes' } })));
    expect(rig.api.requests).toHaveLength(1);
    expect(rig.events.hits).toHaveLength(19);
  });

  it('lets them share a failure too, and asks again afterwards', async () => {
    await using rig = await startRig(inTurn(fails(500), counting));
    const gateway = cached(rig);
    const both = await Promise.allSettled([gateway.ask(question), gateway.ask(question)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(rig.api.requests).toHaveLength(1);
    expect(rig.events.hits).toEqual([]);
    expect(await gateway.ask(question)).toMatchObject({ kind: 'answer' });
  });

  it('lets them share an answer that cannot be used, and says of none that it was saved', async () => {
    await using rig = await startRig(refuses);
    const gateway = cached(rig);
    const both = await Promise.all([gateway.ask(question), gateway.ask(question)]);
    expect(both.map(({ kind }) => kind)).toEqual(['unusable', 'unusable']);
    // One question, and its second try.
    expect(rig.api.requests).toHaveLength(2);
    expect(rig.events.hits).toEqual([]);
  });

  it('goes on without its file when that breaks', async () => {
    await using rig = await startRig(counting);
    const broken = (): never => {
      throw new Error('disk I/O error');
    };
    const file = { ...openAnswerFile({ path: ':memory:', entries: 10 }), get: broken, put: broken };
    const gateway = createCachedGateway(rig.gateway, { entries: 10, file, telemetry: rig.events });
    const first = await gateway.ask(question);
    expect(await gateway.ask(question)).toEqual(first);
    const told = rig.events.notes.filter((note) => note.includes('cache_file'));
    expect(told.map((note) => note.split(' {')[0])).toEqual([
      'warn claude.cache_file cannot be read',
      'warn an answer is not kept in claude.cache_file',
    ]);
    await gateway.stop();
  });

  it('keeps no answer that could not be used', async () => {
    await using rig = await startRig(refuses);
    const gateway = cached(rig);
    expect(await gateway.ask(question)).toMatchObject({ kind: 'unusable' });
    rig.api.become(counting);
    expect(await gateway.ask(question)).toMatchObject({ kind: 'answer' });
    expect(rig.events.hits).toEqual([]);
  });

  it('forgets the answer longest unused when it is full', async () => {
    await using rig = await startRig(counting);
    const gateway = cached(rig, 2);
    const of = (data: string) => gateway.ask({ ...question, data });
    const a = wordOf(await of('a'));
    await of('b');
    expect(wordOf(await of('a'))).toBe(a);
    await of('c');
    expect(wordOf(await of('a'))).toBe(a);
    expect(rig.api.requests).toHaveLength(3);
    await of('b');
    expect(rig.api.requests).toHaveLength(4);
  });

  it('keeps nothing with 0 entries', async () => {
    await using rig = await startRig(counting);
    const gateway = cached(rig, 0);
    await gateway.ask(question);
    await gateway.ask(question);
    expect(rig.api.requests).toHaveLength(2);
  });

  it('answers what it knows while calls are held back', async () => {
    const prices = { 'model-a': { input: 1, output: 1, cache_read: 0, cache_write: 0 } };
    await using rig = await startRig(
      answers(() => ({ word: 'yes' }), { usage: { input: 1e6 } }),
      {
        prices,
        budgetPerHour: 1,
      },
    );
    const gateway = cached(rig);
    await gateway.ask(question);
    await expect(gateway.ask({ ...question, data: 'other' })).rejects.toMatchObject({ code: 'llm/held' });
    expect(await gateway.ask(question)).toMatchObject({ kind: 'answer' });
  });

  it('gives each asker an answer of its own', async () => {
    await using rig = await startRig(answers(() => ({ word: 'yes' })));
    const gateway = cached(rig);
    const one = await gateway.ask(question);
    const other = await gateway.ask(question);
    if (one.kind === 'answer') one.value.word = 'changed';
    const third = await gateway.ask(question);
    if (third.kind === 'answer') third.value.word = 'changed too';
    expect(other).toEqual({ kind: 'answer', value: { word: 'yes' } });
    expect(await gateway.ask(question)).toEqual({ kind: 'answer', value: { word: 'yes' } });
  });

  it('keeps answers as they were cleaned, and asks again when one fits its schema no more', async () => {
    await using rig = await startRig(says(() => JSON.stringify({ word: 'me@x.org' })));
    const gateway = cached(rig);
    const clean = () => ({ word: '[email]' });
    expect(await gateway.ask({ ...question, clean })).toMatchObject({ value: { word: '[email]' } });
    // A later asker brings no cleaning of its own: what it gets was clean when it was kept.
    expect(await gateway.ask(question)).toMatchObject({ value: { word: '[email]' } });
    expect(rig.api.requests).toHaveLength(1);
    const long = { ...question, data: 'other', clean: () => ({ word: '[placeholder]' }) };
    await gateway.ask(long);
    await gateway.ask(long);
    expect(rig.api.requests).toHaveLength(3);
  });
});

describe('the key of a question', () => {
  const part = fc.record({ stage: fc.string(), model: fc.string(), system: fc.string(), data: fc.string() });

  it('is the same for the same content and another for any other, also where parts run into each other', () => {
    const content = (q: object) => JSON.stringify(q);
    fc.assert(
      fc.property(part, part, (a, b) => (questionKey(a) === questionKey(b)) === (content(a) === content(b))),
    );
    expect(questionKey({ ...question, system: 'ab', data: 'c' })).not.toBe(
      questionKey({ ...question, system: 'a', data: 'bc' }),
    );
  });

  it('holds nothing of what is asked', () => {
    expect(inspect(questionKey(question))).not.toContain('private');
    expect(questionKey(question)).toHaveLength(43);
  });
});
