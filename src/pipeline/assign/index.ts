/** assign: nearest centroid within the cluster's radius, else outlier. Complete rows to `assignments`, a capped share to `samples`. */
import { type AssignmentBatch, isAmbiguous } from '../../domain/assignment.ts';
import type { Generation } from '../../domain/generation.ts';
import { DEFAULT_SPACE } from '../../domain/ids.ts';
import { type Point, pointRecordSchema, type Sample, vectorOf } from '../../domain/point.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Batch, NewRecord, PartitionHandle, PartitionSession } from '../../ports/event-log.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Gate } from '../gate.ts';
import type { Generations } from '../generations.ts';
import { decode } from '../records.ts';
import { inSpace, type Space } from '../spaces.ts';
import type { Topics } from '../topics.ts';
import { type Nearest, NOTHING } from './live-index.ts';
import { LiveIndexes } from './live-indexes.ts';
import { AccountPanel } from './sampler.ts';

export type AssignDeps = {
  readonly space: Space;
  readonly topics: Topics;
  readonly indexes: CentroidIndexes;
  readonly generations: Generations;
  /** Shut while a rebuild runs in replay: the flow waits for it. */
  readonly gate: Gate;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly embedder: string;
  /** Fingerprint of the one key. Points wait until it is known: taken under any key, they could not be taken back. */
  readonly key: () => Promise<string>;
  /** Samples a second and partition, about. */
  readonly sampleRate: number;
  /** Aborted when the space is taken away; without it, never. */
  readonly gone?: AbortSignal;
};

/** Opens assign on one partition of `points`. The index is shared by all partitions of this process. */
export function createAssign(deps: AssignDeps): (handle: PartitionHandle) => PartitionSession {
  const space = deps.space.id;
  const live = new LiveIndexes({ ...deps, space });
  const take = (generation: Generation): void => {
    const { manifest } = generation;
    // Another embedder's vectors are never compared with ours: its clusters are another space.
    if (manifest.space === space && manifest.embedder === deps.embedder) live.take(generation);
  };
  deps.generations.onArrival(({ generation }) => take(generation), deps.gone);
  deps.gone?.addEventListener('abort', () => live.drop(), { once: true });
  // Of a space that is taken up again while we run.
  const current = deps.generations.current(space);
  if (current !== null) take(current);
  return function openAssign({ partition }) {
    const panel = new AccountPanel(deps.sampleRate);
    let watermark = 0;
    /** Of the last batch that cluster hears of. */
    let told = 0;
    /** What is counted once a batch that is answered is committed: tried again, it would count again. */
    const answered: Tally[] = [];
    return {
      async handle(batch) {
        if (batch.replay) return [];
        await deps.gate.near(deps.space.id, told);
        await deps.gate.open();
        const tally: Tally = { foreign: 0, outliers: 0, members: 0, ambiguous: 0, seconds: [] };
        if (batch.records.length === 0) {
          answered.push(tally);
          return [];
        }
        const { points: all, heartbeat, zeroRetention, share } = read(tally, deps, batch, await deps.key());
        const points = placesOf(all, deps.space);
        watermark = Math.max(watermark, heartbeat);
        const { generation, nearest } = await nearestOf(deps, live, points);
        const rows = emptyBatch(deps, generation, partition, watermark, zeroRetention);
        if (share < 1) rows.share = share;
        const out = assignPoints(tally, deps, nearest, panel, rows, points);
        if (out.some(({ topic }) => topic === deps.topics.samples)) told = watermark;
        answered.push(tally);
        return out;
      },
      committed() {
        const tally = answered.shift();
        if (tally !== undefined) tell(deps, tally);
      },
    };
  };
}

/** Of one batch; `seconds` from admit to assigned. */
type Tally = { foreign: number; outliers: number; members: number; ambiguous: number; seconds: number[] };

function tell(deps: AssignDeps, { foreign, outliers, members, ambiguous, seconds }: Tally): void {
  const { telemetry, space } = deps;
  telemetry.assigned(space.id, 'outlier', outliers);
  telemetry.assigned(space.id, 'cluster', members);
  telemetry.ambiguous(space.id, ambiguous);
  if (!isDefault(deps)) return;
  if (foreign > 0) telemetry.dropped('foreign-key', foreign);
  for (const one of seconds) telemetry.admitToAssigned(one);
}

const isDefault = ({ space }: AssignDeps): boolean => space.id === DEFAULT_SPACE;

/** For each point; one of another embedder is compared with nothing. */
async function nearestOf(
  deps: AssignDeps,
  live: LiveIndexes,
  points: readonly Place[],
): Promise<{ generation: number; nearest: Nearest[] }> {
  const comparable = points.filter(({ point }) => point.embedder === deps.embedder);
  const { generation, nearest } = await live.nearest(comparable.map(({ vector }) => vector));
  if (comparable.length === points.length) return { generation, nearest };
  const found = new Map(comparable.map((place, i) => [place, nearest[i] ?? NOTHING]));
  return { generation, nearest: points.map((place) => found.get(place) ?? NOTHING) };
}

