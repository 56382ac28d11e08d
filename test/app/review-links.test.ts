import { describe, expect, it } from 'vitest';
import { makeReviewLinks, makeTokens } from '../../src/app/adapters.ts';
import { loadConfig } from '../../src/app/load-config.ts';

const KEY = `tokens.key=${Buffer.alloc(32, 7).toString('base64')}`;
const configOf = (...flags: string[]) => loadConfig({ environment: {}, flags: [KEY, ...flags] });

describe('links into the review tool', () => {
  it('are not there, and tokens are one-way, unless configured', () => {
    const config = configOf();
    expect(makeReviewLinks(config)).toBeNull();
    expect(makeTokens(config).open(makeTokens(config).conversation('raw'))).toBeNull();
  });

  it('open a token that another process made with the same key', () => {
    const config = configOf('safety.conversation_url=https://review.example/?c={id}&x=1');
    const token = makeTokens(config).conversation('a/b $& c');
    expect(makeReviewLinks(config)?.link(token)).toBe('https://review.example/?c=a%2Fb%20%24%26%20c&x=1');
  });

  it('leave a kind alone that has no link, and what is no token', () => {
    const config = configOf('safety.account_url=https://review.example/accounts/{id}');
    const tokens = makeTokens(config);
    const links = makeReviewLinks(config);
    expect(links?.link(tokens.conversation('c-1'))).toBeNull();
    expect(links?.link(tokens.account('a-1'))).toBe('https://review.example/accounts/a-1');
    expect(links?.link('forged')).toBeNull();
  });

  it('are refused without a place for the id', () => {
    expect(() => configOf('safety.account_url=https://review.example/accounts')).toThrow(/\{id\}/);
  });
});
