import { useMemo, useRef, useState } from 'react';
import type { ClusterView } from '../../domain/view.ts';
import { useCalmOrder } from '../hooks/use-calm-order.ts';
import { useSliding } from '../hooks/use-sliding.ts';
import { count, isNewborn } from '../state/format.ts';
import { type Ranking, rank } from '../state/ranking.ts';
import { Choice } from './choice.tsx';
import { ClusterRow } from './cluster-row.tsx';

/** Rows drawn before the reader asks for all. */
const ROWS = 200;

const RANKINGS = { growth: 'Growth', size: 'Size', newest: 'Newest', concern: 'Concern' } as const;

type ClusterListProps = {
  clusters: ReadonlyMap<string, ClusterView>;
  known: boolean;
  /** Conversations that came in so far. */
  seen: number;
  now: number | null;
  selected: string | null;
};

export function ClusterList({ clusters, known, seen, now, selected }: ClusterListProps) {
  const [ranking, setRanking] = useState<Ranking>('growth');
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  const wanted = useMemo(
    () => rank(clusters.values(), ranking, search).map((cluster) => cluster.id),
    [clusters, ranking, search],
  );
  const area = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const order = useCalmOrder(wanted, `${ranking}/${search}`, area);
  const shown = all ? order : order.slice(0, ROWS);
  useSliding(body, shown);
  return (
    <section className="clusters panel" aria-labelledby="clusters-title">
      <div className="panel-head">
        <h2 id="clusters-title">
          Clusters <span className="total">{count(wanted.length)}</span>
        </h2>
        <Choice label="Rank by" options={RANKINGS} value={ranking} onChoose={setRanking} />
        <input
          type="search"
          className="search"
          placeholder="Search names"
          aria-label="Search names"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <div className="scroll" ref={area}>
        <table className="cluster-table">
          <Columns />
          <tbody ref={body}>
            {shown.map((id) => {
              const cluster = clusters.get(id);
              if (cluster === undefined) return null;
              const isNew = now !== null && isNewborn(cluster, now);
              return <ClusterRow key={id} cluster={cluster} isNew={isNew} selected={id === selected} />;
            })}
          </tbody>
        </table>
        {wanted.length === 0 && <Nothing known={known} search={search} seen={seen} />}
        {order.length > shown.length && (
          <button type="button" className="more" onClick={() => setAll(true)}>
            Show all {count(order.length)}
          </button>
        )}
      </div>
    </section>
  );
}

function Columns() {
  return (
    <thead>
      <tr>
        <th scope="col" className="c-name">
          Cluster
        </th>
        <th scope="col" className="c-spark">
          Last 12 hours
        </th>
        <th scope="col" className="c-hour number" title="Conversations in the last 60 minutes">
          Last hour
        </th>
        <th
          scope="col"
          className="c-expected number"
          title="Accounts new to the cluster in the last 60 minutes, of how many expected"
        >
          New accounts
        </th>
        <th
          scope="col"
          className="c-growth number"
          title="New accounts to expected: 95% lower bound, and estimate"
        >
          Growth
        </th>
        <th scope="col" className="c-accounts number" title="Distinct accounts in the window">
          Accounts
        </th>
        <th scope="col" className="c-concern number" title="Mean concern: 1 benign, 5 immediate review">
          Concern
        </th>
      </tr>
    </thead>
  );
}

function Nothing({ known, search, seen }: { known: boolean; search: string; seen: number }) {
  if (!known) return <p className="nothing">Loading…</p>;
  if (search.trim() !== '') return <p className="nothing">No cluster has this in its name.</p>;
  return (
    <p className="nothing">
      No clusters yet. The first are made once a few hundred conversations have come in; {count(seen)} so far.
    </p>
  );
}
