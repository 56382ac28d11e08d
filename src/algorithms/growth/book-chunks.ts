import { type BookState, openMinute, widen } from './book-state.ts';
import { decodeSlots, encodeSlots } from './columns.ts';
import type { Newborn } from './newborn.ts';
import type { LearnedState } from './priors.ts';

/** Parts of a snapshot, each plain JSON: one head, and series by the 256 (670 KB of text). */
export type HeadChunk = {
  readonly kind: 'head';
  readonly first: number | null;
  readonly closed: number | null;
  readonly late: number;
  readonly traffic: string;
  /** Traffic as it is told; none in snapshots of before. */
  readonly told?: string;
  readonly learned: LearnedState;
  readonly newborns: readonly { readonly slot: number; readonly newborn: Newborn }[];
  readonly open: readonly {
    readonly minute: number;
    readonly outliers: number;
    /** Slots with counts: slot, conversations, new accounts. */
    readonly counts: readonly (readonly [number, number, number])[];
  }[];
};
export type SeriesChunk = {
  readonly kind: 'series';
  readonly from: number;
  /** Cluster by slot; null: a free one. */
  readonly ids: readonly (string | null)[];
  readonly baseline: Readonly<Record<string, string>>;
  readonly surge: Readonly<Record<string, string>>;
};
export type BookChunk = HeadChunk | SeriesChunk;

const SLOTS = 256;

export function encodeBook(state: BookState): BookChunk[] {
  const chunks: BookChunk[] = [encodeHead(state)];
  for (let from = 0; from < state.ids.length; from += SLOTS) {
    const to = Math.min(from + SLOTS, state.ids.length);
    chunks.push({
      kind: 'series',
      from,
      ids: state.ids.slice(from, to),
      baseline: encodeSlots(state.baseline, state.capacity, from, to),
      surge: encodeSlots(state.surge, state.capacity, from, to),
    });
  }
  return chunks;
}

function encodeHead(state: BookState): HeadChunk {
  return {
    kind: 'head',
    first: state.first,
    closed: state.closed,
    late: state.late,
    traffic: state.traffic.encode(),
    told: state.told.encode(),
    learned: state.priors.state(),
    newborns: [...state.newborns].map(([slot, newborn]) => ({ slot, newborn: { ...newborn } })),
    open: [...state.open].map(([minute, counts]) => ({
      minute,
      outliers: counts.outliers,
      counts: [...state.slots.values()]
        .map((slot): [number, number, number] => [slot, counts.n[slot] ?? 0, counts.a[slot] ?? 0])
        .filter(([, n, a]) => n !== 0 || a !== 0),
    })),
  };
}

/** Takes in one chunk of a snapshot, into an empty state. The order of chunks does not matter. */
export function decodeBook(state: BookState, chunk: BookChunk): void {
  if (chunk.kind === 'head') decodeHead(state, chunk);
  else decodeSeries(state, chunk);
}

function decodeHead(state: BookState, head: HeadChunk): void {
  state.first = head.first;
  state.closed = head.closed;
  state.late = head.late;
  state.traffic.decode(head.traffic);
  state.told.decode(head.told ?? head.traffic);
  state.priors.set(head.learned);
  for (const { slot, newborn } of head.newborns) state.newborns.set(slot, { ...newborn });
  for (const { minute, outliers, counts } of head.open) {
    for (const [slot] of counts) widen(state, slot + 1);
    const open = openMinute(state, minute);
    open.outliers = outliers;
    for (const [slot, n, a] of counts) {
      open.n[slot] = n;
      open.a[slot] = a;
    }
  }
}

function decodeSeries(state: BookState, chunk: SeriesChunk): void {
  const to = chunk.from + chunk.ids.length;
  widen(state, to);
  while (state.ids.length < to) state.ids.push(null);
  for (const [i, cluster] of chunk.ids.entries()) {
    state.ids[chunk.from + i] = cluster;
    if (cluster !== null) state.slots.set(cluster, chunk.from + i);
  }
  state.live = null;
  const { counts = '' } = chunk.baseline;
  decodeSlots(state.baseline, state.capacity, chunk.from, to, { told: counts, ...chunk.baseline });
  decodeSlots(state.surge, state.capacity, chunk.from, to, chunk.surge);
}
