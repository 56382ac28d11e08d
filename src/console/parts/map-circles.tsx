import { type CSSProperties, memo } from 'react';
import type { ClusterView } from '../../domain/view.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { count, unnamed } from '../state/format.ts';
import { type Circle, radiusAt } from '../state/map.ts';
import type { Colour } from '../state/map-colour.ts';

type CirclesProps = {
  circles: readonly Circle[];
  colours: ReadonlyMap<string, Colour>;
  k: number;
  selected: string | null;
  onPoint(id: string | null): void;
};

/** Apart from what moves with the pointer: a thousand circles are not drawn anew while the map is dragged. */
export const Circles = memo(function Circles({ circles, colours, k, selected, onPoint }: CirclesProps) {
  return circles.map(({ cluster, x, y, r }, i) => {
    const { id, alert } = cluster;
    const colour = colours.get(id) ?? { kind: 'untold' };
    return (
      <a
        key={id}
        data-id={id}
        href={clusterLink(id)}
        className={`map-circle ${classOf(colour)} alert-${alert ?? 'none'}`}
        aria-label={nameFor(cluster)}
        aria-current={id === selected || undefined}
        // One stop for the tab key; arrow keys lead to the others.
        tabIndex={i === 0 ? 0 : -1}
        style={{ transform: `translate(${x}px, ${y}px)`, ...styleOf(colour) }}
        onPointerEnter={() => onPoint(id)}
        onPointerLeave={() => onPoint(null)}
        onFocus={() => onPoint(id)}
        onBlur={() => onPoint(null)}
      >
        <circle r={radiusAt(r, k) / k} />
      </a>
    );
  });
});

function nameFor({ id, name, visibility, conversations, alert }: ClusterView): string {
  const what =
    name === null
      ? `${id}, ${unnamed(visibility, conversations)}`
      : `${name}, ${count(conversations)} conversations`;
  return alert === null ? what : `${what}, ${alert}`;
}

export function classOf(colour: Colour): string {
  return colour.kind === 'level' ? `level-${colour.level}` : `by-${colour.kind}`;
}

type Painted = CSSProperties & { '--hue'?: number; '--at'?: string };

export function styleOf(colour: Colour): Painted {
  if (colour.kind === 'hue') return { '--hue': colour.hue };
  return colour.kind === 'scale' ? { '--at': `${Math.round(100 * Math.min(1, colour.at))}%` } : {};
}
