import type { AlertView } from '../domain/view.ts';

/** Delivers alerts. At least once: `alert.id` and `alert.revision` make the idempotency key. */
export interface Sink {
  readonly name: string;
  /** Throws CliowatchError with `retry` when it should be tried again. */
  deliver(alert: AlertView): Promise<void>;
  stop(): Promise<void>;
}
