import { describe, expect, it } from 'vitest';
import { bearer, startHttpRig, TOKENS } from '../../support/http-rig.ts';
import { NOON } from '../../support/view-fixture.ts';

const url = '/v1/clusters/c1/silence';
const WISH = { until: '2026-03-01T14:00:00+01:00', note: 'a launch of ours' };
const OPERATOR = bearer('operator-token-01');

describe('silences over HTTP', () => {
  it('are set and taken away by operators alone, under the name of their token, and written to the audit log', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    for (const token of ['reader-token-0001', 'safety-token-0001', 'ingest-token-0001']) {
      const headers = bearer(token);
      expect((await rig.app.inject({ method: 'PUT', url, headers, payload: WISH })).statusCode).toBe(403);
      expect((await rig.app.inject({ method: 'DELETE', url, headers })).statusCode).toBe(403);
    }
    expect([rig.wishes, rig.audits]).toEqual([[], []]);
    const put = await rig.app.inject({ method: 'PUT', url, headers: OPERATOR, payload: WISH });
    expect([put.statusCode, put.json()]).toEqual([202, { taken: true }]);
    expect((await rig.app.inject({ method: 'DELETE', url, headers: OPERATOR })).statusCode).toBe(202);
    expect(rig.wishes).toEqual([
      {
        silence: 'c1',
        wish: { until: Date.parse('2026-03-01T13:00:00Z'), note: 'a launch of ours' },
        by: 'olga',
      },
      { silence: 'c1', wish: null, by: 'olga' },
    ]);
    const at = rig.clock.now();
    expect(rig.audits).toEqual([
      { at, who: 'olga', what: 'silence cluster', subject: 'c1 until 2026-03-01T14:00:00+01:00' },
      { at, who: 'olga', what: 'end silence of cluster', subject: 'c1' },
    ]);
  });

  it('are listed for readers', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const silence = { cluster: 'c1', name: null, there: true, until: NOON, by: 'olga', at: NOON, note: null };
    rig.view.content.silences.push(silence);
    const answer = await rig.app.inject({ url: '/v1/silences', headers: bearer('reader-token-0001') });
    expect(answer.json()).toEqual({ silences: [silence] });
    expect((await rig.app.inject({ url: '/v1/silences' })).statusCode).toBe(401);
  });

  it.each([
    [{ until: 'tomorrow' }, 'until'],
    [{ until: '2026-03-01 14:00' }, 'until'],
    [{ until: NOON }, 'until'],
    [{}, 'until'],
    [{ ...WISH, note: 'x'.repeat(2_001) }, 'note'],
  ])('of %j are refused, naming the field', async (payload, field) => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ method: 'PUT', url, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'invalid-request', field });
    expect(rig.wishes).toEqual([]);
  });

  it.each([
    [{ verdict: 'unknown' }, 404, 'not-found'],
    [{ verdict: 'not-silenced' }, 404, 'not-found'],
    [{ verdict: 'wrong', field: 'until', message: 'must lie in the future' }, 400, 'invalid-request'],
    [{ verdict: 'full', message: 'there are 1000' }, 409, 'full'],
  ] as const)('answer %j with %i', async (verdict, status, code) => {
    await using rig = await startHttpRig();
    rig.log.silence = verdict;
    const answer = await rig.app.inject({ method: 'PUT', url, payload: WISH });
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  });
});

describe('lineage over HTTP', () => {
  it('is of one space, of as many generations as are asked for', async () => {
    await using rig = await startHttpRig();
    const get = async (query: string) => (await rig.app.inject({ url: `/v1/lineage${query}` })).json();
    expect(await get('')).toEqual(rig.view.lineage(10));
    expect(await get('?generations=3&space=all/request')).toEqual(rig.view.lineage(3));
    expect((await rig.app.inject({ url: '/v1/lineage?space=none/request' })).statusCode).toBe(404);
    expect((await rig.app.inject({ url: '/v1/lineage?generations=51' })).statusCode).toBe(400);
    await using closed = await startHttpRig({ tokens: TOKENS });
    expect((await closed.app.inject({ url: '/v1/lineage' })).statusCode).toBe(401);
  });
});
