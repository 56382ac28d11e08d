/**
 * Growth counted on panels of accounts. Each panel is those whose place in [0, 1) is below its share, and has a growth book of its
 * own, in which only they are counted: a cluster's accounts and everybody's alike. Panels nest. As long as no less than its share is
 * taken, a panel misses nobody and its book knows of no change; the largest one that is whole is the one that speaks.
 */
import type { AccountWindow } from '../../algorithms/growth/account-window.ts';
import { GrowthBook, type GrowthOptions } from '../../algorithms/growth/book.ts';
import type { BookChunk } from '../../algorithms/growth/book-chunks.ts';
import {
  type HistoryChunk,
  meetAccounts,
  type Recast,
  type RecastRequest,
  recastGrowth,
  settle,
} from '../../algorithms/growth/recast.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import { hashUnit } from '../../algorithms/hash.ts';
import { MINUTE } from '../../domain/ids.ts';

type Panel = {
  readonly share: number;
  book: GrowthBook;
  /** While less than its share was taken it is whole no more: its book is closed to all until it begins anew. */
  whole: boolean;
  /** Last minute of which less than its share was taken; null: never. */
  below: number | null;
  /** Minute after which its book begins; null: with the stream. */
  since: number | null;
};

export type PanelState = Omit<Panel, 'book'> & { readonly active: boolean };
export type PanelChunk = { readonly share: number; readonly chunk: BookChunk };

/** So long after less was taken for the last time a panel begins anew: a share that comes and goes would begin it in vain. */
const QUIET = 30;
/** Age from which a panel that began anew speaks: its baselines are trusted then, as those of any stream (growth/turn.ts, SETTLED). */
const RIPE = 3 * 1_440;

/** A founder of a newborn: its account, and the minute at which the cluster met it. */
export type Founder = { readonly account: string; readonly minute: number };

export class Panels {
  readonly #options: GrowthOptions;
  readonly #ratioOpen: number;
  /** Largest share first. */
  #panels: Panel[];
  #active: Panel;

