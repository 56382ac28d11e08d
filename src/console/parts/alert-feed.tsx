import { useMemo, useState } from 'react';
import type { AlertView } from '../../domain/view.ts';
import { count } from '../state/format.ts';
import { byIncident, type Incident, isOpen, newestFirst } from '../state/ranking.ts';
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
  const incidents = useMemo(() => {
    const list = newestFirst(alerts.values());
    return byIncident(choice === 'open' ? list.filter(isOpen) : list);
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
        {incidents.length === 0 && (
          <p className="nothing">
            {known ? 'All quiet. Growth that stands out will be told here.' : 'Loading…'}
          </p>
        )}
        <ol className="alert-list">
          {incidents.map((incident) => (
            <li key={incident.first.id}>
              <AlertCard alert={incident.first} now={now} lit={news.includes(incident.first.id)} />
              {incident.more.length > 0 && <More incident={incident} now={now} news={news} />}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** Alerts about clusters near the first one's, at the same time: one event. */
function More({ incident, now, news }: { incident: Incident; now: number | null; news: readonly string[] }) {
  const { more } = incident;
  const open = more.filter(isOpen).length;
  const lit = more.some(({ id }) => news.includes(id));
  return (
    <details className={lit ? 'incident lit' : 'incident'}>
      <summary>
        {count(more.length)} more {more.length === 1 ? 'alert' : 'alerts'} of the same incident
        {open > 0 && <span className="firing">{count(open)} open</span>}
      </summary>
      <ol className="alert-list">
        {more.map((alert) => (
          <li key={alert.id}>
            <AlertCard alert={alert} now={now} lit={news.includes(alert.id)} />
          </li>
        ))}
      </ol>
    </details>
  );
}
