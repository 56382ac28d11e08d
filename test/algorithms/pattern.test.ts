import { expect, it } from 'vitest';
import { compilePattern } from '../../src/algorithms/pattern.ts';

it('finds what the pattern describes, in any script', () => {
  expect(compilePattern('(?i)\\bgadget\\b')('My new GADGET broke')).toBe(true);
  expect(compilePattern('(?i)\\bgadget\\b')('gadgets')).toBe(false);
  expect(compilePattern('发布会')('关于发布会的问题')).toBe(true);
});

it('takes time in proportion to the text, whatever the pattern', () => {
  const started = performance.now();
  expect(compilePattern('(a+)+$')(`${'a'.repeat(19_000)}b`)).toBe(false);
  // A backtracking matcher would need more steps than there are atoms.
  expect(performance.now() - started).toBeLessThan(5_000);
});

it('refuses a pattern that would take long over every text', () => {
  expect(() => compilePattern('(?:(?:[ab]?){30}){33}\\d')).toThrow(/too large/);
  expect(compilePattern('(?i)\\b(refund|cancel|rebook|chargeback)(ed|ing|s)?\\b')('I want a Refund')).toBe(
    true,
  );
});

it.each(['(', '(?=ahead)', '(a)\\1', '[z-a]'])('refuses %s', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow();
});
