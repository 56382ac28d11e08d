import { expect, it } from 'vitest';
import { retryAfter, withoutLongWait } from '../../../src/adapters/anthropic/retry-after.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const headers = (said: string) => new Headers({ 'retry-after': said });

it.each([
  ['120', 120_000],
  ['0.5', 500],
  ['0', null],
  ['-5', null],
  ['soon', null],
  ['Sun, 01 Mar 2026 12:05:00 GMT', 300_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', null],
])('reads a retry-after of %s', (said, wait) => {
  expect(retryAfter(headers(said), NOW)).toBe(wait);
});

it('takes milliseconds first', () => {
  expect(retryAfter(new Headers({ 'retry-after-ms': '250', 'retry-after': '9' }), NOW)).toBe(250);
});

it.each([
  [429, '60', null],
  [429, '61', 'false'],
  [529, 'Fri, 01 Jan 2027 00:00:00 GMT', 'false'],
  [200, '61', null],
])('after a %d lets the SDK wait a minute and no longer: %s', (status, said, retry) => {
  const response = new Response(null, { status, headers: headers(said) });
  expect(withoutLongWait(response, NOW).get('x-should-retry')).toBe(retry);
});
