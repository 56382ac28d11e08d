import type { Minimum } from '../../algorithms/growth/shift.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Generations } from '../generations.ts';
import type { Topics } from '../topics.ts';

export type DetectSettings = {
  readonly watchPerDay: number;
  readonly pagePerDay: number;
  readonly watermarkMs: number;
  readonly warmupMs: number;
  readonly minAccounts: number;
  readonly ratioOpen: number;
  readonly closeAfterMs: number;
  /** null: replay, a silent partition is waited for. */
  readonly idleMs: number | null;
  readonly accountsCap: number;
  readonly snapshotMs: number;
  /** Shares of accounts that growth may be tested on, as less of them are taken; one of 1 alone: all always are. */
  readonly panels: readonly number[];
  /** Below which a value of a facet is not told. */
  readonly told: Minimum;
};

export type DetectDeps = {
  readonly space: string;
  readonly topics: Topics;
  readonly generations: Generations;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: DetectSettings;
  /** Aborted when the space is taken away; without it, never. */
  readonly gone?: AbortSignal;
};
