/**
 * detect: counts per cluster and minute of event time · growth test per tick · alert lifecycle. One active in the group.
 * Its state is a function of the rows read: a new owner restores the last snapshot and reads on from there.
 */
import { giveWay, inSteps } from '../../algorithms/give-way.ts';
import { Nearness } from '../../algorithms/nearness.ts';
import type { Alert } from '../../domain/alert.ts';
import { assignmentBatchSchema } from '../../domain/assignment.ts';
import { HOUR, MINUTE } from '../../domain/ids.ts';
import type { Batch, LogRecord, NewRecord } from '../../ports/event-log.ts';
import type { Arrival } from '../generations.ts';
import { decode } from '../records.ts';
import type { OpenSpace, SpaceSession } from '../spaces.ts';
import { centroidOf } from '../vectors.ts';
import { Alerting } from './alerting.ts';
import { keepArrivals } from './arrivals.ts';
import { Behind } from './behind.ts';
import { Counts } from './counts.ts';
import type { DetectDeps } from './deps.ts';
import { rowsOf } from './history.ts';
import { type Founder, Panels } from './panels.ts';
import { Reporter } from './report.ts';
import {
  type DetectSnapshot,
  type SnapshotPart,
  SnapshotReader,
  snapshotRecords,
  snapshotTombstones,
} from './state.ts';
import { alertRecords, Tally } from './tally.ts';
import { Watermarks } from './watermark.ts';

/** A stream silent for longer than this jumps: nobody waits for a year of empty minutes to close. */
const LONGEST_GAP = 8 * 1_440;

/** Opens detect on the one partition of `assignments`. */
export function createDetect(deps: DetectDeps): OpenSpace {
  const arrivals = keepArrivals(deps.generations, deps.space, deps.gone);
  return function openDetect() {
    return new DetectSession(deps, arrivals);
  };
}

class DetectSession implements SpaceSession {
  readonly #deps: DetectDeps;
  readonly #arrivals: readonly Arrival[];
  readonly #reader: SnapshotReader;
  readonly #watermarks: Watermarks;
  readonly #counts: Counts;
  readonly #behind: Behind;
  readonly #reporter: Reporter;
  readonly #alerting: Alerting;
  readonly #panels: Panels;
  readonly #nearness = new Nearness();
  #generation = 0;
  #snapshotAt: number | null = null;
  #snapshotDue = false;
  /** Parts of snapshots on the log. */
  #parts = 0;
  #rest: unknown;
  readonly #tally: Tally;

