import { expect, it } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';
import { configFor, telemetryOf, thresholdsIn } from '../../src/app/space-settings.ts';
import { spaceId } from '../../src/domain/ids.ts';
import { watchSchema } from '../../src/domain/watch.ts';
import { createWatchBook } from '../../src/pipeline/watches.ts';
import { makeAlert } from '../support/emit-rig.ts';
import { metric, silentTelemetry } from '../support/pipeline-rig.ts';
import { REQUESTS } from '../support/spaces.ts';

const config = loadConfig({ environment: {} });
const settings = { min_accounts: 50, window: 500, ratio_open: 2 };
const launch = watchSchema.parse({ title: 'Launch', match: { pattern: 'x' }, settings });
const book = createWatchBook({ launch }, ['request']);
const space = { id: spaceId('launch', 'request'), watch: 'launch', facet: 'request', revision: '' };

it('a watch has its own settings; what may not be shown calls nobody', () => {
  const { cluster, growth, privacy } = configFor(config, space, book);
  expect([cluster.window, growth.ratio_open, growth.min_accounts, privacy.min_accounts]).toEqual([
    500, 2, 50, 50,
  ]);
  expect(configFor(config, REQUESTS, book)).toEqual(config);
  expect(thresholdsIn(config, space.id, book)).toEqual({
    minAccounts: 50,
    minConversations: 10,
    minAudit: 3,
  });
});

it('no metric counts what a watch lets through: its pattern may be a name', async () => {
  const telemetry = silentTelemetry();
  const quiet = telemetryOf(telemetry, space);
  const info = { generation: 1, type: 'full' as const, clusters: 1, seconds: 1 };
  for (const [told, id] of [
    [quiet, space.id],
    [telemetryOf(telemetry, REQUESTS), REQUESTS.id],
  ] as const) {
    told.assigned(id, 'outlier', 7);
    told.capped('sample-window', 7, 100);
    told.generationPublished({ ...info, space: id, samples: 7, outlierRate: 1 / 7 });
    told.generationAdopted('detect', id, 1, 0);
    told.tick(id, 0, 1);
    told.dropped('late', 1);
    told.alertChanged(makeAlert(`waits in ${id}`, { state: 'pending', fired_at: null }));
    told.alertsOpen(id, [makeAlert(`waits still in ${id}`, { state: 'pending', fired_at: null })]);
  }
  const of = (name: string, id: string) => metric(telemetry, `cliowatch_${name}`, { space: id });
  expect(await of('assignments_total', space.id)).toBe(0);
  expect(await of('assignments_total', REQUESTS.id)).toBe(7);
  expect(await of('generation_samples', space.id)).toBe(0);
  expect(await of('generation_samples', REQUESTS.id)).toBe(7);
  for (const name of [
    'generation_clusters',
    'generation_number',
    'growth_tested_series',
    'generations_total',
  ])
    expect([await of(name, space.id), await of(name, REQUESTS.id)], name).toEqual([0, 1]);
  // What is late is late in every space.
  expect(await metric(telemetry, 'cliowatch_dropped_conversations_total', { reason: 'late' })).toBe(1);
  // Those of the default space alone.
  expect(
    await metric(telemetry, 'cliowatch_alerts_open', { state: 'pending', kind: 'surge', severity: 'watch' }),
  ).toBe(1);
});
