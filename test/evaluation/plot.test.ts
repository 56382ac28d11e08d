import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plot, svgOf } from './plot.ts';

const SPEC = {
  title: 'Shares',
  data: {
    values: [
      { kind: 'one <b>', share: 0.25 },
      { kind: 'two', share: 0.75 },
    ],
  },
  mark: 'bar',
  encoding: { x: { field: 'share', type: 'quantitative' }, y: { field: 'kind', type: 'nominal' } },
} as const;

it('is drawn without a browser, its words escaped', async () => {
  const svg = await svgOf(SPEC);
  expect(svg).toMatch(/^<svg[^>]* viewBox=/);
  expect(svg).toContain('one &lt;b&gt;');
  expect(svg.match(/aria-roledescription="bar"/g)).toHaveLength(2);
});

it('is left where the evaluation of all says, and nowhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-plot-'));
  const before = process.env.EVALUATION_PLOTS;
  try {
    delete process.env.EVALUATION_PLOTS;
    plot('nowhere', SPEC);
    process.env.EVALUATION_PLOTS = folder;
    plot('shares', SPEC);
    expect(JSON.parse(readFileSync(join(folder, 'shares.json'), 'utf8'))).toEqual(SPEC);
  } finally {
    if (before === undefined) delete process.env.EVALUATION_PLOTS;
    else process.env.EVALUATION_PLOTS = before;
    rmSync(folder, { recursive: true });
  }
});
