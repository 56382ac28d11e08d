/** The committed Grafana dashboards, and their queries as Prometheus would get them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FOLDER = join(import.meta.dirname, '../../grafana/dashboards');

const datasource = z.object({ type: z.literal('prometheus'), uid: z.string() });
const panelSchema = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  datasource: datasource.optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  fieldConfig: z.object({ defaults: z.looseObject({ unit: z.string().optional() }) }).optional(),
  targets: z
    .array(z.object({ refId: z.string(), datasource, expr: z.string(), legendFormat: z.string() }))
    .default([]),
});
const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.int(),
  links: z.array(z.object({ url: z.string() })),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string() })) }),
  panels: z.array(panelSchema),
});
type Dashboard = z.infer<typeof dashboardSchema> & { file: string };
type Panel = z.infer<typeof panelSchema>;

export function readDashboards(): Dashboard[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => ({
      file,
      ...dashboardSchema.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
    }));
}

/** Panels that show something. */
export const panelsOf = (dashboard: Dashboard): Panel[] =>
  dashboard.panels.filter(({ type }) => type !== 'row');

/** With Grafana's variables filled in. */
export function filled(expression: string): string {
  return expression.replaceAll('$__rate_interval', '1m').replaceAll('$space', '.*');
}
