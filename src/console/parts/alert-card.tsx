import { memo } from 'react';
import type { AlertView } from '../../domain/view.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { count, figure, percent, span, times } from '../state/format.ts';
import { isOpen } from '../state/ranking.ts';
import { Acknowledge } from './acknowledge.tsx';
import { SilencedBadge, StateBadge } from './badge.tsx';
import { ClusterName } from './cluster-name.tsx';
import { Moment } from './moment.tsx';
import { Shifted } from './shifted.tsx';
import { SilencedUntil } from './silence.tsx';

type AlertCardProps = {
  alert: AlertView;
  now: number | null;
  /** It began to fire just now. */
  lit: boolean;
};

const KINDS: Readonly<Record<AlertView['kind'], string>> = { new: 'New topic', surge: 'Surge' };

export const AlertCard = memo(function AlertCard({ alert, now, lit }: AlertCardProps) {
  const classes = ['alert', alert.state, alert.severity, lit ? 'lit' : ''];
  return (
    <article className={classes.join(' ')} aria-label={`${KINDS[alert.kind]}, ${alert.state}`}>
      <header>
        <span className="kind">{KINDS[alert.kind]}</span>
        <span className={`severity ${alert.severity}`}>{alert.severity}</span>
        <StateBadge state={alert.state} />
        {alert.silenced_until !== null && <SilencedBadge />}
        <Since alert={alert} now={now} />
      </header>
      <h3>
        <a href={clusterLink(alert.cluster)}>
          <ClusterName name={alert.name} conversations={alert.conversations} />
        </a>
      </h3>
      <What alert={alert} />
      {alert.pattern !== 'organic' && <Flood alert={alert} />}
      <Shifted alert={alert} />
      <Times alert={alert} now={now} />
      <p className="reason" dir="auto">
        {alert.reason}
      </p>
      <SilencedUntil {...alert} />
      {alert.acknowledged === null
        ? isOpen(alert) && <Acknowledge alertId={alert.id} />
        : acknowledgement(alert.acknowledged, now)}
    </article>
  );
});

/** How long it has been going on, or went on. */
function Since({ alert, now }: { alert: AlertView; now: number | null }) {
  const began = alert.fired_at ?? alert.pending_at;
  const end = alert.resolved_at ?? now;
  if (end === null) return null;
  const long = span(Math.max(0, end - began));
  return <span className="since">{alert.resolved_at === null ? `for ${long}` : `lasted ${long}`}</span>;
}

function What({ alert }: { alert: AlertView }) {
  if (alert.kind === 'new') {
    return (
      <p className="what">
        <b className="figure">{count(alert.accounts)}</b>
        <span>accounts, on a topic not seen before</span>
        <span className="bound">{count(alert.conversations)}</span>
        <span>conversations</span>
      </p>
    );
  }
  return (
    <p className="what">
      <b className="figure">{times(alert.ratio)}</b>
      <span>
        {count(alert.observed)} new accounts in {alert.window_minutes} min
      </span>
      <span className="bound" title="95% lower bound">
        ≥{times(alert.ratio_low)}
      </span>
      {/* Rounded to tens until the cluster may be shown: 0 would be false. */}
      {alert.name !== null && <span>{figure(alert.expected)} expected</span>}
    </p>
  );
}

function Flood({ alert }: { alert: AlertView }) {
  const { conversations_per_account: each, top_account_share: top, same_wording: alike } = alert;
  if (alert.pattern === 'one-template') {
    return (
      <p className="flood">
        <b>One template:</b> many accounts send the same wording
        {alike !== null && `, of two of them ${percent(alike)} begin alike`}.
      </p>
    );
  }
  return (
    <p className="flood">
      <b>Coordinated flood:</b> few accounts send much
      {each !== null &&
        top !== null &&
        `, ${figure(each)} conversations each, the busiest ${percent(top)} of all`}
      .
    </p>
  );
}

function Times({ alert, now }: { alert: AlertView; now: number | null }) {
  return (
    <dl className="times">
      <div>
        <dt>Began</dt>
        <dd>
          <Moment at={alert.onset} now={now} />
        </dd>
      </div>
      {alert.fired_at !== null && (
        <div>
          <dt>Fired</dt>
          <dd>
            <Moment at={alert.fired_at} now={now} />
          </dd>
        </div>
      )}
      {alert.resolved_at !== null && (
        <div>
          <dt>Resolved</dt>
          <dd>
            <Moment at={alert.resolved_at} now={now} />
          </dd>
        </div>
      )}
      <div>
        <dt>Accounts</dt>
        <dd>{count(alert.accounts)}</dd>
      </div>
    </dl>
  );
}

function acknowledgement({ by, at, note }: NonNullable<AlertView['acknowledged']>, now: number | null) {
  return (
    <p className="acknowledged">
      <span aria-hidden="true">✓ </span>
      Acknowledged by <b dir="auto">{by}</b>, <Moment at={at} now={now} />
      {note !== undefined && (
        <q className="note-text" dir="auto">
          {note}
        </q>
      )}
    </p>
  );
}
