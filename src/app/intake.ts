/** The way into the log for HTTP, replays and the demo. */
import { type Conversation, forCounting } from '../domain/conversation.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Intake } from '../ports/live-view.ts';
import type { Telemetry } from '../ports/telemetry.ts';

export function createIntake(
  log: EventLog,
  topic: string,
  via: 'http' | 'replay' | 'demo',
  backlog: () => number,
  telemetry: Telemetry,
): Intake {
  return {
    async submit(conversations: readonly Conversation[]) {
      await log.publish(
        conversations.map((conversation) => ({
          topic,
          key: conversation.conversation_id,
          // The log keeps for a day what is written here: of zero retention that must not be a word.
          value: JSON.stringify(conversation.retention === 'zero' ? forCounting(conversation) : conversation),
        })),
      );
      telemetry.ingested(via, conversations.length);
    },
    backlog,
  };
}
