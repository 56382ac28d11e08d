/**
 * admit: parse or dead-letter · count a conversation once · tokens for ids · facets · check · embed.
 * Raw text ends here: nothing this phase publishes holds it, except dead letters when asked for.
 */
import { check, redact } from '../../algorithms/redact.ts';
import { SeenVersions } from '../../algorithms/seen.ts';
import type { Conversation, Message } from '../../domain/conversation.ts';
import { messageText } from '../../domain/conversation.ts';
import type { Facets } from '../../domain/facets.ts';
import type { Point } from '../../domain/point.ts';
import { encodeVector } from '../../domain/vector.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Embedder } from '../../ports/embedder.ts';
import type { Batch, NewRecord, PartitionHandle, PartitionSession } from '../../ports/event-log.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import type { Summarizer, Summary } from '../../ports/summarizer.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Topics } from '../topics.ts';
import { toDeadLetter } from './dead-letter.ts';
import { parseConversation } from './parse.ts';
import { Seen } from './seen.ts';
import { Summaries } from './summaries.ts';
import { Tally } from './tally.ts';

export type AdmitSettings = {
  readonly earliest: number;
  readonly maxFutureMs: number;
  readonly maxBytes: number;
  readonly deadLetterBodies: boolean;
  readonly seenCap: number;
};

export type AdmitDeps = {
  readonly topics: Topics;
  readonly tokens: IdTokens;
  readonly summarizer: Summarizer;
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: AdmitSettings;
};

type Admitted = {
  readonly conversation: Conversation;
  readonly token: string;
  readonly at: number;
  readonly version: number;
};

/** What one partition's session holds. */
type Own = {
  readonly partition: number;
  readonly seen: Seen;
  /**
   * Conversations of zero retention counted already. In memory alone, as to write them down would be to retain them: after a
   * restart one may count again.
   */
  readonly counted: SeenVersions;
  readonly summaries: Summaries;
};

/** A batch answered and not committed yet. */
type Answered = { readonly tally: Tally; readonly admitted: readonly Admitted[] };

/** Opens admit on one partition of the input. */
export function createAdmit(deps: AdmitDeps): (handle: PartitionHandle) => Promise<PartitionSession> {
  const summaries = new Summaries(deps.summarizer, deps.telemetry);
  return async function openAdmit({ partition }) {
    const seen = new Seen(deps.topics.admitSeen, deps.settings.seenCap);
    const own: Own = { partition, seen, counted: new SeenVersions(deps.settings.seenCap), summaries };
    const answered: Answered[] = [];
    return {
      restore: (record) => seen.restore(record),
      async handle(batch) {
        if (batch.replay) return [];
        const tally = new Tally();
        const { records, admitted } = await admitBatch(deps, own, tally, batch);
        answered.push({ tally, admitted });
        return records;
      },
      committed() {
        const first = answered.shift();
        if (first === undefined) return;
        first.tally.tell(deps.telemetry);
        summaries.forget(first.admitted);
      },
    };
  };
}

type Answer = { readonly records: readonly NewRecord[]; readonly admitted: readonly Admitted[] };

async function admitBatch(deps: AdmitDeps, own: Own, tally: Tally, batch: Batch): Promise<Answer> {
  if (batch.records.length === 0) return { records: [], admitted: [] };
  const { partition, seen } = own;
  const read = deps.clock.elapsed();
  const selection = select(deps, own, tally, batch);
  const summaries = await own.summaries.of(selection.admitted);
  const checked = summaries.map((summary) => holdBack(tally, summary));
  const vectors = await deps.embedder.embed(checked.map(({ facets }) => facets.request));
  const out: NewRecord[] = selection.deadLetters;
  for (const [i, admitted] of selection.admitted.entries()) {
    const summary = checked[i];
    const vector = vectors[i];
    if (summary === undefined || vector === undefined) continue;
    const point = toPoint(deps, admitted, summary, encodeVector(vector), read);
    out.push({ topic: deps.topics.points, key: admitted.token, value: JSON.stringify(point), partition });
    // Remembered only now: had a step before failed, the batch comes again and must not find itself a duplicate.
    out.push(seen.put(admitted.token, admitted.version, admitted.at, partition));
  }
  for (const token of selection.zero) own.counted.put(token, 1);
  seen.watermark = Math.max(seen.watermark, selection.latest);
  const heartbeat = { kind: 'heartbeat', watermark: seen.watermark, zero_retention: selection.zeroRetention };
  out.push({ topic: deps.topics.points, key: null, value: JSON.stringify(heartbeat), partition });
  deps.telemetry.capped('admit-seen', seen.size, deps.settings.seenCap);
  deps.telemetry.capped('zero-retention-seen', own.counted.size, deps.settings.seenCap);
  tally.admitted = selection.admitted.length;
  if (selection.zeroRetention > 0) tally.dropped('zero-retention', selection.zeroRetention);
  return { records: out, admitted: selection.admitted };
}

