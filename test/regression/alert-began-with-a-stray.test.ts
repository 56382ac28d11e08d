import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { generationRecordSchema } from '../../src/domain/generation.ts';
import { HOUR, MINUTE } from '../../src/domain/ids.ts';
import { ClusterRig } from '../support/cluster-rig.ts';
import { NOON, TOPICS } from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('a newborn brings the history of what began, and not that of a stray of long before', async () => {
  const rig = new ClusterRig(clusterer);
  const usual = (from: number, hours: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      rig.sample(i % 5, { at: from + Math.floor((i * hours * HOUR) / count) }),
    );
  await rig.push(usual(NOON, 26, 700), 100);
  const stray = NOON + 40 * HOUR;
  await rig.push(usual(NOON + 26 * HOUR, 14, 300), 100);
  await rig.push([rig.sample(6, { at: stray })]);
  await rig.push(usual(stray, 10, 100), 100);
  const began = stray + 10 * HOUR;
  const out = await rig.push(
    Array.from({ length: 9 }, (_, i) => rig.sample(6, { at: began + i * MINUTE })),
    1,
  );
  const founders = out
    .filter(({ topic, value }) => topic === TOPICS.generations && value !== null)
    .map(({ value }) => generationRecordSchema.parse(JSON.parse(String(value))))
    .flatMap((record) => (record.kind === 'backcast' && record.of === 'founders' ? record.at : []));
  expect(founders).toHaveLength(9);
  expect(Math.min(...founders)).toBe(began);
});
