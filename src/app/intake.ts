/** The way into the log for HTTP, replays and the demo. */
import type { Conversation } from '../domain/conversation.ts';
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
          value: JSON.stringify(conversation),
        })),
      );
      telemetry.ingested(via, conversations.length);
    },
    backlog,
  };
}
