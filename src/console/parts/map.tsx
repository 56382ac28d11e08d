import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { ClusterView, FacetValue } from '../../domain/view.ts';
import { useFacetShares, useGroups } from '../hooks/use-map-data.ts';
import { useSize } from '../hooks/use-size.ts';
import { useZoom } from '../hooks/use-zoom.ts';
import { count } from '../state/format.ts';
import { circlesOf, type Direction, inView, labelsOf, nextInDirection, seenAt } from '../state/map.ts';
import { type Colouring, colourOf } from '../state/map-colour.ts';
import { Choice } from './choice.tsx';
import { FacetChoice } from './facet-choice.tsx';
import { Circles } from './map-circles.tsx';
import { MapLegend } from './map-legend.tsx';
import { MapTip } from './map-tip.tsx';

const COLOURINGS = {
  growth: 'Growth',
  concern: 'Concern',
  size: 'Size',
  group: 'Group',
  share: 'Share',
} as const;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

type ClusterMapProps = {
  clusters: ReadonlyMap<string, ClusterView>;
  /** A new one may have other groups. */
  generation: number;
  selected: string | null;
};

/** All clusters at their places: near ones are alike. */
export function ClusterMap({ clusters, generation, selected }: ClusterMapProps) {
  const [by, setBy] = useState<Colouring>('growth');
  const [facet, setFacet] = useState<FacetValue | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const size = useSize(svg);
  const { view, ...zoom } = useZoom(svg, size);
  const nodes = useGroups(generation);
  const { values, shares } = useFacetShares(by === 'share', facet, generation);
  const circles = useMemo(() => circlesOf(clusters.values(), size), [clusters, size]);
  const labels = useMemo(() => labelsOf(circles, view, size), [circles, view, size]);
  const colours = useMemo(() => {
    const known = {
      groups: nodes.map(({ id }) => id),
      largest: Math.max(0, ...circles.map(({ cluster }) => cluster.conversations)),
      shares,
    };
    return new Map(circles.map(({ cluster }) => [cluster.id, colourOf(cluster, by, known)]));
  }, [circles, nodes, by, shares]);
  const tip = circles.find(({ cluster }) => cluster.id === pointed);
  const onKey = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key];
    if (event.key === '+' || event.key === '=') zoom.by(1.5);
    else if (event.key === '-') zoom.by(1 / 1.5);
    else if (event.key === '0') zoom.reset();
    else if (direction !== undefined) {
      const next = nextInDirection(circles, pointed ?? '', direction);
      const link = [...(svg.current?.querySelectorAll('a') ?? [])].find((a) => a.dataset.id === next);
      link?.focus({ preventScroll: true });
      const circle = circles.find(({ cluster }) => cluster.id === next);
      if (circle !== undefined && view.k > 1) zoom.centre(circle.x, circle.y);
    } else return;
    event.preventDefault();
  };
  const unplaced = clusters.size - circles.length;
  return (
    <section className="map panel" aria-labelledby="map-title">
      <div className="panel-head">
        <h2 id="map-title">
          Map <span className="total">{count(circles.length)} clusters</span>
        </h2>
        <Choice label="Colour by" options={COLOURINGS} value={by} onChoose={setBy} />
        {by === 'share' && <FacetChoice values={values} chosen={facet} onChoose={setFacet} />}
        <ZoomButtons {...zoom} />
      </div>
      <div className="map-area">
        <svg
          ref={svg}
          className="map-drawing"
          role="application"
          aria-label="Clusters, near ones alike. Arrow keys go from one to the next, plus and minus zoom, Enter opens."
          onKeyDown={onKey}
        >
          <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
            <Circles
              circles={circles}
              colours={colours}
              k={view.k}
              selected={selected}
              onPoint={setPointed}
            />
          </g>
        </svg>
        <svg className="map-labels" aria-hidden="true">
          {labels.map(({ id, lines, x, y }) => (
            <text key={id} x={x} y={y} className={clusters.get(id)?.name == null ? 'masked' : undefined}>
              {lines.map((line, i) => (
                <tspan key={line} x={x} dy={i === 0 ? 0 : 15}>
                  {line}
                </tspan>
              ))}
            </text>
          ))}
        </svg>
        {tip !== undefined && inView(tip, view, size) && (
          <MapTip circle={tip} seen={seenAt(tip, view)} k={view.k} size={size} />
        )}
        <MapLegend by={by} groups={nodes} unplaced={unplaced} />
        {circles.length === 0 && <Nothing any={clusters.size > 0} />}
      </div>
    </section>
  );
}

function ZoomButtons({ by, reset }: { by(factor: number): void; reset(): void }) {
  return (
    <fieldset className="map-zoom">
      <legend className="unseen">Zoom</legend>
      <button type="button" aria-label="Zoom out" onClick={() => by(1 / 1.5)}>
        −
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => by(1.5)}>
        +
      </button>
      <button type="button" onClick={reset}>
        Whole map
      </button>
    </fieldset>
  );
}

function Nothing({ any }: { any: boolean }) {
  return (
    <p className="nothing map-nothing">
      {any
        ? 'These clusters have no map yet: it comes with the next rebuild.'
        : 'No map yet: it comes with the first clusters.'}
    </p>
  );
}
