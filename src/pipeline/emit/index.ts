/**
 * emit: folds generations, ticks, rollups, alerts and acknowledgements into the view behind API, websocket, metrics and
 * console, and delivers alerts to sinks. Any number may run; each reads the topics itself, and each sink has one that delivers.
 */
import { type Alert, alertSchema } from '../../domain/alert.ts';
import { assignmentBatchSchema } from '../../domain/assignment.ts';
import { controlSchema } from '../../domain/control.ts';
import { DAY } from '../../domain/ids.ts';
import { rollupSchema, tickSchema } from '../../domain/tick.ts';
import type { LiveEvents } from '../../domain/view.ts';
import type { Follower, LogRecord } from '../../ports/event-log.ts';
import type { LiveView, Operations } from '../../ports/live-view.ts';
import type { Arrival } from '../generations.ts';
import { decode } from '../records.ts';
import { alertView } from './alert-view.ts';
import { AlertBook } from './alerts.ts';
import type { Books, EmitDeps } from './books.ts';
import { classifierChecks } from './classifier-check.ts';
import { lineageColumn } from './lineage.ts';
import { createLiveView, PastGenerations } from './live-view.ts';
import { MemberBook } from './members.ts';
import { createOperations } from './operations.ts';
import { PulseMeter } from './pulse.ts';
import { Reported } from './reported.ts';
import { writeReports } from './reports.ts';
import { RoomLog } from './rooms.ts';
import { clusterSeries } from './series.ts';
import { SilenceBook } from './silences.ts';
import { SpaceBooks } from './space-books.ts';
import { ToldClusters } from './told-clusters.ts';

export type Emit = {
  readonly view: LiveView;
  readonly operations: Operations;
  /** Resolves when the view has seen the record at this offset of the alerts topic. */
  seen(offset: number): Promise<void>;
  /** Whether the generation that the alert's cluster was born in is known: before, nobody knows whose silences it inherits. */
  known(alert: Pick<Alert, 'space' | 'cluster'>): boolean;
  stop(): Promise<void>;
};

const EVENTS_HELD = 1_000;
const PULSE_MS = 1_000;
const SERIES_MS = 5_000;
const REPORT_MS = 10_000;

