/** Scales and shapes of the small charts. Pure; lengths in CSS pixels. */
import type { TimelinePoint } from '../../domain/view.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Bars of equal width from the bottom, as one SVG path; zero is drawn as nothing. */
export function barsPath(
  values: readonly number[],
  max: number,
  box: { x: number; step: number; gap: number; height: number },
): string {
  const scale = max > 0 ? box.height / max : 0;
  const width = round(Math.max(0.5, box.step - box.gap));
  let path = '';
  for (const [i, value] of values.entries()) {
    if (value <= 0) continue;
    // At least one pixel: one conversation must not look like none.
    const height = round(Math.max(1, value * scale));
    path += `M${round(box.x + i * box.step)} ${box.height}v${-height}h${width}v${height}z`;
  }
  return path;
}

export const round = (x: number): number => Math.round(x * 100) / 100;

/** Up to `wanted` + 1 even steps from 0 that reach `max`. */
export function niceTicks(max: number, wanted: number): number[] {
  if (!(max > 0)) return [0, 1];
  const raw = max / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const whole = Math.max(1, step);
  const ticks = [0];
  while ((ticks.at(-1) ?? 0) < max) ticks.push(round((ticks.at(-1) ?? 0) + whole));
  return ticks;
}

/** Every hour of the last `hours` up to the hour of `now`; hours that nothing is known of are empty. */
export function hourly(timeline: readonly TimelinePoint[], now: number, hours: number): TimelinePoint[] {
  const last = Math.floor(now / HOUR) * HOUR;
  const known = new Map(timeline.map((point) => [point.at, point]));
  return Array.from({ length: hours }, (_, i) => {
    const at = last - (hours - 1 - i) * HOUR;
    return known.get(at) ?? { at, conversations: 0, accounts: 0, expected: 0 };
  });
}

/** Moments to write under the time axis: midnights, or hours when there is room for them. */
export function timeTicks(from: number, to: number, wanted: number): number[] {
  const steps = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
  const step = steps.find((candidate) => (to - from) / candidate <= wanted) ?? 7 * DAY;
  const first = Math.ceil(from / step) * step;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}
