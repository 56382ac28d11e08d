/** Ten weeks of daily rebuilds over a window of four: nobody who was there when a cluster was named is in it any more. */
import { describe, expect, it } from 'vitest';
import type { ClusterRecord } from '../../../src/domain/generation.ts';
import { decodeVector, dot, encodeVector } from '../../../src/domain/vector.ts';
import type { Labeler } from '../../../src/ports/labeler.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { createGivenClusterer } from '../../support/given-clusterer.ts';
import { offlineLabeler } from '../../support/offline.ts';
import { direction, HOUR, NOON } from '../../support/pipeline-rig.ts';

const DAY = 24 * HOUR;
const WEEKS = 10;
const BREAD = 3;
/** Bread is not far from gardens, nor is it the same. */
const at = (topic: number) => (topic === BREAD ? direction(0, [1.2]) : direction(topic * 9));

/** Gardens and bread are one cluster, trains and taxes are others. */
const clusterer = createGivenClusterer([[at(0), at(BREAD)], [at(1)], [at(2)]]);

/** The cluster nearest to a topic. */
function of(rig: ClusterRig, topic: number): ClusterRecord | undefined {
  const near = ({ centroid }: ClusterRecord) => dot(decodeVector(centroid), at(topic));
  return rig.current?.clusters.toSorted((a, b) => near(b) - near(a))[0];
}

/** A day: six conversations an hour apart of each topic. */
async function day(rig: ClusterRig, n: number, topics: readonly number[]): Promise<void> {
  const samples = topics.flatMap((topic) =>
    Array.from({ length: 6 }, (_, i) =>
      rig.sample(topic, {
        at: NOON + n * DAY + i * HOUR,
        cluster: of(rig, topic)?.id ?? null,
        ...(topic === BREAD ? { vector: encodeVector(at(BREAD)) } : {}),
      }),
    ),
  );
  await rig.push(samples);
}

type Told = { readonly labeler: Labeler; labels: number };

function counted(labeler: Labeler = offlineLabeler): Told {
  const told = {
    labels: 0,
    labeler: {
      ...labeler,
      label(request: Parameters<Labeler['label']>[0]) {
        told.labels++;
        return labeler.label(request);
      },
    },
  };
  return told;
}

/** Four weeks of gardens, trains and taxes. */
async function fourWeeks(labeler: Labeler): Promise<ClusterRig> {
  const rig = new ClusterRig(clusterer, { labeler });
  for (let n = 0; n < 28; n++) await day(rig, n, [0, 1, 2]);
  expect(rig.current?.clusters).toHaveLength(3);
  return rig;
}

describe('a cluster that has turned over', () => {
  it('is named anew when all who came since speak of something else, and remembers its name', async () => {
    const rig = await fourWeeks(offlineLabeler);
    const before = of(rig, 0);
    expect(before?.label?.name).toContain('garden roses');
    for (let n = 28; n < 28 + 7 * WEEKS; n++) await day(rig, n, [BREAD, 1, 2]);
    const after = of(rig, BREAD);
    expect(after?.id).toBe(before?.id);
    expect(after?.label?.name).toContain('bread dough');
    expect(after?.names.map(({ name }) => name)).toContain(before?.label?.name);
  });

  it('keeps its name, at no cost, when all who came since speak of the same', async () => {
    const told = counted();
    const rig = await fourWeeks(told.labeler);
    const before = of(rig, 0);
    told.labels = 0;
    for (let n = 28; n < 28 + 7 * WEEKS; n++) await day(rig, n, [0, 1, 2]);
    expect(of(rig, 0)).toMatchObject({ id: before?.id, label: before?.label, names: before?.names });
    expect(told.labels).toBe(0);
  });
});

describe('a cluster that was named offline', () => {
  /** Claude, who is away: what it is asked for is made offline, each time in other words. */
  const away = (): Labeler => {
    let draws = 0;
    return {
      ...offlineLabeler,
      kind: 'claude',
      label: async (request) => {
        const label = await offlineLabeler.label(request);
        return label && { ...label, name: `${label.name} ${draws++}` };
      },
    };
  };
  const back: Labeler = {
    ...offlineLabeler,
    kind: 'claude',
    label: async () => ({ name: 'Care for roses', description: '', by: 'claude', audit: 5 }),
  };

  it('keeps that name while Claude is away, asked for once a rebuild', async () => {
    const told = counted(away());
    const rig = await fourWeeks(told.labeler);
    const names = rig.current?.clusters.map(({ label }) => label?.name);
    told.labels = 0;
    for (let n = 28; n < 31; n++) await day(rig, n, [0, 1, 2]);
    expect(rig.current?.clusters.map(({ label }) => label?.name)).toEqual(names);
    expect(told.labels).toBe(3 * 3);
  });

  it.each([
    ['a key is added', offlineLabeler],
    ['Claude is back', away()],
  ])('is named by Claude at the next rebuild once %s, and no more after', async (_, first) => {
    const rig = await fourWeeks(first);
    const before = of(rig, 0)?.label?.name;
    const told = counted(back);
    rig.restart({ labeler: told.labeler });
    for (let n = 28; n < 31; n++) await day(rig, n, [0, 1, 2]);
    expect(of(rig, 0)?.label).toMatchObject({ name: 'Care for roses', by: 'claude' });
    expect(of(rig, 0)?.names.at(-1)?.name).toBe(before);
    expect(told.labels).toBe(3);
  });
});
