/** Folds generations and ticks into what is known of each cluster, and shows of it what the aggregate plane may see. */
import { clusterNumber } from '../../domain/cluster-id.ts';
import type { ClusterRecord, Generation, Manifest } from '../../domain/generation.ts';
import { DAY, HOUR, MINUTE } from '../../domain/ids.ts';
import type { Tick } from '../../domain/tick.ts';
import type { ClusterDetail, ClusterView, HierarchyNode, TimelinePoint } from '../../domain/view.ts';
import { Activity } from './activity.ts';
import { type ClusterStanding, type ClusterState, errorsOf, type Growth, namesOf } from './cluster-state.ts';
import { coordinationView } from './coordination.ts';
import { Estimates } from './estimates.ts';
import { toldFlow, toldFlowOf, toldGrowth, toldPoint } from './flows.ts';
import { hierarchyOf } from './hierarchy.ts';
import { neighboursOf } from './neighbours.ts';
import { shownPlaces } from './places.ts';
import { sharesOf } from './shares.ts';
import { type Silenced, silencedFieldsOf } from './silences.ts';
import { type Thresholds, thresholdsOf, told, toldOverall } from './told.ts';

/** Titles remembered of clusters that are gone: as many as there are alerts held that may speak of them. */
const GONE_HELD = 2_000;

/** What is told of a small number: enough to plan by, too little to single anybody out. */
export const roundedSize = (n: number): number => Math.round(n / 10) * 10;

export class ClusterBook {
  readonly #thresholds: () => Thresholds;
  readonly #silenced: (cluster: Pick<ClusterRecord, 'id' | 'descends'>) => Silenced | null;
  readonly #states = new Map<string, ClusterState>();
  readonly #gone = new Map<string, string>();
  #places: ReturnType<typeof shownPlaces> = new Map();
  readonly total = new Activity();
  readonly outliers = new Activity();
  readonly estimates = new Estimates();
  /** Conversations of all ticks read. */
  counted = 0;
  generation: Generation | null = null;
  now = 0;
  /** Of what ticks and generations have said: views stay as they are while it does, and thresholds, alerts and silences. */
  version = 0;
  mutedUntil: number | null = null;

  /** @param silenced now, by its own silence or by one of whom it split from */
  constructor(
    thresholds: () => Thresholds,
    silenced: (cluster: Pick<ClusterRecord, 'id' | 'descends'>) => Silenced | null,
  ) {
    this.#thresholds = thresholds;
    this.#silenced = silenced;
  }

  adopt(generation: Generation): void {
    this.version++;
    const before = [...this.#states.keys()].map((id) => ({ id, title: this.title(id) }));
    this.generation = generation;
    this.#places = shownPlaces(generation.clusters, (record) => this.visibility(record) === 'shown');
    const alive = new Set<string>();
    for (const record of generation.clusters) {
      alive.add(record.id);
      const held = this.#states.get(record.id);
      this.#states.set(record.id, {
        record,
        activity: held?.activity ?? new Activity(),
        told: held?.told ?? null,
      });
    }
    for (const { id, title } of before) {
      if (alive.has(id)) continue;
      this.#states.delete(id);
      if (title !== null) this.#gone.set(id, title);
    }
    for (const id of this.#gone.keys()) {
      if (this.#gone.size <= GONE_HELD) break;
      this.#gone.delete(id);
    }
  }

  take(tick: Tick): void {
    // Told already: a detect that was killed while all was silent closes the last minutes once more.
    if (tick.minute < this.now) return;
    this.version++;
    this.now = tick.minute + MINUTE;
    this.mutedUntil = tick.muted_until;
    this.counted += tick.sampling?.rows ?? tick.total;
    this.estimates.take(tick);
    this.total.count(tick.minute, tick.total);
    this.outliers.count(tick.minute, tick.outliers);
    for (const [i, id] of tick.cluster.entries()) {
      const state = this.#states.get(id);
      if (state === undefined) continue;
      state.activity.count(tick.minute, tick.n[i] ?? 0);
      const growth: Growth = {
        accounts60: tick.n60[i] ?? 0,
        expected60: tick.expected60[i] ?? 0,
        ratioLow: tick.ratio_low[i] ?? 0,
        score: tick.score[i] ?? 0,
        accounts24: tick.accounts24[i] ?? 0,
      };
      state.told = { minute: tick.minute, growth };
    }
  }

  get thresholds(): Thresholds {
    return this.#thresholds();
  }

