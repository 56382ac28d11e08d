import { redact } from '../../algorithms/redact.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { Point } from '../../domain/point.ts';
import type { Tally } from './tally.ts';

/** Distinct values remembered. They are few where they are what they should be; one that names its user is redacted anew. */
const VALUES = 1_000;

export type Attributes = (
  tally: Tally,
  conversation: Conversation,
) => Pick<Point, 'surface' | 'model' | 'flags'>;

/** What the sender says of a conversation, redacted as what is said in it: an address in a surface would stay in every view. */
export function createAttributes(): Attributes {
  const known = new Map<string, ReturnType<typeof redact>>();
  return function attributes(tally, { surface, model, flags = [] }) {
    const clean = (value: string): string => {
      const redacted = known.get(value) ?? redact(value);
      if (known.size >= VALUES && !known.has(value)) known.clear();
      known.set(value, redacted);
      for (const [kind, count] of Object.entries(redacted.found)) tally.redacted(kind, count);
      return redacted.text;
    };
    return {
      ...(surface === undefined ? {} : { surface: clean(surface) }),
      ...(model === undefined ? {} : { model: clean(model) }),
      flags: flags.map(clean),
    };
  };
}
