import type { AlertView, ClusterView } from '../../domain/view.ts';

export function StateBadge({ state }: { state: AlertView['state'] }) {
  return <span className={`badge state-${state}`}>{state}</span>;
}

export function SilencedBadge() {
  return (
    <span className="badge is-silenced" title="Nobody is told of its alerts">
      silenced
    </span>
  );
}

export function NewBadge() {
  return (
    <span className="badge is-new" title="Born less than a day ago">
      new
    </span>
  );
}

/** Mean concern of the members, 1 benign to 5 immediate review. */
export function Concern({ concern }: { concern: ClusterView['concern'] }) {
  if (concern === null) return <span className="faint">–</span>;
  const level = concern >= 3.5 ? 'high' : concern >= 2.5 ? 'raised' : 'low';
  return (
    <span className={`concern ${level}`} title="Mean concern: 1 benign, 5 immediate review">
      {concern.toFixed(1)}
    </span>
  );
}
