import { describe, expect, it } from 'vitest';
import { type Conversation, conversationSchema } from '../../../src/domain/conversation.ts';
import { type Watch, watchSchema } from '../../../src/domain/watch.ts';
import { candidates, passed, questionsFor } from '../../../src/pipeline/admit/screen.ts';
import { createWatchBook } from '../../../src/pipeline/watches.ts';
import type { Summary } from '../../../src/ports/summarizer.ts';
import { makePoint, NOON } from '../../support/pipeline-rig.ts';

function conversation(change: Partial<Conversation> = {}): Conversation {
  return conversationSchema.parse({
    conversation_id: 'c',
    account_id: 'a',
    at: new Date(NOON).toISOString(),
    messages: [
      { role: 'user', content: 'My gadget is broken' },
      { role: 'assistant', content: 'Which model of phone?' },
    ],
    ...change,
  });
}

const watches = (watch: Omit<Watch, 'title' | 'facet' | 'settings'>) =>
  createWatchBook({ launch: watchSchema.parse({ title: 'Launch', ...watch }) }, ['request']).watches();

const { facets, source } = makePoint();
const summary = (screened: Summary['screened'], languages = ['en']): Summary => ({
  facets: { ...facets, languages },
  texts: {},
  values: {},
  screened,
  source,
});

describe('candidates of a watch', () => {
  const of = (watch: Omit<Watch, 'title' | 'facet' | 'settings'>, given = conversation(), at = NOON) =>
    candidates(watches(watch), given, at).length === 1;

  it('are found by what the user says, not the assistant', () => {
    expect(of({ match: { pattern: '(?i)GADGET' } })).toBe(true);
    expect(of({ match: { pattern: 'phone' } })).toBe(false);
  });

  it('are found in the first 20,000 characters of what the user says, over all messages', () => {
    const messages = ['x'.repeat(15_000), 'x'.repeat(15_000), 'gadget'].map((content) => ({
      role: 'user' as const,
      content,
    }));
    expect(of({ match: { pattern: 'gadget' } }, conversation({ messages }))).toBe(false);
    expect(of({ match: { pattern: 'gadget' } }, conversation({ messages: messages.slice(1) }))).toBe(true);
  });

  it('must meet all conditions, and one value of each', () => {
    const match = { surfaces: ['web', 'api'], models: ['m1'], flags: ['spam'] };
    expect(of({ match }, conversation({ surface: 'api', model: 'm1', flags: ['x', 'spam'] }))).toBe(true);
    expect(of({ match }, conversation({ surface: 'api', model: 'm2', flags: ['spam'] }))).toBe(false);
    expect(of({ match }, conversation({ surface: 'api', model: 'm1' }))).toBe(false);
    expect(of({ match }, conversation({ model: 'm1', flags: ['spam'] }))).toBe(false);
  });

  it('lie within its time, the end not included', () => {
    const time = (at: number) => new Date(at).toISOString();
    const watch = { question: 'About the launch?', from: time(NOON), to: time(NOON + 1_000) };
    expect([NOON - 1, NOON, NOON + 999, NOON + 1_000].map((at) => of(watch, conversation(), at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('what belongs to a watch', () => {
  it('is what the question says of it', () => {
    const among = watches({ question: 'About the launch?' });
    expect(questionsFor(among)).toEqual([{ id: 'launch', question: 'About the launch?' }]);
    expect(passed(among, summary(['launch']))).toEqual(['launch']);
    expect(passed(among, summary([]))).toEqual([]);
    expect(passed(among, summary(['other']))).toEqual([]);
  });

  it('when nobody could be asked, is what it matches, and nothing without a match', () => {
    expect(passed(watches({ question: 'About the launch?' }), summary(null))).toEqual([]);
    const both = watches({ question: 'About the launch?', match: { pattern: 'gadget' } });
    expect(passed(both, summary(null))).toEqual(['launch']);
    expect(passed(both, summary([]))).toEqual([]);
  });

  it('is of its languages', () => {
    const among = watches({ match: { languages: ['pt', 'es'] } });
    expect(questionsFor(among)).toEqual([]);
    expect(passed(among, summary(null, ['en', 'es']))).toEqual(['launch']);
    expect(passed(among, summary(null, ['en']))).toEqual([]);
  });
});
