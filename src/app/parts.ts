/** What the phases work with, the same for live runs and backtests. */
import { createOnnxClusterer } from '../adapters/clusterer/onnx.ts';
import { createUmapProjector } from '../adapters/projector/umap.ts';
import type { Sampling } from '../pipeline/admit/sampling.ts';
import type { Clock } from '../ports/clock.ts';
import type { Clusterer } from '../ports/clusterer.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { Projector } from '../ports/projector.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type Indexes, makeEmbedder, makeIndexes } from './adapters.ts';
import type { Config } from './config.ts';
import { type Language, makeLanguage } from './language.ts';
import type { Lifecycle } from './lifecycle.ts';
import { makeSampling } from './sampling.ts';

export type Parts = {
  readonly sampling: Sampling;
  readonly language: Language;
  readonly embedder: Embedder;
  readonly clusterer: Clusterer;
  readonly projector: Projector;
  readonly indexes: Indexes;
};

/** Opens all of them, and registers their stops. */
export async function openParts(
  config: Config,
  clock: Clock,
  telemetry: Telemetry,
  lifecycle: Lifecycle,
): Promise<Parts> {
  const sampling = makeSampling(config, clock, telemetry);
  const language = makeLanguage(config, clock, telemetry, (stage, dollars) => sampling.spent(stage, dollars));
  lifecycle.onStop('language', () => language.stop());
  const embedder = await makeEmbedder(config, clock, telemetry);
  lifecycle.onStop('embedder', () => embedder.stop());
  const indexes = makeIndexes(config);
  lifecycle.onStop('centroids', () => indexes.centroids.stop());
  lifecycle.onStop('centroids of the cluster role', () => indexes.among.stop());
  const clusterer = createOnnxClusterer();
  lifecycle.onStop('clusterer', () => clusterer.stop());
  const projector = createUmapProjector();
  lifecycle.onStop('projector', () => projector.stop());
  return { sampling, language, embedder, clusterer, projector, indexes };
}
