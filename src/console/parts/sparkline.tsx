import { memo } from 'react';
import { barsPath } from '../state/chart.ts';
import { count } from '../state/format.ts';

type SparklineProps = {
  /** Per quarter hour, oldest first; the last is still filling. */
  values: readonly number[];
  /** What is counted. */
  of: string;
  width: number;
  height: number;
};

const hours = (quarters: number): string => `${Math.round(quarters / 4)} h`;

export const Sparkline = memo(function Sparkline({ values, of, width, height }: SparklineProps) {
  const max = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  const complete = values.length - 1;
  const box = { step, gap: Math.min(1, step / 3), height };
  const label = `${of}, last ${hours(values.length)} by quarter hour, at most ${count(max)} in one`;
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img">
      <title>{label}</title>
      <path className="base" d={`M0 ${height - 0.5}H${width}`} />
      <path className="bars" d={barsPath(values.slice(0, complete), max, { ...box, x: 0 })} />
      <path className="filling" d={barsPath(values.slice(complete), max, { ...box, x: complete * step })} />
    </svg>
  );
});
