import { CliowatchError, NO_VIEW } from '../domain/errors.ts';
import type { LiveView, Operations } from '../ports/live-view.ts';

/**
 * The view before there is one: HTTP listens from the first moment, so that health and readiness can be asked while
 * the log is still out of reach. Everything else answers 503, "starting", until `set`.
 */
export type LateView = {
  readonly view: LiveView;
  readonly operations: Operations;
  set(view: LiveView, operations: Operations): void;
};

export function createLateView(problems: () => readonly string[], hasView: boolean): LateView {
  let current: LiveView | null = null;
  let operating: Operations | null = null;
  const now = (): LiveView => {
    if (current !== null) return current;
    throw new CliowatchError(
      hasView ? 'starting' : NO_VIEW,
      hasView ? 'starting: the log is being read' : 'this process does not run emit',
      {
        retry: hasView,
        remedy: hasView ? 'ask /readyz' : 'ask a process that runs the role emit',
      },
    );
  };
  const view: LiveView = {
    spaces: () => now().spaces(),
    watches: () => now().watches(),
    watchReport: (id) => now().watchReport(id),
    clusters: (query) => now().clusters(query),
    cluster: (id) => now().cluster(id),
    hierarchy: (space) => now().hierarchy(space),
    facetShares: (asked, space) => now().facetShares(asked, space),
    classifierCheck: (flag, space) => now().classifierCheck(flag, space),
    coordination: (limit, space) => now().coordination(limit, space),
    alerts: (query) => now().alerts(query),
    alert: (id) => now().alert(id),
    silences: () => now().silences(),
    lineage: (generations, space) => now().lineage(generations, space),
    generations: (limit) => now().generations(limit),
    pulse: () => now().pulse(),
    ready() {
      const found = [
        ...problems(),
        ...(hasView && current === null ? ['starting: the log is being read'] : []),
      ];
      return { ready: found.length === 0, problems: found };
    },
    subscribe: (room, on) => now().subscribe(room, on),
    since: (room, seq) => now().since(room, seq),
    lastSeq: (room) => now().lastSeq(room),
    safety: {
      clusters: (query) => now().safety.clusters(query),
      cluster: (id) => now().safety.cluster(id),
      coordination: (limit, space) => now().safety.coordination(limit, space),
      classifierCheck: (flag, space) => now().safety.classifierCheck(flag, space),
      conversations: (id, limit) => now().safety.conversations(id, limit),
    },
  };
  return {
    view,
    operations: {
      report: (watch) => operating?.report(watch),
      async acknowledge(id, by, note) {
        now();
        return operating?.acknowledge(id, by, note) ?? false;
      },
      async silence(cluster, wish, by) {
        now();
        return (await operating?.silence(cluster, wish, by)) ?? { verdict: 'unknown' };
      },
      async setWatch(id, watch, by) {
        now();
        return (await operating?.setWatch(id, watch, by)) ?? { verdict: 'unknown' };
      },
    },
    set(live, operations) {
      current = live;
      operating = operations;
    },
  };
}
