import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';
import { CliowatchError } from '../../src/domain/errors.ts';

function refusal(...flags: string[]): string {
  try {
    loadConfig({ environment: {}, flags });
  } catch (error) {
    if (error instanceof CliowatchError) return error.message;
    throw error;
  }
  return '';
}

const mood = (more = '') => `facets.mood={kind: text, question: "in what mood the user writes"${more}}`;
const launch = (more: string) => `watches.launch={title: Launch, ${more}}`;

describe('facets and watches that are refused, by path and reason', () => {
  const wrong: readonly (readonly [flag: string, said: string | RegExp])[] = [
    ['facets.Mood={kind: text, question: "in what mood"}', /^facets\.Mood = .*small letters/],
    ['facets.turns={kind: boolean, question: "are there many"}', /^facets\.turns = .*must have another name/],
    ['facets.mood={kind: text}', /^facets\.mood\.question = undefined/],
    ['facets.mood={kind: colour, question: "in what mood"}', /^facets\.mood\.kind = "colour"/],
    [
      'facets.mood={kind: category, question: "in what mood", values: [good]}',
      /^facets\.mood\.values = \["good"\]/,
    ],
    [
      'facets.mood={kind: category, question: "in what mood", values: [good, good]}',
      /^facets\.mood\.values = .*must not hold a value twice/,
    ],
    ['facets.size={kind: number, question: "how large it is", from: 9, to: 1}', /from must be less than to/],
    ['facets.concern.to=10', /^facets\.concern = .*must be from 1 to 5/],
    ['facets.request.clusters=false', /^facets\.request\.clusters = false .*must be true/],
    ['facets.task={kind: boolean, question: "is it a task"}', /^facets\.task/],
    [launch('settings: {}'), /^watches\.launch\.match = .*must be given, or question/],
    [launch('match: {pattern: "("}'), /^watches\.launch\.match\.pattern = "\(" .*RE2/],
    [launch('match: {pattern: x}, facet: nothing'), /^watches\.launch\.facet = "nothing" .*request, task/],
    [
      launch('match: {pattern: x}, facet: concern'),
      /^watches\.launch\.facet = "concern" .*must be a text facet/,
    ],
    [
      launch('match: {pattern: x}, settings: {min_accounts: 3}'),
      /^watches\.launch\.settings\.min_accounts = 3 .*at least/,
    ],
    ['privacy.min_accounts=7', /^privacy\.min_accounts = 7 .*must be at least 8/],
    ['privacy.min_conversations=9', /^privacy\.min_conversations = 9 .*must be at least 10/],
    ['privacy.min_audit=2', /^privacy\.min_audit = 2 .*must be at least 3/],
    [
      launch('match: {languages: [German]}'),
      /^watches\.launch\.match\.languages\.0 = "German" .*primary BCP 47/,
    ],
    [launch('match: {languages: [de-DE]}'), /must be a primary BCP 47 tag: de/],
    [
      launch('match: {pattern: x}, settings: {window: 10, first_at: 20}'),
      /settings\.first_at = 20 .*at most the window/,
    ],
    [launch('match: {pattern: x}, settings: {first_at: 1}'), /settings\.first_at = 1 .*at least privacy/],
    [
      launch('match: {pattern: x}, settings: {window: 1000000000}'),
      /settings\.window = 1000000000 .*at most/,
    ],
    ['watches.task={title: Task, match: {pattern: x}}', /^watches\.task = .*must have another name/],
    ['watches.all={title: All, match: {pattern: x}}', /^watches\.all = .*must have another name/],
  ];
  it.each(wrong)('%s', (flag, said) => {
    expect(refusal(flag)).toMatch(said);
  });

  it('but not those that are right', () => {
    expect(refusal(mood(), launch('match: {pattern: "(?i)x"}, facet: mood'))).toBe('');
    expect(refusal(mood(', clusters: true, naming: the mood alone'))).toBe('');
    expect(refusal('facets.request.question=what the user wants, in few words')).toBe('');
  });
});
