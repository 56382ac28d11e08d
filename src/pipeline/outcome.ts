/** What a step says of one record: expected outcomes are values, only surprises throw. */
import type { DeadLetterReason } from '../ports/telemetry.ts';

export type DeadLetter = {
  readonly verdict: 'dead-letter';
  readonly reason: DeadLetterReason;
  /** Path of the field, such as `messages.0.role`; empty for the whole. */
  readonly field: string;
  readonly message: string;
};

export type Taken<T> = { readonly verdict: 'taken'; readonly value: T };

export const taken = <T>(value: T): Taken<T> => ({ verdict: 'taken', value });

export function deadLetter(reason: DeadLetterReason, field: string, message: string): DeadLetter {
  return { verdict: 'dead-letter', reason, field, message };
}
