import { describe, expect, it } from 'vitest';
import { bearer, startHttpRig, TOKENS } from '../../support/http-rig.ts';

const CLUSTER = '/v1/safety/clusters/c9';

describe('roles', () => {
  it.each([
    [null, 401],
    ['wrong-token-00001', 401],
    ['ingest-token-0001', 403],
    ['reader-token-0001', 200],
    ['operator-token-01', 200],
    ['safety-token-0001', 200],
  ])('lets %s read with %i', async (token, status) => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const headers = token === null ? {} : bearer(token);
    for (const url of ['/v1/clusters', '/v1/pulse', '/metrics']) {
      expect((await rig.app.inject({ url, headers })).statusCode).toBe(status);
    }
  });

  it('asks for a bearer token when there is none', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const answer = await rig.app.inject({ url: '/v1/clusters' });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json().error.code).toBe('no-token');
  });

  it('keeps health, readiness, API description and message schema open', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    for (const url of ['/healthz', '/readyz', '/docs/json', '/docs/', '/v1/schema']) {
      expect((await rig.app.inject({ url })).statusCode).toBe(200);
    }
  });

  it('lets operators alone acknowledge, under the name of their token', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const as = (token: string) =>
      rig.app.inject({ method: 'POST', url: '/v1/alerts/a1/acknowledge', headers: bearer(token) });
    expect((await as('reader-token-0001')).statusCode).toBe(403);
    expect((await as('safety-token-0001')).statusCode).toBe(403);
    expect((await as('operator-token-01')).statusCode).toBe(200);
    expect(rig.acknowledged).toEqual([{ id: 'a1', by: 'olga', note: undefined }]);
  });
});

describe('the safety plane', () => {
  it('is closed to everyone but the role, even on loopback without tokens', async () => {
    await using open = await startHttpRig();
    expect((await open.app.inject({ url: CLUSTER })).statusCode).toBe(403);
    await using closed = await startHttpRig({ tokens: TOKENS });
    const answer = await closed.app.inject({ url: CLUSTER, headers: bearer('operator-token-01') });
    expect(answer.statusCode).toBe(403);
    expect([...open.audits, ...closed.audits]).toEqual([]);
  });

  it('writes every access to the audit log', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const headers = bearer('safety-token-0001');
    expect((await rig.app.inject({ url: CLUSTER, headers })).json().visibility).toBe('pending');
    const members = await rig.app.inject({ url: `${CLUSTER}/conversations`, headers });
    expect(members.json().conversations).toEqual([
      {
        conversation: 't-conversation',
        account: 't-account',
        at: rig.clock.now(),
        conversation_url: null,
        account_url: null,
      },
    ]);
    await rig.app.inject({ url: '/v1/safety/clusters/none', headers });
    const at = rig.clock.now();
    expect(rig.audits).toEqual([
      { at, who: 'sam', what: 'read cluster', subject: 'c9' },
      { at, who: 'sam', what: 'list conversations', subject: 'c9' },
      { at, who: 'sam', what: 'read cluster', subject: 'none' },
    ]);
  });

  it('lists clusters whatever their size, and writes that down', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const answer = await rig.app.inject({
      url: '/v1/safety/clusters?limit=1',
      headers: bearer('safety-token-0001'),
    });
    expect(answer.json().clusters).toMatchObject([{ id: 'c9', visibility: 'pending' }]);
    expect(rig.audits).toMatchObject([{ who: 'sam', what: 'list clusters' }]);
  });

  it('lists coordination of clusters whatever their size, and writes that down', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const ask = (token: string) =>
      rig.app.inject({ url: '/v1/safety/coordination?limit=5', headers: bearer(token) });
    expect((await ask('operator-token-01')).statusCode).toBe(403);
    expect((await ask('safety-token-0001')).json().clusters).toMatchObject([{ id: 'c9', accounts: 2 }]);
    expect(rig.audits).toMatchObject([{ who: 'sam', what: 'list coordination' }]);
  });

  it('checks a classifier on clusters whatever their size, and writes that down', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const ask = (token: string) =>
      rig.app.inject({ url: '/v1/safety/classifier-check?flag=spam', headers: bearer(token) });
    expect((await ask('operator-token-01')).statusCode).toBe(403);
    expect((await ask('safety-token-0001')).json()).toMatchObject({ flag: 'spam', clusters: 3 });
    expect(rig.audits).toMatchObject([{ who: 'sam', what: 'check classifier', subject: 'spam' }]);
  });

  it('opens tokens into links of the review tool, each of them written down', async () => {
    const links = {
      link: (token: string) => (token === 't-conversation' ? 'https://review.example/c/raw' : null),
    };
    await using rig = await startHttpRig({ tokens: TOKENS }, { links });
    const headers = bearer('safety-token-0001');
    const open = (token: string, as = headers) =>
      rig.app.inject({ url: `/v1/safety/links/${token}`, headers: as });
    expect((await open('t-conversation')).json()).toEqual({ url: 'https://review.example/c/raw' });
    expect((await open('forged')).statusCode).toBe(404);
    expect((await open('t-conversation', bearer('operator-token-01'))).statusCode).toBe(403);
    const members = await rig.app.inject({ url: `${CLUSTER}/conversations`, headers });
    expect(members.json().conversations).toMatchObject([
      { conversation_url: 'https://review.example/c/raw', account_url: null },
    ]);
    expect(rig.audits.map(({ what, subject }) => `${what} ${subject}`)).toEqual([
      'open token t-conversation',
      'open token forged',
      'list conversations c9',
    ]);
  });

  it('says so when no links are configured', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const answer = await rig.app.inject({ url: '/v1/safety/links/x', headers: bearer('safety-token-0001') });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('safety.conversation_url');
  });

  it('hands out nothing when the audit log fails', async () => {
    await using rig = await startHttpRig(
      { tokens: TOKENS },
      {
        audit: () => {
          throw new Error('disk full');
        },
      },
    );
    const answer = await rig.app.inject({ url: CLUSTER, headers: bearer('safety-token-0001') });
    expect(answer.statusCode).toBe(500);
  });
});

