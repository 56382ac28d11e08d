/** Figures and times as people read them. Pure; times are UTC unless a name says otherwise. */
import type { ClusterView } from '../../domain/view.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 1,234; from 100,000 on 123.4K. */
export const count = (n: number): string => (n >= 100_000 ? short.format(n) : whole.format(n));

/** An estimate: as many digits as say something. */
export function figure(x: number): string {
  if (x >= 10) return count(x);
  return x >= 1 || x === 0 ? x.toFixed(1).replace(/\.0$/, '') : x.toFixed(2);
}

/** 3.9×, 12×; above a thousand no number means much. */
export function times(ratio: number): string {
  if (ratio >= 1_000) return '>999×';
  return `${ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1)}×`;
}

export const percent = (share: number): string =>
  share > 0 && share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`;
export const dollars = (amount: number): string =>
  amount > 0 && amount < 0.01 ? '<$0.01' : `$${amount.toFixed(2)}`;

/** 14:05 */
export const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dateFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** 1 Mar */
export const day = (ms: number): string => dayFormat.format(ms);
/** Sun, 1 Mar 2026 */
export const date = (ms: number): string => dateFormat.format(ms);

/** Just the time within a day of `now`, else with the day. */
export const when = (ms: number, now: number): string =>
  Math.abs(now - ms) < DAY / 2 ? clockTime(ms) : `${day(ms)}, ${clockTime(ms)}`;

/** The reader's own time. */
export const localTime = (ms: number): string =>
  `${new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })} (your time)`;

/** 45 s, 12 min, 3 h 20 min, 4 d 2 h */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return twoUnits(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  return twoUnits(Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h');
}

const twoUnits = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** `de` to German; what is no language tag stays as it is. */
export function language(tag: string): string {
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What a cluster is called when its name may not be shown. */
export function unnamed(visibility: ClusterView['visibility'], conversations: number): string {
  const size = conversations === 0 ? 'a few' : `about ${count(conversations)}`;
  return `${visibility === 'hidden' ? 'name withheld' : 'pending'} · ${size} conversations`;
}

/** Born less than a day ago, out of what fitted nowhere. */
export const isNewborn = (cluster: ClusterView, now: number): boolean =>
  cluster.origin === 'newborn' && now - cluster.born_at < DAY;

const FACET_TITLES: Readonly<Record<string, string>> = {
  languages: 'Languages',
  surfaces: 'Surfaces',
  flags: 'Flags',
  turns: 'Messages',
  tokens: 'Length in tokens',
  tools: 'Tools used',
  refusal: 'Refused',
};

/** A facet of the user's own by its id: `user_mood` gives `User mood`. */
export function facetTitle(id: string): string {
  const known = FACET_TITLES[id];
  if (known !== undefined) return known;
  const words = id.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
