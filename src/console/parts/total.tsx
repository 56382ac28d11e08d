import { total } from '../state/format.ts';

/** A number of conversations, with its standard error where accounts are sampled. */
export function Total({ of, error }: { of: number; error: number | undefined }) {
  const isEstimate = error !== undefined && error > 0;
  return (
    <span
      className="total"
      title={isEstimate ? 'An estimate from a sample of accounts, ± its standard error' : undefined}
    >
      {total(of, error)}
    </span>
  );
}
