/** The books, as HTTP and websocket may ask for them. */
import { coarseMean, coarseMembers } from '../../algorithms/disclosure.ts';
import type { Manifest } from '../../domain/generation.ts';
import { ALL, DAY, DEFAULT_SPACE } from '../../domain/ids.ts';
import type { SilenceView } from '../../domain/silence.ts';
import type {
  ClusterDetail,
  ClusterView,
  GenerationView,
  LiveEvents,
  Room,
  SpaceView,
} from '../../domain/view.ts';
import type { ClusterQuery, LiveView } from '../../ports/live-view.ts';
import type { Space } from '../spaces.ts';
import { alertView } from './alert-view.ts';
import type { Books, EmitDeps } from './books.ts';
import { classifierCheckOf } from './classifier-check.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ClusterBook } from './clusters.ts';
import { coordinatedClusters } from './coordinated.ts';
import { facetSharesOf } from './facet-shares.ts';
import { lineageOf, pastOf, toldRelation } from './lineage.ts';
import type { PulseMeter } from './pulse.ts';
import type { SpaceBooks } from './space-books.ts';
import { reportOf, watchView } from './watch-report.ts';

const TIMELINE_DAYS = 28;
const GENERATIONS = 200;

export function createLiveView(
  deps: EmitDeps,
  books: Books,
  generations: PastGenerations,
  meter: PulseMeter,
): LiveView {
  const { spaces, alerts, rooms } = books;
  const booksIn = (space: string | undefined): ClusterBook[] =>
    spaces.list().flatMap(({ space: { id }, book }) => (space === undefined || id === space ? [book] : []));
  const viewsIn = (space: string | undefined): ClusterView[] => {
    const open = alerts.open();
    return booksIn(space).flatMap((book) =>
      book.heard().map((state) => book.view(state, open.get(state.record.id) ?? null)),
    );
  };
  const detail = (id: string, plane: 'aggregate' | 'safety'): ClusterDetail | null => {
    const book = spaces.withCluster(id);
    const state = book?.state(id);
    if (book === null || state === undefined) return null;
    const { space } = state.record;
    const view = book.view(state, alerts.open().get(id) ?? null);
    const to = book.now;
    const timeline = deps.store.timeline(space, id, to - TIMELINE_DAYS * DAY, to);
    return book.detail(view, { timeline, ...pastOf(deps, book, state.record) }, plane);
  };
  return {
    ...watchedView(deps, books),
    clusters: (query) => select(viewsIn(query.space), query),
    cluster(id) {
      const heard = spaces.withCluster(id)?.heard() ?? [];
      return heard.some(({ record }) => record.id === id) ? detail(id, 'aggregate') : null;
    },
    ...comparedView(books),
    silences: () => silencesOf(deps, books),
    lineage: (generations, space = DEFAULT_SPACE) => lineageOf(deps, spaces.of(space), space, generations),
    alerts: ({ state, limit }) =>
      alerts
        .list()
        .filter((alert) => (state === undefined ? alert.state !== 'expired' : alert.state === state))
        .flatMap((alert) => alertView(deps, books, alert) ?? [])
        .slice(0, limit),
    alert(id) {
      const alert = alerts.get(id);
      return alert === undefined ? null : alertView(deps, books, alert);
    },
    generations: (limit) => generations.newest(limit),
    pulse: () =>
      rooms.pulse.since(rooms.pulse.lastSeq - 1)?.[0]?.pulse ?? meter.read(spaces.main, deps.facts()),
    ready() {
      const { problems } = deps.facts();
      return { ready: problems.length === 0, problems };
    },
    subscribe: <R extends Room>(room: R, on: (event: LiveEvents[R]) => void) => rooms[room].subscribe(on),
    since: <R extends Room>(room: R, seq: number) => rooms[room].since(seq),
    lastSeq: (room) => rooms[room].lastSeq,
    safety: safetyView(books, booksIn, detail),
  };
}

/** All clusters, exactly. */
function safetyView(
  books: Books,
  booksIn: (space: string | undefined) => ClusterBook[],
  detail: (id: string, plane: 'safety') => ClusterDetail | null,
): LiveView['safety'] {
  const { spaces, alerts } = books;
  return {
    clusters(query) {
      const open = alerts.open();
      const views = booksIn(query.space).flatMap((book) =>
        book.states().map((state) => ({
          ...book.view(state, open.get(state.record.id) ?? null),
          ...whole(book, state),
        })),
      );
      return select(views, query);
    },
    cluster(id) {
      const book = spaces.withCluster(id);
      const state = book?.state(id);
      const shown = detail(id, 'safety');
      if (book === null || state === undefined || shown === null) return null;
      return { ...shown, ...whole(book, state) };
    },
    coordination: (limit, space) =>
      coordinatedClusters(spaces.find(space ?? DEFAULT_SPACE) ?? spaces.main, 'safety', limit),
    classifierCheck: (flag, space) =>
      classifierCheckOf(spaces.find(space ?? DEFAULT_SPACE) ?? spaces.main, flag, 'safety'),
    conversations: (id, limit) => books.members.of(id, limit),
  };
}

function silencesOf({ clock }: EmitDeps, { spaces, silences }: Books): SilenceView[] {
  return silences.list(clock.elapsed()).map(({ id, until, by, at, note }) => {
    const book = spaces.withCluster(id);
    const there = book?.state(id) !== undefined;
    return { cluster: id, name: book?.title(id) ?? null, there, until, by, at, note: note ?? null };
  });
}

