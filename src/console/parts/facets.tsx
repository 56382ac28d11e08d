import type { ClusterDetail } from '../../domain/view.ts';
import { figure, language, percent } from '../state/format.ts';

const LISTED = 6;

/** What the members have in common, as shares of them. */
export function Facets({ detail }: { detail: ClusterDetail }) {
  const { languages, surfaces, flags, mean_similarity: similarity } = detail;
  if (detail.visibility !== 'shown') return null;
  return (
    <section className="facets">
      <h3>Who and where</h3>
      <div className="facet-groups">
        <Shares title="Languages" shares={languages} nameOf={language} />
        <Shares title="Surfaces" shares={surfaces} />
        <Shares title="Flags" shares={flags} />
      </div>
      {similarity !== null && (
        <p className="faint">
          Members are {figure(similarity)} similar to its centre on average (1 is the same).
        </p>
      )}
    </section>
  );
}

type SharesProps = { title: string; shares: Readonly<Record<string, number>>; nameOf?(key: string): string };

function Shares({ title, shares, nameOf = (key) => key }: SharesProps) {
  const largest = Object.entries(shares).sort(([, a], [, b]) => b - a);
  return (
    <div className="shares">
      <h4>{title}</h4>
      {largest.length === 0 && <p className="faint">none that stand out</p>}
      <ul>
        {largest.slice(0, LISTED).map(([key, share]) => (
          <li key={key}>
            <span className="share-name" dir="auto">
              {nameOf(key)}
            </span>
            <span className="share-bar" aria-hidden="true">
              <span style={{ width: `${Math.min(100, share * 100)}%` }} />
            </span>
            <span className="number">{percent(share)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
