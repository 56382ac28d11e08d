import { describe, expect, it } from 'vitest';
import { loadPrompt } from '../../../src/adapters/anthropic/prompts.ts';
import { questionsOf } from '../../../src/adapters/summarizer/questions.ts';
import { redact } from '../../../src/algorithms/redact.ts';
import type { FacetDefinitions } from '../../../src/domain/facet-definition.ts';
import { FACETS } from '../../support/llm.ts';

const FILE = loadPrompt('facets');
const MINE: FacetDefinitions = {
  ...FACETS,
  tone: { kind: 'text', question: 'in which tone the user writes', clusters: true },
  audience: { kind: 'category', question: 'for whom the result is', values: ['self', 'work'] },
  effort: { kind: 'number', question: 'hours of work it would be', from: 0, to: 40 },
  urgent: { kind: 'boolean', question: 'whether it has to be done today' },
  quoted: { kind: 'languages', question: 'languages that are quoted' },
};
const SCREENING = [{ id: 'launch', question: 'Is it about the launch?' }];

const answer = {
  request: 'The user wants to prune roses.',
  task: 'Explain.',
  languages: ['en', 'pt-BR', 'klingon', 'xx'],
  concern: 1,
  concern_reason: 'Gardening.',
  tone: 'Friendly; mail jane.doe@example.com',
  audience: 'self',
  effort: 3,
  urgent: 'unknown',
  quoted: ['la', 'nonsense'],
  screening: { launch: true },
};
const withoutPrivate = (text: string) => redact(text).text;

describe('the questions of a call', () => {
  it('stand in the prompt, each once, and leave no place open', () => {
    const { text } = questionsOf(FILE, MINE, SCREENING).prompt;
    expect(text).not.toContain('{{');
    for (const id of [...Object.keys(MINE), 'concern_reason', 'launch'])
      expect(text.split(`\`${id}\``).length, id).toBeGreaterThan(1);
    expect(text).toContain('one of "self", "work"');
    expect(text).toContain('a number from 0 to 40');
  });

  it('change the hash of what they produce, as the file does', () => {
    const hashes = [
      questionsOf(FILE, FACETS, []),
      questionsOf(FILE, MINE, []),
      questionsOf(FILE, MINE, SCREENING),
      questionsOf({ ...FILE, hash: 'another' }, MINE, SCREENING),
    ].map(({ prompt }) => prompt.hash);
    expect(new Set(hashes).size).toBe(4);
    expect(questionsOf(FILE, MINE, SCREENING).prompt.hash).toBe(hashes[2]);
  });

  it('are the contract of the answer', () => {
    const { schema } = questionsOf(FILE, MINE, SCREENING);
    expect(schema.safeParse(answer).success).toBe(true);
    const without = (key: keyof typeof answer) => {
      const { [key]: _gone, ...rest } = answer;
      return rest;
    };
    for (const key of Object.keys(answer) as (keyof typeof answer)[])
      expect(schema.safeParse(without(key)).success, key).toBe(false);
    for (const wrong of [
      { audience: 'everybody' },
      { urgent: 'perhaps' },
      { effort: 'much' },
      { tone: 'x'.repeat(1_001) },
      { screening: {} },
      { concern: 6 },
      { request: '  ' },
    ])
      expect(schema.safeParse({ ...answer, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });

  it('give texts without private data, values that were asked for, and languages that exist', () => {
    const { schema, clean, read } = questionsOf(FILE, MINE, SCREENING);
    const kept = clean(schema.parse(answer), withoutPrivate);
    // What is kept of an answer still fits its question, so that a cache may give it again.
    expect(schema.safeParse(kept).success).toBe(true);
    const told = read(kept);
    expect(told.facets.languages).toEqual(['en', 'pt']);
    expect(told.texts.tone).not.toContain('jane.doe');
    expect(told.texts.tone).toContain('Friendly');
    expect(told.values).toEqual({ audience: ['self'], effort: ['0–4'], quoted: ['la'] });
    expect(told.screened).toEqual(['launch']);
  });

  it('without watches ask no screening and pass none', () => {
    const { schema, read } = questionsOf(FILE, FACETS, []);
    const { screening: _screening, ...rest } = answer;
    expect(read(schema.parse(rest))).toMatchObject({ texts: {}, values: {}, screened: [] });
  });
});
