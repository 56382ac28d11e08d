/** Which roles do not get on, and why: what readiness says of them. */
import { reasonOf } from '../domain/errors.ts';
import type { Role } from '../ports/telemetry.ts';

/** Fewer may be a moment's trouble: a rebalance, a broker that moves. */
const TIMES = 3;
/** A partition may have gone to another process, which nobody tells: longer than any batch takes, then it is forgotten. */
const FORGET_MS = 600_000;

export interface Faults {
  failed(role: Role, partition: number, error: Error): void;
  /** It got on: a batch is committed. */
  worked(role: Role, partition: number): void;
  /** Role and reason, of each partition that has failed three times in a row. */
  problems(): string[];
}

export function createFaults(elapsed: () => number): Faults {
  const failing = new Map<string, { role: Role; times: number; reason: string; at: number }>();
  return {
    failed(role, partition, error) {
      const key = `${role}/${partition}`;
      const times = (failing.get(key)?.times ?? 0) + 1;
      failing.set(key, { role, times, reason: reasonOf(error), at: elapsed() });
    },
    worked: (role, partition) => failing.delete(`${role}/${partition}`),
    problems() {
      const found = new Set<string>();
      for (const [key, { role, times, reason, at }] of failing) {
        if (elapsed() - at > FORGET_MS) failing.delete(key);
        else if (times >= TIMES) found.add(`${role} fails again and again: ${reason}`);
      }
      return [...found];
    },
  };
}