function saysSomething(message: Message): boolean {
  return message.role === 'user' && messageText(message).trim() !== '';
}

type Selection = {
  admitted: Admitted[];
  deadLetters: NewRecord[];
  zeroRetention: number;
  /** Tokens of those of zero retention. */
  zero: Set<string>;
  /** Latest time of all that are conversations, counted or not: a partition of duplicates alone holds nobody up. */
  latest: number;
};

function select(deps: AdmitDeps, { partition, seen, counted }: Own, tally: Tally, batch: Batch): Selection {
  const { settings, clock, topics, tokens } = deps;
  const limits = {
    maxBytes: settings.maxBytes,
    earliest: settings.earliest,
    latest: clock.now() + settings.maxFutureMs,
  };
  const letters = { topic: topics.deadLetters, tokens, bodies: settings.deadLetterBodies };
  const newest = new Map<string, Admitted>();
  const selection: Selection = {
    admitted: [],
    deadLetters: [],
    zeroRetention: 0,
    zero: new Set(),
    latest: 0,
  };
  for (const record of batch.records) {
    const parsed = parseConversation(record.value, limits);
    if (parsed.verdict === 'dead-letter') {
      tally.deadLettered(parsed.reason, { partition, offset: record.offset, field: parsed.field });
      selection.deadLetters.push(toDeadLetter(letters, record, parsed));
      continue;
    }
    const conversation = parsed.value;
    const at = Date.parse(conversation.at);
    selection.latest = Math.max(selection.latest, at);
    const token: string = tokens.conversation(conversation.conversation_id);
    if (conversation.retention === 'zero') {
      if (selection.zero.has(token) || counted.version(token) > 0) tally.dropped('duplicate', 1);
      else selection.zeroRetention++;
      selection.zero.add(token);
      continue;
    }
    if (!conversation.messages.some(saysSomething)) {
      // Nothing was asked: all of these would make one cluster that means nothing.
      tally.dropped('no-user-text', 1);
      continue;
    }
    const version = conversation.messages.length;
    const known = newest.get(token)?.version ?? seen.version(token);
    if (known >= version) {
      tally.dropped(known === version ? 'duplicate' : 'older-snapshot', 1);
      continue;
    }
    if (newest.delete(token)) tally.dropped('older-snapshot', 1);
    newest.set(token, { conversation, token, at, version });
  }
  selection.admitted.push(...newest.values());
  return selection;
}

/** Lengths that the schema of facets allows. */
const MAX_FACET = 1_000;
const MAX_REASON = 500;

/** The check behind every summarizer: what still looks private is taken out, whoever wrote it. */
function holdBack(tally: Tally, summary: Summary): Summary {
  const { facets } = summary;
  if (
    check(facets.request) === null &&
    check(facets.task) === null &&
    check(facets.concern_reason) === null
  ) {
    return summary;
  }
  const clean = (text: string, longest: number): string => {
    const { text: redacted, found } = redact(text);
    for (const [kind, count] of Object.entries(found)) tally.redacted(kind, count);
    // A placeholder may be longer than what it stands for; a facet beyond its schema would stop assign for ever.
    return redacted.slice(0, longest).toWellFormed();
  };
  const kept: Facets = {
    ...facets,
    request: clean(facets.request, MAX_FACET),
    task: clean(facets.task, MAX_FACET),
    concern_reason: clean(facets.concern_reason, MAX_REASON),
  };
  return { ...summary, facets: kept };
}

function toPoint(deps: AdmitDeps, admitted: Admitted, summary: Summary, vector: string, read: number): Point {
  const { conversation } = admitted;
  const first = conversation.messages.find((message) => message.role === 'user');
  return {
    kind: 'point',
    conversation: admitted.token,
    version: admitted.version,
    account: deps.tokens.account(conversation.account_id),
    at: admitted.at,
    facets: summary.facets,
    source: summary.source,
    vector,
    embedder: deps.embedder.id,
    key: deps.tokens.fingerprint,
    weight: 1,
    ...(conversation.surface === undefined ? {} : { surface: conversation.surface }),
    ...(conversation.model === undefined ? {} : { model: conversation.model }),
    turns: conversation.messages.length,
    flags: conversation.flags ?? [],
    sketch: deps.tokens.sketch(first === undefined ? '' : messageText(first)),
    admitted: read,
  };
}
