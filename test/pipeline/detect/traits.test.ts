import { expect, it } from 'vitest';
import { traitsOf } from '../../../src/pipeline/detect/traits.ts';

const rows = {
  languages: [['de', 'en'], []],
  surface: ['api', null],
  model: [null, 'm-1'],
  concern: [3, 1],
  values: [{ turns: ['1'], tools: ['web', 'code'] }, { turns: ['10–29'] }],
  flags: [[], ['spam']],
};

it('every value of every facet of a row is countable, and what it does not say is none', () => {
  expect(traitsOf(rows, 0)).toEqual([
    ['concern', '3'],
    ['surface', 'api'],
    ['turns', '1'],
    ['tools', 'web'],
    ['tools', 'code'],
    ['language', 'de'],
    ['language', 'en'],
  ]);
  expect(traitsOf(rows, 1)).toEqual([
    ['concern', '1'],
    ['model', 'm-1'],
    ['turns', '10–29'],
    ['flag', 'spam'],
  ]);
});
