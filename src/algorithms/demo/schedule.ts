import { hashUnit } from '../hash.ts';
import { accountId } from './accounts.ts';
import type { ScriptedEvent } from './events.ts';

/** One conversation that an event counts out: when, and by whom. */
export type Scheduled = {
  readonly event: ScriptedEvent;
  readonly index: number;
  readonly at: number;
  readonly account: string;
};

const SPAM_CONVERSATIONS = 460;
/** The first 130 of these accounts come twice. */
const SPAM_ACCOUNTS = 330;
const FLOOD_CONVERSATIONS = 150;

/** The counted-out conversations of spam waves and floods with `from <= at < to`. O(events + result). */
export function scheduledWithin(events: readonly ScriptedEvent[], from: number, to: number): Scheduled[] {
  const found: Scheduled[] = [];
  for (const event of events) {
    if (event.end <= from || event.start >= to) continue;
    const spam = event.kind === 'spam';
    if (!spam && event.kind !== 'flood') continue;
    const count = spam ? SPAM_CONVERSATIONS : FLOOD_CONVERSATIONS;
    const group = `${event.name}/${event.start}`;
    const slot = (event.end - event.start) / count;
    const first = Math.max(0, Math.floor((from - event.start) / slot));
    const last = Math.min(count - 1, Math.floor((to - event.start) / slot));
    for (let index = first; index <= last; index++) {
      const at = Math.floor(event.start + slot * (index + hashUnit(`${group}/${index}`)));
      if (at < from || at >= to) continue;
      found.push({ event, index, at, account: accountId(group, spam ? index % SPAM_ACCOUNTS : 0) });
    }
  }
  return found;
}
