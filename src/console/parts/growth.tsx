import { times } from '../state/format.ts';

type GrowthProps = { ratio: number | null; low: number | null };

/** The bound that ranks, and the estimate it belongs to. */
export function Growth({ ratio, low }: GrowthProps) {
  if (ratio === null || low === null) {
    return (
      <span className="faint" title="Not tested yet">
        –
      </span>
    );
  }
  const level = low >= 2 ? 'strong' : low >= 1.2 ? 'clear' : 'none';
  const title = `${times(ratio)} what is expected; 95% sure of at least ${times(low)}`;
  return (
    <span className={`growth ${level}`} title={title}>
      <b>≥{times(low)}</b>
      <small>{times(ratio)}</small>
    </span>
  );
}
