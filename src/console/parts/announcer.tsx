import { useEffect } from 'react';
import type { AlertView } from '../../domain/view.ts';
import { times } from '../state/format.ts';

/** How long an alert that began to fire stays lit. */
const LIT_MS = 12_000;

type AnnouncerProps = {
  news: readonly string[];
  alerts: ReadonlyMap<string, AlertView>;
  /** Must be stable. */
  onShown(ids: readonly string[]): void;
};

/** Says new alerts to a screen reader, and lets them count as shown after a while. */
export function Announcer({ news, alerts, onShown }: AnnouncerProps) {
  useEffect(() => {
    if (news.length === 0) return;
    const timer = setTimeout(() => onShown(news), LIT_MS);
    return () => clearTimeout(timer);
  }, [news, onShown]);
  return (
    <div className="unseen" aria-live="assertive">
      {news.map((id) => {
        const alert = alerts.get(id);
        return alert === undefined ? null : <p key={id}>{spoken(alert)}</p>;
      })}
    </div>
  );
}

function spoken(alert: AlertView): string {
  const name = alert.name ?? `cluster ${alert.cluster}`;
  if (alert.kind === 'new') return `New topic: ${name}, about ${alert.accounts} accounts.`;
  return `Surge: ${name}, ${times(alert.ratio)} what is expected.`;
}
