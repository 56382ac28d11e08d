import type { ClusterDetail, ValueShare } from '../../domain/view.ts';
import { facetTitle, figure, language, percent, times } from '../state/format.ts';

const LISTED = 6;

/** What the members have in common, as shares of them. */
export function Facets({ detail }: { detail: ClusterDetail }) {
  const { languages, surfaces, flags, values, mean_similarity: similarity } = detail;
  if (detail.visibility !== 'shown') return null;
  return (
    <section className="facets">
      <h3>Who and where</h3>
      <div className="facet-groups">
        <Shares title="Languages" shares={languages} nameOf={language} />
        <Shares title="Surfaces" shares={surfaces} />
        <Shares title="Flags" shares={flags} />
        {Object.entries(values)
          .filter(([, shares]) => shares.length > 0)
          .map(([facet, shares]) => (
            <Shares key={facet} title={facetTitle(facet)} shares={shares} />
          ))}
      </div>
      {similarity !== null && (
        <p className="faint">
          Members are {figure(similarity)} similar to its centre on average (1 is the same).
        </p>
      )}
    </section>
  );
}

type SharesProps = { title: string; shares: readonly ValueShare[]; nameOf?(key: string): string };

function Shares({ title, shares, nameOf = (key) => key }: SharesProps) {
  const largest = [...shares].sort((a, b) => b.share - a.share);
  return (
    <div className="shares">
      <h4>{title}</h4>
      {largest.length === 0 && <p className="faint">none that stand out</p>}
      <ul>
        {largest.slice(0, LISTED).map(({ value, share, lift }) => (
          <li key={value}>
            <span className="share-name" dir="auto">
              {nameOf(value)}
            </span>
            <Unusual lift={lift} />
            <span className="number share-percent">{percent(share)}</span>
            <span className="share-bar" aria-hidden="true">
              <span style={{ width: `${Math.min(100, share * 100)}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Said only when it is surely more, or surely less, than among all conversations. */
function Unusual({ lift }: { lift: ValueShare['lift'] }) {
  if (lift === null || (lift.low <= 1 && lift.high >= 1)) return null;
  const range = `95% interval ${figure(lift.low)} to ${figure(lift.high)}`;
  return (
    <span className="faint number" title={`its share here ÷ its share among all conversations; ${range}`}>
      {times(lift.lift)} usual
    </span>
  );
}