/** Starts following; resolves when the view holds all that the log held. */
export async function startEmit(deps: EmitDeps): Promise<Emit> {
  const first = Math.floor(deps.clock.elapsed());
  const silences = new SilenceBook();
  const books: Books = {
    spaces: new SpaceBooks(deps.watches, deps.thresholds, (cluster) =>
      silences.of(cluster, deps.clock.elapsed()),
    ),
    alerts: new AlertBook(),
    silences,
    members: new MemberBook(200, 2_000),
    reported: new Reported(),
    rooms: {
      alerts: new RoomLog(EVENTS_HELD, first),
      clusters: new RoomLog(60, first),
      pulse: new RoomLog(60, first),
    },
  };
  const fold = new Fold(deps, books);
  const generations = new PastGenerations(books.spaces);
  const adopt = (arrival: Arrival): void => {
    fold.adopt(arrival);
    generations.take(arrival.generation.manifest);
  };
  // Told of clusters only once all else has been read, however fast they come: what is told of alerts is told with a name.
  let early: Arrival[] | null = [];
  deps.generations.onArrival((arrival) => (early === null ? adopt(arrival) : early.push(arrival)));
  const { topics, log } = deps;
  const followers: Follower[] = [
    await log.follow([topics.ticks, topics.rollups, topics.alerts, topics.control], 'start', (record) =>
      fold.take(record),
    ),
  ];
  if (deps.safety)
    followers.push(await log.follow([topics.assignments], 'start', (record) => fold.take(record)));
  await Promise.all(followers.map((follower) => follower.caughtUp));
  for (const arrival of early) adopt(arrival);
  early = null;
  const meter = new PulseMeter(deps.clock, deps.telemetry);
  const timers = [
    deps.clock.every(PULSE_MS, () => fold.beat(meter)),
    deps.clock.every(SERIES_MS, () => fold.measure()),
    deps.clock.every(REPORT_MS, () => writeReports(deps, books)),
    deps.clock.every(3_600_000, () => deps.store.prune(books.spaces.main.now - deps.storeDays * DAY)),
  ];
  return {
    view: createLiveView(deps, books, generations, meter),
    operations: createOperations(deps, books),
    seen: (offset) => fold.seen(offset),
    known({ space, cluster }) {
      const book = books.spaces.of(space);
      // What is of the first generation has split from nobody.
      return book.generation === null || !book.unborn(cluster);
    },
    async stop() {
      for (const timer of timers) timer.stop();
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

class Fold {
  readonly #deps: EmitDeps;
  readonly #books: Books;
  /** Offset of the last alert read. By alert would not do: one that the book has let go of would be waited for in vain. */
  #read = -1;
  #waiting: { offset: number; done: () => void }[] = [];
  readonly #told: ToldClusters;
  /** Spaces that series were told of. */
  #there: ReadonlySet<string> = new Set();
  /** What could be said of the cluster of each alert when it was told last, and its silence: told again when that changes. */
  readonly #toldAs = new Map<string, string>();

  constructor(deps: EmitDeps, books: Books) {
    this.#deps = deps;
    this.#books = books;
    this.#told = new ToldClusters(books.spaces);
  }

  adopt({ generation }: Arrival): void {
    const { generation: number, event_time: at, space } = generation.manifest;
    const clusters = this.#books.spaces.of(space);
    clusters.adopt(generation);
    const isTold = clusters.thresholds.narrow !== true || clusters.heard().length > 0;
    if (isTold && this.#books.spaces.find(space) !== null) {
      this.#deps.telemetry.generationAdopted('emit', space, number, at);
      this.#deps.telemetry.classifierChecked(space, classifierChecks(clusters));
    }
    this.#deps.store.putGeneration(lineageColumn(generation));
    this.#tellChanged();
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const { topics, store } = this.#deps;
    if (record.topic === topics.ticks) {
      const tick = decode(tickSchema, record);
      this.#books.spaces.of(tick.space).take(tick);
    } else if (record.topic === topics.rollups) store.putRollup(decode(rollupSchema, record));
    else if (record.topic === topics.assignments)
      this.#books.members.take(decode(assignmentBatchSchema, record));
    else if (record.topic === topics.control) {
      const control = decode(controlSchema, record);
      if (control.kind === 'silence') {
        this.#books.silences.take(control, this.#deps.clock.elapsed());
        this.#tellChanged();
      }
      if (control.kind !== 'acknowledge') return;
      this.#books.alerts.acknowledge(control);
      if (this.#books.alerts.get(control.id) !== undefined) this.#tell(control.id);
    } else if (record.topic === topics.alerts) this.#takeAlert(record);
  }

  seen(offset: number): Promise<void> {
    if (this.#read >= offset) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({ offset, done }));
  }

  /** Once a second: the pulse, and the clusters whose view has changed. */
  beat(meter: PulseMeter): void {
    // A silence ends by itself.
    this.#tellChanged();
    const { spaces, alerts, rooms } = this.#books;
    const pulse = meter.read(spaces.main, this.#deps.facts());
    rooms.pulse.publish((seq) => ({ seq, pulse }));
    this.#told.tell(alerts.open(), (changes) => rooms.clusters.publish((seq) => ({ seq, ...changes })));
  }

  measure(): void {
    const { spaces, alerts, silences } = this.#books;
    const { clock, telemetry } = this.#deps;
    telemetry.capped('silences', silences.list(clock.elapsed()).length, this.#deps.silences.max);
    const open = alerts.open();
    const there = new Set<string>(spaces.list().map(({ space }) => space.id));
    for (const space of this.#there) if (!there.has(space)) this.#deps.telemetry.spaceGone(space);
    this.#there = there;
    const series = spaces.list().flatMap(({ book }) => clusterSeries(book, open, this.#deps.metricClusters));
    telemetry.clusterSeries(series);
    telemetry.incidents(alerts.list());
    telemetry.silencedAlerts(
      alerts.list().filter(({ space, cluster }) => spaces.of(space).silenced(cluster) !== null),
    );
  }

  /** Alerts whose cluster may be shown by now, or no longer, or is silenced or heard again. O(alerts). */
  #tellChanged(): void {
    for (const [id, told] of [...this.#toldAs]) {
      const alert = this.#books.alerts.get(id);
      if (alert === undefined) this.#toldAs.delete(id);
      else if (this.#sayable(alert) !== told) this.#tell(id);
    }
  }

  #sayable({ space, cluster }: Alert): string {
    const book = this.#books.spaces.of(space);
    const { until, by } = book.silenced(cluster) ?? {};
    return `${book.standing(cluster).is}/${until}/${by}`;
  }

  #takeAlert(record: LogRecord): void {
    const alert = decode(alertSchema, record);
    if (this.#books.alerts.take(alert)) {
      this.#deps.store.putAlert(alert);
      this.#tell(alert.id);
    }
    this.#read = record.offset;
    for (const { offset, done } of this.#waiting) if (offset <= this.#read) done();
    this.#waiting = this.#waiting.filter(({ offset }) => offset > this.#read);
  }

  #tell(id: string): void {
    const alert = this.#books.alerts.get(id);
    if (alert === undefined) return;
    this.#toldAs.set(id, this.#sayable(alert));
    const view = alertView(this.#deps, this.#books, alert);
    if (view === null) return;
    this.#books.rooms.alerts.publish((seq): LiveEvents['alerts'] => ({ seq, alert: view }));
  }
}
