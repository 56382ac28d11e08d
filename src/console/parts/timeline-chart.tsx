import { type PointerEvent, useMemo, useState } from 'react';
import type { TimelinePoint } from '../../domain/view.ts';
import { useWidth } from '../hooks/use-width.ts';
import { barsPath, hourly, niceTicks, round, timeTicks } from '../state/chart.ts';
import { clockTime, count, day, figure, total } from '../state/format.ts';
import { Choice } from './choice.tsx';
import { TimelineTable } from './timeline-table.tsx';

const RANGES = { h48: '2 days', d7: '7 days', d28: '28 days' } as const;
const HOURS: Readonly<Record<keyof typeof RANGES, number>> = { h48: 48, d7: 168, d28: 672 };

const HEIGHT = 180;
const LEFT = 36;
const BOTTOM = 22;
const TOP = 8;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type TimelineChartProps = { timeline: readonly TimelinePoint[]; now: number };

/** Conversations as bars, accounts and expected accounts as lines, an hour each. */
export function TimelineChart({ timeline, now }: TimelineChartProps) {
  const [range, setRange] = useState<keyof typeof RANGES>('h48');
  const [picked, setPicked] = useState<number | null>(null);
  const [frame, width] = useWidth<HTMLDivElement>(560);
  // The hour that is filling; at its very beginning that is still the one before.
  const hour = Math.floor((now - 1) / HOUR) * HOUR;
  const points = useMemo(() => hourly(timeline, hour, HOURS[range]), [timeline, hour, range]);
  const step = Math.max(0.1, (width - LEFT) / points.length);
  const pick = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const i = Math.floor((x - LEFT) / step);
    setPicked(i >= 0 && i < points.length ? i : null);
  };
  const shown = (picked === null ? undefined : points[picked]) ?? points.at(-1);
  return (
    <section className="timeline">
      <div className="timeline-head">
        <h3>Per hour</h3>
        <Choice label="Show the last" options={RANGES} value={range} onChoose={setRange} />
      </div>
      <Readout point={shown} now={now} />
      <div ref={frame}>
        <svg
          width={width}
          height={HEIGHT + BOTTOM + TOP}
          role="img"
          onPointerMove={pick}
          onPointerLeave={() => setPicked(null)}
        >
          <title>Conversations and accounts per hour; the figures are in the table below</title>
          <g transform={`translate(0 ${TOP})`}>
            <Plot points={points} step={step} width={width} picked={picked} />
          </g>
        </svg>
      </div>
      <TimelineTable points={points} />
    </section>
  );
}

/** The legend, with the figures of the hour under the pointer, else of the last. */
function Readout({ point, now }: { point: TimelinePoint | undefined; now: number }) {
  if (point === undefined) return null;
  return (
    <p className="readout">
      <span className="readout-when">
        {day(point.at)}, {clockTime(point.at)}–{clockTime(Math.min(point.at + HOUR, now))}
      </span>
      <span className="key conversations">
        conversations <b>{total(point.conversations, point.error)}</b>
      </span>
      <span className="key accounts">
        new accounts <b>{count(point.accounts)}</b>
      </span>
      <span className="key expected">
        expected <b>{figure(point.expected)}</b>
      </span>
    </p>
  );
}

type PlotProps = { points: readonly TimelinePoint[]; step: number; width: number; picked: number | null };

function Plot({ points, step, width, picked }: PlotProps) {
  const most = Math.max(...points.map((p) => Math.max(p.conversations, p.accounts, p.expected)));
  const ticks = niceTicks(most, 4);
  const max = ticks.at(-1) ?? 1;
  const y = (value: number): number => round(HEIGHT - (value / max) * HEIGHT);
  const x = (i: number): number => round(LEFT + (i + 0.5) * step);
  // The last hour is still filling: as the end of a line it would look like a fall.
  const complete = points.slice(0, -1);
  const line = (of: (point: TimelinePoint) => number): string =>
    complete.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(of(point))}`).join('');
  const bars = { x: LEFT, step, gap: Math.min(2, step / 4), height: HEIGHT };
  const counts = points.map((point) => point.conversations);
  const filling = { ...bars, x: LEFT + complete.length * step };
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick} className="grid">
          <path d={`M${LEFT} ${y(tick)}H${width}`} />
          <text x={LEFT - 6} y={y(tick)} dy="0.32em" textAnchor="end">
            {count(tick)}
          </text>
        </g>
      ))}
      {picked !== null && (
        <rect className="picked" x={LEFT + picked * step} y={0} width={step} height={HEIGHT} />
      )}
      <path className="conversations" d={barsPath(counts.slice(0, -1), max, bars)} />
      <path className="filling" d={barsPath(counts.slice(-1), max, filling)} />
      <path className="expected" d={line((point) => point.expected)} />
      <path className="accounts" d={line((point) => point.accounts)} />
      <TimeAxis points={points} step={step} width={width} />
    </>
  );
}

function TimeAxis({ points, step, width }: Omit<PlotProps, 'picked'>) {
  const from = points[0]?.at ?? 0;
  const to = points.at(-1)?.at ?? 0;
  return timeTicks(from, to, 7).map((at) => {
    const x = round(LEFT + ((at - from) / HOUR) * step);
    return (
      <g key={at} className="grid">
        <path d={`M${x} ${HEIGHT}v4`} />
        <text x={x} y={HEIGHT + 16} textAnchor={x > width - 24 ? 'end' : 'middle'}>
          {at % DAY === 0 ? day(at) : clockTime(at)}
        </text>
      </g>
    );
  });
}
