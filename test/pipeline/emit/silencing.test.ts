import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../src/domain/ids.ts';
import type { AlertView } from '../../../src/domain/view.ts';
import { EmitRig, makeAlert } from '../../support/emit-rig.ts';
import { makeCluster, metric, NOON, TOPICS } from '../../support/pipeline-rig.ts';
import { noWatches } from '../../support/spaces.ts';

/** A clock on the wall that the test moves. */
async function startRig() {
  const wall = { now: NOON };
  const rig = await EmitRig.start(false, noWatches(), { wall: () => wall.now });
  rig.generation([makeCluster('c1'), makeCluster('c2')]);
  const silence = (id: string, until: number = NOON + 2 * HOUR) =>
    rig.emit.operations.silence(id, { until, note: 'known' }, 'olga');
  const lift = (id: string) => rig.emit.operations.silence(id, null, 'olga');
  return { rig, wall, silence, lift };
}

const silencedAlerts = ({ telemetry }: EmitRig) =>
  metric(telemetry, 'cliowatch_alerts_silenced', { kind: 'surge', severity: 'watch', state: 'firing' });

const child = (change: Parameters<typeof makeCluster>[1] = {}) =>
  makeCluster('c3', { generation: 2, descends: [{ id: 'c1', generation: 2, at: NOON }], ...change });

describe('1 while a cluster is silenced', () => {
  it('its alerts are made, counted, shown and told on the websocket, marked by whom and until when', async () => {
    const { rig, silence } = await startRig();
    const heard: AlertView[] = [];
    rig.emit.view.subscribe('alerts', ({ alert }) => heard.push(alert));
    rig.give(TOPICS.alerts, makeAlert('a1'));
    rig.give(TOPICS.alerts, makeAlert('a2', { cluster: 'c2' }));
    expect(await silence('c1')).toEqual({ verdict: 'taken' });
    const mark = { silenced_until: NOON + 2 * HOUR, silenced_by: 'olga', silenced_from: null };
    expect(heard.map(({ id, silenced_until: until }) => [id, until])).toEqual([
      ['a1', null],
      ['a2', null],
      ['a1', NOON + 2 * HOUR],
    ]);
    expect(rig.emit.view.alert('a1')).toMatchObject({ ...mark, state: 'firing', name: 'Ask about c1' });
    expect(rig.emit.view.alert('a2')?.silenced_until).toBeNull();
    expect(rig.emit.view.cluster('c1')).toMatchObject({ ...mark, alert: 'firing', silenced_note: 'known' });
    expect(rig.emit.view.silences()).toEqual([
      {
        cluster: 'c1',
        name: 'Ask about c1',
        there: true,
        until: NOON + 2 * HOUR,
        by: 'olga',
        at: NOON,
        note: 'known',
      },
    ]);
    rig.beat();
    expect(await metric(rig.telemetry, 'cliowatch_cluster_silenced', { cluster: 'c1' })).toBe(1);
    expect(await metric(rig.telemetry, 'cliowatch_cluster_silenced', { cluster: 'c2' })).toBe(0);
    expect(await metric(rig.telemetry, 'cliowatch_cluster_alert_state', { cluster: 'c1' })).toBe(2);
    expect(await silencedAlerts(rig)).toBe(1);
  });

  it('ends by itself: alerts, lists and metrics say so within a second', async () => {
    const { rig, wall, silence } = await startRig();
    rig.give(TOPICS.alerts, makeAlert('a1'));
    await silence('c1');
    rig.beat();
    wall.now += 2 * HOUR;
    const heard: (number | null)[] = [];
    const rows: (number | null)[] = [];
    rig.emit.view.subscribe('alerts', ({ alert }) => heard.push(alert.silenced_until));
    rig.emit.view.subscribe('clusters', ({ clusters }) => {
      for (const { silenced_until: until } of clusters) rows.push(until);
    });
    rig.beat();
    rig.beat();
    expect([heard, rows]).toEqual([[null], [null]]);
    expect(rig.emit.view.silences()).toEqual([]);
    expect(await metric(rig.telemetry, 'cliowatch_cluster_silenced', { cluster: 'c1' })).toBe(0);
    expect(await silencedAlerts(rig)).toBe(0);
  });
});

