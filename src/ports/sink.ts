import type { AlertView } from '../domain/view.ts';

/** One telling of one alert. */
export type Delivery = {
  readonly alert: AlertView;
  /** The same for every try of this telling, also after a restart; another one for whatever is news. */
  readonly key: string;
  /** Wall-clock ms at which the sink was first told of this alert: now, when this is the first time. */
  readonly firstTold: number;
  /** The severity and the cluster it was told with last; null: not told yet. */
  readonly told: Pick<AlertView, 'severity' | 'cluster'> | null;
};

/**
 * Where alerts go. At least once: `key` tells a repetition from news. An aborted signal means that the process stops: what
 * is under way is broken off, and delivered by the next.
 */
export interface Sink {
  readonly name: string;
  /** Throws CliowatchError without `retry` when it would refuse the same again; whatever else it throws is tried again. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<void>;
  /** For a receiver that forgets: called every `everyMs` with all that fire, as they may be shown at that moment. */
  readonly repeat?: {
    readonly everyMs: number;
    run(firing: readonly Delivery[], signal: AbortSignal): Promise<void>;
  };
}