/** A point, and where the facet of the space lies. */
type Place = { readonly point: Point; readonly vector: string };

function placesOf(points: readonly Point[], { watch, facet }: Space): Place[] {
  return points.flatMap((point) => {
    const vector = inSpace(point, watch) ? vectorOf(point, facet) : null;
    return vector === null ? [] : [{ point, vector }];
  });
}

function read(
  tally: Tally,
  deps: AssignDeps,
  batch: Batch,
  key: string,
): { points: Point[]; heartbeat: number; zeroRetention: number; share: number } {
  const points: Point[] = [];
  let heartbeat = 0;
  let zeroRetention = 0;
  let share = 1;
  for (const record of batch.records) {
    const value = decode(pointRecordSchema, record);
    share = Math.min(share, value.share ?? 1);
    if (value.kind === 'point') {
      // Tokens of another key would turn one account into two and defeat the minimum of accounts.
      if (value.key === key) points.push(value);
      else tally.foreign++;
    } else {
      heartbeat = Math.max(heartbeat, value.watermark);
      // Told once: nothing is known of them that a space could go by.
      if (isDefault(deps)) zeroRetention += value.zero_retention;
    }
  }
  return { points, heartbeat, zeroRetention, share };
}

function assignPoints(
  tally: Tally,
  deps: AssignDeps,
  nearest: readonly Nearest[],
  panel: AccountPanel,
  rows: AssignmentBatch,
  points: readonly Place[],
): NewRecord[] {
  const samples: NewRecord[] = [];
  panel.count(points.length, rows.watermark);
  const now = deps.clock.elapsed();
  for (const [i, { point, vector }] of points.entries()) {
    const near = nearest[i] ?? NOTHING;
    if (near.cluster === null) tally.outliers++;
    else if (isAmbiguous(near.margin)) tally.ambiguous++;
    addRow(rows, point, near);
    const inPanel = panel.keeps(point.account, point.share);
    if (near.cluster === null || inPanel) {
      const weight = inPanel ? panel.weigh(point.weight, point.share) : point.weight;
      samples.push(toSample(deps, { ...point, vector }, near, rows, weight, inPanel));
    }
    tally.seconds.push((now - point.admitted) / 1_000);
  }
  tally.members += points.length - tally.outliers;
  return [{ topic: deps.topics.assignments, key: deps.space.id, value: JSON.stringify(rows) }, ...samples];
}

function emptyBatch(
  deps: AssignDeps,
  generation: number,
  source: number,
  watermark: number,
  zeroRetention: number,
): AssignmentBatch {
  return {
    space: deps.space.id,
    embedder: deps.embedder,
    generation,
    source,
    watermark,
    zero_retention: zeroRetention,
    cluster: [],
    conversation: [],
    version: [],
    account: [],
    at: [],
    similarity: [],
    margin: [],
    weight: [],
    concern: [],
    languages: [],
    surface: [],
    model: [],
    turns: [],
    flags: [],
    values: [],
    sketch: [],
  };
}

const rounded = (x: number): number => Math.round(x * 1e4) / 1e4;

function addRow(rows: AssignmentBatch, point: Point, near: Nearest): void {
  rows.cluster.push(near.cluster);
  rows.conversation.push(point.conversation);
  rows.version.push(point.version);
  rows.account.push(point.account);
  rows.at.push(point.at);
  rows.similarity.push(rounded(near.similarity));
  rows.margin.push(rounded(near.margin));
  rows.weight.push(point.weight);
  rows.concern.push(point.facets.concern);
  rows.languages.push(point.facets.languages);
  rows.surface.push(point.surface ?? null);
  rows.model.push(point.model ?? null);
  rows.turns.push(point.turns);
  rows.flags.push(point.flags);
  rows.values.push(point.values);
  rows.sketch.push(point.sketch);
}

function toSample(
  deps: AssignDeps,
  point: Point,
  near: Nearest,
  rows: AssignmentBatch,
  weight: number,
  panel: boolean,
): NewRecord {
  const { kind: _kind, admitted: _admitted, vectors: _vectors, watches: _watches, ...rest } = point;
  const sample: Sample = {
    ...rest,
    weight,
    space: deps.space.id,
    generation: rows.generation,
    cluster: near.cluster,
    similarity: rounded(near.similarity),
    margin: rounded(near.margin),
    watermark: rows.watermark,
    panel,
  };
  return {
    topic: deps.topics.samples,
    key: `${deps.space.id}/${rows.source}`,
    value: JSON.stringify(sample),
  };
}