  states(): ClusterState[] {
    return [...this.#states.values()];
  }

  /** Those that the aggregate plane hears of, shown or not. Of a watch those alone that are shown: that another is there would tell of few. */
  heard(): ClusterState[] {
    const { narrow } = this.#thresholds();
    return narrow === true
      ? this.states().filter(({ record }) => this.visibility(record) === 'shown')
      : this.states();
  }

  state(id: string): ClusterState | undefined {
    return this.#states.get(id);
  }

  /** Growth now; null: nothing was ever told. A cluster that the last tick leaves out has had no new account for an hour. */
  growth({ told }: ClusterState): Growth | null {
    if (told === null) return null;
    const age = this.now - MINUTE - told.minute;
    if (age <= 0) return told.growth;
    return {
      accounts60: 0,
      expected60: age < HOUR ? told.growth.expected60 : null,
      ratioLow: 0,
      score: 0,
      // Fewer by now, but not none before a day has passed without a word.
      accounts24: age < DAY ? told.growth.accounts24 : 0,
    };
  }

  visibility(record: ClusterRecord): ClusterView['visibility'] {
    const { minAccounts, minConversations, minAudit } = this.#thresholds();
    const large = record.accounts >= minAccounts && record.conversations >= minConversations;
    if (!large || record.label === null) return 'pending';
    return (record.label.audit ?? 0) >= minAudit ? 'shown' : 'hidden';
  }

  /** As the aggregate plane tells it, once it is shown. */
  told(record: ClusterRecord): ClusterRecord {
    return told(record, this.#thresholds());
  }

  /** What everybody has in common. */
  overall(plane: 'aggregate' | 'safety'): Manifest['overall'] {
    const manifest = this.generation?.manifest;
    if (manifest === undefined) return null;
    return plane === 'safety' ? manifest.overall : toldOverall(manifest, this.#thresholds());
  }

  /** The title, when it may be shown. */
  title(id: string): string | null {
    const state = this.#states.get(id);
    if (state === undefined || this.visibility(state.record) !== 'shown') return null;
    return state.record.label?.name ?? null;
  }

  standing(id: string): ClusterStanding {
    const title = this.title(id);
    if (title !== null) return { is: 'shown', title };
    if (this.unborn(id) || this.#states.has(id)) return { is: 'masked' };
    return { is: 'gone', title: this.#gone.get(id) ?? null };
  }

  /** An alert may be read before the generation its cluster was born in. */
  unborn(id: string): boolean {
    return clusterNumber(id) >= (this.generation?.manifest.next_id ?? 0);
  }

  /** Of one that is gone, what was said of itself: whom it split from is gone with it. */
  silenced(id: string): Silenced | null {
    const state = this.#states.get(id);
    return this.#silenced(state?.record ?? { id, descends: [] });
  }

  view(state: ClusterState, alert: ClusterView['alert']): ClusterView {
    const thresholds = thresholdsOf(state.record, this.thresholds);
    const { activity } = state;
    const record = this.told(state.record);
    const visibility = this.visibility(state.record);
    const shown = visibility === 'shown';
    activity.advance(this.now - MINUTE);
    const exact = shown ? this.growth(state) : null;
    const growth = exact === null ? null : toldGrowth(exact, thresholds);
    const expected = growth?.expected60 ?? null;
    const hour = activity.lastHour();
    const place = this.#places.get(record.id);
    const estimate = this.estimates.of(record.id, this.now - MINUTE);
    const accounts = growth?.accounts60 ?? null;
    return {
      id: record.id,
      space: record.space,
      visibility,
      name: shown ? (record.label?.name ?? null) : null,
      description: shown ? (record.label?.description ?? null) : null,
      origin: record.origin,
      born_at: record.born_at,
      conversations: shown ? record.conversations : roundedSize(state.record.conversations),
      accounts: shown ? record.accounts : null,
      last_hour: shown ? toldFlowOf(hour, accounts, thresholds) : roundedSize(hour),
      expected_hour: expected,
      accounts_hour: accounts,
      ratio:
        accounts === null || expected === null
          ? null
          : Math.max(growth?.ratioLow ?? 0, accounts / Math.max(0.1, expected)),
      ratio_low: growth?.ratioLow ?? null,
      concern: shown ? record.concern : null,
      parent: record.parent,
      x: place?.x ?? null,
      y: place?.y ?? null,
      alert,
      ...silencedFieldsOf(this.#silenced(record), shown),
      sparkline: shown ? activity.sparkline().map((n) => toldFlow(n, thresholds)) : [],
      ...(shown ? errorsOf(record, estimate) : {}),
    };
  }

  detail(
    view: ClusterView,
    past: Pick<ClusterDetail, 'lineage' | 'lineage_since'> & { readonly timeline: readonly TimelinePoint[] },
    plane: 'aggregate' | 'safety',
  ): ClusterDetail | null {
    const state = this.#states.get(view.id);
    if (state === undefined) return null;
    const record = plane === 'safety' ? state.record : this.told(state.record);
    const shown = plane === 'safety' || view.visibility === 'shown';
    const thresholds = thresholdsOf(state.record, this.thresholds);
    return {
      ...view,
      mean_similarity: shown ? record.mean_similarity : null,
      coordination: shown ? coordinationView(record.coordination) : null,
      ...(shown
        ? sharesOf(
            record,
            this.overall(plane),
            plane === 'safety' ? null : this.#thresholds().minConversations,
            record.generation > (this.generation?.manifest.full ?? 0),
          )
        : { languages: [], surfaces: [], flags: [], values: {} }),
      timeline: shown
        ? past.timeline.map((point) => (plane === 'safety' ? point : toldPoint(point, thresholds)))
        : [],
      // The names beside a cluster say what it is about, and shares of few members how many they are.
      neighbours: shown ? neighboursOf(record, this.#besides(plane)) : [],
      lineage: shown ? past.lineage : [],
      lineage_since: past.lineage_since,
      silenced_note: this.#silenced(record)?.note ?? null,
      names: shown ? namesOf(record) : [],
    };
  }

  /** How near one that may not be shown lies would say what it is about. */
  #besides(plane: 'aggregate' | 'safety') {
    return this.states()
      .filter(({ record }) => plane === 'safety' || this.visibility(record) === 'shown')
      .map(({ record }) => ({ record, name: record.label?.name ?? null }));
  }

  /** Nodes of all levels, lowest first. */
  hierarchy(): HierarchyNode[] {
    const clusters = this.heard().map(({ record }) => {
      const shown = this.visibility(record) === 'shown';
      const n = record.conversations;
      return {
        id: record.id,
        parent: record.parent,
        name: this.title(record.id),
        conversations: shown ? this.told(record).conversations : roundedSize(n),
      };
    });
    return hierarchyOf(this.generation?.manifest.parents ?? [], clusters, this.#thresholds().minAudit);
  }
}
