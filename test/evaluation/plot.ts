/** Plots: an evaluation says what to draw, `npm run eval` draws it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Spec, View, parse as viewOf } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Leaves a plot to be drawn beside the figures; nothing when an evaluation is run by itself. */
export function plot(name: string, spec: TopLevelSpec): void {
  const folder = process.env.EVALUATION_PLOTS;
  if (folder !== undefined) writeFileSync(join(folder, `${name}.json`), JSON.stringify(spec));
}

/** White behind it, as a page may be dark. */
export async function svgOf(spec: TopLevelSpec): Promise<string> {
  const config = {
    font: 'sans-serif',
    view: { stroke: null },
    axis: { grid: false, labelLimit: 300 },
    title: { anchor: 'start' },
  };
  const drawn: Spec = compile({
    background: 'white',
    padding: 12,
    ...structuredClone(spec),
    config,
  } as TopLevelSpec).spec;
  return new View(viewOf(drawn), { renderer: 'none' }).toSVG();
}
