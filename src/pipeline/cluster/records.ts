/** Window slots to the records of a generation. */
import type { Backcast, ClusterRecord, Label } from '../../domain/generation.ts';
import { encodeVector } from '../../domain/vector.ts';
import { countAccounts } from './label.ts';
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
  space: string,
  generation: number,
  window: SampleWindow,
  facts: ClusterFacts,
): ClusterRecord {
  let concern = 0;
  const languages = new Map<string, number>();
  const surfaces = new Map<string, number>();
  const flags = new Map<string, number>();
  const count = (into: Map<string, number>, key: string) => into.set(key, (into.get(key) ?? 0) + 1);
  for (const slot of facts.members) {
    const member = window.member(slot);
    if (member === undefined) continue;
    concern += member.concern;
    for (const language of member.languages) count(languages, language);
    if (member.surface !== null) count(surfaces, member.surface);
    for (const flag of member.flags) count(flags, flag);
  }
  const n = Math.max(1, facts.members.length);
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
    concern: concern / n,
    languages: topShares(languages, n),
    surfaces: topShares(surfaces, n),
    flags: topShares(flags, n),
    label: facts.label,
    parent: facts.parent,
  };
}

/** The twelve largest shares: what a reader can take in, and a bound on the record. */
function topShares(counts: ReadonlyMap<string, number>, n: number): Record<string, number> {
  const largest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 12);
  return Object.fromEntries(largest.map(([key, count]) => [key, Math.round((count / n) * 1e4) / 1e4]));
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
      chunk = { kind: 'backcast', space, generation, chunk: chunks.length, cluster: [], account: [], at: [] };
      chunks.push(chunk);
    }
    chunk.cluster.push(window.cluster(slot));
    chunk.account.push(member.account);
    chunk.at.push(member.at);
  }
  return chunks;
}
