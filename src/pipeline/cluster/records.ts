/** Window slots to the records of a generation. */
import type { Backcast, ClusterRecord, Label } from '../../domain/generation.ts';
import { encodeVector } from '../../domain/vector.ts';
import { countAccounts, type Thresholds } from './label.ts';
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
  let concern = 0;
  const languages = new Tally();
  const surfaces = new Tally();
  const flags = new Tally();
  for (const slot of facts.members) {
    const member = window.member(slot);
    if (member === undefined) continue;
    const { account } = member;
    concern += member.concern;
    for (const language of member.languages) languages.count(language, account);
    if (member.surface !== null) surfaces.count(member.surface, account);
    for (const flag of member.flags) flags.count(flag, account);
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
    languages: languages.shares(n, thresholds),
    surfaces: surfaces.shares(n, thresholds),
    flags: flags.shares(n, thresholds),
    label: facts.label,
    parent: facts.parent,
  };
}

/** What a reader can take in, and a bound on the record. */
const VALUES = 12;

/** Conversations and accounts by value of a facet. */
class Tally {
  readonly #values = new Map<string, { conversations: number; readonly accounts: Set<string> }>();

  count(value: string, account: string): void {
    const held = this.#values.get(value) ?? { conversations: 0, accounts: new Set() };
    held.conversations++;
    held.accounts.add(account);
    this.#values.set(value, held);
  }

  /** The largest shares of `n`. A value that fewer use than a cluster needs could single somebody out: it leaves no further. */
  shares(n: number, { minAccounts, minConversations }: Thresholds): Record<string, number> {
    const large = [...this.#values].filter(
      ([, { conversations, accounts }]) => conversations >= minConversations && accounts.size >= minAccounts,
    );
    large.sort((a, b) => b[1].conversations - a[1].conversations || (a[0] < b[0] ? -1 : 1));
    const shares = large
      .slice(0, VALUES)
      .map(([value, { conversations }]) => [value, Math.round((conversations / n) * 1e4) / 1e4]);
    return Object.fromEntries(shares);
  }
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
