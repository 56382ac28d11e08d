/** Window slots to the records of a generation. */
import { inPieces } from '../../algorithms/give-way.ts';
import type { Backcast, ClusterRecord, Label } from '../../domain/generation.ts';
import { dot, encodeVector } from '../../domain/vector.ts';
import type { Place } from '../../ports/projector.ts';
import { centroidOf } from '../vectors.ts';
import { estimateOf } from './estimate.ts';
import { countAccounts, membersNow, type Thresholds } from './label.ts';
import { placeOf } from './map.ts';
import { profileOf, VALUES } from './profile.ts';
import type { Samples, SampleWindow } from './window.ts';

/** Rows a chunk: about 100 KB, read in a millisecond, and far below Kafka's default message size of 1 MB. */
const CHUNK = 1_000;
/** Slots looked at in one go. */
const PIECE = 2_000;

export type ClusterFacts = {
  readonly id: string;
  readonly origin: ClusterRecord['origin'];
  readonly bornAt: number;
  readonly centroid: Float32Array;
  readonly radius: number;
  readonly meanSimilarity: number;
  readonly members: readonly number[];
  readonly label: Label | null;
  readonly parent: string | null;
  readonly place: Place | null;
} & Pick<ClusterRecord, 'naming' | 'names' | 'descends'>;

/** O(members), giving way. */
export async function clusterRecord(
  { space, thresholds }: { readonly space: string; readonly thresholds: Thresholds },
  generation: number,
  window: Samples,
  facts: ClusterFacts,
): Promise<ClusterRecord> {
  const members = membersNow(window, facts);
  return {
    kind: 'cluster',
    space,
    generation,
    id: facts.id,
    origin: facts.origin,
    born_at: facts.bornAt,
    centroid: encodeVector(facts.centroid),
    radius: facts.radius,
    conversations: members.length,
    accounts: countAccounts(window, members),
    ...estimateOf(window, members),
    mean_similarity: facts.meanSimilarity,
    ...(await profileOf(window, members, thresholds, VALUES)),
    label: facts.label,
    parent: facts.parent,
    x: facts.place?.x ?? null,
    y: facts.place?.y ?? null,
    naming: facts.naming,
    names: facts.names,
    coordination: null,
    descends: facts.descends,
  };
}

/** A cluster as it was told, and who is in it by now. O(members · dimension) */
export function factsOf(
  window: SampleWindow,
  record: ClusterRecord,
  members: readonly number[],
): ClusterFacts {
  const centroid = centroidOf(record);
  const { id, origin, radius, label, parent, naming, names, descends } = record;
  const meanSimilarity = meanSimilarityOf(window, members, centroid);
  const place = placeOf(record);
  return {
    id,
    origin,
    bornAt: record.born_at,
    centroid,
    radius,
    meanSimilarity,
    members,
    label,
    parent,
    place,
    naming,
    names,
    descends,
  };
}

export function meanSimilarityOf(
  window: SampleWindow,
  members: readonly number[],
  centroid: Float32Array,
): number {
  let sum = 0;
  for (const slot of members) sum += dot(window.vector(slot), centroid);
  return sum / Math.max(1, members.length);
}

/**
 * History of `slots` under the clusters they now have; only the panel, whose shares hold for all traffic. O(slots), in pieces.
 * @param told `until` event time, ms: what is ahead of the time it speaks of, whoever counts has counted himself; `under` which cluster
 */
export async function backcastChunks(
  { space, of, generation }: Pick<Backcast, 'space' | 'of' | 'generation'>,
  window: SampleWindow,
  slots: readonly number[],
  told: { readonly until: number; readonly under: (slot: number) => string | null } = {
    until: Number.POSITIVE_INFINITY,
    under: (slot) => window.cluster(slot),
  },
): Promise<Backcast[]> {
  const chunks: Backcast[] = [];
  for await (const piece of inPieces(slots, PIECE))
    for (const slot of piece) {
      const member = window.brief(slot);
      if (member === undefined || !member.panel || member.at > told.until) continue;
      let chunk = chunks.at(-1);
      if (chunk === undefined || chunk.at.length >= CHUNK) {
        chunk = {
          kind: 'backcast',
          of,
          space,
          generation,
          chunk: chunks.length,
          cluster: [],
          account: [],
          sketch: [],
          at: [],
          conversation: [],
        };
        chunks.push(chunk);
      }
      chunk.cluster.push(told.under(slot));
      chunk.account.push(member.account);
      chunk.sketch.push(member.sketch);
      chunk.at.push(member.at);
      chunk.conversation.push(member.conversation);
    }
  return chunks;
}
