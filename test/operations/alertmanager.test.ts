import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { need } from '../support/need.ts';
import { startService } from '../support/service.ts';

const CONFIG = join(import.meta.dirname, '../../config/alertmanager/alertmanager.yml');
const amtool = need('amtool');
const binary = need('prometheus-alertmanager') ?? need('alertmanager');

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(amtool ?? '', args, { encoding: 'utf8' });
  return { status, said: stdout.trim(), stderr };
}

describe.skipIf(amtool === null)('alertmanager.yml', () => {
  test('is taken by amtool', () => {
    const { status, said, stderr } = run('check-config', CONFIG);
    expect(status, said + stderr).toBe(0);
  });

  test.each([
    ['page', ['alertname=ClioWatchSurge', 'severity=page', 'space=all/request', 'cluster=c1']],
    ['watch', ['alertname=ClioWatchNew', 'severity=watch', 'space=all/request', 'cluster=c1']],
    ['page', ['alertname=CliowatchDown', 'severity=page']],
    ['watch', ['alertname=CliowatchCapNear', 'severity=watch']],
    // Nothing is dropped for want of a severity.
    ['watch', ['alertname=SomethingElse']],
  ])('tells %s of %s', (receiver, labels) => {
    expect(run('config', 'routes', 'test', `--config.file=${CONFIG}`, ...labels).said).toBe(receiver);
  });
});

const statesSchema = z.array(
  z.object({ labels: z.record(z.string(), z.string()), status: z.object({ state: z.string() }) }),
);

async function told(alerts: readonly Record<string, string>[]) {
  const service = await startService('Alertmanager', binary ?? '', (folder, port) => [
    `--config.file=${CONFIG}`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  const body = JSON.stringify(alerts.map((labels) => ({ labels })));
  const headers = { 'content-type': 'application/json' };
  await fetch(`${service.url}/api/v2/alerts`, { method: 'POST', headers, body });
  return service;
}

/** Alertmanager hears of alerts first and learns a moment later what they mute; and mutes no more after that. */
async function expectMuted(alerts: readonly Record<string, string>[], names: readonly string[]) {
  await using service = await told(alerts);
  const muted = async (): Promise<string[]> => {
    const held = statesSchema.parse(await (await fetch(`${service.url}/api/v2/alerts`)).json());
    expect(held).toHaveLength(alerts.length);
    return held
      .filter(({ status }) => status.state === 'suppressed')
      .map(({ labels }) => `${labels.alertname} ${labels.cluster ?? ''}`.trim())
      .sort();
  };
  await expect.poll(muted, { timeout: 4_000 }).toEqual(names);
  await delay(300);
  expect(await muted()).toEqual(names);
}

const about = (alertname: string, severity: string, cluster: string) => ({
  alertname,
  severity,
  space: 'all/request',
  cluster,
});

const groupsSchema = z.array(
  z.object({
    receiver: z.object({ name: z.string() }),
    alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })),
  }),
);

describe.skipIf(binary === null)('grouping', () => {
  test.each(['page', 'watch'])('one message (%s) holds the alerts of an incident', async (severity) => {
    const alerts = [
      { ...about('ClioWatchNew', severity, 'c1'), incident: 'a1' },
      { ...about('ClioWatchSurge', severity, 'c2'), incident: 'a1' },
      { ...about('ClioWatchSurge', severity, 'c3'), incident: 'a2' },
    ];
    await using service = await told(alerts);
    const groups = groupsSchema.parse(await (await fetch(`${service.url}/api/v2/alerts/groups`)).json());
    expect(
      groups.map(({ receiver, alerts: held }) => [
        receiver.name,
        held.map(({ labels }) => labels.cluster).sort(),
      ]),
    ).toEqual([
      [severity, ['c1', 'c2']],
      [severity, ['c3']],
    ]);
  });
});

describe.skipIf(binary === null)('inhibition', () => {
  test('mutes the watches of an incident that pages', async () => {
    const alerts = [
      { ...about('ClioWatchNew', 'page', 'c1'), incident: 'a1' },
      { ...about('ClioWatchSurge', 'watch', 'c2'), incident: 'a1' },
      { ...about('ClioWatchSurge', 'watch', 'c3'), incident: 'a3' },
    ];
    await expectMuted(alerts, ['ClioWatchSurge c2']);
  });

  test('mutes the watch of a cluster that pages, and no other', async () => {
    const alerts = [
      about('ClusterGrowsFast', 'page', 'c1'),
      about('ClusterGrows', 'watch', 'c1'),
      about('ClusterGrows', 'watch', 'c2'),
      { alertname: 'CliowatchCapNear', severity: 'watch' },
    ];
    await expectMuted(alerts, ['ClusterGrows c1']);
  });

  test("mutes a rule's alert while cliowatch's own about the same cluster is there", async () => {
    const alerts = [
      about('ClioWatchSurge', 'page', 'c1'),
      about('ClusterGrows', 'watch', 'c1'),
      about('ClusterGrowsFast', 'page', 'c1'),
      about('ClioWatchNew', 'watch', 'c2'),
      about('ClusterGrows', 'watch', 'c2'),
      about('ClusterGrowsFast', 'page', 'c3'),
    ];
    await expectMuted(alerts, ['ClusterGrows c1', 'ClusterGrows c2', 'ClusterGrowsFast c1']);
  });

  test('tells of a cluster once when a watch and a page speak of it, never not at all', async () => {
    const alerts = [about('ClioWatchSurge', 'watch', 'c1'), about('ClusterGrowsFast', 'page', 'c1')];
    await expectMuted(alerts, ['ClioWatchSurge c1']);
  });

  test('mutes what follows from a missing role, and no page about the pipeline', async () => {
    const alerts = [
      { alertname: 'CliowatchRoleMissing', severity: 'page', role: 'admit' },
      { alertname: 'CliowatchNoConversations', severity: 'watch' },
      { alertname: 'CliowatchDeliveriesFailing', severity: 'page', sink: 'webhook' },
    ];
    await expectMuted(alerts, ['CliowatchNoConversations']);
  });
});
