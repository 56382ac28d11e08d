import { useMemo, useState } from 'react';
import type { AlertView } from '../../domain/view.ts';
import { isOpen, newestFirst } from '../state/ranking.ts';
import { AlertCard } from './alert-card.tsx';
import { Choice } from './choice.tsx';

const CHOICES = { all: 'All', open: 'Open' } as const;

type AlertFeedProps = {
  alerts: ReadonlyMap<string, AlertView>;
  known: boolean;
  news: readonly string[];
  now: number | null;
  firing: number;
};

export function AlertFeed({ alerts, known, news, now, firing }: AlertFeedProps) {
  const [choice, setChoice] = useState<keyof typeof CHOICES>('all');
  const listed = useMemo(() => {
    const list = newestFirst(alerts.values());
    return choice === 'open' ? list.filter(isOpen) : list;
  }, [alerts, choice]);
  return (
    <section className="alerts panel" aria-labelledby="alerts-title">
      <div className="panel-head">
        <h2 id="alerts-title">
          Alerts {firing > 0 ? <span className="total firing">{firing} firing</span> : null}
        </h2>
        <Choice label="Show" options={CHOICES} value={choice} onChoose={setChoice} />
      </div>
      <div className="scroll">
        {listed.length === 0 && (
          <p className="nothing">
            {known ? 'All quiet. Growth that stands out will be told here.' : 'Loading…'}
          </p>
        )}
        <ol className="alert-list">
          {listed.map((alert) => (
            <li key={alert.id}>
              <AlertCard alert={alert} now={now} lit={news.includes(alert.id)} />
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
