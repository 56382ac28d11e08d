import { select } from 'd3-selection';
import { type ZoomBehavior, zoom, zoomIdentity } from 'd3-zoom';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { Size, View } from '../state/map.ts';

const NEAREST = 40;

type Zoom = {
  readonly view: View;
  by(factor: number): void;
  reset(): void;
  centre(x: number, y: number): void;
};

/** Panning and zooming of a drawing by pointer, wheel and touch, kept within its bounds. */
export function useZoom(svg: RefObject<SVGSVGElement | null>, { width, height }: Size): Zoom {
  const [view, setView] = useState<View>({ k: 1, x: 0, y: 0 });
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);
  useEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const made = zoom<SVGSVGElement, unknown>()
      .scaleExtent([1, NEAREST])
      .on('zoom', ({ transform }: { transform: View }) => {
        setView({ k: transform.k, x: transform.x, y: transform.y });
      });
    behaviour.current = made;
    // A double click opens what it is on; there are buttons to zoom by.
    select(element).call(made).on('dblclick.zoom', null);
    return () => {
      select(element).on('.zoom', null);
    };
  }, [svg]);
  useEffect(() => {
    const bounds: [[number, number], [number, number]] = [
      [0, 0],
      [width, height],
    ];
    behaviour.current?.extent(bounds).translateExtent(bounds);
  }, [width, height]);
  const acts = useMemo(() => {
    const on = (act: (made: ZoomBehavior<SVGSVGElement, unknown>, element: SVGSVGElement) => void) => {
      if (behaviour.current !== null && svg.current !== null) act(behaviour.current, svg.current);
    };
    return {
      by: (factor: number) => on((made, element) => made.scaleBy(select(element), factor)),
      reset: () => on((made, element) => made.transform(select(element), zoomIdentity)),
      centre: (x: number, y: number) => on((made, element) => made.translateTo(select(element), x, y)),
    };
  }, [svg]);
  return { view, ...acts };
}
