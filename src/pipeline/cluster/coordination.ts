/** Coordination of clusters, from the panel of the window: of others only outliers are there, and shares would be of those. */
import { evenRows } from '../../algorithms/coordination/even.ts';
import {
  type FirstHome,
  figuresOf,
  type Row,
  togetherInAll,
  usualOf,
} from '../../algorithms/coordination/figures.ts';
import { type Figures, scoreOf } from '../../algorithms/coordination/score.ts';
import { giveWay, inPieces, inSteps } from '../../algorithms/give-way.ts';
import type { Usual } from '../../domain/coordination.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import { membersNow, type Thresholds } from './label.ts';
import type { Rebuilt } from './rebuild.ts';
import { titleOf } from './tree.ts';
import type { SampleWindow } from './window.ts';

/** Window slots looked at in one go. */
const PIECE = 2_000;

type Of = { readonly window: SampleWindow; readonly thresholds: Thresholds };
/** Clusters and their window slots. */
type Members = readonly { readonly id: string; readonly members: readonly number[] }[];

/**
 * All clusters, and what they are measured against: those that may be shown, as a median over few would else tell of one that may not.
 * O(window · log window), in pieces.
 * @param before what was usual, for when none may be shown
 */
export async function coordinationOfAll(
  of: Of,
  records: readonly ClusterRecord[],
  made: Pick<Rebuilt, 'slots'> & { readonly clusters: Members },
  before: Usual | null,
): Promise<{ clusters: ClusterRecord[]; usual: Usual | null }> {
  const together = await inSteps(togetherInAll(panelOf(of.window, made.slots)));
  const figures = await figuresOfEach(of, made.clusters, together);
  const shown = records.filter((record) => titleOf(record, of.thresholds) !== null);
  const measured = shown.flatMap(({ id }) => figures.get(id) ?? []);
  const usual = measured.length === 0 ? before : usualOf(together, measured, of.thresholds);
  return { clusters: scored(of, records, figures, usual), usual };
}

/** Some clusters of a patch, against what was usual at the last full generation. O(window + members · log members), in pieces. */
export async function coordinationOfSome(
  of: Of,
  records: readonly ClusterRecord[],
  clusters: Members,
  usual: Usual | null,
): Promise<ClusterRecord[]> {
  if (usual === null) return [...records];
  const together = { chance: usual.together, variance: usual.together_variance };
  return scored(of, records, await figuresOfEach(of, clusters, together), usual);
}

function scored(
  { thresholds }: Of,
  records: readonly ClusterRecord[],
  figures: ReadonlyMap<string, Figures>,
  usual: Usual | null,
): ClusterRecord[] {
  return records.map((record) => {
    const own = figures.get(record.id);
    const coordination =
      own === undefined || usual === null ? null : scoreOf(own, usual, thresholds.minAccounts);
    return { ...record, coordination };
  });
}

async function figuresOfEach(
  { window, thresholds }: Of,
  clusters: Members,
  together: { chance: number; variance: number },
): Promise<Map<string, Figures>> {
  const homes = await firstHomes(window, clusters);
  const figures = new Map<string, Figures>();
  for (const cluster of clusters) {
    const { id } = cluster;
    const rows = membersNow(window, cluster).flatMap((slot) => {
      const row = window.brief(slot);
      return row?.panel === true ? [{ ...row, ...window.keptBy(slot) }] : [];
    });
    if (rows.length < thresholds.minConversations) continue;
    figures.set(id, await inSteps(figuresOf(id, rows, evenRows(rows), homes, together)));
    await giveWay();
  }
  return figures;
}

/** Where accounts of these clusters were first seen in the window: a cluster, or null for an outlier. */
async function firstHomes(window: SampleWindow, clusters: Members): Promise<FirstHome> {
  const first = new Map<string, { at: number; conversation: number; cluster: string | null }>();
  const wanted = new Set<string>();
  const slots = clusters.flatMap(({ members }) => members);
  for await (const piece of inPieces(slots, PIECE))
    for (const slot of piece) wanted.add(window.brief(slot)?.account ?? '');
  for (const slot of window.slots()) {
    if (slot % PIECE === PIECE - 1) await giveWay();
    const member = window.brief(slot);
    if (member === undefined || !member.panel || !wanted.has(member.account)) continue;
    const { at, conversation } = member;
    const held = first.get(member.account);
    const earlier =
      held === undefined || at < held.at || (at === held.at && conversation < held.conversation);
    if (earlier) first.set(member.account, { at, conversation, cluster: window.cluster(slot) });
  }
  return (account) => first.get(account)?.cluster ?? null;
}

function* panelOf(
  window: SampleWindow,
  slots: readonly number[],
): Generator<{ row: Row; cluster: string | null }> {
  for (const slot of slots) {
    const member = window.brief(slot);
    if (member?.panel === true) yield { row: member, cluster: window.cluster(slot) };
  }
}
