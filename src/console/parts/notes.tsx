import type { Pulse } from '../../domain/view.ts';
import { clockTime, day, span } from '../state/format.ts';
import type { ConsoleState } from '../state/state.ts';
import { Moment } from './moment.tsx';

type NotesProps = { pulse: Pulse | null; connection: ConsoleState['connection'] };

/** What the reader must know before trusting the figures. */
export function Notes({ pulse, connection }: NotesProps) {
  if (pulse === null) {
    if (connection !== 'lost') return null;
    return (
      <ul className="notes">
        <li className="bad">The server cannot be reached; trying again every few seconds.</li>
      </ul>
    );
  }
  const { muted_until: muted, now, problems, llm } = pulse;
  const isMuted = muted !== null && muted > now;
  return (
    <ul className="notes">
      {connection === 'lost' && (
        <li className="bad">
          Connection lost. The figures are those of <Moment at={now} now={null} /> UTC; reconnecting.
        </li>
      )}
      {problems.map((problem) => (
        <li className="bad" key={problem}>
          {problem}
        </li>
      ))}
      {llm.failing && (
        <li className="bad">The language model cannot be reached; summaries and names wait for it.</li>
      )}
      {isMuted && (
        <li className="warn">
          Growth alerts are muted until {day(muted)}, {clockTime(muted)} UTC: {span(muted - now)} of history
          are still to be learned.
        </li>
      )}
      {pulse.summarizer === 'offline' && (
        <li className="info">
          Summaries are made offline, without Claude: names are distinctive terms, not sentences.
        </li>
      )}
    </ul>
  );
}
