import { describe, expect, it } from 'vitest';
import { type AlertmanagerOptions, createAlertmanagerSink } from '../../../src/adapters/sink/alertmanager.ts';
import { startAlertmanager } from '../../support/alertmanager.ts';
import { need } from '../../support/need.ts';
import { createReceiver } from '../../support/receiver.ts';
import { alertView } from '../../support/view-fixture.ts';

const binary = need('prometheus-alertmanager');

/** A sink whose resend timer the test fires by hand, and the events it told. */
function rig(url: string, change: Partial<AlertmanagerOptions> = {}) {
  const delivered: string[] = [];
  let fire: () => void = () => undefined;
  const sink = createAlertmanagerSink({
    url,
    token: null,
    resendSeconds: 60,
    clock: {
      elapsed: () => performance.now(),
      every(_ms, run) {
        fire = run;
        return { stop: () => undefined };
      },
    },
    wall: Date.now,
    telemetry: { delivered: (_sink, outcome) => delivered.push(outcome), note: () => undefined },
    ...change,
  });
  return {
    sink,
    delivered,
    async resend() {
      fire();
      await sink.stop();
    },
  };
}

describe.skipIf(binary === null)('with a real Alertmanager', () => {
  it('sets an alert off with bounded labels and readable annotations, and ends it', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const { sink } = rig(`${server.url}/`);
    await sink.deliver(alertView('a1'));
    const [active, ...others] = await server.active();
    expect(others).toEqual([]);
    expect(active?.labels).toEqual({
      alertname: 'ClioWatchSurge',
      severity: 'page',
      space: 'all/request',
      cluster: 'c1',
      kind: 'surge',
    });
    expect(active?.annotations.summary).toBe(
      '“Refunds after the outage” is surging: 84 accounts in 60 min, 21.3 expected (×3.94, surely above ×3.1)',
    );
    expect(active?.annotations.onset).toBe('2026-03-01T11:45:00.000Z');
    expect(active?.generatorURL).toBe('https://console.example/#/alerts/a1');
    expect(active?.status.state).toBe('active');
    await sink.deliver(alertView('a1', { state: 'resolved', revision: 3, resolved_at: Date.now() }));
    expect(await server.active()).toEqual([]);
  });

  it('keeps one alert over updates and repetitions, with the start it was first given', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const { sink, resend, delivered } = rig(server.url);
    await sink.deliver(alertView('a1', { name: null }));
    const before = (await server.active())[0];
    expect(before?.annotations.summary).toContain('Cluster c1 (no name to show)');
    await sink.deliver(alertView('a1', { revision: 3 }));
    await resend();
    const after = await server.active();
    expect(after).toHaveLength(1);
    expect(after[0]?.startsAt).toBe(before?.startsAt);
    expect(after[0]?.annotations.summary).toContain('Refunds');
    expect(delivered).toEqual(['ok']);
  });

  it('ends the alert of the old severity when an alert is raised', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const { sink } = rig(server.url);
    await sink.deliver(alertView('a1', { severity: 'watch' }));
    await sink.deliver(alertView('a1', { severity: 'page', revision: 3 }));
    expect((await server.active()).map((alert) => alert.labels.severity)).toEqual(['page']);
  });

  it('ends the alert of the old cluster when an alert is carried over to another', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const { sink } = rig(server.url);
    await sink.deliver(alertView('a1'));
    await sink.deliver(alertView('a1', { cluster: 'c2', revision: 3 }));
    expect((await server.active()).map((alert) => alert.labels.cluster)).toEqual(['c2']);
  });

  it('lets an alert end by itself when it is no longer sent', async () => {
    await using server = await startAlertmanager(binary ?? '');
    const longAgo = () => Date.now() - 10 * 60_000;
    const { sink } = rig(server.url, { wall: longAgo });
    await sink.deliver(alertView('a1'));
    expect(await server.active()).toEqual([]);
  });
});

describe('calls to Alertmanager', () => {
  it('carry the bearer token', async () => {
    await using receiver = await createReceiver();
    await rig(receiver.url, { token: 'am-token' }).sink.deliver(alertView('a1', { kind: 'new' }));
    expect(receiver.requests[0]?.path).toBe('/api/v2/alerts');
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer am-token');
    expect(receiver.requests[0]?.body).toContain('ClioWatchNew');
  });

  it('are not made for an alert that never fired', async () => {
    await using receiver = await createReceiver();
    const { sink, resend } = rig(receiver.url);
    await sink.deliver(alertView('a1', { state: 'pending', fired_at: null }));
    await sink.deliver(alertView('a1', { state: 'expired', fired_at: null }));
    await resend();
    expect(receiver.requests).toEqual([]);
  });

  it('that fail are tried again with the next repetition', async () => {
    await using receiver = await createReceiver();
    const { sink, resend, delivered } = rig(receiver.url);
    receiver.answer.status = 503;
    await expect(sink.deliver(alertView('a1'))).rejects.toMatchObject({ code: 'sink-refused', retry: true });
    await resend();
    receiver.answer.status = 200;
    await resend();
    expect(delivered).toEqual(['retry', 'ok']);
    expect(receiver.requests).toHaveLength(3);
  });
});
