/** docs/metrics.md as text: every metric from the registry, every rule from the rule files. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from '../../src/adapters/telemetry/metrics.ts';

const RULES = new URL('../prometheus/rules/', import.meta.url);

const ruleFileSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          record: z.string().optional(),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.object({ severity: z.enum(['watch', 'page']) }).optional(),
          annotations: z
            .object({ summary: z.string(), description: z.string(), runbook_url: z.string() })
            .optional(),
        }),
      ),
    }),
  ),
});
type Rule = z.infer<typeof ruleFileSchema>['groups'][number]['rules'][number];

/** The rules of all files, in order of file and place. */
export function readRules(): Rule[] {
  const files = readdirSync(RULES).sort();
  return files.flatMap((file) =>
    ruleFileSchema
      .parse(parse(readFileSync(new URL(file, RULES), 'utf8')))
      .groups.flatMap(({ rules }) => rules),
  );
}

type MetricFacts = { name: string; type: string; labels: readonly string[]; help: string };

/** Our own metrics by name; those of Node and of the process are prom-client's. */
export function readMetrics(): MetricFacts[] {
  const { registry } = createMetrics();
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('cliowatch_'))
    .map((metric) => ({
      name: metric.name,
      type: String(metric.type),
      labels: labelsOf(metric),
      help: metric.help,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function labelsOf(metric: object): string[] {
  return 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
}

export function metricsPage(): string {
  const rules = readRules();
  const metrics = readMetrics().map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(' '),
    help,
  ]);
  const alerts = rules
    .filter(({ alert }) => alert !== undefined)
    .map(({ alert = '', labels, for: wait, expr }) => [
      `[${alert}](runbook.md#${alert.toLowerCase()})`,
      labels?.severity ?? '',
      wait ?? 'at once',
      code(expr),
    ]);
  const records = rules
    .filter(({ record }) => record !== undefined)
    .map(({ record = '', expr }) => [code(record), code(expr)]);
  return [
    '# Metrics and alert rules',
    'Made by `node config/tooling/write-metrics.ts` from the registry and from `config/prometheus/rules`; edit those.',
    '## Metrics',
    'At `/metrics` of every process, for tokens with the role reader. Clusters have series of their own only when they ' +
      'are among the `metrics.clusters` largest, alert, or are younger than a day; those that are gone leave none. While a cluster may not be shown its figures are rounded, or not there. Titles are in ' +
      '`cliowatch_cluster_info` alone, and only when they may be shown. Metrics of Node and of the process ' +
      '(`nodejs_…`, `process_…`) come beside these.',
    table(['metric', 'type', 'labels', 'meaning'], metrics),
    '## Alert rules',
    'What to do about each is in the [runbook](runbook.md).',
    table(['alert', 'severity', 'after', 'when'], alerts),
    '## Recording rules',
    `${table(['series', 'expression'], records)}\n`,
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** In one line; a bar would end the cell. */
const code = (text: string): string => `\`${text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')}\``;
