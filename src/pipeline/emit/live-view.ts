/** The books, as HTTP and websocket may ask for them. */
import type { Alert } from '../../domain/alert.ts';
import type { Manifest } from '../../domain/generation.ts';
import { DAY } from '../../domain/ids.ts';
import type {
  AlertView,
  ClusterDetail,
  ClusterView,
  GenerationView,
  LiveEvents,
  Room,
} from '../../domain/view.ts';
import type { ClusterQuery, LiveView } from '../../ports/live-view.ts';
import type { Books, EmitDeps } from './books.ts';
import { classifierCheckOf } from './classifier-check.ts';
import type { ClusterState } from './clusters.ts';
import { coordinatedClusters } from './coordinated.ts';
import { facetSharesOf } from './facet-shares.ts';
import type { PulseMeter } from './pulse.ts';

const TIMELINE_DAYS = 28;

export function createLiveView(deps: EmitDeps, books: Books, meter: PulseMeter): LiveView {
  const { clusters, alerts, rooms } = books;
  const generations = rememberGenerations(deps, books);
  const allViews = (): ClusterView[] => {
    const open = alerts.open();
    return clusters.states().map((state) => clusters.view(state, open.get(state.record.id) ?? null));
  };
  const alertView = (alert: Alert): AlertView =>
    alerts.view(alert, clusters.standing(alert.cluster), deps.publicUrl());
  const detail = (id: string, plane: 'aggregate' | 'safety'): ClusterDetail | null => {
    const state = clusters.state(id);
    if (state === undefined) return null;
    const { space } = state.record;
    const view = clusters.view(state, alerts.open().get(id) ?? null);
    const to = clusters.now;
    const timeline = deps.store.timeline(space, id, to - TIMELINE_DAYS * DAY, to);
    return clusters.detail(view, timeline, plane);
  };
  return {
    clusters: (query) => select(allViews(), query),
    cluster: (id) => detail(id, 'aggregate'),
    hierarchy: () => clusters.hierarchy(),
    facetShares: (asked) => facetSharesOf(clusters, asked),
    classifierCheck: (flag) => classifierCheckOf(clusters, flag),
    coordination: (limit) => coordinatedClusters(clusters, 'aggregate', limit),
    alerts: ({ state, limit }) =>
      alerts
        .list()
        .filter((alert) => (state === undefined ? alert.state !== 'expired' : alert.state === state))
        .slice(0, limit)
        .map(alertView),
    alert(id) {
      const alert = alerts.get(id);
      return alert === undefined ? null : alertView(alert);
    },
    generations: (limit) => generations.slice(0, limit),
    pulse: () => rooms.pulse.since(rooms.pulse.lastSeq - 1)?.[0]?.pulse ?? meter.read(clusters, deps.facts()),
    ready() {
      const { problems } = deps.facts();
      return { ready: problems.length === 0, problems };
    },
    subscribe: <R extends Room>(room: R, on: (event: LiveEvents[R]) => void) => rooms[room].subscribe(on),
    since: <R extends Room>(room: R, seq: number) => rooms[room].since(seq),
    lastSeq: (room) => rooms[room].lastSeq,
    safety: {
      clusters: (query) =>
        select(
          clusters.states().map((state) => ({
            ...clusters.view(state, alerts.open().get(state.record.id) ?? null),
            ...whole(state),
          })),
          query,
        ),
      cluster(id) {
        const state = clusters.state(id);
        const shown = detail(id, 'safety');
        return state === undefined || shown === null ? null : { ...shown, ...whole(state) };
      },
      coordination: (limit) => coordinatedClusters(clusters, 'safety', limit),
      conversations: (id, limit) => books.members.of(id, limit),
    },
  };
}

/** What the aggregate plane may mask, as it is. */
function whole({ record, activity }: ClusterState) {
  return {
    name: record.label?.name ?? null,
    description: record.label?.description ?? null,
    conversations: record.conversations,
    accounts: record.accounts,
    last_hour: activity.lastHour(),
    concern: record.concern,
    sparkline: activity.sparkline(),
    mean_similarity: record.mean_similarity,
  };
}

/** The last generations, newest first, growing as they arrive. */
function rememberGenerations(deps: EmitDeps, { clusters }: Books): readonly GenerationView[] {
  const generations: GenerationView[] = [];
  const remember = (): void => {
    const manifest = clusters.generation?.manifest;
    if (manifest === undefined || generations[0]?.generation === manifest.generation) return;
    generations.unshift(viewOf(manifest));
    generations.length = Math.min(generations.length, 200);
  };
  remember();
  deps.generations.onArrival(remember);
  return generations;
}

/** What the aggregate plane may see: no names of parents, and no share so exact that it tells how few it is made of. */
function viewOf(manifest: Manifest): GenerationView {
  const { space, generation, type, event_time, samples, outlier_rate, embedder, clusters } = manifest;
  const relations = manifest.relations.map((relation) => ({
    ...relation,
    from: relation.from.map(({ id, share }) => ({ id, share: Math.round(share * 10) / 10 })),
  }));
  return {
    space,
    generation,
    type,
    event_time,
    samples,
    outlier_rate,
    embedder,
    clusters: clusters.length,
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
    .filter((view) => query.space === undefined || view.space === query.space)
    .filter((view) => wanted === undefined || (view.name?.toLowerCase().includes(wanted) ?? false))
    .sort(order[query.sort])
    .slice(0, query.limit);
}
