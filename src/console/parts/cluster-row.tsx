import { memo } from 'react';
import type { ClusterView } from '../../domain/view.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { count, figure } from '../state/format.ts';
import { Concern, NewBadge, SilencedBadge, StateBadge } from './badge.tsx';
import { ClusterName } from './cluster-name.tsx';
import { Growth } from './growth.tsx';
import { Sparkline } from './sparkline.tsx';
import { Total } from './total.tsx';

type ClusterRowProps = { cluster: ClusterView; isNew: boolean; selected: boolean };

/** One line of the list. The link covers all of it. */
export const ClusterRow = memo(function ClusterRow({ cluster, isNew, selected }: ClusterRowProps) {
  const { id, alert, accounts_hour: seen, expected_hour: expected } = cluster;
  return (
    <tr className={`cluster alert-${alert ?? 'none'}`} aria-selected={selected || undefined}>
      <td className="c-name">
        <a className="cover" href={clusterLink(id)}>
          <ClusterName {...cluster} />
        </a>
        <span className="tags">
          <code>{id}</code>
          {isNew && <NewBadge />}
          {alert !== null && <StateBadge state={alert} />}
          {cluster.silenced_until !== null && <SilencedBadge />}
        </span>
      </td>
      <td className="c-spark">
        {cluster.sparkline.length > 0 && (
          <Sparkline values={cluster.sparkline} of="Conversations" width={144} height={30} />
        )}
      </td>
      <td className="c-hour number">
        <Total of={cluster.last_hour} error={cluster.last_hour_error} />
      </td>
      <td className="c-expected number">
        {seen === null || expected === null ? (
          <span className="faint">–</span>
        ) : (
          <>
            {count(seen)} <small>of {figure(expected)}</small>
          </>
        )}
      </td>
      <td className="c-growth number">
        <Growth ratio={cluster.ratio} low={cluster.ratio_low} />
      </td>
      <td className="c-accounts number">
        {cluster.accounts === null ? <span className="faint">–</span> : count(cluster.accounts)}
      </td>
      <td className="c-concern number">
        <Concern concern={cluster.concern} />
      </td>
    </tr>
  );
});
