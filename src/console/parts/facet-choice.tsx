import type { FacetShares, FacetValue } from '../../domain/view.ts';
import { facetTitle, language, percent } from '../state/format.ts';

type FacetChoiceProps = {
  values: FacetShares['values'];
  /** null: the first. */
  chosen: FacetValue | null;
  onChoose(value: FacetValue): void;
};

/** Asked for first; the others follow. */
const FIRST = ['languages', 'surfaces', 'flags'];

/** Which value's share is shown. */
export function FacetChoice({ values, chosen, onChoose }: FacetChoiceProps) {
  const [first] = values;
  if (first === undefined) return <span className="faint">no value is frequent enough</span>;
  return (
    <select
      className="facet-choice"
      aria-label="Share of"
      value={keyOf(chosen ?? first)}
      onChange={(event) => {
        const value = values.find((candidate) => keyOf(candidate) === event.target.value);
        if (value !== undefined) onChoose({ facet: value.facet, value: value.value });
      }}
    >
      {facetsIn(values).map((facet) => (
        <optgroup key={facet} label={facetTitle(facet)}>
          {values
            .filter((value) => value.facet === facet)
            .map((value) => (
              <option key={value.value} value={keyOf(value)}>
                {facet === 'languages' ? language(value.value) : value.value} ({percent(value.share)})
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

function facetsIn(values: FacetShares['values']): string[] {
  const given = [...new Set(values.map(({ facet }) => facet))];
  return [
    ...FIRST.filter((facet) => given.includes(facet)),
    ...given.filter((facet) => !FIRST.includes(facet)),
  ];
}

const keyOf = ({ facet, value }: FacetValue): string => `${facet}/${value}`;
