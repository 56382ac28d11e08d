import type { HierarchyNode } from '../../domain/view.ts';
import { count } from '../state/format.ts';
import { type Colour, type Colouring, hueOf, legendOf } from '../state/map-colour.ts';
import { classOf, styleOf } from './map-circles.tsx';

const GROUPS_LISTED = 12;

type MapLegendProps = { by: Colouring; groups: readonly HierarchyNode[]; unplaced: number };

export function MapLegend({ by, groups, unplaced }: MapLegendProps) {
  const listed = by === 'group' ? groups.slice(0, GROUPS_LISTED) : [];
  return (
    <div className="map-legend">
      <ul>
        {listed.map(({ id, name }, i) => (
          <Entry key={id} label={name ?? 'name withheld'} colour={{ kind: 'hue', hue: hueOf(i) }} />
        ))}
        {groups.length > listed.length && listed.length > 0 && (
          <li className="faint">and {count(groups.length - listed.length)} more groups</li>
        )}
        {legendOf(by).map(({ label, colour }) => (
          <Entry key={label} label={label} colour={colour} />
        ))}
      </ul>
      {unplaced > 0 && <p className="faint">{count(unplaced)} more have no place that may be told</p>}
    </div>
  );
}

function Entry({ label, colour }: { label: string; colour: Colour }) {
  return (
    <li>
      <span className={`map-swatch ${classOf(colour)}`} style={styleOf(colour)} aria-hidden="true" />
      <span dir="auto">{label}</span>
    </li>
  );
}
