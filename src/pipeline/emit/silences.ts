/** Folds silences. A cluster that split from a silenced one is under that silence too, if it was there before. */
import type { Silence } from '../../domain/control.ts';
import type { ClusterRecord } from '../../domain/generation.ts';

/** Words of operators held: the newest, and all that silence something now. */
const HELD = 10_000;

export type Silenced = {
  readonly until: number;
  readonly by: string;
  readonly note: string | null;
  /** Ancestor whose silence it is; null: its own. */
  readonly from: string | null;
};

export type Unended = Silence & { readonly until: number };

export class SilenceBook {
  readonly #said = new Map<string, Silence>();

  take(silence: Silence, now: number): void {
    // To the end: the newest are kept.
    this.#said.delete(silence.id);
    this.#said.set(silence.id, silence);
    if (this.#said.size <= HELD) return;
    for (const [id, said] of this.#said) {
      if (lasts(said, now)) continue;
      this.#said.delete(id);
      return;
    }
  }

  /** What was said of this cluster itself, and has not ended. */
  own(cluster: string, now: number): Unended | null {
    const said = this.#said.get(cluster);
    return said !== undefined && lasts(said, now) ? said : null;
  }

  /**
   * Whether it is silent, its own word before its ancestors', the nearest before the others: one taken away, or that has
   * ended, is a word too. O(ancestors).
   */
  of({ id, descends }: Pick<ClusterRecord, 'id' | 'descends'>, now: number): Silenced | null {
    const line = [{ id, generation: Number.POSITIVE_INFINITY }, ...descends];
    for (const { id: of, generation: split } of line) {
      const said = this.#said.get(of);
      // Of an ancestor only what was said while they were one.
      if (said === undefined || said.generation >= split) continue;
      if (!lasts(said, now)) return null;
      return { until: said.until, by: said.by, note: said.note ?? null, from: of === id ? null : of };
    }
    return null;
  }

  /** That have not ended, the first to end first. */
  list(now: number): Unended[] {
    return [...this.#said.values()].filter((said) => lasts(said, now)).sort((a, b) => a.until - b.until);
  }
}

const lasts = (said: Silence, now: number): said is Unended => said.until !== null && said.until > now;

export const silencedFieldsOf = (silenced: Silenced | null, shown: boolean) => ({
  silenced_until: silenced?.until ?? null,
  silenced_by: silenced?.by ?? null,
  // A name beside a cluster says what it is about.
  silenced_from: shown ? (silenced?.from ?? null) : null,
});
