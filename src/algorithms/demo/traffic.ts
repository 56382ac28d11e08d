import type { Conversation } from '../../domain/conversation.ts';
import { HOUR, MINUTE } from '../../domain/ids.ts';
import { hash53 } from '../hash.ts';
import { seededRandom } from '../random.ts';
import { accountId, drawAccount } from './accounts.ts';
import type { ScriptedEvent } from './events.ts';
import { createMix } from './mix.ts';
import { scheduledWithin } from './schedule.ts';
import { drawModel, drawSurface } from './surfaces.ts';
import { pick } from './topic.ts';
import { flagsOf, writeMessages } from './writer.ts';

export type TrafficOptions = {
  readonly seed: number;
  /** Mean conversations an hour, before events. */
  readonly perHour?: number;
  readonly events: readonly ScriptedEvent[];
};

export type Traffic = {
  /**
   * Conversations with `from <= at < to`, by time. The same seed gives the same; neighbouring intervals join without
   * gap or overlap, however time is cut. About 10 µs a conversation.
   */
  between(from: number, to: number): Conversation[];
  /** How many different first requests there are in all. */
  distinctLeads(): number;
};