describe('2 what splits from it', () => {
  it('inherits the silence, whatever is done to that later, until it is told otherwise itself', async () => {
    const { rig, silence, lift } = await startRig();
    await silence('c1');
    rig.generation([makeCluster('c1', { generation: 2 }), child()], { generation: 2, full: 2 });
    const of = (id: string) => rig.emit.view.cluster(id);
    expect(of('c3')).toMatchObject({ silenced_until: NOON + 2 * HOUR, silenced_from: 'c1' });
    rig.give(TOPICS.alerts, makeAlert('a3', { cluster: 'c3' }));
    expect(rig.emit.view.alert('a3')).toMatchObject({ silenced_from: 'c1', silenced_by: 'olga' });
    await silence('c1', NOON + 5 * HOUR);
    expect(of('c3')?.silenced_until).toBe(NOON + 5 * HOUR);
    expect(await lift('c3')).toEqual({ verdict: 'taken' });
    expect([of('c1')?.silenced_until, of('c3')?.silenced_until]).toEqual([NOON + 5 * HOUR, null]);
    await lift('c1');
    expect(of('c1')?.silenced_until).toBeNull();
  });

  it('before it was silenced does not, nor once that silence was taken away', async () => {
    const { rig, silence, lift } = await startRig();
    rig.generation([makeCluster('c1', { generation: 2 }), child()], { generation: 2, full: 2 });
    await silence('c1');
    expect(rig.emit.view.cluster('c3')?.silenced_until).toBeNull();
    await lift('c1');
    await silence('c1');
    expect(rig.emit.view.cluster('c3')?.silenced_until).toBeNull();
  });

  it('and may not be shown does not say whom it split from', async () => {
    const { rig, silence } = await startRig();
    await silence('c1');
    rig.generation([makeCluster('c1', { generation: 2 }), child({ accounts: 7 })], {
      generation: 2,
      full: 2,
    });
    rig.give(TOPICS.alerts, makeAlert('a3', { cluster: 'c3' }));
    const row = rig.emit.view.clusters({ sort: 'size', limit: 9 }).find(({ id }) => id === 'c3');
    for (const mark of [row, rig.emit.view.alert('a3')])
      expect(mark).toMatchObject({ silenced_until: NOON + 2 * HOUR, silenced_from: null });
  });

  it('is under it when the cluster itself is gone, and the silence can still be taken away', async () => {
    const { rig, silence, lift } = await startRig();
    await silence('c1');
    rig.generation([child()], { generation: 2, full: 2 });
    expect(rig.emit.view.silences()).toMatchObject([{ cluster: 'c1', there: false, name: null }]);
    expect(rig.emit.view.cluster('c3')?.silenced_from).toBe('c1');
    expect(await lift('c1')).toEqual({ verdict: 'taken' });
    expect(rig.emit.view.cluster('c3')?.silenced_until).toBeNull();
  });

  it('merged into another hands nothing on', async () => {
    const { rig, silence } = await startRig();
    await silence('c2');
    rig.generation([makeCluster('c1', { generation: 2 })], {
      generation: 2,
      full: 2,
      relations: [{ kind: 'merged', id: 'c1', from: ['c1', 'c2'].map((id) => ({ id, share: 1 })) }],
    });
    expect(rig.emit.view.cluster('c1')?.silenced_until).toBeNull();
  });
});

describe('3 a wish', () => {
  it('is refused for what is not there, what is past, and what is too far ahead', async () => {
    const { rig, wall, silence, lift } = await startRig();
    expect(await silence('c77')).toEqual({ verdict: 'unknown' });
    expect(await silence('nowhere:c1')).toEqual({ verdict: 'unknown' });
    expect(await lift('c77')).toEqual({ verdict: 'unknown' });
    expect(await lift('c1')).toEqual({ verdict: 'not-silenced' });
    for (const until of [NOON, NOON - 1, Number.NaN, NOON + 90 * DAY + 1])
      expect(await silence('c1', until)).toMatchObject({ verdict: 'wrong', field: 'until' });
    expect(await silence('c1', NOON + 90 * DAY)).toEqual({ verdict: 'taken' });
    wall.now += 90 * DAY;
    expect(await lift('c1')).toEqual({ verdict: 'not-silenced' });
    expect(rig.emit.view.silences()).toEqual([]);
  });

  it('beyond as many as there may be is refused; changing one is not', async () => {
    const { rig, wall, silence } = await startRig();
    const ids = ['c1', 'c2', 'c4', 'c5'];
    rig.generation(ids.map((id) => makeCluster(id)));
    for (const id of ids.slice(0, 3)) expect(await silence(id)).toEqual({ verdict: 'taken' });
    expect(await silence('c5')).toMatchObject({ verdict: 'full' });
    rig.beat();
    expect(await metric(rig.telemetry, 'cliowatch_capped_entries', { what: 'silences' })).toBe(3);
    expect(await silence('c4', NOON + HOUR)).toEqual({ verdict: 'taken' });
    wall.now += HOUR;
    expect(await silence('c5', NOON + 2 * HOUR)).toEqual({ verdict: 'taken' });
  });

  it('is a record of its own cluster alone, which any other process reads', async () => {
    const { rig, silence, lift } = await startRig();
    await silence('c1');
    await lift('c1');
    await silence('c2');
    const said = rig.published.map(({ key, value }) => [key, JSON.parse(String(value)).until]);
    expect(said).toEqual([
      ['silence/c1', NOON + 2 * HOUR],
      ['silence/c1', null],
      ['silence/c2', NOON + 2 * HOUR],
    ]);
    // Compacted, and a generation without what it came from.
    const other = await EmitRig.start(false, noWatches(), { wall: () => NOON });
    for (const { topic, value } of rig.published.slice(1)) other.give(topic, JSON.parse(String(value)));
    other.generation([
      makeCluster('c1'),
      makeCluster('c3', { descends: [{ id: 'c2', generation: 2, at: NOON }] }),
    ]);
    expect(other.emit.view.cluster('c1')?.silenced_until).toBeNull();
    expect(other.emit.view.cluster('c3')?.silenced_from).toBe('c2');
  });
});

it('whom an alert inherits silences from is not known before its generation', async () => {
  const none = await EmitRig.start();
  expect(none.emit.known(makeAlert('a1', { cluster: 'c1' }))).toBe(true);
  const { rig } = await startRig();
  expect(rig.emit.known(makeAlert('a1', { cluster: 'c1' }))).toBe(true);
  const later = makeAlert('a9', { cluster: `c${(100).toString(36)}` });
  expect(rig.emit.known(later)).toBe(false);
  rig.generation([makeCluster('c1')], { generation: 2, full: 2, next_id: 101 });
  expect(rig.emit.known(later)).toBe(true);
});
