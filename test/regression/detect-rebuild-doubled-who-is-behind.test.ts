import { expect, it } from 'vitest';
import { hash53 } from '../../src/algorithms/hash.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { alertsOf, detectRig, steady, tellClusters } from '../support/detect-rig.ts';
import { MINUTE, makeCluster, NOON, type Row, SPACE } from '../support/pipeline-rig.ts';

it('a rebuild that changes nothing leaves the conversations of an alert as many as they are', async () => {
  const rig = detectRig();
  const before = 26 * 60;
  const ids = tellClusters(rig, 10);
  const surge = (minute: number): Row[] =>
    minute < before || minute >= before + 60
      ? []
      : Array.from({ length: 6 }, (_, i) => ({
          conversation: `g${minute}-${i}`,
          account: `g${minute}-${i}`,
          at: NOON + minute * MINUTE,
          cluster: 'c3',
        }));
  const stream = steady(ids, NOON, before + 240, 10, surge);
  const firing = alertsOf(await rig.log.push(stream.slice(0, before + 30), 50)).at(-1);
  expect(firing?.state).toBe('firing');
  const rows = stream.slice(0, before + 30);
  const backcast = {
    kind: 'backcast' as const,
    of: 'window' as const,
    space: SPACE,
    generation: 2,
    chunk: 0,
    cluster: rows.flatMap(({ cluster }) => cluster),
    account: rows.flatMap(({ account }) => account),
    sketch: rows.flatMap(({ sketch }) => sketch),
    at: rows.flatMap(({ at }) => at),
    conversation: rows.flatMap(({ conversation }) => conversation.map(hash53)),
  };
  rig.told.tell(
    { generation: 2, full: 2, event_time: NOON + (before + 30) * MINUTE },
    ids.map((id) => makeCluster(id, { generation: 2 })),
    [backcast],
  );
  const later = stream.slice(before + 30).map((batch) => ({ ...batch, generation: 2 }));
  const told: Alert[] = alertsOf(await rig.log.push(later, 5)).filter(({ cluster }) => cluster === 'c3');
  expect(told.length).toBeGreaterThan(0);
  for (const alert of told) {
    // Every conversation of this stream is by an account of its own.
    expect(alert.conversations).toBe(alert.accounts);
  }
});
