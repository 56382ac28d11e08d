import { decodeColumn, encodeColumn } from './columns.ts';

/** Minutes a block; baselines move on once a block. */
export const BLOCK = 5;
/** 32 hours: newborns look a day back, and a block never straddles the ends of the ring. */
const HELD = 1_920;

/** New accounts of all traffic by minute (integer minutes since 1970) over the last 32 hours. */
export class Traffic {
  readonly #minutes = new Float64Array(HELD);

  /** Starts a minute; what the ring held a turn ago is gone. */
  set(minute: number, accounts: number): void {
    this.#minutes[minute % HELD] = accounts;
  }

  /** A late count, for a minute still held. */
  add(minute: number, accounts: number): void {
    this.#minutes[minute % HELD] = this.at(minute) + accounts;
  }

  at(minute: number): number {
    return this.#minutes[minute % HELD] ?? 0;
  }

  /** Accounts of a 5-minute block. */
  block(block: number): number {
    let sum = 0;
    for (let i = 0; i < BLOCK; i++) sum += this.at(block * BLOCK + i);
    return sum;
  }

  /** Accounts from `from` to `to`, both included; at most the ring. */
  between(from: number, to: number): number {
    let sum = 0;
    for (let t = Math.max(from, to - HELD + 1); t <= to; t++) sum += this.at(t);
    return sum;
  }

  /** The minutes from `from` to `to` as another ring has them, where it has any. */
  take(other: Traffic, from: number, to: number): void {
    for (let t = Math.max(from, to - HELD + 1); t <= to; t++) if (other.at(t) > 0) this.set(t, other.at(t));
  }

  clear(): void {
    this.#minutes.fill(0);
  }

  encode(): string {
    return encodeColumn(this.#minutes);
  }

  decode(text: string): void {
    decodeColumn(this.#minutes, text, 'traffic');
  }
}
