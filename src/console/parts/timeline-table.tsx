import { useState } from 'react';
import type { TimelinePoint } from '../../domain/view.ts';
import { clockTime, count, day, figure, total } from '../state/format.ts';

/** The figures behind the chart, newest first; drawn only when asked for. */
export function TimelineTable({ points }: { points: readonly TimelinePoint[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="timeline-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Figures</summary>
      {open && (
        <table>
          <thead>
            <tr>
              <th scope="col">Hour (UTC)</th>
              <th scope="col">Conversations</th>
              <th scope="col">New accounts</th>
              <th scope="col">Expected accounts</th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.at}>
                <th scope="row">
                  {day(point.at)}, {clockTime(point.at)}
                </th>
                <td className="number">{total(point.conversations, point.error)}</td>
                <td className="number">{count(point.accounts)}</td>
                <td className="number">{figure(point.expected)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
