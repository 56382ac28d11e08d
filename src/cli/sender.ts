import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError, RECORD_TOO_LARGE } from '../domain/errors.ts';
import type { BadLines, Where } from './bad-lines.ts';
import type { Line } from './lines.ts';
import type { Target } from './target.ts';

/** Conversations a request, and bytes: well below what a server or a broker takes by default (4 MiB, 1 MiB a record). */
const BATCH = 200;
const BATCH_BYTES = 1_000_000;

type Item = { readonly line: Where; readonly conversation: Conversation };

/** Sends conversations in batches that the other side can take. A conversation too large by itself is a bad line. */
export class Sender {
  /** Known to have arrived. */
  sent = 0;
  readonly #target: Target;
  readonly #bad: BadLines;
  #batch: Item[] = [];
  #bytes = 0;
  #underWay = 0;

  constructor(target: Target, bad: BadLines) {
    this.#target = target;
    this.#bad = bad;
  }

  /** For the last line, when sending broke off. */
  get doubt(): string {
    return this.#underWay === 0 ? '' : ` (${this.#underWay} more were under way, and may have arrived)`;
  }

  async add({ file, number, bytes }: Line, conversation: Conversation): Promise<void> {
    if (this.#bytes + bytes.length > BATCH_BYTES) await this.flush();
    this.#batch.push({ line: { file, number }, conversation });
    this.#bytes += bytes.length;
    if (this.#batch.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    await this.#deliver(batch);
  }

  /** Halves what is too large for one request: the other side's limit is not known here. */
  async #deliver(batch: readonly Item[]): Promise<void> {
    if (batch.length === 0) return;
    this.#underWay = batch.length;
    try {
      await this.#target.send(batch.map(({ conversation }) => conversation));
      this.sent += batch.length;
      this.#underWay = 0;
    } catch (error) {
      const code = error instanceof CliowatchError ? error.code : '';
      // Whoever refuses has taken nothing; of any other failure it is not known.
      if (code === 'replay/refused' || code === RECORD_TOO_LARGE) this.#underWay = 0;
      if (!(error instanceof CliowatchError) || code !== RECORD_TOO_LARGE) throw error;
      const [first, second] = batch;
      if (first !== undefined && second === undefined) {
        this.#bad.add(first.line, error.message);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#deliver(batch.slice(0, half));
      await this.#deliver(batch.slice(half));
    }
  }
}
