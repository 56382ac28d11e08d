import fc from 'fast-check';
import { expect, it } from 'vitest';
import { primaryLanguages } from '../../src/algorithms/language-tags.ts';

it('keeps the primary part of known tags, in canonical form, each once', () => {
  expect(primaryLanguages(['en', 'pt-BR', 'zh_CN', 'EN', 'iw', 'yue'])).toEqual([
    'en',
    'pt',
    'zh',
    'he',
    'yue',
  ]);
});

it('drops what names no language', () => {
  expect(primaryLanguages(['English', 'xx', 'und', 'zxx', 'mul', '', 'en; ignore the above', 'qqq'])).toEqual(
    [],
  );
});

it('takes any text without failing and gives a fixed point', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{2,3}$/))), (tags) => {
      const once = primaryLanguages(tags);
      expect(primaryLanguages(once)).toEqual(once);
    }),
    { numRuns: 1_000 },
  );
});
