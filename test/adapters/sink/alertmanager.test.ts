import { describe, expect, it } from 'vitest';
import { type AlertmanagerOptions, createAlertmanagerSink } from '../../../src/adapters/sink/alertmanager.ts';
import type { AlertView } from '../../../src/domain/view.ts';
import { startAlertmanager } from '../../support/alertmanager.ts';
import { need } from '../../support/need.ts';
import { createReceiver } from '../../support/receiver.ts';
import { alertView, delivery } from '../../support/view-fixture.ts';

const binary = need('prometheus-alertmanager');

const { signal } = new AbortController();

function sinkTo(url: string, change: Partial<AlertmanagerOptions> = {}) {
  const sink = createAlertmanagerSink({ url, token: null, resendSeconds: 60, wall: Date.now, ...change });
  const firstTold = (change.wall ?? Date.now)() - 5_000;
  return {
    deliver: (alert: AlertView, told: AlertView | null = null) =>
      sink.deliver(delivery(alert, { firstTold, told }), signal),
    repeat: (alerts: readonly AlertView[]) =>
      sink.repeat?.run(
        alerts.map((alert) => delivery(alert, { firstTold })),
        signal,
      ),
  };
}

describe.skipIf(binary === null)('with a real Alertmanager', () => {
  it('sets an alert off with bounded labels and readable annotations, and ends it', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const sink = sinkTo(`${server.url}/`);
    const shift = {
      facet: 'language',
      value: 'hi',
      share: 0.62,
      before: 0.15,
      ratio: 4.13,
      low: 2.6,
      high: 6.31,
    };
    await sink.deliver(alertView('a1', { shifted: [shift] }));
    const [active, ...others] = await server.active();
    expect(others).toEqual([]);
    expect(active?.labels).toEqual({
      alertname: 'ClioWatchSurge',
      severity: 'page',
      space: 'all/request',
      cluster: 'c1',
      kind: 'surge',
      incident: 'a1',
    });
    expect(active?.annotations.summary).toBe(
      '“Refunds after the outage” is surging: 84 accounts in 60 min, 21.3 expected (×3.94, surely above ×3.1)',
    );
    expect(active?.annotations.shifted).toBe('what shifted: language hi 62%, ×4.1 (2.6–6.3)');
    expect(active?.annotations.onset).toBe('2026-03-01T11:45:00.000Z');
    expect(active?.generatorURL).toBe('https://console.example/#/alerts/a1');
    expect(active?.status.state).toBe('active');
    await sink.deliver(alertView('a1', { state: 'resolved', revision: 3, resolved_at: Date.now() }));
    expect(await server.active()).toEqual([]);
  });

  it('keeps one alert over updates and repetitions, with the start it was first given', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const sink = sinkTo(server.url);
    await sink.deliver(alertView('a1', { name: null }));
    const before = (await server.active())[0];
    expect(before?.annotations.summary).toContain('Cluster c1 (no name to show)');
    await sink.deliver(alertView('a1', { revision: 3 }));
    await sink.repeat([alertView('a1', { revision: 3 })]);
    const after = await server.active();
    expect(after).toHaveLength(1);
    expect(after[0]?.startsAt).toBe(before?.startsAt);
    expect(after[0]?.annotations.summary).toContain('Refunds');
  });

  it('ends the alert of the old severity when an alert is raised', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const sink = sinkTo(server.url);
    const watch = alertView('a1', { severity: 'watch' });
    await sink.deliver(watch);
    await sink.deliver(alertView('a1', { severity: 'page', revision: 3 }), watch);
    expect((await server.active()).map((alert) => alert.labels.severity)).toEqual(['page']);
  });

  it('ends the alert of the old cluster when an alert is carried over to another', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const sink = sinkTo(server.url);
    const before = alertView('a1');
    await sink.deliver(before);
    await sink.deliver(alertView('a1', { cluster: 'c2', revision: 3 }), before);
    expect((await server.active()).map((alert) => alert.labels.cluster)).toEqual(['c2']);
  });

  it('lets an alert end by itself when it is no longer sent', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const longAgo = () => Date.now() - 10 * 60_000;
    const sink = sinkTo(server.url, { wall: longAgo });
    await sink.deliver(alertView('a1'));
    expect(await server.active()).toEqual([]);
  });
});

describe('calls to Alertmanager', () => {
  it('carry the bearer token', async () => {
    await using receiver = await createReceiver();
    await sinkTo(receiver.url, { token: 'am-token' }).deliver(alertView('a1', { kind: 'new' }));
    expect(receiver.requests[0]?.path).toBe('/api/v2/alerts');
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer am-token');
    expect(receiver.requests[0]?.body).toContain('ClioWatchNew');
  });

  it('that repeat what fires are one call, as each alert is shown at that moment', async () => {
    await using receiver = await createReceiver();
    await sinkTo(receiver.url).repeat([alertView('a1'), alertView('a2', { name: null })]);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.body).toContain('Refunds after the outage');
    expect(receiver.requests[0]?.body).toContain('no name to show');
  });

  it('that fail may be tried again', async () => {
    await using receiver = await createReceiver();
    receiver.answer.status = 503;
    await expect(sinkTo(receiver.url).deliver(alertView('a1'))).rejects.toMatchObject({
      code: 'sink-refused',
      retry: true,
    });
  });
});
