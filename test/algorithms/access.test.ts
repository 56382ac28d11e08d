import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerToken, checkBinding, createGate, isLoopback } from '../../src/algorithms/access.ts';

const TOKENS = [
  { name: 'olga', token: 'operator-token-01', roles: ['operator'] },
  { name: 'sam', token: 'safety-token-0001', roles: ['safety', 'ingest'] },
] as const;

describe('a gate', () => {
  it('gives a bearer the roles of the token, reader implied', () => {
    const gate = createGate(TOKENS);
    expect(gate.authenticate('operator-token-01')).toEqual({
      name: 'olga',
      roles: new Set(['operator', 'reader']),
    });
    expect(gate.authenticate('safety-token-0001')?.roles).toEqual(new Set(['safety', 'ingest', 'reader']));
    expect(gate.authenticate(null)).toBeNull();
  });

  it('lets in no other token, however alike', () => {
    const gate = createGate(TOKENS);
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(TOKENS.every(({ token }) => token !== other));
        expect(gate.authenticate(other)).toBeNull();
        expect(gate.authenticate(`operator-token-01${other}`)?.name).toBe(other === '' ? 'olga' : undefined);
      }),
    );
  });

  it('gives everyone all but safety when there are no tokens', () => {
    const everyone = createGate([]).authenticate(null);
    expect(everyone).toEqual({ name: 'local', roles: new Set(['ingest', 'operator', 'reader']) });
    expect(createGate([]).authenticate('whatever')).toEqual(everyone);
  });

  it.each([
    [{ host: 'localhost:8642' }, true],
    [{ host: '[::1]:8642', origin: 'http://127.0.0.1:8642' }, true],
    [{}, false],
    [{ host: '' }, false],
    [{ host: 'localhost@evil.example' }, false],
    [{ host: 'evil.example@localhost' }, false],
    [{ host: '192.168.1.2:8642' }, false],
    [{ host: 'localhost', origin: 'null' }, false],
    [{ host: 'localhost', origin: 'https://localhost.evil.example' }, false],
  ])('without tokens takes %j: %s', (headers, taken) => {
    expect(createGate([]).refusal(headers) === null).toBe(taken);
  });

  it('asks for tokens and not for names once there are tokens', () => {
    expect(createGate(TOKENS).refusal({ host: 'clio.example', origin: 'https://other.example' })).toBeNull();
  });
});

describe('an address', () => {
  const binding = { host: '0.0.0.0', tokens: TOKENS, tls: true, trustProxy: false };

  it('that others reach needs tokens, and TLS or a proxy that speaks it', () => {
    expect(() => checkBinding({ ...binding, tokens: [] })).toThrow(/http\.tokens is empty/);
    expect(() => checkBinding({ ...binding, tls: false })).toThrow(/plain text/);
    expect(() => checkBinding(binding)).not.toThrow();
    expect(() => checkBinding({ ...binding, tls: false, trustProxy: true })).not.toThrow();
  });

  it('of this machine alone needs nothing', () => {
    expect(() =>
      checkBinding({ host: '127.0.0.1', tokens: [], tls: false, trustProxy: false }),
    ).not.toThrow();
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s is of this machine alone', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example.org', ''])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('the authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    ['Bearer a b', null],
    [undefined, null],
  ])('%j carries the token %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});
