import { describe, expect, it } from 'vitest';
import { createLateView } from '../../../src/app/late-view.ts';
import { CliowatchError } from '../../../src/domain/errors.ts';
import { startHttpRig } from '../../support/http-rig.ts';
import { alertView, clusterView } from '../../support/view-fixture.ts';

describe('the API for readers', () => {
  it('lists clusters as asked', async () => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({
      url: '/v1/clusters?sort=size&limit=1&search=ref&space=all/request',
    });
    expect(answer.json()).toEqual({ clusters: [clusterView('c1')] });
    expect(rig.view.content.asked).toEqual({ sort: 'size', limit: 1, search: 'ref', space: 'all/request' });
  });

  it('ranks clusters by growth unless told otherwise', async () => {
    await using rig = await startHttpRig();
    await rig.app.inject({ url: '/v1/clusters' });
    expect(rig.view.content.asked).toEqual({ sort: 'growth', limit: 100, space: 'all/request' });
  });

  it.each([
    ['/v1/clusters?sort=colour', 'sort'],
    ['/v1/clusters?limit=0', 'limit'],
    ['/v1/clusters?limit=many', 'limit'],
    ['/v1/alerts?state=asleep', 'state'],
  ])('refuses %s, naming the field', async (url, field) => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ url });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'invalid-request', field });
  });

  it('refuses a parameter it does not know', async () => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ url: '/v1/clusters?order=size' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.message).toContain('order');
  });

  it('shows one cluster, hierarchy, generations and pulse', async () => {
    await using rig = await startHttpRig();
    const get = async (url: string) => (await rig.app.inject({ url })).json();
    expect(await get('/v1/clusters/c1')).toEqual(rig.view.cluster('c1'));
    expect(await get('/v1/hierarchy')).toEqual({ hierarchy: rig.view.hierarchy() });
    expect(await get('/v1/facet-shares')).toEqual(rig.view.facetShares(null));
    const german = { facet: 'languages', value: 'de' } as const;
    expect(await get('/v1/facet-shares?facet=languages&value=de')).toEqual(rig.view.facetShares(german));
    expect((await rig.app.inject({ url: '/v1/facet-shares?facet=languages' })).statusCode).toBe(400);
    expect(await get('/v1/classifier-check?flag=spam')).toEqual(rig.view.classifierCheck('spam'));
    expect(await get('/v1/coordination?limit=3')).toEqual({ clusters: rig.view.coordination(3) });
    expect(await get('/v1/generations?limit=3')).toEqual({ generations: rig.view.generations(3) });
    expect(await get('/v1/pulse')).toEqual(rig.view.pulse());
  });

  it('lists alerts by state, and one by id', async () => {
    await using rig = await startHttpRig();
    rig.view.content.alerts.push(alertView('a2', { state: 'resolved', name: null }));
    const resolved = await rig.app.inject({ url: '/v1/alerts?state=resolved' });
    expect(resolved.json().alerts.map((alert: { id: string }) => alert.id)).toEqual(['a2']);
    expect((await rig.app.inject({ url: '/v1/alerts/a1' })).json()).toEqual(alertView('a1'));
  });

  it('acknowledges an alert with a note, and without', async () => {
    await using rig = await startHttpRig();
    const url = '/v1/alerts/a1/acknowledge';
    const noted = await rig.app.inject({ method: 'POST', url, payload: { note: 'on it' } });
    expect(noted.json()).toEqual({ acknowledged: true });
    expect((await rig.app.inject({ method: 'POST', url })).statusCode).toBe(200);
    expect(rig.acknowledged).toEqual([
      { id: 'a1', by: 'local', note: 'on it' },
      { id: 'a1', by: 'local', note: undefined },
    ]);
  });

  it.each([
    ['GET', '/v1/clusters/none'],
    ['GET', '/v1/alerts/none'],
    ['POST', '/v1/alerts/none/acknowledge'],
    ['GET', '/v1/nothing-here'],
    ['DELETE', '/v1/clusters'],
    ['GET', '/'],
  ] as const)('answers 404 in JSON to %s %s', async (method, url) => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ method, url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error.code).toBe('not-found');
  });

  it('answers 400 in JSON to malformed percent-encoding', async () => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ url: '/v1/clusters/%E0%A4%A' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('bad-url');
  });

  it('keeps what failed inside to itself', async () => {
    await using rig = await startHttpRig();
    rig.view.content.details.set('c1', Object.create(null));
    const answer = await rig.app.inject({ url: '/v1/clusters/c1' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      error: { code: 'internal', message: 'this failed here, not at your end' },
    });
  });

  it('forbids caches to keep answers', async () => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/v1/pulse' })).headers['cache-control']).toBe('no-store');
  });
});

describe('health', () => {
  it('is alive, with its version', async () => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/healthz' })).json()).toEqual({ status: 'alive', version: '1.2.3' });
  });

  it('is ready with 200, and says with 503 why it is not', async () => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/readyz' })).statusCode).toBe(200);
    rig.view.content.problems.push('the log is out of reach');
    const answer = await rig.app.inject({ url: '/readyz' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ ready: false, problems: ['the log is out of reach'] });
  });

  it('exposes metrics in Prometheus text', async () => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('# TYPE cliowatch_');
  });
});

describe('what this process cannot answer', () => {
  const late = (hasView: boolean) => {
    const { view, operations } = createLateView(() => [], hasView);
    return startHttpRig({}, { view, operations });
  };

  it.each(['/v1/clusters', '/v1/clusters/c1', '/v1/alerts', '/v1/pulse', '/v1/hierarchy'])(
    'is 503 while it starts, to be asked again: %s',
    async (url) => {
      await using rig = await late(true);
      const answer = await rig.app.inject({ url });
      expect(answer.statusCode).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.json().error).toMatchObject({ code: 'starting' });
      expect(answer.json().error.message).toContain('/readyz');
    },
  );

  it('is 503 without emit, and names who can', async () => {
    await using rig = await late(false);
    const answer = await rig.app.inject({ url: '/v1/alerts' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(answer.json().error).toMatchObject({ code: 'no-view' });
    expect(answer.json().error.message).toContain('the role emit');
  });

  it('is 503 for an operator while the log takes nothing', async () => {
    const refused = new CliowatchError('log-timeout', 'the log has not acknowledged within 10 s', {
      retry: true,
    });
    await using rig = await startHttpRig(
      {},
      {
        operations: {
          report: () => undefined,
          acknowledge: () => Promise.reject(refused),
          silence: () => Promise.reject(refused),
          setWatch: () => Promise.reject(refused),
        },
      },
    );
    const answer = await rig.app.inject({ method: 'POST', url: '/v1/alerts/a1/acknowledge', payload: {} });
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json().error.code).toBe('log-timeout');
  });
});
