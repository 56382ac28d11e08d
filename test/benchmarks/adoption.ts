/** From the commit of a newborn cluster to the first conversations that assign puts by it, beside running traffic. */
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../src/app/compose.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { manifestSchema } from '../../src/domain/generation.ts';
import type { LogRecord } from '../../src/ports/event-log.ts';
import { LIVE } from './pool.ts';

const SUBJECTS = ['glacier', 'violin', 'passport', 'beehive', 'compost', 'telescope'] as const;
const ASKED = ['how long will', 'why does', 'can you tell me when', 'what happens if', 'is it normal that'];
const STEP_MS = 20;

/**
 * Feeds `rate` ordinary conversations a second and one topic after another that nobody has spoken of yet, until a cluster is born of each.
 * @returns ms from reading the patch of each to reading the first assignments made by it, both as a follower of the log reads them
 */
export async function adoption(
  app: App,
  rate: number,
  send: (count: number) => Promise<void>,
): Promise<{ births: number; ms: number[] }> {
  const { topics, log } = app;
  const born = new Map<number, number>();
  const ms: number[] = [];
  let newest = 0;
  const take = (record: LogRecord): void => {
    if (record.value === null) return;
    const value: unknown = JSON.parse(record.value.toString());
    if (record.topic === topics.generations) {
      const manifest = manifestSchema.safeParse(value);
      if (manifest.success && manifest.data.type === 'patch')
        born.set(manifest.data.generation, performance.now());
      return;
    }
    const { generation } = assignmentBatchSchema.parse(value);
    if (generation <= newest) return;
    newest = generation;
    for (const [patch, at] of born) {
      if (patch > generation) continue;
      ms.push(performance.now() - at);
      born.delete(patch);
    }
  };
  const follower = await log.follow([topics.generations, topics.assignments], 'end', take);
  await follower.caughtUp;
  let sent = 0;
  for (const [n, subject] of SUBJECTS.entries()) {
    const before = ms.length;
    for (let i = 0; ms.length === before && i < 600; i++) {
      await log.publish([
        {
          topic: topics.conversations,
          key: `new-${sent}`,
          value: JSON.stringify(asked(subject, sent, LIVE + (n * 600 + i) * STEP_MS)),
        },
      ]);
      sent += 1;
      await send((rate * STEP_MS) / 1_000);
      await delay(STEP_MS);
    }
  }
  await follower.stop();
  return { births: SUBJECTS.length, ms };
}

function asked(subject: string, n: number, at: number): Conversation {
  const content = `${ASKED[n % ASKED.length]} my ${subject} be ready after ${n + 2} days of work on the ${subject}?`;
  return {
    conversation_id: `new-${n}`,
    account_id: `account-${n}`,
    at: new Date(at).toISOString(),
    messages: [{ role: 'user', content }],
  };
}
