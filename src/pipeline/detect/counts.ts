/** What assignments say, counted: per cluster and minute, each conversation and each account where it is new once. */
import { inSteps } from '../../algorithms/give-way.ts';
import { AccountWindow } from '../../algorithms/growth/account-window.ts';
import { OUTLIERS } from '../../algorithms/growth/recast.ts';
import type { AssignmentBatch } from '../../domain/assignment.ts';
import { MINUTE } from '../../domain/ids.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Behind } from './behind.ts';
import type { Panels } from './panels.ts';
import { type Placement, Placements } from './placements.ts';
import type { Reporter } from './report.ts';
import type { DetectSnapshot, SnapshotPart } from './state.ts';
import { type TotalErrors, Weights } from './weights.ts';

/** Conversations whose place is remembered. */
const PLACEMENTS = 500_000;

type CountsDeps = {
  readonly space: string;
  readonly accountsCap: number;
  readonly panels: Panels;
  readonly reporter: Reporter;
  readonly behind: Behind;
  readonly telemetry: Pick<Telemetry, 'capped'>;
};

export class Counts {
  readonly #deps: CountsDeps;
  readonly #placements: Placements;
  readonly #weights = new Weights();
  #accounts: AccountWindow;
  #late = 0;

  constructor(deps: CountsDeps) {
    this.#deps = deps;
    this.#placements = new Placements(deps.space, PLACEMENTS);
    this.#accounts = new AccountWindow(deps.accountsCap);
  }

  /** Accounts of a cluster in the last day. */
  accounts(cluster: string): number {
    return this.#accounts.accounts(cluster);
  }

  take(rows: AssignmentBatch): void {
    const { panels, reporter, behind } = this.#deps;
    for (const [i, at] of rows.at.entries()) {
      const minute = Math.floor(at / MINUTE);
      const named = rows.cluster[i] ?? null;
      const cluster = named !== null && panels.book.has(named) ? named : null;
      const account = rows.account[i] ?? '';
      const weight = rows.weight[i] ?? 1;
      const conversation = rows.conversation[i] ?? '';
      const before = this.#placements.move(conversation, cluster, minute);
      if (before !== null && before.cluster === cluster) continue;
      if (before !== null) {
        behind.takeBack(conversation, cluster);
        this.#takeBack(before, account, weight);
      }
      const isNew = this.#accounts.sight(cluster ?? OUTLIERS, account, minute);
      const verdict = panels.observe(cluster, minute, 1, isNew ? 1 : 0, account);
      reporter.count(cluster, minute, verdict === 'late', before === null, weight);
      this.#weights.count(cluster, account, minute, weight);
      if (verdict === 'late') this.#late++;
      behind.note(rows, i, cluster, isNew);
    }
  }

  /** Conversations that came too late, since this was asked last. */
  takeLate(): number {
    const late = this.#late;
    this.#late = 0;
    return late;
  }

  /** Whether an account is new in a cluster. */
  sight(cluster: string, account: string, minute: number): boolean {
    return this.#accounts.sight(cluster, account, minute);
  }

  advance(minute: number): void {
    this.#accounts.advance(minute);
  }

  /** Of a minute that closes: how far off its totals may be, as conversations stand for others. */
  errors(minute: number): TotalErrors | null {
    return this.#weights.close(minute);
  }

  /** After a rebuild: who was met where by its labels, and, where its past does not know them, by what was known before. */
  async relabel(met: AccountWindow, clusters: readonly string[]): Promise<void> {
    const alive = new Set([OUTLIERS, ...clusters]);
    await inSteps(met.carryOver(this.#accounts, (id) => alive.has(id)));
    this.#accounts = met;
  }

  measure(): void {
    const { telemetry, accountsCap } = this.#deps;
    telemetry.capped('account-window', this.#accounts.size, accountsCap);
    telemetry.capped('placements', this.#placements.size, PLACEMENTS);
  }

  *snapshot(): Generator<SnapshotPart> {
    for (const value of this.#accounts.snapshot()) yield { kind: 'accounts', value };
    for (const value of this.#placements.chunks()) yield { kind: 'placements', value };
    for (const value of this.#weights.chunks()) yield { kind: 'weights', value };
  }

  restore({
    accounts,
    placements,
    weights,
  }: Pick<DetectSnapshot, 'accounts' | 'placements' | 'weights'>): void {
    for (const chunk of weights) this.#weights.restore(chunk, this.#deps.panels.book.closed);
    for (const chunk of accounts) this.#accounts.restore(chunk);
    for (const chunk of placements) this.#placements.restore(chunk);
  }

  /** A longer snapshot moved a conversation elsewhere: it no longer counts where it was, nor does its account if it had no other there. */
  #takeBack({ cluster, minute }: Placement, account: string, weight: number): void {
    const { panels, reporter } = this.#deps;
    const { book } = panels;
    reporter.takeBack(cluster, minute, weight);
    this.#weights.takeBack(cluster, account, minute, weight);
    // Of one that is gone there is no series.
    if (cluster !== null && !book.has(cluster)) return;
    const unmet = this.#accounts.unsight(cluster ?? OUTLIERS, account);
    const open = book.closed === null || minute > book.closed;
    if (open || unmet) panels.observe(cluster, minute, open ? -1 : 0, unmet ? -1 : 0, account);
  }
}
