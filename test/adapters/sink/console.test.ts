import { describe, expect, it } from 'vitest';
import { createConsoleSink } from '../../../src/adapters/sink/console.ts';
import type { AlertView } from '../../../src/domain/view.ts';
import { alertView, delivery } from '../../support/view-fixture.ts';

async function written(alert: AlertView): Promise<string[]> {
  let text = '';
  const sink = createConsoleSink((part) => {
    text += part;
  });
  await sink.deliver(delivery(alert), new AbortController().signal);
  return text.split('\n');
}

describe('alerts on standard output', () => {
  it('are one line each with their details below', async () => {
    expect(await written(alertView('a1'))).toEqual([
      '2026-03-01 11:55 FIRING [page] “Refunds after the outage” is surging: 84 accounts in 60 min, 21.3 expected (×3.94, surely above ×3.1)',
      '    since 2026-03-01 11:45 · 97 accounts and 120 conversations since onset, busiest account 3%, organic',
      '    above-threshold: many more accounts than expected',
      '    https://console.example/#/alerts/a1',
      '',
    ]);
  });

  it('name the cluster by id while its name may not be shown', async () => {
    const [line] = await written(alertView('a1', { name: null, kind: 'new', console_url: null }));
    expect(line).toContain('Cluster c1 (no name to show) is a new topic');
  });

  it('say of a cluster that may not be shown only what is known', async () => {
    const masked = alertView('a1', {
      name: null,
      standing: 'masked',
      observed: 40,
      expected: 10,
      ratio: 4,
      ratio_low: 2,
      accounts: 40,
      conversations: 0,
      conversations_per_account: null,
      top_account_share: null,
    });
    const [headline, extent] = await written(masked);
    expect(headline).toMatch(/is surging: about 40 accounts in 60 min, surely above ×2$/);
    expect(extent).toMatch(/· about 40 accounts and a few conversations since onset$/);
    const [unsure] = await written({ ...masked, ratio_low: 0 });
    expect(unsure).toMatch(/is surging: about 40 accounts in 60 min$/);
  });

  it('say on one line what has shifted, in shares, ratios and their intervals', async () => {
    const shifted = [
      { facet: 'flag', value: 'spam', share: 0.4, before: 0, ratio: null, low: 8.12, high: null },
      { facet: 'language', value: 'hi', share: 0.62, before: 0.15, ratio: 4.13, low: 2.6, high: 6.31 },
      { facet: 'surface', value: 'we\u001bb', share: 0.1, before: 0.4, ratio: 0.25, low: 0.104, high: 0.988 },
      { facet: 'model', value: 'm-2', share: 0.3, before: 0.01, ratio: 30, low: 11.4, high: null },
    ];
    const [, , line] = await written(alertView('a1', { shifted }));
    expect(line).toBe(
      '    what shifted: flag spam 40%, hardly any before (at least ×8.1); language hi 62%, ×4.1 (2.6–6.3); ' +
        'surface we b 10%, ×0.25 (0.1–0.988); model m-2 30%, ×30 (at least 11)',
    );
    const [, , other] = await written(alertView('a1', { shifted: shifted.slice(0, 1), kind: 'new' }));
    expect(other).toBe('    what stands out: flag spam 40%, hardly any elsewhere (at least ×8.1)');
  });

  it('cannot be forged by what a name holds', async () => {
    const lines = await written(alertView('a1', { name: 'x\u001b[2J\r\nfake' }));
    expect(lines).toHaveLength(5);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });
});