/** What the aggregate plane may mask, as it is. */
function whole(book: ClusterBook, state: ClusterState) {
  const { record, activity } = state;
  const { estimate } = record;
  const growth = book.growth(state);
  const expected = growth?.expected60 ?? null;
  return {
    name: record.label?.name ?? null,
    description: record.label?.description ?? null,
    conversations: Math.round(estimate?.conversations ?? record.conversations),
    ...(estimate === undefined ? {} : { conversations_error: Math.round(estimate.error) }),
    accounts: Math.round(estimate?.accounts ?? record.accounts),
    ...(estimate?.accounts_error === undefined
      ? {}
      : { accounts_error: Math.round(estimate.accounts_error) }),
    last_hour: activity.lastHour(),
    concern: record.concern,
    sparkline: activity.sparkline(),
    expected_hour: expected,
    accounts_hour: growth?.accounts60 ?? null,
    ratio: growth === null || expected === null ? null : growth.accounts60 / Math.max(0.1, expected),
    ratio_low: growth?.ratioLow ?? null,
    mean_similarity: record.mean_similarity,
  };
}

/** The last generations of all spaces. */
export class PastGenerations {
  readonly #spaces: SpaceBooks;
  /** Newest first. */
  readonly #views: GenerationView[] = [];

  constructor(spaces: SpaceBooks) {
    this.#spaces = spaces;
  }

  /** One that the book of its space has adopted. */
  take(manifest: Manifest): void {
    const known = this.#views.find(({ space }) => space === manifest.space);
    if (known?.generation === manifest.generation) return;
    const view = viewOf(manifest, this.#spaces.of(manifest.space));
    if (view !== null) this.#views.unshift(view);
    this.#views.length = Math.min(this.#views.length, GENERATIONS);
  }

  newest(limit: number): GenerationView[] {
    return this.#views.slice(0, limit);
  }
}

function spaceView({ watches }: EmitDeps, { id, watch, facet }: Space, book: ClusterBook): SpaceView {
  const manifest = book.generation?.manifest;
  const narrow = book.thresholds.narrow === true;
  return {
    id,
    watch: watch === ALL ? null : watch,
    facet,
    title: watches.get(watch)?.watch.title ?? null,
    clusters: narrow ? book.heard().length : (manifest?.clusters.length ?? 0),
    generation: narrow && book.heard().length === 0 ? 0 : (manifest?.generation ?? 0),
    muted_until: book.mutedUntil,
  };
}

/**
 * What the aggregate plane may see: no names of parents, and no share so exact that it tells how few it is made of. null: nothing, as it is of
 * a watch of which nothing may be shown: its samples may be few, or of one account, and its pattern a name.
 */
function viewOf(manifest: Manifest, book: ClusterBook): GenerationView | null {
  const { space, generation, type, event_time, samples, outlier_rate, embedder } = manifest;
  const { minConversations, narrow } = book.thresholds;
  const all = { conversations: samples, accounts: manifest.overall?.accounts ?? 0 };
  const told = coarseMembers(all, book.thresholds).conversations;
  const heard = new Set(book.heard().map(({ record }) => record.id));
  if (narrow === true && heard.size === 0) return null;
  const relations = manifest.relations
    .filter(({ id }) => narrow !== true || heard.has(id))
    .map((relation) => toldRelation(relation, book));
  return {
    space,
    generation,
    type,
    event_time,
    samples: samples < minConversations ? 0 : told,
    outlier_rate: coarseMean(outlier_rate, told, minConversations),
    embedder,
    clusters: narrow === true ? heard.size : manifest.clusters.length,
    relations,
  };
}

const growthOf = (view: ClusterView): number => view.ratio_low ?? -1;

function select(views: ClusterView[], query: ClusterQuery): ClusterView[] {
  const wanted = query.search?.toLowerCase();
  const order: Record<ClusterQuery['sort'], (a: ClusterView, b: ClusterView) => number> = {
    growth: (a, b) => growthOf(b) - growthOf(a) || b.conversations - a.conversations,
    size: (a, b) => b.conversations - a.conversations,
    newest: (a, b) => b.born_at - a.born_at,
    concern: (a, b) => (b.concern ?? 0) - (a.concern ?? 0),
  };
  return views
    .filter((view) => wanted === undefined || (view.name?.toLowerCase().includes(wanted) ?? false))
    .sort(order[query.sort])
    .slice(0, query.limit);
}

/** Spaces and watches. */
function watchedView(deps: EmitDeps, books: Books): Pick<LiveView, 'spaces' | 'watches' | 'watchReport'> {
  const { spaces } = books;
  return {
    spaces: () => spaces.list().map(({ space, book }) => spaceView(deps, space, book)),
    watches: () => deps.watches.watches().map((named) => watchView(named, spaces.main.now, deps.asking)),
    watchReport(id) {
      const named = deps.watches.get(id);
      return named === undefined ? null : reportOf(deps, books, named);
    },
  };
}

/** What is told of one space by comparing its clusters. Of a space that is not there: of the default one. */
function comparedView({
  spaces,
}: Books): Pick<LiveView, 'hierarchy' | 'facetShares' | 'classifierCheck' | 'coordination'> {
  const bookOf = (space: string | undefined) => spaces.find(space ?? DEFAULT_SPACE) ?? spaces.main;
  return {
    hierarchy: (space) => bookOf(space).hierarchy(),
    facetShares: (asked, space) => facetSharesOf(bookOf(space), asked),
    classifierCheck: (flag, space) => classifierCheckOf(bookOf(space), flag),
    coordination: (limit, space) => coordinatedClusters(bookOf(space), 'aggregate', limit),
  };
}
