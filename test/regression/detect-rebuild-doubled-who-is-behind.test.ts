import { expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { alertsOf, detectRig, steady, tellClusters } from '../support/detect-rig.ts';
import { HOUR, MINUTE, makeCluster, NOON, type Row, SPACE } from '../support/pipeline-rig.ts';

it('a rebuild that changes nothing leaves the conversations of an alert as many as they are', async () => {
  const rig = detectRig({ warmupMs: HOUR });
  const ids = tellClusters(rig, 10);
  const surge = (minute: number): Row[] =>
    minute < 150
      ? []
      : Array.from({ length: 6 }, (_, i) => ({
          conversation: `g${minute}-${i}`,
          account: `g${minute}-${i}`,
          at: NOON + minute * MINUTE,
          cluster: 'c3',
        }));
  const stream = steady(ids, NOON, 240, 20, surge);
  const firing = alertsOf(await rig.log.push(stream.slice(0, 180), 5)).at(-1);
  expect(firing?.state).toBe('firing');
  const rows = stream.slice(0, 180);
  const backcast = {
    kind: 'backcast' as const,
    space: SPACE,
    generation: 2,
    chunk: 0,
    cluster: rows.flatMap(({ cluster }) => cluster),
    account: rows.flatMap(({ account }) => account),
    at: rows.flatMap(({ at }) => at),
  };
  rig.told.tell(
    { generation: 2, full: 2, event_time: NOON + 180 * MINUTE },
    ids.map((id) => makeCluster(id, { generation: 2 })),
    [backcast],
  );
  const later = stream.slice(180).map((batch) => ({ ...batch, generation: 2 }));
  const told: Alert[] = alertsOf(await rig.log.push(later, 5)).filter(({ cluster }) => cluster === 'c3');
  expect(told.length).toBeGreaterThan(0);
  for (const alert of told) {
    expect(alert.pattern).toBe('organic');
    expect(alert.conversations_per_account).toBeLessThan(1.2);
  }
});
