import type { Conversation } from '../domain/conversation.ts';
import type { ConversationToken } from '../domain/ids.ts';
import type { LineageView } from '../domain/lineage.ts';
import type { WatchReport, WatchView } from '../domain/report.ts';
import type { SilenceView } from '../domain/silence.ts';
import type {
  AlertView,
  ClassifierCheckView,
  ClusterDetail,
  ClusterView,
  CoordinatedCluster,
  FacetShares,
  FacetValue,
  GenerationView,
  HierarchyNode,
  LiveEvents,
  Pulse,
  Room,
  SpaceView,
} from '../domain/view.ts';
import type { Watch } from '../domain/watch.ts';

export type ClusterQuery = {
  /** Without: all spaces. */
  readonly space?: string;
  readonly sort: 'growth' | 'size' | 'newest' | 'concern';
  readonly limit: number;
  /** Case-insensitive part of the name. */
  readonly search?: string;
};

/** What is known now, as the aggregate plane may see it; built by emit from the log, read by HTTP and websocket. */
export interface LiveView {
  /** The default space first. */
  spaces(): readonly SpaceView[];
  watches(): readonly WatchView[];
  /** null: no such watch. */
  watchReport(id: string): WatchReport | null;
  clusters(query: ClusterQuery): readonly ClusterView[];
  cluster(id: string): ClusterDetail | null;
  hierarchy(space?: string): readonly HierarchyNode[];
  /** How frequent a value is in every cluster that is shown. @param asked null: only which values there are */
  facetShares(asked: FacetValue | null, space?: string): FacetShares;
  /** Where flags of a classifier and concern disagree, by cluster. @param flag null: any */
  classifierCheck(flag: string | null, space?: string): ClassifierCheckView;
  /** Clusters whose members act as one, the surest first. */
  coordination(limit: number, space?: string): readonly CoordinatedCluster[];
  /** Newest first. */
  alerts(query: { state?: 'pending' | 'firing' | 'resolved'; limit: number }): readonly AlertView[];
  alert(id: string): AlertView | null;
  /** Those that have not ended, the first to end first. */
  silences(): readonly SilenceView[];
  /** What became of clusters over the last full generations. */
  lineage(generations: number, space?: string): LineageView;
  generations(limit: number): readonly GenerationView[];
  pulse(): Pulse;
  ready(): { ready: boolean; problems: readonly string[] };
  /** Calls `on` for every event of the room from now on; answers with the way to stop. */
  subscribe<R extends Room>(room: R, on: (event: LiveEvents[R]) => void): () => void;
  /** Events of the room after `seq`, oldest first; null when they are no longer held: ask for the whole. */
  since<R extends Room>(room: R, seq: number): readonly LiveEvents[R][] | null;
  /** The number of the last event of the room. */
  lastSeq(room: Room): number;
  /** Safety plane: every cluster whatever its size, and tokens of conversations in it. Callers write the audit log. */
  safety: {
    clusters(query: ClusterQuery): readonly ClusterView[];
    cluster(id: string): ClusterDetail | null;
    coordination(limit: number, space?: string): readonly CoordinatedCluster[];
    classifierCheck(flag: string | null, space?: string): ClassifierCheckView;
    conversations(
      id: string,
      limit: number,
    ): readonly { conversation: ConversationToken; account: string; at: number }[];
  };
}

/** The way in for HTTP. */
export interface Intake {
  /** Resolves when the log has them; rejects when it does not take them in time. */
  submit(conversations: readonly Conversation[]): Promise<void>;
  /** Conversations waiting for admit. */
  backlog(): number;
  /** Why nothing can be taken now; null: it can. */
  closed(): 'starting' | 'log-unavailable' | null;
}

/** Opens tokens for the safety plane into links to the user's own review tool. Callers write the audit log. */
export interface ReviewLinks {
  /** null: not a token of ours, or its kind has no link. */
  link(token: string): string | null;
}

/** What became of a wish about a watch. */
export type WatchVerdict =
  | { readonly verdict: 'taken' | 'unknown' }
  | { readonly verdict: 'wrong'; readonly field: string; readonly message: string }
  | { readonly verdict: 'configured' | 'full'; readonly message: string };

/** What became of a wish about a silence. */
export type SilenceVerdict =
  | { readonly verdict: 'taken' | 'unknown' | 'not-silenced' }
  | { readonly verdict: 'wrong'; readonly field: string; readonly message: string }
  | { readonly verdict: 'full'; readonly message: string };

export interface Operations {
  /** Writes what a watch has seen, as it is about to go or to begin anew. Nothing where there is none, or where it cannot be written, which is said. */
  report(watch: string): void;
  /** Silences a cluster, or changes its silence; null takes it away, an inherited one as well. Resolves when the log has it. */
  silence(
    cluster: string,
    wish: { readonly until: number; readonly note?: string } | null,
    by: string,
  ): Promise<SilenceVerdict>;
  /** Adds or changes a watch; null takes it away. Resolves when the log has it; roles take it up within a second or so. */
  setWatch(id: string, watch: Watch | null, by: string): Promise<WatchVerdict>;
  /** false: no such alert. Resolves when the log has it. */
  acknowledge(alertId: string, by: string, note: string | undefined): Promise<boolean>;
}