  /** @param shares of the panels; one of them alone while everything is taken for ever */
  constructor(options: GrowthOptions, shares: readonly number[], ratioOpen: number) {
    this.#options = options;
    this.#ratioOpen = ratioOpen;
    const panels = shares.map((share) => this.#begin(share, null));
    this.#active = panels[0] ?? this.#begin(1, null);
    this.#panels = panels.length === 0 ? [this.#active] : panels;
    this.#sort();
  }

  /** The book that speaks. */
  get book(): GrowthBook {
    return this.#active.book;
  }

  /** Share of accounts that growth is tested on. */
  get share(): number {
    return this.#active.share;
  }

  /** So much of the accounts was taken, up to a minute of event time. */
  hear(share: number, minute: number): void {
    const before = this.#active;
    for (const panel of this.#panels) {
      if (panel.share <= share) continue;
      panel.below = Math.max(panel.below ?? minute, minute);
      if (panel.whole && panel !== before) panel.book = this.#emptyBook();
      panel.whole = false;
    }
    if (before.whole) return;
    const { book } = before;
    if (!this.#panels.some((panel) => panel.whole)) {
      // Nobody foresaw so little: counted from here on, and tested when that has a history.
      this.#panels.push(this.#begin(share, book.closed ?? minute - 1, book.clusters()));
      this.#sort();
    }
    this.#choose(book.closed ?? minute);
    before.book = this.#emptyBook();
  }

  observe(cluster: string | null, minute: number, n: number, a: number, account: string): 'late' | 'counted' {
    const { closed } = this.book;
    const place = this.#panels.length === 1 && this.share >= 1 ? 0 : hashUnit(account);
    for (const { share, whole, since, book } of this.#panels) {
      if (whole && place < share && (since === null || minute > since)) book.observe(cluster, minute, n, a);
    }
    return closed !== null && minute <= closed ? 'late' : 'counted';
  }

  close(minute: number): readonly TickRow[] {
    for (const panel of this.#panels) {
      if (panel === this.#active || !panel.whole) continue;
      if (panel.since !== null && minute <= panel.since) continue;
      panel.book.advance(minute);
      // What it would have said while another spoke is no news once it speaks.
      if (minute % 60 === 0) settle(panel.book, this.#ratioOpen);
    }
    const rows = this.book.close(minute);
    this.#heal(minute);
    this.#choose(minute);
    return rows;
  }

  add(cluster: string, bornMinute: number, origin: 'rebuild' | 'newborn', past: readonly Founder[]): void {
    for (const { share, whole, since, book } of this.#panels) {
      if (!whole) continue;
      const own = past.filter(
        ({ account, minute }) =>
          (since === null || minute > since) && (share >= 1 || hashUnit(account) < share),
      );
      book.add(
        cluster,
        bornMinute,
        origin,
        own.map(({ minute }) => minute),
      );
    }
  }

  /**
   * All baselines from a history, each panel's from its own accounts. Answers with the accounts met, those of every panel: a panel that began
   * anew has not met who came before, but the others have.
   */
  *recast(
    request: Omit<RecastRequest, 'options' | 'ratioOpen' | 'learned'>,
    first: boolean,
  ): Generator<number, AccountWindow> {
    let accounts: AccountWindow | null = null;
    for (const panel of this.#panels) {
      if (!panel.whole) continue;
      const history = yield* historyOf(panel, request.history);
      const learned = first ? null : panel.book.learned;
      const { options, ratioOpen } = { options: this.#options, ratioOpen: this.#ratioOpen };
      const known = panel.book;
      const clusters = request.clusters.map((one) => ({ ...one, start: known.start(one.id) }));
      const asked = { ...request, clusters, history, options, ratioOpen, learned };
      const recast: Recast = yield* recastGrowth(asked);
      recast.book.inherit(panel.book);
      panel.book = recast.book;
      if (history === request.history) accounts = recast.accounts;
    }
    return accounts ?? (yield* meetAccounts(request));
  }

  state(): PanelState[] {
    return this.#panels.map(({ book: _, ...panel }) => ({ ...panel, active: panel.share === this.share }));
  }

  *snapshot(): Generator<PanelChunk> {
    for (const { share, whole, book } of this.#panels)
      if (whole) for (const chunk of book.snapshot()) yield { share, chunk };
  }

  /** Panels that are not asked for any more go, unless it is theirs to speak; those that are new begin where the others are. */
  restore(states: readonly PanelState[], chunks: readonly PanelChunk[]): void {
    const wanted = new Set(this.#panels.map(({ share }) => share));
    const restored = states.map(({ active: _, ...state }): Panel => ({ ...state, book: this.#emptyBook() }));
    for (const { share, chunk } of chunks)
      restored.find((panel) => panel.share === share)?.book.restore(chunk);
    const active = restored.find((_, i) => states[i]?.active === true);
    if (active === undefined) return;
    const kept = restored.filter((panel) => panel === active || wanted.has(panel.share));
    const known = new Set(kept.map(({ share }) => share));
    const { closed } = active.book;
    const clusters = active.book.clusters();
    const missing = [...wanted].filter((share) => !known.has(share));
    this.#panels = [...kept, ...missing.map((share) => this.#begin(share, closed, clusters))];
    this.#active = active;
    this.#sort();
  }

  #emptyBook(): GrowthBook {
    return new GrowthBook(this.#options);
  }

  /** @param clusters known to the others: nothing is known of how they grow here */
  #begin(share: number, since: number | null, clusters: readonly string[] = []): Panel {
    const book = this.#emptyBook();
    if (since !== null) book.advance(since);
    for (const cluster of clusters) book.add(cluster, (since ?? 0) + 1, 'rebuild');
    return { share, book, whole: true, below: null, since };
  }

  #heal(minute: number): void {
    for (const [i, panel] of this.#panels.entries()) {
      if (panel.whole || minute - (panel.below ?? minute) < QUIET) continue;
      this.#panels[i] = this.#begin(panel.share, minute, this.book.clusters());
    }
  }

  /** The largest of those that are whole and ripe; none of them ripe: of the oldest. */
  #choose(minute: number): void {
    const whole = this.#panels.filter((panel) => panel.whole);
    const age = ({ since }: Panel): number => (since === null ? Number.POSITIVE_INFINITY : minute - since);
    const ripe = Math.min(RIPE, Math.max(...whole.map(age)));
    this.#active = whole.find((panel) => age(panel) >= ripe) ?? this.#active;
  }

  #sort(): void {
    this.#panels.sort((a, b) => b.share - a.share);
  }
}

function* historyOf(
  { share, since }: Pick<Panel, 'share' | 'since'>,
  history: readonly HistoryChunk[],
): Generator<number, readonly HistoryChunk[]> {
  if (share >= 1 && since === null) return history;
  const first = since === null ? Number.NEGATIVE_INFINITY : (since + 1) * MINUTE;
  const own: HistoryChunk[] = [];
  for (const { cluster, account, sketch, at } of history) {
    const rows = account.flatMap((one, i) => ((at[i] ?? 0) >= first && hashUnit(one) < share ? [i] : []));
    own.push({
      cluster: rows.map((i) => cluster[i] ?? null),
      account: rows.map((i) => account[i] ?? ''),
      sketch: rows.map((i) => sketch[i] ?? ''),
      at: rows.map((i) => at[i] ?? 0),
    });
    yield 0;
  }
  return own;
}