describe('without tokens', () => {
  it.each(['localhost:8642', '127.0.0.1:8642', '[::1]:8642', 'localhost'])('serves %s', async (host) => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/v1/pulse', headers: { host } })).statusCode).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example:8642', 'localhost.evil.example', 'a@b:c'])(
    'refuses the host "%s", so that a name pointed here lets no page in',
    async (host) => {
      await using rig = await startHttpRig();
      for (const url of ['/v1/pulse', '/healthz', '/docs/']) {
        const answer = await rig.app.inject({ url, headers: { host } });
        expect(answer.statusCode).toBe(403);
        expect(answer.json().error.code).toBe('wrong-host');
      }
    },
  );

  it('refuses requests that a page of another site sends', async () => {
    await using rig = await startHttpRig();
    const ask = (origin: string) =>
      rig.app.inject({ method: 'POST', url: '/v1/alerts/a1/acknowledge', headers: { origin } });
    expect((await ask('https://evil.example')).statusCode).toBe(403);
    expect((await ask('null')).statusCode).toBe(403);
    expect((await ask('http://localhost:5173')).statusCode).toBe(200);
  });
});

describe('listen', () => {
  it('refuses an address that others reach when there are no tokens', async () => {
    await using rig = await startHttpRig();
    await expect(rig.server.listen('0.0.0.0', 0)).rejects.toMatchObject({
      code: 'http-closed',
      message: expect.stringContaining('http.tokens'),
      remedy: expect.stringContaining('http.tokens'),
    });
  });

  it('refuses to send tokens in plain text over the network', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    await expect(rig.server.listen('0.0.0.0', 0)).rejects.toMatchObject({
      code: 'http-closed',
      remedy: expect.stringContaining('http.trust_proxy'),
    });
  });

  it('takes a proxy that speaks TLS', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS, trustProxy: true });
    const { url } = await rig.server.listen('0.0.0.0', 0);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('says which address is taken', async () => {
    await using first = await startHttpRig();
    await using second = await startHttpRig();
    const { url } = await first.server.listen('127.0.0.1', 0);
    const port = Number(new URL(url).port);
    await expect(second.server.listen('localhost', port)).rejects.toMatchObject({
      code: 'http-listen',
      value: `localhost:${port}`,
    });
  });
});
