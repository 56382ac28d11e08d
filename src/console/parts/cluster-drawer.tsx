import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import type { AlertView, ClusterDetail, ClusterView } from '../../domain/view.ts';
import { usePolled } from '../hooks/use-polled.ts';
import { useApi } from '../hooks/use-session.ts';
import { count, figure, isNewborn, span } from '../state/format.ts';
import { newestFirst } from '../state/ranking.ts';
import { AlertCard } from './alert-card.tsx';
import { Concern, NewBadge, SilencedBadge, StateBadge } from './badge.tsx';
import { ClusterName } from './cluster-name.tsx';
import { Coordination } from './coordination.tsx';
import { Facets } from './facets.tsx';
import { Growth } from './growth.tsx';
import { Moment } from './moment.tsx';
import { Neighbours, Past } from './relations.tsx';
import { Silence } from './silence.tsx';
import { TimelineChart } from './timeline-chart.tsx';
import { Total } from './total.tsx';

const POLL_SECONDS = 15;

type ClusterDrawerProps = {
  id: string;
  /** As the list knows it; newer than what was asked for. */
  live: ClusterView | undefined;
  alerts: ReadonlyMap<string, AlertView>;
  now: number | null;
  /** Where closing leads. */
  closeTo: string;
};

/** All about one cluster, beside the list. */
export function ClusterDrawer({ id, live, alerts, now, closeTo }: ClusterDrawerProps) {
  const api = useApi();
  const ask = useCallback(() => api.cluster(id), [api, id]);
  const { value: detail, problem } = usePolled(ask, POLL_SECONDS);
  const close = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    close.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') location.hash = closeTo;
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      // A circle of the map is no HTML element, and can be focused all the same.
      if (before instanceof HTMLElement || before instanceof SVGElement)
        before.focus({ preventScroll: true });
    };
  }, [closeTo]);
  const cluster = live ?? detail ?? undefined;
  return (
    <aside className="drawer" role="dialog" aria-label={`Cluster ${id}`}>
      <a className="close" href={closeTo} ref={close} aria-label="Close">
        ✕
      </a>
      {cluster !== undefined && <Head cluster={cluster} now={now} />}
      {cluster !== undefined && <Silence {...cluster} note={detail?.silenced_note ?? null} />}
      {problem !== null && <p className="refused">Details cannot be loaded: {problem}</p>}
      {cluster === undefined && detail === null && (
        <p className="nothing">
          There is no cluster <code>{id}</code> any more: a rebuild may have merged it into another.
        </p>
      )}
      {cluster === undefined && detail === undefined && problem === null && (
        <p className="nothing">Loading…</p>
      )}
      <Body id={id} detail={detail ?? null} alerts={alerts} now={now} />
    </aside>
  );
}

function Head({ cluster, now }: { cluster: ClusterView; now: number | null }) {
  const { alert, accounts_hour: seen, expected_hour: expected } = cluster;
  return (
    <header className="drawer-head">
      <p className="tags">
        <code>{cluster.id}</code>
        {now !== null && isNewborn(cluster, now) && <NewBadge />}
        {alert !== null && <StateBadge state={alert} />}
        {cluster.silenced_until !== null && <SilencedBadge />}
      </p>
      <h2>
        <ClusterName {...cluster} />
      </h2>
      {cluster.description !== null && (
        <p className="description" dir="auto">
          {cluster.description}
        </p>
      )}
      {cluster.visibility !== 'shown' && <p className="description">{WITHHELD[cluster.visibility]}</p>}
      <dl className="figures">
        <Figure label="Growth">
          <Growth ratio={cluster.ratio} low={cluster.ratio_low} />
        </Figure>
        <Figure label="New accounts, last hour">
          {seen === null || expected === null ? '–' : `${count(seen)} of ${figure(expected)}`}
        </Figure>
        <Figure label="Conversations, last hour">
          <Total of={cluster.last_hour} error={cluster.last_hour_error} />
        </Figure>
        <Figure label="In the window">
          <Total of={cluster.conversations} error={cluster.conversations_error} />
          {cluster.accounts !== null && (
            <small>
              from <Total of={cluster.accounts} error={cluster.accounts_error} /> accounts
            </small>
          )}
        </Figure>
        <Figure label="Concern">
          <Concern concern={cluster.concern} />
        </Figure>
        <Figure label="Born">
          {now !== null && `${span(Math.max(0, now - cluster.born_at))} ago`}
          <small>
            <Moment at={cluster.born_at} now={now} />
          </small>
        </Figure>
      </dl>
    </header>
  );
}

const WITHHELD = {
  pending:
    'Too few accounts or conversations, or too little in common, to say what this is about without singling anybody out.',
  hidden: 'The auditor held the name back: it might say too much about single people.',
} as const;

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type BodyProps = {
  id: string;
  detail: ClusterDetail | null;
  alerts: ReadonlyMap<string, AlertView>;
  now: number | null;
};

function Body({ id, detail, alerts, now }: BodyProps) {
  const own = newestFirst(alerts.values()).filter((alert) => alert.cluster === id);
  return (
    <>
      {detail !== null && detail.timeline.length > 0 && now !== null && (
        <TimelineChart timeline={detail.timeline} now={now} />
      )}
      {own.length > 0 && (
        <section>
          <h3>Alerts</h3>
          {own.map((alert) => (
            <AlertCard key={alert.id} alert={alert} now={now} lit={false} />
          ))}
        </section>
      )}
      {detail !== null && (
        <>
          <Facets detail={detail} />
          <Coordination coordination={detail.coordination} />
          <Neighbours neighbours={detail.neighbours} />
          <Past {...detail} now={now} />
        </>
      )}
    </>
  );
}
