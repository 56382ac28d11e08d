import { describe, expect, it } from 'vitest';
import { type WatchReport, watchReportSchema } from '../../../src/domain/report.ts';
import { bearer, startHttpRig, TOKENS } from '../../support/http-rig.ts';
import { NOON } from '../../support/view-fixture.ts';

const WATCH = { title: 'The launch', match: { pattern: '(?i)gadget' } };

const REPORT: WatchReport = watchReportSchema.parse({
  id: 'launch',
  watch: { ...WATCH, title: 'The <launch> & more' },
  space: 'launch/request',
  until: NOON,
  ended: true,
  minimum: { accounts: 8, conversations: 10 },
  conversations: 250,
  hours: [
    { at: NOON - 7_200_000, conversations: 150 },
    { at: NOON - 3_600_000, conversations: null },
  ],
  clusters: [
    {
      id: 'launch:c1',
      name: 'Ask <script>alert(1)</script>',
      description: null,
      conversations: 100,
      accounts: 80,
      concern: 1.5,
      born_at: NOON,
      hours: [{ at: NOON - 7_200_000, conversations: 100 }],
    },
  ],
  alerts: [],
});

describe('watches over HTTP', () => {
  it('are added, changed and taken away by operators alone', async () => {
    await using rig = await startHttpRig({ tokens: TOKENS });
    const put = (token: string, payload: unknown, id = 'launch') =>
      rig.app.inject({
        method: 'PUT',
        url: `/v1/watches/${id}`,
        headers: bearer(token),
        payload: payload as object,
      });
    expect((await put('reader-token-0001', WATCH)).statusCode).toBe(403);
    expect((await put('operator-token-01', WATCH)).statusCode).toBe(202);
    expect(rig.wishes).toEqual([
      { id: 'launch', watch: { ...WATCH, facet: 'request', settings: {} }, by: 'olga' },
    ]);
    const headers = bearer('operator-token-01');
    const gone = await rig.app.inject({ method: 'DELETE', url: '/v1/watches/launch', headers });
    expect(gone.statusCode).toBe(202);
    expect(rig.wishes.at(-1)).toEqual({ id: 'launch', watch: null, by: 'olga' });
  });

  it.each([
    ['launch', { title: 'No condition' }, 'match'],
    ['launch', { ...WATCH, match: {} }, 'match'],
    ['launch', { ...WATCH, surprise: 1 }, ''],
    ['launch', { ...WATCH, from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'to'],
    ['launch', { ...WATCH, settings: { window: -1 } }, 'settings.window'],
    ['All-Caps', WATCH, 'id'],
    ['all', WATCH, 'id'],
  ])('refuses %s %j, naming the field', async (id, payload, field) => {
    await using rig = await startHttpRig();
    const answer = await rig.app.inject({ method: 'PUT', url: `/v1/watches/${id}`, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.field ?? '').toBe(field);
    expect(rig.wishes).toEqual([]);
  });

  it.each([
    [{ verdict: 'wrong', field: 'match.pattern', message: 'no' } as const, 400],
    [{ verdict: 'configured', message: 'in the settings' } as const, 409],
    [{ verdict: 'full', message: 'too many' } as const, 409],
    [{ verdict: 'unknown' } as const, 404],
  ])('says %j', async (verdict, status) => {
    await using rig = await startHttpRig();
    rig.log.verdict = verdict;
    const answer = await rig.app.inject({ method: 'PUT', url: '/v1/watches/launch', payload: WATCH });
    expect(answer.statusCode).toBe(status);
    if ('message' in verdict) expect(answer.json().error.message).toBe(verdict.message);
  });

  it('have a report as JSON and as a page in which no text is markup', async () => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/v1/watches/launch/report' })).statusCode).toBe(404);
    expect((await rig.app.inject({ url: '/v1/watches/launch/report.html' })).statusCode).toBe(404);
    rig.view.content.reports.set('launch', REPORT);
    expect((await rig.app.inject({ url: '/v1/watches/launch/report' })).json()).toEqual(REPORT);
    const page = await rig.app.inject({ url: '/v1/watches/launch/report.html' });
    expect(page.headers['content-type']).toContain('text/html');
    // No style at all, were it the policy of the console.
    expect(page.headers['content-security-policy']).toContain(
      "default-src 'none'; style-src 'unsafe-inline'",
    );
    expect(page.body).toContain('<h1>The &lt;launch&gt; &amp; more</h1>');
    expect(page.body).not.toContain('<script');
    expect(page.body).toContain('250</strong> conversations');
  });

  it('lists them and the spaces, and knows no other space', async () => {
    await using rig = await startHttpRig();
    expect((await rig.app.inject({ url: '/v1/watches' })).json()).toEqual({ watches: [] });
    expect((await rig.app.inject({ url: '/v1/spaces' })).json()).toEqual({ spaces: rig.view.spaces() });
    for (const url of ['/v1/clusters', '/v1/hierarchy', '/v1/facet-shares', '/v1/classifier-check']) {
      const answer = await rig.app.inject({ url: `${url}?space=all/nothing` });
      expect(answer.statusCode).toBe(404);
      expect(answer.json().error.message).toContain('all/request');
    }
  });
});
