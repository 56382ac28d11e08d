/**
 * admit: parse or dead-letter · count a conversation once · tokens for ids · facets · check · embed.
 * Raw text ends here: nothing this phase publishes holds it, except dead letters when asked for.
 */

import { computedFacets, countTurns } from '../../algorithms/computed-facets.ts';
import { REPLAY_PATIENCE } from '../../algorithms/event-time.ts';
import type { Planned } from '../../algorithms/sampling/governor.ts';
import { SeenVersions } from '../../algorithms/seen.ts';
import { messageText } from '../../domain/conversation.ts';
import { REQUEST } from '../../domain/facets.ts';
import { type Point, textOf } from '../../domain/point.ts';
import { encodeVector } from '../../domain/vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Embedder } from '../../ports/embedder.ts';
import type { Batch, NewRecord, PartitionHandle, PartitionSession } from '../../ports/event-log.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import type { Summarizer, Summary } from '../../ports/summarizer.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { inSpace } from '../spaces.ts';
import type { Topics } from '../topics.ts';
import type { WatchBook } from '../watches.ts';
import { type Attributes, createAttributes } from './attributes.ts';
import { toDeadLetter } from './dead-letter.ts';
import { holdBack } from './hold-back.ts';
import { type Sampled, type Sampling, takeAll } from './sampling.ts';
import { candidates, passed, questionsFor } from './screen.ts';
import { Seen } from './seen.ts';
import { type Remembered, select } from './select.ts';
import { Summaries, type Wanted } from './summaries.ts';
import { Tally } from './tally.ts';

export type AdmitSettings = {
  readonly earliest: number;
  readonly maxFutureMs: number;
  /** The stream's own time is all there is: no clock says how far ahead it may be. */
  readonly replay: boolean;
  readonly maxBytes: number;
  readonly deadLetterBodies: boolean;
  /** Account ids whose conversations are only counted. */
  readonly zeroRetention: ReadonlySet<string>;
  /** Names of tools that are told as they are. */
  readonly toolNames: ReadonlySet<string>;
  readonly seenCap: number;
};

export type AdmitDeps = {
  readonly topics: Topics;
  readonly tokens: IdTokens;
  readonly summarizer: Summarizer;
  readonly embedder: Embedder;
  /** Absent: every conversation is taken. */
  readonly sampling?: Sampling;
  readonly watches: WatchBook;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: AdmitSettings;
};

/** What one partition's session holds. */
type Own = Remembered & {
  readonly partition: number;
  readonly summaries: Summaries;
  readonly attributes: Attributes;
};

/** A batch answered and not committed yet. */
type Answered = Omit<Answer, 'records'> & { readonly tally: Tally };

/** Opens admit on one partition of the input. */
export function createAdmit(deps: AdmitDeps): (handle: PartitionHandle) => Promise<PartitionSession> {
  const summaries = new Summaries(deps.summarizer, deps.telemetry);
  const attributes = createAttributes();
  return async function openAdmit({ partition }) {
    const { seenCap, replay } = deps.settings;
    const seen = replay
      ? new Seen(deps.topics.admitSeen, seenCap, REPLAY_PATIENCE, () => Number.POSITIVE_INFINITY)
      : // One conversation is enough where the clock bounds what it can do.
        new Seen(deps.topics.admitSeen, seenCap, 1, () => deps.clock.now());
    const own: Own = { partition, seen, counted: new SeenVersions(seenCap), summaries, attributes };
    const answered: Answered[] = [];
    deps.sampling?.opened(partition);
    return {
      restore: (record) => seen.restore(record),
      async handle(batch) {
        if (batch.replay) return [];
        const tally = new Tally();
        const { records, ...answer } = await admitBatch(deps, own, tally, batch);
        answered.push({ tally, ...answer });
        return records;
      },
      committed() {
        const first = answered.shift();
        if (first === undefined) return;
        first.tally.tell(deps.telemetry);
        summaries.forget(first.wanted);
        if (first.planned !== null) deps.sampling?.committed(partition, first.planned);
      },
      close: async () => deps.sampling?.closed(partition),
    };
  };
}

type Answer = {
  readonly records: readonly NewRecord[];
  readonly wanted: readonly Wanted[];
  readonly planned: Planned | null;
};

