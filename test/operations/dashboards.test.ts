import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMetrics, readRules } from '../../config/tooling/metrics-page.ts';
import { filled, panelsOf, readDashboards } from '../support/dashboards.ts';
import { metricOf, selectors } from '../support/promql.ts';

const dashboards = readDashboards();
const rules = readRules();
const provisioning = (path: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, '../../grafana/provisioning', path), 'utf8'));

test('are two: what grows, and whether the pipeline is well', () => {
  expect(dashboards.map(({ title }) => title)).toEqual(['What is growing', 'Is the pipeline well']);
});

test.each(dashboards)('$file says of every panel what it shows, in which unit', (dashboard) => {
  for (const panel of panelsOf(dashboard)) {
    expect(panel.description, panel.title).toMatch(/\.$/);
    expect(panel.fieldConfig?.defaults.unit, panel.title).toMatch(/^\S+$/);
    expect(panel.targets, panel.title).not.toHaveLength(0);
    for (const target of panel.targets) expect(target.legendFormat, panel.title).not.toBe('');
  }
});

test.each(dashboards)(
  '$file lays its panels out without overlap, each with an id of its own',
  ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x}/${y}`), title).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
  },
);

test.each(dashboards)('$file asks the provisioned data source', (dashboard) => {
  const sources = provisioning('datasources/prometheus.yml');
  for (const { targets } of panelsOf(dashboard)) {
    for (const { datasource } of targets) {
      expect(sources).toMatchObject({ datasources: [{ uid: datasource.uid, type: datasource.type }] });
    }
  }
});

test('link to each other', () => {
  const known = dashboards.map(({ uid }) => `/d/${uid}`);
  for (const { links } of dashboards) {
    expect(links).not.toHaveLength(0);
    for (const { url } of links) expect(known).toContain(url);
  }
});

test('show or alert on every metric there is', () => {
  const asked = [
    ...dashboards.flatMap((dashboard) => panelsOf(dashboard).flatMap(({ targets }) => targets)),
    ...rules,
  ].flatMap(({ expr }) => selectors(filled(expr)).map(metricOf));
  const names = new Set(asked.map((name) => name.replace(/_bucket$/, '')));
  const unseen = readMetrics().filter(({ name }) => !names.has(name));
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
