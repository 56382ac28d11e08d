/** What a start is given, and what its steps share. */
import type { Faults } from '../pipeline/faults.ts';
import type { Topics } from '../pipeline/topics.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Store } from '../ports/store.ts';
import type { Role, Telemetry } from '../ports/telemetry.ts';
import type { Config } from './config.ts';
import type { LateView } from './late-view.ts';
import type { Lifecycle } from './lifecycle.ts';

export type RunOptions = {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly version: string;
  /** The system clock, unless a demo brings its own. */
  readonly clock?: Clock;
  /** A line for the start-up message. */
  readonly note?: string;
  /** Where alerts are printed when sinks.console is set. */
  readonly print?: (line: string) => void;
  /** Ends a start that is under way: what has been started is stopped, and the start rejects. */
  readonly signal?: AbortSignal;
};

/** What every step of the start may use. */
export type Base = {
  readonly options: RunOptions;
  readonly config: Config;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly lifecycle: Lifecycle;
  readonly topics: Topics;
  readonly log: EventLog;
  readonly store: Store;
  readonly late: LateView;
  readonly lag: Record<string, number>;
  /** Open from when conversations that are taken in are read by somebody here, or would be elsewhere. */
  readonly intake: { open: boolean };
  /** Until every role runs and the past has been read. */
  readonly starting: () => boolean;
  readonly faults: Faults;
  readonly problems: () => string[];
};
