/** Texts as a stream through the real phases on event time, without a log: what admit made of each, and where each was put. */
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import type { Config } from '../../src/app/config.ts';
import type { Parts } from '../../src/app/parts.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from '../../src/app/phases.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { clusteredFacets } from '../../src/domain/facet-definition.ts';
import type { ClusterRecord, Generation } from '../../src/domain/generation.ts';
import { DEFAULT_SPACE } from '../../src/domain/ids.ts';
import { pointRecordSchema } from '../../src/domain/point.ts';
import { decodeVector, type UnitVector } from '../../src/domain/vector.ts';
import { createDriver } from '../../src/pipeline/driver.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { decode } from '../../src/pipeline/records.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import { createWatchBook } from '../../src/pipeline/watches.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';

/** Conversations pushed at a time. */
const CHUNK = 100;

/** One conversation as it went through, as its last snapshot; the order is that of the stream. */
export type Passed = {
  readonly vector: UnitVector;
  readonly request: string;
  readonly account: string;
  /** Cluster at arrival; null: none. */
  readonly arrived: string | null;
};

export type LiveRun = {
  /** null: admit has let it go, or a later snapshot of it came. */
  readonly passed: readonly (Passed | null)[];
  /** Every cluster there ever was, as it was last. */
  readonly known: ReadonlyMap<string, ClusterRecord>;
  /** Those of the last generation. */
  readonly final: readonly ClusterRecord[];
  readonly rebuilds: number;
};

/** Hears of every generation of the default space, with the number of conversations that had been pushed when it was made. */
export type OnGeneration = (generation: Generation, pushed: number) => void;

export async function runLive(
  config: Config,
  parts: Parts,
  telemetry: Telemetry,
  stream: readonly Conversation[],
  onGeneration: OnGeneration = () => undefined,
): Promise<LiveRun> {
  const tokens = createHmacTokens(Buffer.alloc(32, 1));
  const rowOf = new Map<string, number>(
    stream.map(({ conversation_id }, i) => [tokens.conversation(conversation_id), i]),
  );
  const points: (Omit<Passed, 'arrived'> | undefined)[] = [];
  const arrived: (string | null)[] = [];
  const known = new Map<string, ClusterRecord>();
  const clock = createManualClock(Date.parse(config.intake.earliest));
  const topics = topicNames(config.intake.topic, config.log.prefix);
  const generations = createGenerations();
  let rebuilds = 0;
  let pushed = 0;
  generations.onArrival(({ generation }) => {
    const { clusters, manifest } = generation;
    if (manifest.space !== DEFAULT_SPACE) return;
    onGeneration(generation, pushed);
    if (manifest.type === 'full') rebuilds++;
    for (const cluster of clusters) known.set(cluster.id, cluster);
  });
  const { embedder } = parts;
  const phases: PhaseParts = {
    config,
    topics,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    watches: createWatchBook(config.watches, clusteredFacets(config.facets)),
    replay: true,
  };
  const { summarizer, labeler } = parts.language;
  const driver = await createDriver({
    topics,
    generations,
    onRecord(record) {
      if (record.value === null) return;
      if (record.topic === topics.points) {
        const point = decode(pointRecordSchema, record);
        const row = point.kind === 'point' ? rowOf.get(point.conversation) : undefined;
        if (point.kind !== 'point' || row === undefined) return;
        points[row] = {
          vector: decodeVector(point.vector),
          request: point.facets.request,
          account: point.account,
        };
      } else if (record.topic === topics.assignments) {
        const batch = decode(assignmentBatchSchema, record);
        if (batch.space !== DEFAULT_SPACE) return;
        for (const [i, token] of batch.conversation.entries()) {
          const row = rowOf.get(token);
          if (row !== undefined) arrived[row] = batch.cluster[i] ?? null;
        }
      }
    },
    open: {
      admit: openAdmit(phases, { embedder, summarizer, tokens }),
      assign: openAssign(phases, {
        indexes: parts.indexes.centroids,
        key: async () => tokens.fingerprint,
        partitions: 1,
      }),
      detect: openDetect(phases),
      cluster: openCluster(phases, {
        clusterer: parts.clusterer,
        projector: parts.projector,
        labeler,
        embed: (texts) => embedder.embed(texts),
        indexes: parts.indexes.vectors,
        centroids: parts.indexes.among,
      }),
    },
  });
  for (let from = 0; from < stream.length; from += CHUNK) {
    const chunk = stream.slice(from, from + CHUNK);
    for (const { at } of chunk) clock.advance(Date.parse(at));
    pushed = from + chunk.length;
    await driver.push(chunk.map((conversation) => Buffer.from(JSON.stringify(conversation))));
  }
  await driver.stop();
  return {
    passed: stream.map((_, row) => {
      const point = points[row];
      return point === undefined ? null : { ...point, arrived: arrived[row] ?? null };
    }),
    known,
    final: generations.current(DEFAULT_SPACE)?.clusters ?? [],
    rebuilds,
  };
}

/** Of a stream of which admit may let none go. */
export type WholeRun = Omit<LiveRun, 'passed'> & { readonly passed: readonly Passed[] };

export function whole(run: LiveRun): WholeRun {
  const passed = run.passed.map((one, row) => {
    if (one === null) throw new Error(`conversation ${row} did not pass admit`);
    return one;
  });
  return { ...run, passed };
}
