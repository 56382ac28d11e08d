import type { Conversation } from '../../domain/conversation.ts';
import { isHeld } from '../../domain/errors.ts';
import type { Screening, Summarizer, Summary } from '../../ports/summarizer.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** Summaries kept at most, some kilobyte each: the batches under way of many partitions. */
const CAP = 20_000;

export type Wanted = {
  readonly conversation: Conversation;
  readonly token: string;
  readonly version: number;
  readonly screening: readonly Screening[];
};

/** What is known of a snapshot whose batch is not committed yet. */
type Known = { readonly summary: Summary | null; readonly failures: number };

/**
 * Summaries outlive the failure of their batch: it is tried again as a whole, and each may have cost money. Kept by token
 * and version until the batch is committed; at the cap the oldest go first, and are paid for again.
 */
export class Summaries {
  readonly #summarizer: Summarizer;
  readonly #telemetry: Pick<Telemetry, 'capped'>;
  readonly #known = new Map<string, Known>();

  constructor(summarizer: Summarizer, telemetry: Pick<Telemetry, 'capped'>) {
    this.#summarizer = summarizer;
    this.#telemetry = telemetry;
  }

  /** In order. Throws when one fails, but only once none is under way any more: it would run beside its own retry. */
  async of(wanted: readonly Wanted[]): Promise<Summary[]> {
    const settled = await Promise.allSettled(wanted.map((one) => this.#summarize(one)));
    this.#telemetry.capped('admit-summaries', this.#known.size, CAP);
    return settled.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /** Their batch is committed. */
  forget(wanted: readonly Pick<Wanted, 'token' | 'version' | 'screening'>[]): void {
    for (const one of wanted) this.#known.delete(keyOf(one));
    this.#telemetry.capped('admit-summaries', this.#known.size, CAP);
  }

  async #summarize(one: Wanted): Promise<Summary> {
    const key = keyOf(one);
    const { summary: kept, failures } = this.#known.get(key) ?? { summary: null, failures: 0 };
    if (kept !== null) return kept;
    try {
      const summary = await this.#summarizer.summarize(one.conversation, failures, one.screening);
      this.#keep(key, { summary, failures });
      return summary;
    } catch (error) {
      if (!isHeld(error)) this.#keep(key, { summary: null, failures: failures + 1 });
      throw error;
    }
  }

  #keep(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= CAP) return;
      this.#known.delete(oldest);
    }
  }
}

/** With what was asked: a watch that has come since is to be asked about too. */
const keyOf = ({ token, version, screening }: Pick<Wanted, 'token' | 'version' | 'screening'>): string =>
  screening.length === 0 ? `${token}/${version}` : `${token}/${version}/${JSON.stringify(screening)}`;
