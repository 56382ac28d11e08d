import type { DeadLetterReason, DropReason, Telemetry } from '../../ports/telemetry.ts';

type Where = Parameters<Telemetry['deadLettered']>[1];

/** What one batch counts, told once the batch is committed: a batch that is tried again would count again. */
export class Tally {
  admitted = 0;
  readonly #deadLetters: { readonly reason: DeadLetterReason; readonly where: Where }[] = [];
  readonly #dropped = new Map<DropReason, number>();
  readonly #redacted = new Map<string, number>();

  deadLettered(reason: DeadLetterReason, where: Where): void {
    this.#deadLetters.push({ reason, where });
  }

  dropped(reason: DropReason, count: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
  }

  redacted(kind: string, count: number): void {
    this.#redacted.set(kind, (this.#redacted.get(kind) ?? 0) + count);
  }

  tell(telemetry: Telemetry): void {
    telemetry.admitted(this.admitted);
    for (const { reason, where } of this.#deadLetters) telemetry.deadLettered(reason, where);
    for (const [reason, count] of this.#dropped) telemetry.dropped(reason, count);
    for (const [kind, count] of this.#redacted) telemetry.redacted(kind, count);
  }
}
