import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import {
  clusterAt,
  expectSound,
  goingOn,
  historyOf,
  idAt,
  type Live,
  liveRig,
  newborns,
  usual,
} from '../../support/live-rig.ts';
import { HOUR } from '../../support/pipeline-rig.ts';

const onnx = createOnnxClusterer();
afterAll(() => onnx.stop());

const STEPS = {
  usual: ({ rig }: Live) => rig.push(usual(rig, 20)),
  more: ({ rig }: Live) => rig.push(usual(rig, 50)),
  six: ({ rig }: Live) => rig.push(newborns(rig, 12, { cluster: idAt(rig, 6) })),
  eight: ({ rig }: Live) => rig.push(rig.samples(8, 12, { cluster: idAt(rig, 8) })),
  old: ({ rig }: Live) => {
    const now = rig.sample(0).at;
    return rig.push(newborns(rig, 12, { at: now - 26 * HOUR, watermark: now, cluster: idAt(rig, 6) }));
  },
  goOn: ({ rig, samples }: Live) => rig.push(goingOn(rig, samples.slice(1, 30), idAt(rig, 0))),
  compute: async ({ computing }: Live) => computing.shut(),
  name: async ({ naming }: Live) => naming.shut(),
  open: async ({ computing, naming }: Live) => {
    computing.open();
    naming.open();
  },
} as const;

it('whatever is born in the course of rebuilds: numbers are given once, and whoever is gone has died', async () => {
  const step = fc.constantFrom(...Object.values(STEPS));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const live = await liveRig(onnx);
      for (const take of steps) {
        await take(live);
        for (let i = 0; i < 40; i++) await turn();
      }
      const { rig } = live;
      await STEPS.open(live);
      await (await rig.log.session()).close?.();
      expectSound(rig);
      const alive = new Set(rig.current?.manifest.clusters);
      for (const topic of [6, 8]) expect(clusterAt(rig, topic)?.length).toBeLessThanOrEqual(1);
      const past = historyOf(rig, rig.current?.manifest.full ?? 0).flatMap(({ cluster }) => cluster);
      expect(past.filter((id) => id !== null && !alive.has(id))).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 120_000);
