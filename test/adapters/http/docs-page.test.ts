import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startHttpRig } from '../../support/http-rig.ts';
import { need } from '../../support/need.ts';

const browserPath = need('chromium');

describe.skipIf(browserPath === null)('the API description in a browser', () => {
  it('shows every group of routes under our content security policy, without an error', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startHttpRig();
    const { url } = await rig.server.listen('127.0.0.1', 0);
    const browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(`${url}/docs/`);
      await page.waitForSelector('.opblock-tag');
      const tags = await page
        .locator('.opblock-tag')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-tag')));
      expect(tags).toEqual(['intake', 'clusters', 'alerts', 'silences', 'watches', 'safety', 'health']);
      await page.click('#operations-clusters-get_v1_clusters button');
      await page.waitForSelector('.try-out__btn');
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
