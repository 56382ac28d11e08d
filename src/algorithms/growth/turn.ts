import { BLOCK, type Traffic } from './traffic.ts';

export const DAY_BLOCKS = 288;
/** Blocks kept out of the baselines. */
export const GUARD = 12;
/** Age, in blocks, from which expectations are trusted. */
export const SETTLED = 3 * DAY_BLOCKS;

/** What all series share when a block begins. */
export type BlockTurn = {
  readonly block: number;
  /** The block that now leaves the guard. */
  readonly enters: number;
  readonly entersHour: number;
  readonly entersWeekend: number;
  /** Traffic of the 12 blocks up to `enters`, oldest first. */
  readonly hourTotals: Float64Array;
  readonly entersTotal: number;
  /** Traffic that came too late for its own block. */
  readonly late: number;
  /** The two hour bins around the middle of the block and the weight of the second. */
  readonly bins: readonly [number, number];
  readonly blend: number;
  readonly weekend: number;
  readonly priorShare: number;
  /** The stream is known well enough to tell a surge from its usual traffic. */
  readonly settled: boolean;
};

/** What a turn is made of besides the traffic. */
export type TurnFacts = {
  /** Traffic that came too late for its own block. */
  readonly late: number;
  readonly priorShare: number;
  /** First minute of the stream. */
  readonly first: number;
};

export function turnBlock(block: number, traffic: Traffic, facts: TurnFacts): BlockTurn {
  const enters = block - GUARD - 1;
  const hourTotals = Float64Array.from({ length: 12 }, (_, i) => traffic.block(enters - 11 + i));
  const middle = ((block % DAY_BLOCKS) + 0.5) / 12 - 0.5;
  const bin = Math.floor(middle);
  return {
    block,
    enters,
    entersHour: Math.floor(enters / 12) % 24,
    entersWeekend: weekend(enters),
    hourTotals,
    entersTotal: hourTotals[11] ?? 0,
    late: facts.late,
    bins: [(bin + 24) % 24, (bin + 1) % 24],
    blend: middle - bin,
    weekend: weekend(block),
    priorShare: facts.priorShare,
    settled: block - Math.floor(facts.first / BLOCK) > SETTLED,
  };
}

/** 1 on Saturday and Sunday, UTC. Day 0 of 1970 was a Thursday. */
function weekend(block: number): number {
  return (Math.floor(block / DAY_BLOCKS) + 3) % 7 >= 5 ? 1 : 0;
}
