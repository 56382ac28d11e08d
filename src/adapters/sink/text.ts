/** An alert in words, shared by the sinks that people read. */
import type { Shift } from '../../domain/alert.ts';
import type { AlertView } from '../../domain/view.ts';

/** What grows, by its name once it may be shown. Control characters could move a terminal's cursor or forge a line. */
export function subjectOf(alert: AlertView): string {
  return alert.name === null
    ? `Cluster ${alert.cluster} (no name to show)`
    : `“${alert.name.replace(/\p{Cc}/gu, ' ')}”`;
}

export function summaryOf(alert: AlertView): string {
  const what = alert.kind === 'new' ? 'is a new topic' : 'is surging';
  return `${subjectOf(alert)} ${what}: ${figuresOf(alert)}`;
}

export function figuresOf(alert: AlertView): string {
  const { observed, expected, ratio, ratio_low, window_minutes } = alert;
  if (isMasked(alert)) {
    // Rounded down: of a ratio below one nothing is known.
    const surely = ratio_low >= 1 ? `, surely above ×${tidy(ratio_low)}` : '';
    return `${roughly(observed)} accounts in ${window_minutes} min${surely}`;
  }
  const observation = `${observed} accounts in ${window_minutes} min`;
  return `${observation}, ${tidy(expected)} expected (×${tidy(ratio)}, surely above ×${tidy(ratio_low)})`;
}

export function extentOf(alert: AlertView): string {
  const { accounts, conversations, top_account_share: top, pattern } = alert;
  if (isMasked(alert)) {
    return `${roughly(accounts)} accounts and ${roughly(conversations)} conversations since onset`;
  }
  const busiest = top === null ? '' : `, busiest account ${Math.round(top * 100)}%`;
  return `${accounts} accounts and ${conversations} conversations since onset${busiest}, ${pattern}`;
}

/** One line on what is different about the growth; null: nothing surely is, or it may not be said. */
export function shiftsOf({ kind, shifted }: AlertView): string | null {
  if (shifted.length === 0) return null;
  const [what, against] = kind === 'new' ? ['what stands out', 'elsewhere'] : ['what shifted', 'before'];
  return `${what}: ${shifted.map((shift) => shiftOf(shift, against)).join('; ')}`;
}

/** language hi 62%, ×4.1 (2.6–6.3) */
function shiftOf({ facet, value, share, ratio, low, high }: Shift, against: string): string {
  const what = `${facet} ${value.replace(/\p{Cc}/gu, ' ')} ${Math.round(share * 100)}%`;
  if (ratio === null) return `${what}, hardly any ${against} (at least ×${rough(low)})`;
  const range = high === null ? `at least ${rough(low)}` : `${rough(low)}–${rough(high)}`;
  return `${what}, ×${rough(ratio)} (${range})`;
}

/** Of what may not be shown the figures are rounded to tens. */
const isMasked = (alert: AlertView): boolean => alert.name === null;

const roughly = (n: number): string => (n === 0 ? 'a few' : `about ${n}`);

/** At most three digits that matter. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Two digits; three next to 1, which a bound must not seem to be. */
function rough(ratio: number): string {
  return String(Number(ratio.toPrecision(Math.abs(ratio - 1) < 0.05 ? 3 : 2)));
}
