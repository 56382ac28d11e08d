/** The way into the log for HTTP, replays and the demo. */
import { type Conversation, forCounting, retained } from '../domain/conversation.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Intake } from '../ports/live-view.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Config } from './config.ts';

/** Resolves when the log has them; without a signal it waits as long as that takes. */
export type Submit = (conversations: readonly Conversation[], signal?: AbortSignal) => Promise<void>;

export function createSubmit(
  log: Pick<EventLog, 'publish'>,
  { topic, zero_retention_accounts }: Pick<Config['intake'], 'topic' | 'zero_retention_accounts'>,
  via: 'http' | 'replay' | 'demo',
  telemetry: Telemetry,
): Submit {
  const zeroRetention = new Set(zero_retention_accounts);
  return async function submit(conversations, signal) {
    const records = conversations
      .map((conversation) => retained(conversation, zeroRetention))
      .map((conversation) => ({
        topic,
        key: conversation.conversation_id,
        // The log keeps for a day what is written here: of zero retention that must not be a word.
        value: JSON.stringify(conversation.retention === 'zero' ? forCounting(conversation) : conversation),
      }));
    await log.publish(records, signal);
    telemetry.ingested(via, conversations.length);
  };
}

/**
 * For clients that have a patience of their own. What was given up may still arrive, and the client sends it again: admit
 * counts a conversation once, by its id and version.
 */
export function createIntake(
  submit: Submit,
  state: Pick<Intake, 'backlog' | 'closed'>,
  timeoutSeconds: number,
): Intake {
  return {
    submit: (conversations) => inTime(timeoutSeconds, (signal) => submit(conversations, signal)),
    ...state,
  };
}

/** Rejects, to be tried again, when the log has not acknowledged by then. */
export async function inTime(
  timeoutSeconds: number,
  publish: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    const message = `the log has not acknowledged within ${timeoutSeconds} s`;
    patience.abort(new CliowatchError('log-timeout', message, { retry: true }));
  }, timeoutSeconds * 1_000);
  try {
    await publish(patience.signal);
  } finally {
    clearTimeout(timer);
  }
}
