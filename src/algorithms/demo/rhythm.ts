import { DAY, HOUR } from '../../domain/ids.ts';
import { hashUnit } from '../hash.ts';
import type { Habit } from './topic.ts';

const TURN = 2 * Math.PI;
/** Daily swing of all traffic: 1 ± this. */
const SWING = 0.42;
const BUSIEST_HOUR = 15.5;
const WEEKEND = 0.78;
/** Keeps the mean over a week at 1. */
const WEEK_MEAN = (5 + 2 * WEEKEND) / 7;
const DRIFT = 0.12;

/** Traffic relative to its mean, by hour and weekday in UTC. */
export function trafficLevel(at: number): number {
  const hour = (at % DAY) / HOUR;
  const daily = 1 + SWING * Math.cos((TURN * (hour - BUSIEST_HOUR)) / 24);
  return (daily * (isWeekend(at) ? WEEKEND : 1)) / WEEK_MEAN;
}

/** How much more than usual a topic is asked about: its habit, and a slow wave of its own (9 to 20 days). */
export function topicLevel(topic: string, habit: Habit, at: number): number {
  const unit = hashUnit(topic);
  const period = (9 + 11 * unit) * DAY;
  const drift = Math.exp(DRIFT * Math.sin(TURN * (at / period + 7 * unit)));
  return drift * habitLevel(habit, at);
}

function habitLevel(habit: Habit, at: number): number {
  const hour = (at % DAY) / HOUR;
  const weekend = isWeekend(at);
  switch (habit) {
    case 'office':
      return (weekend ? 0.75 : 1.08) * (1 + 0.15 * Math.cos((TURN * (hour - 14)) / 24));
    case 'school':
      return 1 + 0.18 * Math.cos((TURN * (hour - 18)) / 24);
    case 'evening':
      return (weekend ? 1.15 : 0.95) * (1 + 0.15 * Math.cos((TURN * (hour - 21)) / 24));
    case 'any':
      return 1;
  }
}

/** Saturday and Sunday, UTC; 1970 began on a Thursday. */
function isWeekend(at: number): boolean {
  const day = (Math.floor(at / DAY) + 4) % 7;
  return day === 0 || day === 6;
}
