/** What emit is given, and what it knows. */
import type { Room } from '../../domain/view.ts';
import type { Watch } from '../../domain/watch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog, NewRecord } from '../../ports/event-log.ts';
import type { Reports } from '../../ports/reports.ts';
import type { Store } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Generations } from '../generations.ts';
import type { Topics } from '../topics.ts';
import type { WatchBook } from '../watches.ts';
import type { AlertBook } from './alerts.ts';
import type { MemberBook } from './members.ts';
import type { ProcessFacts } from './pulse.ts';
import type { Reported } from './reported.ts';
import type { RoomLog } from './rooms.ts';
import type { SilenceBook } from './silences.ts';
import type { SpaceBooks } from './space-books.ts';
import type { Thresholds } from './told.ts';

export type EmitDeps = {
  readonly watches: WatchBook;
  readonly topics: Topics;
  readonly log: Pick<EventLog, 'follow'>;
  /** What operators say; rejects, to be tried again, when the log does not take it within a client's patience. */
  readonly write: (records: readonly NewRecord[]) => Promise<void>;
  readonly generations: Generations;
  readonly store: Store;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly thresholds: (space: string) => Thresholds;
  /** Whether a model can be asked what a watch asks. */
  readonly asking: boolean;
  readonly reports: Reports;
  /** What is wrong with a watch under the settings; null: nothing. */
  readonly watchFault: (id: string, watch: Watch) => { field: string; message: string } | null;
  readonly publicUrl: () => string | null;
  /** How far ahead a silence may end, and how many there may be. */
  readonly silences: { readonly maxMs: number; readonly max: number };
  readonly metricClusters: number;
  readonly storeDays: number;
  /** Whether anybody may read the safety plane: only then are tokens of members held. */
  readonly safety: boolean;
  readonly facts: () => ProcessFacts;
};

export type Rooms = { readonly [R in Room]: RoomLog<R> };

/** All that emit knows. */
export type Books = {
  readonly spaces: SpaceBooks;
  readonly alerts: AlertBook;
  readonly silences: SilenceBook;
  readonly members: MemberBook;
  readonly rooms: Rooms;
  readonly reported: Reported;
};
