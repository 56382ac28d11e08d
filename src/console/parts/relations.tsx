import type { ClusterDetail } from '../../domain/view.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { percent } from '../state/format.ts';
import { Moment } from './moment.tsx';

/** What lies near. */
export function Neighbours({ neighbours }: { neighbours: ClusterDetail['neighbours'] }) {
  if (neighbours.length === 0) return null;
  return (
    <section className="neighbours">
      <h3>Neighbours</h3>
      <ul>
        {neighbours.map(({ id, name, similarity }) => (
          <li key={id}>
            <a href={clusterLink(id)} dir="auto">
              {name ?? <span className="unnamed">not shown</span>}
            </a>
            <code>{id}</code>
            <span className="number" title="Cosine similarity">
              {similarity.toFixed(2)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Relation = ClusterDetail['lineage'][number]['relation'];
type PastProps = Pick<ClusterDetail, 'lineage' | 'lineage_since' | 'names' | 'born_at'> & {
  now: number | null;
};

/** What became of it at rebuilds, and what it was called. */
export function Past({ lineage, lineage_since: since, names, born_at: born, now }: PastProps) {
  if (lineage.length === 0 && names.length === 0) return null;
  const turns = lineage.filter(({ relation }) => relation.kind !== 'continues');
  const kept = lineage.length - turns.length;
  return (
    <section className="past">
      <h3>History</h3>
      {kept > 0 && (
        <p className="faint">
          Kept its id through {kept} {kept === 1 ? 'rebuild' : 'rebuilds'}.
        </p>
      )}
      {since !== null && since > born && (
        <p className="faint">
          What became of it before <Moment at={since} now={now} /> is not known here.
        </p>
      )}
      <ol>
        {turns.toReversed().map(({ generation, at, relation }) => (
          <li key={`${generation}/${relation.kind}`}>
            <span className="past-when">
              <Moment at={at} now={now} />
            </span>
            <span>
              {SAID[relation.kind]} <Origins relation={relation} />
            </span>
            <span className="faint">generation {generation}</span>
          </li>
        ))}
      </ol>
      {names.length > 1 && (
        <>
          <h4>Names</h4>
          <ol>
            {names.toReversed().map(({ from, name }) => (
              <li key={`${from}/${name}`}>
                <span className="past-when">
                  <Moment at={from} now={now} />
                </span>
                <span dir="auto">{name}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

const SAID: Readonly<Record<Relation['kind'], string>> = {
  continues: 'continued',
  split: 'split from',
  merged: 'merged from',
  born: 'born',
  died: 'died',
};

function Origins({ relation }: { relation: Relation }) {
  return relation.from.map(({ id, share }, i) => (
    <span key={id}>
      {i > 0 && ', '}
      <a href={clusterLink(id)}>
        <code>{id}</code>
      </a>{' '}
      <span className="faint">({percent(share)})</span>
    </span>
  ));
}
