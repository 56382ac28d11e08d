import { expect, test } from 'vitest';
import { createLogger } from '../../../src/adapters/telemetry/logger.ts';

function logged(format: 'json' | 'pretty', fields: Record<string, unknown>, message = 'said'): string {
  const lines: string[] = [];
  createLogger({ level: 'debug', format }, { write: (line) => lines.push(line) }).info(fields, message);
  return lines.join('');
}

test.each(['json', 'pretty'] as const)('writes no secret, however deep it lies (%s)', (format) => {
  const written = logged(format, {
    api_key: 'SECRET-1',
    apiKey: 'SECRET-2',
    kafka: { sasl: { username: 'cliowatch', password: 'SECRET-3' } },
    http: { tokens: [{ name: 'prometheus', token: 'SECRET-4', roles: ['reader'] }] },
    headers: { Authorization: 'Bearer SECRET-5' },
    webhook: { secret: 'SECRET-6', deeper: [[{ key: 'SECRET-7' }]] },
  });
  expect(written).not.toContain('SECRET');
  expect(written).toContain('(hidden)');
  expect(written).toContain('cliowatch');
  expect(written).toContain('reader');
});

test('says that a secret is not set', () => {
  expect(JSON.parse(logged('json', { claude: { api_key: null } }))).toMatchObject({
    claude: { api_key: null },
  });
});

test('writes one JSON object a line', () => {
  const line = logged('json', { role: 'admit', reason: 'two\nlines' });
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(line)).toMatchObject({ level: 30, msg: 'said', role: 'admit', reason: 'two\nlines' });
});

test('writes time, level, message and fields for people', () => {
  const line = logged('pretty', { role: 'admit', lag: 3 });
  expect(line).toMatch(/^\d\d:\d\d:\d\d info {2}said role=admit lag=3\n$/);
});

test('lets no value forge a line or move the cursor', () => {
  const line = logged('pretty', { reason: 'a\n12:00:00 error forged \u001b[2J' }, 'b\nc');
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(line).not.toContain('\u001b');
});