async function admitBatch(deps: AdmitDeps, own: Own, tally: Tally, batch: Batch): Promise<Answer> {
  if (batch.records.length === 0) return { records: [], wanted: [], planned: null };
  const { partition, seen } = own;
  const read = deps.clock.elapsed();
  const selection = select(deps, own, tally, batch);
  const { topics, tokens, settings } = deps;
  const { deadLetterBodies: bodies, zeroRetention } = settings;
  const letters = { topic: topics.deadLetters, tokens, bodies, zeroRetention };
  const deadLetters = selection.deadLetters.map(([record, letter]) => toDeadLetter(letters, record, letter));
  const sampled = deps.sampling?.choose(partition, seen, selection.admitted) ?? takeAll(selection.admitted);
  const { taken, out: left, share } = sampled;
  const among = taken.map(({ conversation, at }) => candidates(deps.watches.watches(), conversation, at));
  const wanted = taken.map((admitted, i) => ({ ...admitted, screening: questionsFor(among[i] ?? []) }));
  const summaries = await own.summaries.of(wanted);
  const out: NewRecord[] = deadLetters;
  const drafts = summaries.map((summary, i) => {
    const { texts, values, ...checked } = holdBack(tally, summary);
    return { ...checked, texts, values, watches: passed(among[i] ?? [], summary) };
  });
  const vectors = await vectorsOf(deps, drafts);
  for (const [i, admitted] of taken.entries()) {
    const draft = drafts[i];
    const found = vectors[i];
    if (draft === undefined || found === undefined) continue;
    const attributes = own.attributes(tally, admitted.conversation);
    const point = toPoint(deps, admitted, { ...draft, ...attributes, share }, found, read);
    out.push({ topic: deps.topics.points, key: admitted.token, value: JSON.stringify(point), partition });
    // Remembered only now: had a step before failed, the batch comes again and must not find itself a duplicate.
    out.push(seen.put(admitted, partition));
  }
  // Judged once: when it comes again, it is neither counted nor given another chance.
  for (const one of left) out.push(seen.put(one, partition));
  for (const token of selection.zero) own.counted.put(token, 1);
  const { zeroRetention: zeros } = selection;
  const heartbeat = {
    kind: 'heartbeat',
    watermark: seen.watermark,
    zero_retention: zeros,
    ...toShare(share),
  };
  out.push({ topic: deps.topics.points, key: null, value: JSON.stringify(heartbeat), partition });
  deps.telemetry.capped('admit-seen', seen.size, deps.settings.seenCap);
  deps.telemetry.capped('zero-retention-seen', own.counted.size, deps.settings.seenCap);
  tally.admitted = taken.length;
  if (left.length > 0) tally.dropped('sampled-out', left.length);
  if (selection.zeroRetention > 0) tally.dropped('zero-retention', selection.zeroRetention);
  return { records: out, wanted, planned: sampled.planned };
}

type Draft = Omit<Summary, 'screened'> & { readonly watches: readonly string[] };
type Found = Pick<Point, 'vector' | 'vectors'>;

/** Of each the vectors that the spaces it belongs to go by, all asked for at once. */
async function vectorsOf(deps: AdmitDeps, drafts: readonly Draft[]): Promise<Found[]> {
  const asked: { readonly row: number; readonly facet: string; readonly text: string }[] = [];
  for (const [row, draft] of drafts.entries()) {
    const facets = new Set<string>([REQUEST]);
    for (const { watch, facet } of deps.watches.list()) if (inSpace(draft, watch)) facets.add(facet);
    for (const facet of facets) {
      const text = textOf(draft, facet);
      if (facet === REQUEST || text !== '') asked.push({ row, facet, text });
    }
  }
  const vectors = await deps.embedder.embed(asked.map(({ text }) => text));
  const found = drafts.map((): { vector: string; vectors: Record<string, string> } => ({
    vector: '',
    vectors: {},
  }));
  for (const [i, { row, facet }] of asked.entries()) {
    const vector = vectors[i];
    const of = found[row];
    if (vector === undefined || of === undefined) continue;
    if (facet === REQUEST) of.vector = encodeVector(vector);
    else of.vectors[facet] = encodeVector(vector);
  }
  return found;
}

/** Said only where it says something. */
const toShare = (share: number): { share?: number } => (share < 1 ? { share } : {});

function toPoint(
  deps: AdmitDeps,
  admitted: Sampled['taken'][number],
  draft: Draft & ReturnType<Attributes> & { readonly share: number },
  found: Found,
  read: number,
): Point {
  const { conversation } = admitted;
  const first = conversation.messages.find((message) => message.role === 'user');
  const said = first === undefined ? '' : messageText(first);
  return {
    kind: 'point',
    conversation: admitted.token,
    version: admitted.version,
    account: admitted.account,
    at: admitted.at,
    facets: draft.facets,
    texts: draft.texts,
    values: { ...draft.values, ...computedFacets(conversation, deps.settings.toolNames) },
    source: draft.source,
    ...found,
    watches: [...draft.watches],
    embedder: deps.embedder.id,
    key: deps.tokens.fingerprint,
    weight: admitted.weight,
    ...toShare(draft.share),
    ...(draft.surface === undefined ? {} : { surface: draft.surface }),
    ...(draft.model === undefined ? {} : { model: draft.model }),
    turns: countTurns(conversation.messages),
    flags: draft.flags,
    sketch: deps.tokens.sketch(said),
    likeness: deps.tokens.likeness(said),
    admitted: read,
  };
}
