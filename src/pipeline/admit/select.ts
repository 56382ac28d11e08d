/** Which records of a batch are admitted, and what becomes of the others. */
import { ALONE } from '../../algorithms/outlook.ts';
import type { SeenVersions } from '../../algorithms/seen.ts';
import { type Conversation, type Message, messageText, retained } from '../../domain/conversation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Batch, LogRecord } from '../../ports/event-log.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import { type DeadLetter, deadLetter } from '../outcome.ts';
import { parseConversation } from './parse.ts';
import type { Seen } from './seen.ts';
import type { Tally } from './tally.ts';

export type SelectDeps = {
  readonly tokens: IdTokens;
  readonly clock: Clock;
  readonly settings: {
    readonly earliest: number;
    readonly maxFutureMs: number;
    readonly maxBytes: number;
    readonly zeroRetention: ReadonlySet<string>;
  };
};

export type Admitted = {
  readonly conversation: Conversation;
  readonly token: string;
  readonly account: string;
  readonly at: number;
  readonly version: number;
};

/** What a partition has admitted or counted before. */
export type Remembered = {
  readonly seen: Seen;
  /**
   * Conversations of zero retention counted already. In memory alone, as to write them down would be to retain them: after a
   * restart one may count again.
   */
  readonly counted: SeenVersions;
};

export type Selection = {
  readonly admitted: readonly Admitted[];
  readonly deadLetters: readonly (readonly [record: LogRecord, letter: DeadLetter])[];
  readonly zeroRetention: number;
  /** Tokens of those of zero retention. */
  readonly zero: ReadonlySet<string>;
};

type Heard = { readonly record: LogRecord; readonly conversation: Conversation; readonly at: number };

export function select(
  deps: SelectDeps,
  { seen, counted }: Remembered,
  tally: Tally,
  batch: Batch,
): Selection {
  const { partition } = batch;
  const deadLetters: [LogRecord, DeadLetter][] = [];
  const bury = (record: LogRecord, letter: DeadLetter): void => {
    tally.deadLettered(letter.reason, { partition, offset: record.offset, field: letter.field });
    deadLetters.push([record, letter]);
  };
  const heard = parseAll(deps, batch, bury);
  const newest = new Map<string, Admitted>();
  const zero = new Set<string>();
  let zeroRetention = 0;
  for (const [i, { record, conversation, at }] of heard.entries()) {
    const account: string = deps.tokens.account(conversation.account_id);
    if (alone(heard, i, seen.watermark)) {
      const why = `${conversation.at} is far ahead of all that came around it`;
      bury(record, deadLetter('far-future', 'at', why));
      continue;
    }
    // All that are conversations, counted or not: a partition of duplicates alone holds nobody up.
    seen.hear(account, at);
    const token: string = deps.tokens.conversation(conversation.conversation_id);
    if (conversation.retention === 'zero') {
      if (zero.has(token) || counted.version(token) > 0) tally.dropped('duplicate', 1);
      else zeroRetention++;
      // What came just before says less of what its sender wants by now.
      if (newest.delete(token)) tally.dropped('older-snapshot', 1);
      zero.add(token);
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
    newest.set(token, { conversation, token, account, at, version });
  }
  return { admitted: [...newest.values()], deadLetters, zeroRetention, zero };
}

function parseAll(
  { settings, clock }: SelectDeps,
  batch: Batch,
  bury: (record: LogRecord, letter: DeadLetter) => void,
): Heard[] {
  const { maxBytes, earliest, maxFutureMs } = settings;
  const limits = { maxBytes, earliest, latest: clock.now() + maxFutureMs };
  const heard: Heard[] = [];
  for (const record of batch.records) {
    const parsed = parseConversation(record.value, limits);
    if (parsed.verdict === 'dead-letter') bury(record, parsed);
    else {
      const conversation = retained(parsed.value, settings.zeroRetention);
      heard.push({ record, conversation, at: Date.parse(conversation.at) });
    }
  }
  return heard;
}

/** Whether a time is far beyond the stream's and those that follow know nothing of it. One near the end of a batch has too few to tell. */
function alone(heard: readonly Heard[], i: number, now: number): boolean {
  const far = (heard[i]?.at ?? 0) - ALONE.farMs;
  if (now === 0 || far <= now) return false;
  const after = heard.slice(i + 1, i + 1 + ALONE.behind);
  return after.length === ALONE.behind && after.every(({ at }) => at < far);
}

/** What has nothing of this in it is not summarized. */
export function saysSomething(message: Message): boolean {
  return message.role === 'user' && messageText(message).trim() !== '';
}
