/** START HERE. The flow as a value: each role, what it reads, and what it writes. Between two roles lies a topic. */
import type { Role } from '../ports/telemetry.ts';
import type { Topics } from './topics.ts';

export type RoleSpec = {
  readonly reads: keyof Topics;
  /** Compacted topic with the same partitions that gives a new owner its memory back. */
  readonly remembers?: keyof Topics;
  readonly follows: readonly (keyof Topics)[];
  readonly writes: readonly (keyof Topics)[];
  /** How often it hears that nothing came, ms. */
  readonly heartbeatMs: number;
};

export const ROLES: Readonly<Record<Role, RoleSpec>> = {
  /** Only where the input is to be keyed anew; runs with admit. */
  repartition: { reads: 'input', follows: [], writes: ['conversations'], heartbeatMs: 1_000 },
  admit: {
    reads: 'conversations',
    remembers: 'admitSeen',
    follows: ['control'],
    writes: ['points', 'admitSeen', 'deadLetters'],
    heartbeatMs: 1_000,
  },
  assign: {
    reads: 'points',
    follows: ['generations', 'control'],
    writes: ['assignments', 'samples'],
    heartbeatMs: 1_000,
  },
  cluster: {
    reads: 'samples',
    remembers: 'window',
    follows: ['generations', 'control'],
    writes: ['generations', 'window'],
    heartbeatMs: 1_000,
  },
  detect: {
    reads: 'assignments',
    remembers: 'state',
    follows: ['generations', 'control'],
    writes: ['ticks', 'rollups', 'alerts', 'state'],
    heartbeatMs: 500,
  },
  emit: {
    reads: 'alerts',
    remembers: 'deliveries',
    follows: ['generations', 'ticks', 'rollups', 'alerts', 'control', 'assignments'],
    writes: ['control', 'deliveries'],
    heartbeatMs: 1_000,
  },
};

/** The consumer group of a role; a role that shares its work by `part`, as emit by sink, has one group a part. */
export const groupOf = (role: Role, part?: string): string => (part === undefined ? role : `${role}-${part}`);

/** Those that a process may be asked to run. */
export const ALL_ROLES: readonly Role[] = ['admit', 'assign', 'cluster', 'detect', 'emit'];
