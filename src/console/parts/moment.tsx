import { clockTime, localTime, when } from '../state/format.ts';

type MomentProps = {
  at: number;
  /** Event time now; without it the time of day alone is written. */
  now: number | null;
};

/** A time in UTC; the reader's own shows on hovering. */
export function Moment({ at, now }: MomentProps) {
  return (
    <time dateTime={new Date(at).toISOString()} title={localTime(at)}>
      {now === null ? clockTime(at) : when(at, now)}
    </time>
  );
}
