/** Window slots to the records of a generation. */
import type { Backcast, ClusterRecord, Label } from '../../domain/generation.ts';
import { encodeVector } from '../../domain/vector.ts';
import { countAccounts, type Thresholds } from './label.ts';
import { profileOf, VALUES } from './profile.ts';
import type { SampleWindow } from './window.ts';

/** Rows a chunk, so that a record stays far below Kafka's default message size of 1 MB. */
const CHUNK = 5_000;

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
};

export function clusterRecord(
  { space, thresholds }: { readonly space: string; readonly thresholds: Thresholds },
  generation: number,
  window: SampleWindow,
  facts: ClusterFacts,
): ClusterRecord {
  return {
    kind: 'cluster',
    space,
    generation,
    id: facts.id,
    origin: facts.origin,
    born_at: facts.bornAt,
    centroid: encodeVector(facts.centroid),
    radius: facts.radius,
    conversations: facts.members.length,
    accounts: countAccounts(window, facts.members),
    mean_similarity: facts.meanSimilarity,
    ...profileOf(window, facts.members, thresholds, VALUES),
    label: facts.label,
    parent: facts.parent,
    coordination: null,
  };
}

/** History of `slots` under the clusters they now have; only the panel, whose shares hold for all traffic. */
export function backcastChunks(
  space: string,
  generation: number,
  window: SampleWindow,
  slots: readonly number[],
): Backcast[] {
  const chunks: Backcast[] = [];
  let chunk: Backcast | undefined;
  for (const slot of slots) {
    const member = window.member(slot);
    if (member === undefined || !member.panel) continue;
    if (chunk === undefined || chunk.at.length >= CHUNK) {
      chunk = {
        kind: 'backcast',
        space,
        generation,
        chunk: chunks.length,
        cluster: [],
        account: [],
        sketch: [],
        at: [],
      };
      chunks.push(chunk);
    }
    chunk.cluster.push(window.cluster(slot));
    chunk.account.push(member.account);
    chunk.sketch.push(member.sketch);
    chunk.at.push(member.at);
  }
  return chunks;
}
