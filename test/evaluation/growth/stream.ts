/**
 * A stream of conversations as growth detection meets it: a thousand clusters with daily and weekly cycles of their own, drift, bursts and over-dispersion.
 * Minutes count from a Monday, 00:00 UTC.
 */
import { seededRandom } from '../../../src/algorithms/random.ts';
import { normal, poisson, unitGamma } from '../../support/random-counts.ts';

export const DAY = 1_440;
export const DAYS = 28;
export const MINUTES = DAYS * DAY;
/** Minutes over which a cluster's latent share is constant. */
export const STEP = 15;
const STEPS = MINUTES / STEP;
/** First minute of the simulated stream, since 1970. */
export const EPOCH = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;

export type StreamOptions = {
  readonly seed: number;
  readonly clusters?: number;
  readonly conversationsAnHour?: number;
  /** From 10:00 of this day on, traffic doubles for a day, and every share is moved by exp(N(0, mixSd)). */
  readonly launch?: { readonly day: number; readonly mixSd: number };
};

export type Stream = {
  readonly clusters: number;
  /** New accounts a minute expected over all traffic. */
  readonly rate: Float64Array;
  /** Share of each cluster, row-major clusters × steps. */
  readonly shares: Float32Array;
  readonly bursty: readonly boolean[];
};

const CONVERSATIONS_AN_HOUR = 8_000;
export const PER_ACCOUNT = 1.8;

export function createStream(options: StreamOptions): Stream {
  const random = seededRandom(options.seed * 7_919 + 13);
  const clusters = options.clusters ?? 1_000;
  const bursty = Array.from({ length: clusters }, () => random() < 0.15);
  const shares = new Float32Array(clusters * STEPS);
  for (let c = 0; c < clusters; c++) fillShares(random, shares, c, bursty[c] ?? false, options);
  for (let i = 0; i < STEPS; i++) {
    let sum = 0;
    for (let c = 0; c < clusters; c++) sum += shares[c * STEPS + i]!;
    for (let c = 0; c < clusters; c++) shares[c * STEPS + i]! /= sum;
  }
  return { clusters, rate: accountRate(random, options), shares, bursty };
}

function accountRate(random: () => number, options: StreamOptions): Float64Array {
  const rate = new Float64Array(MINUTES);
  let noise = 0;
  let sum = 0;
  const keep = Math.exp(-STEP / 120);
  for (let t = 0; t < MINUTES; t++) {
    if (t % STEP === 0) noise = keep * noise + Math.sqrt(1 - keep * keep) * normal(random);
    const daily = 1 - 0.5 * Math.cos(2 * Math.PI * ((t % DAY) / DAY - 4 / 24));
    rate[t] = daily * weekendLevel(t) * Math.exp(0.05 * noise);
    sum += rate[t]!;
  }
  const anHour = options.conversationsAnHour ?? CONVERSATIONS_AN_HOUR;
  const scale = (anHour / 60 / PER_ACCOUNT) * (MINUTES / sum);
  for (let t = 0; t < MINUTES; t++) rate[t]! *= scale * launchFactor(t, options);
  return rate;
}

/** 0.65 at weekends, with two hours of passage on either side. */
function weekendLevel(t: number): number {
  const week = 7 * DAY;
  const at = t % week;
  const inside = Math.min(at - 5 * DAY, week - at);
  const outside = Math.min(5 * DAY - at, at);
  const depth = inside > -1 ? Math.min(1, 0.5 + inside / 240) : Math.max(0, 0.5 - outside / 240);
  return 1 - 0.35 * depth;
}

function launchFactor(t: number, { launch }: StreamOptions): number {
  if (launch === undefined) return 1;
  const since = t - launch.day * DAY - 600;
  if (since < 0 || since >= DAY + 30) return 1;
  return 1 + Math.min(1, since / 30, (DAY + 30 - since) / 30);
}

function fillShares(
  random: () => number,
  shares: Float32Array,
  cluster: number,
  bursty: boolean,
  { launch }: StreamOptions,
): void {
  const base = Math.log(1 / (cluster + 6));
  const amplitude = Math.abs(0.25 * normal(random));
  const phase = random();
  const weekend = 0.15 * normal(random);
  const drift = wander(random, 0.25, 10 * DAY);
  const short = wander(random, bursty ? 0.25 : 0.08, Math.exp(Math.log(180) + 0.5 * normal(random)));
  const shape = bursty ? 1 / 0.15 : 1 / 0.03;
  const moved = launch === undefined ? 0 : launch.mixSd * normal(random);
  for (let i = 0; i < STEPS; i++) {
    const t = (i + 0.5) * STEP;
    const since = launch === undefined ? -1 : t - launch.day * DAY - 600;
    const log =
      base +
      drift() +
      short() +
      amplitude * Math.cos(2 * Math.PI * (t / DAY - phase)) +
      weekend * (Math.floor(t / DAY) % 7 >= 5 ? 1 : -0.4) +
      (since >= 0 && since < DAY ? moved : 0);
    shares[cluster * STEPS + i] = Math.exp(log) * unitGamma(random, shape);
  }
}

/** Ornstein-Uhlenbeck process of mean 0 in steps of {@link STEP}. */
function wander(random: () => number, sd: number, minutes: number): () => number {
  const keep = Math.exp(-STEP / minutes);
  let x = normal(random);
  return () => {
    x = keep * x + Math.sqrt(1 - keep * keep) * normal(random);
    return sd * x;
  };
}

/** Expected new accounts of a cluster in a minute. */
export function intensity(stream: Stream, cluster: number, t: number): number {
  return stream.shares[cluster * STEPS + Math.floor(t / STEP)]! * stream.rate[t]!;
}

/** New accounts of every cluster, drawn minute by minute into `into`; answers with their sum. */
export function drawMinute(stream: Stream, random: () => number, t: number, into: Uint16Array): number {
  let total = 0;
  for (let c = 0; c < stream.clusters; c++) {
    const a = poisson(random, intensity(stream, c, t));
    into[c] = a;
    total += a;
  }
  return total;
}