  constructor(deps: DetectDeps, arrivals: readonly Arrival[]) {
    const { settings } = deps;
    this.#deps = deps;
    this.#arrivals = arrivals;
    const growth = { ...settings, warmupHours: settings.warmupMs / HOUR };
    this.#panels = new Panels(growth, settings.panels, settings.ratioOpen);
    this.#reader = new SnapshotReader(deps.space);
    this.#watermarks = new Watermarks(settings.idleMs);
    this.#reporter = new Reporter(deps.space, deps.topics);
    this.#behind = new Behind(settings.told);
    const [panels, reporter, behind] = [this.#panels, this.#reporter, this.#behind];
    const { space, telemetry } = deps;
    const { accountsCap } = settings;
    this.#counts = new Counts({ space, telemetry, accountsCap, panels, reporter, behind });
    this.#alerting = new Alerting({
      space,
      settings,
      book: () => this.#panels.book,
      behind: this.#behind,
      accounts24: (cluster) => this.#counts.accounts(cluster),
      near: (one, other) => this.#nearness.near(one, other),
    });
    this.#tally = new Tally(space, telemetry, () => this.#alerting.open());
  }

  restore(record: LogRecord): void {
    this.#reader.take(record);
  }

  resume(rest: unknown): void {
    this.#rest = rest;
  }

  startAt(): number {
    this.#parts = this.#reader.extent;
    const snapshot = this.#reader.finish();
    if (snapshot === null) {
      if (this.#rest !== undefined) this.#reporter.resume(this.#rest);
      return 0;
    }
    this.#load(snapshot);
    return snapshot.head.offset;
  }

  /** Nothing of this space will be counted any more: what is open ends, and what was counted is told to the last. */
  retire(): readonly NewRecord[] {
    const { closed } = this.#panels.book;
    const { topics, space } = this.#deps;
    const ended = this.#alerting.end(closed === null ? 0 : (closed + 1) * MINUTE);
    this.#tally.tell(ended);
    return [
      ...alertRecords(this.#deps.topics, ended),
      ...this.#reporter.rollups(this.#panels.book),
      ...snapshotTombstones(topics.state, space, this.#parts),
    ];
  }

  /** The hours that may still fill: told anew by somebody who does not know them, they would be told as the rest of themselves. */
  rest(): unknown {
    return this.#reporter.rest();
  }

  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    const { space, clock } = this.#deps;
    const out: NewRecord[] = [];
    for (const record of batch.records) {
      if (record.key !== null && record.key !== space) continue;
      const rows = decode(assignmentBatchSchema, record);
      if (rows.space !== space) continue;
      if (rows.generation > this.#generation) out.push(...(await this.#adopt(rows.generation)));
      this.#watermarks.hear(rows.source, rows.watermark, clock.elapsed());
      this.#panels.hear(rows.share ?? 1, Math.floor(rows.watermark / MINUTE));
      this.#reporter.taken(rows.share ?? 1);
      this.#reporter.zeroRetention += rows.zero_retention;
      this.#counts.take(rows);
      // After every record, not every batch: where batches end is chance, and a restart must find the same minutes closed.
      out.push(...(await this.#closeMinutes()));
    }
    if (batch.records.length === 0) out.push(...(await this.#closeMinutes()));
    const last = batch.records.at(-1);
    if (!batch.replay && last !== undefined && this.#snapshotDue) {
      this.#snapshotDue = false;
      const offset = last.offset + 1;
      const parts = await snapshotRecords(this.#deps.topics.state, space, offset, this.#snapshot(offset));
      this.#parts = Math.max(this.#parts, parts.length);
      out.push(...parts);
    }
    this.#tally.answered(batch.replay, this.#counts.takeLate());
    return batch.replay ? [] : out;
  }

  committed(): void {
    this.#tally.committed();
  }

  /** Whoever owns the partition next tells of what is open. */
  async close(): Promise<void> {
    this.#deps.telemetry.alertsOpen(this.#deps.space, []);
  }

  /** After a gap there are many: others get their turn between them. */
  async #closeMinutes(): Promise<NewRecord[]> {
    const { settings, clock, telemetry, space } = this.#deps;
    const heard = this.#watermarks.now(clock.elapsed(), clock.now());
    if (heard === null) return [];
    const until = Math.floor((heard - settings.watermarkMs) / MINUTE) - 1;
    const first = this.#reporter.firstOpen(this.#panels.book.closed);
    if (first === null || until < first) return [];
    const out: NewRecord[] = [];
    const from = Math.max(first, until - LONGEST_GAP);
    for (let minute = from; minute <= until; minute++) {
      if (minute > from) await giveWay();
      const rows = this.#panels.close(minute);
      this.#counts.advance(minute);
      const now = (minute + 1) * MINUTE;
      this.#behind.advance(now);
      const alerts = this.#alerting.tick(rows, now);
      out.push(
        ...this.#reporter.close(
          minute,
          rows,
          this.#panels,
          (id) => this.#counts.accounts(id),
          this.#generation,
          this.#counts.errors(minute),
        ),
      );
      out.push(...this.#tell(alerts));
      this.#snapshotAt ??= now;
      if (now - this.#snapshotAt >= settings.snapshotMs) {
        this.#snapshotAt = now;
        this.#snapshotDue = true;
      }
    }
    telemetry.tick(space, (until + 1) * MINUTE, this.#panels.book.size);
    telemetry.panel(space, this.#panels.share);
    this.#counts.measure();
    this.#behind.measure(telemetry);
    return out;
  }

  #tell(alerts: readonly Alert[]): NewRecord[] {
    this.#tally.changed(alerts);
    return alertRecords(this.#deps.topics, alerts);
  }

  /** Takes up every generation up to this one: newborns are added, a full one re-casts all baselines, in silence. */
  async #adopt(generation: number): Promise<NewRecord[]> {
    const carried: Alert[] = [];
    await this.#deps.generations.reached(this.#deps.space, generation);
    for (const arrival of [...this.#arrivals]) {
      const { manifest } = arrival.generation;
      if (manifest.generation <= this.#generation || manifest.generation > generation) continue;
      // Of a patch whose full generation compaction took away, the history is that of the full one.
      if (manifest.type === 'full' || manifest.full > this.#generation)
        carried.push(...(await this.#recast(arrival)));
      else this.#addNewborns(arrival);
      this.#generation = manifest.generation;
      this.#deps.telemetry.generationAdopted(
        'detect',
        manifest.space,
        manifest.generation,
        manifest.event_time,
      );
    }
    this.#generation = Math.max(this.#generation, generation);
    return this.#tell(carried);
  }

  #addNewborns({ generation, backcast }: Arrival): void {
    this.#alerting.join(generation.manifest.relations);
    for (const cluster of generation.clusters) {
      if (this.#panels.book.has(cluster.id)) continue;
      this.#nearness.add(cluster.id, centroidOf(cluster));
      const past: Founder[] = [];
      for (const { cluster: id, account, minute } of rowsOf(backcast))
        if (id === cluster.id && this.#counts.sight(id, account, minute)) past.push({ account, minute });
      this.#behind.found(cluster.id, backcast);
      this.#panels.add(cluster.id, Math.floor(cluster.born_at / MINUTE), cluster.origin, past);
      // A restart hears of the last full generation and what came after: what came before it must be in a snapshot.
      this.#snapshotDue = true;
    }
  }

  /** Answers with the alerts that go on under another cluster. */
  async #recast({ generation, backcast }: Arrival): Promise<Alert[]> {
    const { clusters, manifest } = generation;
    await inSteps(this.#nearness.replace(clusters.map((cluster) => [cluster.id, centroidOf(cluster)])));
    const history = this.#behind.history(backcast, manifest);
    const request = {
      clusters: clusters.map(({ id, born_at, origin }) => ({
        id,
        bornMinute: Math.floor(born_at / MINUTE),
        origin,
      })),
      history,
      until: this.#panels.book.closed ?? Math.floor(manifest.event_time / MINUTE) - 1,
      accountsCap: this.#deps.settings.accountsCap,
    };
    const known = new Set(manifest.clusters.filter((id) => this.#panels.book.has(id)));
    const met = await inSteps(this.#panels.recast(request, this.#generation === 0));
    await this.#counts.relabel(met, manifest.clusters);
    await this.#behind.recast(history, manifest.event_time, manifest.clusters, known);
    this.#snapshotDue = true;
    const { closed } = this.#panels.book;
    const now = (closed === null ? 0 : closed + 1) * MINUTE;
    return this.#alerting.settle(manifest.clusters, manifest.relations, now);
  }

  /** Nothing may be counted until the last part is taken. */
  *#snapshot(offset: number): Generator<SnapshotPart> {
    const head = {
      offset,
      generation: this.#generation,
      sources: this.#watermarks.state(),
      alerts: this.#alerting.state(),
      report: this.#reporter.state(),
      panels: this.#panels.state(),
    };
    yield { kind: 'head', value: head };
    for (const value of this.#panels.snapshot()) yield { kind: 'book', value };
    yield* this.#counts.snapshot();
    for (const value of this.#nearness.chunks()) yield { kind: 'nearness', value };
    yield* this.#behind.snapshot();
  }

  #load({ head, book, accounts, placements, weights, nearness, ...behind }: DetectSnapshot): void {
    this.#generation = head.generation;
    this.#watermarks.restore(head.sources, this.#deps.clock.elapsed());
    this.#alerting.restore(head.alerts);
    this.#tally.tellOpen();
    this.#reporter.restore(head.report);
    this.#panels.restore(head.panels, book);
    for (const chunk of nearness) this.#nearness.restore(chunk);
    this.#counts.restore({ accounts, placements, weights });
    this.#behind.restore(behind);
  }
}
