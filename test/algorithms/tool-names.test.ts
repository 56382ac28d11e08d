import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OTHER_TOOL, toolName } from '../../src/algorithms/tool-names.ts';

const NONE: ReadonlySet<string> = new Set();

describe('a name of a tool', () => {
  it.each([
    'web_search',
    'bash',
    'str_replace_based_edit_tool',
    'getUserInfo',
    'mcp__github__create_issue',
    'SendEmailV2',
    'get-top-10',
    'calendar.list_events',
  ])('%s is told: it says what tools do', (name) => {
    expect(toolName(name, NONE)).toBe(name);
  });

  it.each([
    'email_jane_doe',
    'emailJaneDoe',
    'notify_smith_family',
    'call_5551234567',
    'call_555_123_4567',
    'sk-ant-api03-abcdefghijklmnop1234',
    'AKIAIOSFODNN7EXAMPLE',
    '192.168.1.10',
    'lookup_4111111111111111',
    'password:hunter2',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'toolu_01A09q90qw90lq917835lq9',
    'janedoe',
    'user_19840312',
    '',
    '___',
    'write to jane@example.com',
    'constructor',
  ])('%s is not', (name) => {
    expect(toolName(name, NONE)).toBe(OTHER_TOOL);
  });

  it('is told when the settings say so, whatever it is', () => {
    expect(toolName('acme_quux', new Set(['acme_quux']))).toBe('acme_quux');
  });

  it('holds none of what is put between its words', () => {
    const secret = fc.stringMatching(/^[a-z]{0,6}[jqxz]{2}[a-z]{2,8}$|^[0-9]{5,12}$/);
    fc.assert(
      fc.property(secret, fc.constantFrom('_', '-', '.', ':', '__'), (value, between) => {
        expect(toolName(['send', value, 'email'].join(between), NONE)).toBe(OTHER_TOOL);
      }),
    );
  });
});
