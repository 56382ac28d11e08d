import { expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import type { AlertView } from '../../src/domain/view.ts';
import { createGivenClusterer } from '../support/given-clusterer.ts';
import { bagEmbedder, HOUR, MINUTE, NOON, SPACE } from '../support/pipeline-rig.ts';
import { WholeRig } from '../support/whole-rig.ts';

const APP = 'restore login after the outage of the bank app';
const CARD = 'restore payments after the outage of the bank card';
const OTHERS = [
  'water my garden roses in summer',
  'book train tickets to the coast',
  'fill in a tax return form',
  'knead sourdough bread dough longer',
  'learn barre guitar chords quickly',
];
const FLAGS = [
  'cluster.first_at=200',
  'cluster.rebuild_minutes=360',
  'cluster.rebuild_growth=1000',
  'cluster.rebuild_outlier_rate=1',
  'growth.warmup_hours=4',
];

const said = (about: string) => `Please help me ${about} now.`;
const prototypesOf = (texts: readonly string[]) => bagEmbedder().embed(texts.map(said));

/** A stream, a minute at a time: one conversation about anything, and so many more about one thing. */
function traffic(rig: WholeRig) {
  const random = seededRandom(11);
  const usual = [...OTHERS, APP, CARD];
  let minute = 0;
  let count = 0;
  const line = (about: string) =>
    JSON.stringify({
      conversation_id: `k${count++}`,
      account_id: `u${Math.floor(random() * 5_000)}`,
      at: new Date(NOON + minute * MINUTE + (count % 50) * 1_000).toISOString(),
      messages: [{ role: 'user', content: said(about) }],
    });
  return {
    /** Until it is so, at most for so many hours; answers with whether it is. */
    async until(
      there: () => boolean,
      hours: number,
      more: { n: number; about: readonly string[] } = { n: 0, about: [] },
    ): Promise<boolean> {
      for (let end = minute + hours * 60; minute < end; minute++) {
        if (there()) return true;
        const extra = Array.from({ length: more.n }, (_, i) => line(more.about[i % more.about.length] ?? ''));
        await rig.push([line(usual[Math.floor(random() * usual.length)] ?? ''), ...extra]);
      }
      return there();
    },
  };
}

it('alerts, acknowledgements, silences, label and timeline follow the id over rebuilds, and a child inherits the silence', {
  timeout: 120_000,
}, async () => {
  const [app, card] = await prototypesOf([APP, CARD]);
  if (app === undefined || card === undefined) throw new Error('two texts have two vectors');
  const others = (await prototypesOf(OTHERS)).map((one) => [one]);
  const clusterer = createGivenClusterer([...others, [app, card]]);
  const rig = await WholeRig.start(clusterer, FLAGS);
  const { view, operations } = rig.emit;
  const stream = traffic(rig);
  const full = () => rig.generations.current(SPACE)?.manifest.full ?? 0;
  const never = () => false;
  const alertOn = (id: string, state: AlertView['state']) =>
    view
      .alerts({ state: state === 'resolved' ? 'resolved' : 'firing', limit: 100 })
      .find(({ cluster }) => cluster === id);
  const tellings = (alert: AlertView | undefined) =>
    rig.told.flatMap(({ alert: told }) => (told.id === alert?.id ? [told.state] : []));

  // Shortly before all is made anew (every six hours since 3:20) an alert fires on a cluster, is told, and somebody says that it is known.
  await stream.until(never, 14.75);
  const both = { n: 4, about: [APP, CARD] };
  const firing = () => view.alerts({ state: 'firing', limit: 10 });
  expect(await stream.until(() => firing().length > 0, 3, both)).toBe(true);
  const [alert] = firing();
  const home = alert?.cluster ?? '';
  const before = view.cluster(home);
  expect(before).toMatchObject({ visibility: 'shown', alert: 'firing' });
  expect(tellings(alert)).toEqual(['firing']);
  await operations.acknowledge(alert?.id ?? '', 'olga', 'a bank is down');
  const end = rig.wall + 48 * HOUR;
  expect(await operations.silence(home, { until: end, note: 'known' }, 'olga')).toEqual({ verdict: 'taken' });

  // All is made anew: the id stays, and with it whatever was said of it.
  const first = full();
  expect(await stream.until(() => full() > first, 7, both)).toBe(true);
  const after = view.cluster(home);
  // Five times as large it is named anew, in the same words or others; what it was called is known.
  expect(after?.names.map(({ name }) => name)).toContain(before?.name);
  expect(after?.name).toMatch(/bank/);
  expect(after).toMatchObject({
    silenced_until: end,
    silenced_by: 'olga',
    silenced_from: null,
    silenced_note: 'known',
  });
  expect(after?.lineage.at(-1)).toMatchObject({ generation: full(), relation: { kind: 'continues' } });
  expect(after?.timeline.slice(0, before?.timeline.length).map(({ at }) => at)).toEqual(
    before?.timeline.map(({ at }) => at),
  );
  expect(after?.timeline.length).toBeGreaterThanOrEqual(before?.timeline.length ?? 0);
  expect(view.alert(alert?.id ?? '')).toMatchObject({
    cluster: home,
    acknowledged: { by: 'olga', note: 'a bank is down' },
    silenced_until: end,
  });

  // Its end is told, as its beginning was.
  expect(await stream.until(() => alertOn(home, 'resolved') !== undefined, 6)).toBe(true);
  expect(tellings(alert)).toEqual(['firing', 'resolved']);

  // It splits: the child is silent too.
  clusterer.clusters = [...others, [app], [card]];
  const second = full();
  expect(await stream.until(() => full() > second, 8)).toBe(true);
  const split = rig.generations.current(SPACE)?.manifest.relations.filter(({ kind }) => kind === 'split');
  expect(split).toMatchObject([{ from: [{ id: home }] }]);
  const child = split?.[0]?.id ?? '';
  expect(view.cluster(child)).toMatchObject({ silenced_until: end, silenced_from: home });
  expect(view.lineage(10).links).toContainEqual(
    expect.objectContaining({
      from: expect.objectContaining({ id: home }),
      to: { generation: full(), id: child },
    }),
  );

  // An alert on the child is made, shown and marked, and told nobody until the silence has ended.
  const about = /card/i.test(view.cluster(child)?.name ?? '') ? CARD : APP;
  const told = rig.told.length;
  const fires = () => alertOn(child, 'firing') !== undefined;
  expect(await stream.until(fires, 4, { n: 9, about: [about] })).toBe(true);
  const inherited = alertOn(child, 'firing');
  expect(inherited).toMatchObject({ silenced_until: end, silenced_by: 'olga', silenced_from: home });
  expect(view.cluster(child)?.alert).toBe('firing');
  await rig.wait(47 * HOUR);
  expect(rig.told.length).toBe(told);

  // Another machine, with what a compacted log still holds, knows the same.
  const other = await rig.reopen();
  expect(other.view.cluster(child)).toMatchObject({ silenced_until: end, silenced_from: home });
  expect(other.view.alert(inherited?.id ?? '')).toMatchObject({ silenced_until: end, silenced_from: home });
  expect(other.view.alert(alert?.id ?? '')?.acknowledged).toMatchObject({ by: 'olga' });
  expect(other.view.silences()).toEqual(view.silences());

  await rig.wait(HOUR);
  expect(rig.told.slice(told).map(({ alert: { id, state } }) => [id, state])).toEqual([
    [inherited?.id, 'firing'],
  ]);
  await rig.wait(HOUR);
  expect(rig.told).toHaveLength(told + 1);
  await rig.driver.stop();
});
