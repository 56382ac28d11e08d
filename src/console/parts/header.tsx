import type { Pulse } from '../../domain/view.ts';
import { type Tab, tabLink } from '../hooks/use-route.ts';
import { clockTime, date, localTime } from '../state/format.ts';
import type { ConsoleState } from '../state/state.ts';

type HeaderProps = {
  pulse: Pulse | null;
  connection: ConsoleState['connection'];
  firing: number;
  tab: Tab;
  /** Stands beside the tabs. */
  children: React.ReactNode;
};

const CONNECTIONS: Readonly<Record<ConsoleState['connection'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
};

export function Header({ pulse, connection, firing, tab, children }: HeaderProps) {
  return (
    <header className="header">
      <h1 className="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <path className="brand-line" d="M3 25c6 0 7-3 10-3s4 1 6.500-4.500S23 8 27 7" />
          <circle className="brand-dot" cx="27" cy="7" r="3.500" />
        </svg>
        cliowatch
      </h1>
      <nav className="tabs" aria-label="Views">
        <TabLink tab="live" current={tab}>
          Clusters
        </TabLink>
        <TabLink tab="alerts" current={tab}>
          Alerts{firing > 0 && <span className="tab-count">{firing}</span>}
        </TabLink>
        <TabLink tab="map" current={tab}>
          Map
        </TabLink>
        <TabLink tab="hierarchy" current={tab}>
          Hierarchy
        </TabLink>
      </nav>
      {children}
      {firing > 0 && (
        <a className="firing-count" href={tabLink('alerts')}>
          <span className="dot" aria-hidden="true" />
          {firing} firing
        </a>
      )}
      {pulse !== null && <EventClock now={pulse.now} speed={pulse.speed} />}
      <p className={`connection ${connection}`} role="status">
        <span className="dot" aria-hidden="true" />
        {CONNECTIONS[connection]}
      </p>
    </header>
  );
}

function TabLink({ tab, current, children }: { tab: Tab; current: Tab; children: React.ReactNode }) {
  return (
    <a className={`tab for-${tab}`} href={tabLink(tab)} aria-current={tab === current ? 'page' : undefined}>
      {children}
    </a>
  );
}

function EventClock({ now, speed }: { now: number; speed: number }) {
  return (
    <p className="event-clock">
      <span className="event-date">{date(now)}</span>
      <time dateTime={new Date(now).toISOString()} title={`Event time. ${localTime(now)}`}>
        {clockTime(now)}
      </time>
      <span className="zone">UTC</span>
      {speed !== 1 && (
        <span className="speed" title="Event time runs so many times faster than the clock">
          ×{speed}
        </span>
      )}
    </p>
  );
}
