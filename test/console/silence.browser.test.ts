import { afterAll, beforeAll, expect, it } from 'vitest';
import { attachLive } from '../../src/adapters/live/socket-io.ts';
import { HOUR } from '../../src/domain/ids.ts';
import { type Browser, startBrowser } from '../support/browser.ts';
import { builtConsole } from '../support/console-build.ts';
import { startHttpRig } from '../support/http-rig.ts';
import { alertView, clusterDetail, clusterView } from '../support/view-fixture.ts';

let folder = '';
let browser: Browser;

beforeAll(async () => {
  folder = await builtConsole();
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser[Symbol.asyncDispose]());

async function startPage() {
  const rig = await startHttpRig({}, { consoleFolder: folder });
  const { server, view, telemetry } = rig;
  const live = attachLive({ server: rig.app.server, view, gate: server.gate, telemetry });
  const { url } = await server.listen('127.0.0.1', 0);
  return {
    ...rig,
    url,
    async [Symbol.asyncDispose]() {
      await live.stop();
      await server.stop();
    },
  };
}

it('silences a cluster, marks it and its alerts, and ends the silence', { timeout: 30_000 }, async () => {
  await using server = await startPage();
  const { view, wishes } = server;
  const { page, errors } = await browser.open();
  await page.goto(`${server.url}/#/clusters/c1`);
  const silence = page.getByRole('region', { name: 'Silence' });
  // What is told before the page has joined the rooms is not heard.
  await page.getByRole('row', { name: /Cluster c1/ }).waitFor();
  const before = Date.now();
  await silence.getByRole('button', { name: 'Silence' }).click();
  await silence.getByLabel('For how long').selectOption({ label: 'for 1 day' });
  await silence.getByLabel('Note').fill('a launch of ours');
  await silence.getByRole('button', { name: 'Silence' }).click();
  await expect.poll(() => wishes).toHaveLength(1);
  const until = Number(Reflect.get(Object(Reflect.get(Object(wishes[0]), 'wish')), 'until'));
  expect(wishes[0]).toMatchObject({ silence: 'c1', wish: { note: 'a launch of ours' }, by: 'local' });
  expect(until).toBeGreaterThanOrEqual(before + 24 * HOUR);
  expect(until).toBeLessThan(Date.now() + 24 * HOUR);

  const mark = { silenced_until: until, silenced_by: 'olga', silenced_from: null };
  const from = { ...mark, silenced_from: 'c1' };
  view.content.details.set('c1', clusterDetail('c1', { ...mark, silenced_note: 'a launch of ours' }));
  view.send('clusters', { clusters: [clusterView('c1', mark), clusterView('c2', from)], removed: [] });
  view.send('alerts', { alert: alertView('a1', { ...mark, cluster: 'c1' }) });
  view.send('alerts', { alert: alertView('a2', { ...from, cluster: 'c2' }) });
  await silence.getByText(/Silenced until .* by olga: nobody is told/).waitFor();
  expect(await page.locator('tr.cluster .is-silenced').count()).toBe(2);
  const inherited = page.locator('.alert', { hasText: /as c1, which it split from/ });
  await inherited.waitFor();
  expect(await page.locator('.alert .is-silenced').count()).toBeGreaterThanOrEqual(2);

  await silence.getByRole('button', { name: 'End silence' }).click();
  await expect.poll(() => wishes).toHaveLength(2);
  expect(wishes[1]).toEqual({ silence: 'c1', wish: null, by: 'local' });
  expect(errors).toEqual([]);
  await page.close();
});

it('says why a silence was refused, and lets it be tried again', { timeout: 30_000 }, async () => {
  await using server = await startPage();
  server.log.silence = { verdict: 'full', message: 'there are 1000 silences already' };
  const { page } = await browser.open();
  await page.goto(`${server.url}/#/clusters/c1`);
  const silence = page.getByRole('region', { name: 'Silence' });
  await silence.getByRole('button', { name: 'Silence' }).click();
  await silence.getByRole('button', { name: 'Silence' }).click();
  expect(await silence.getByRole('alert').textContent()).toMatch(/there are 1000 silences/);
  server.log.silence = { verdict: 'taken' };
  await silence.getByRole('button', { name: 'Silence' }).click();
  await silence.getByRole('alert').waitFor({ state: 'detached' });
  await page.close();
});
