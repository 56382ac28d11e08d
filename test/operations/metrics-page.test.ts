import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricsPage, readRules } from '../../config/tooling/metrics-page.ts';

const docs = (file: string): string => readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');

test('is what the registry and the rule files say (node config/tooling/write-metrics.ts)', () => {
  expect(docs('metrics.md')).toBe(metricsPage());
});

test('the runbook has a section for every alert, and no other', () => {
  const sections = [...docs('runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  const alerts = readRules().flatMap(({ alert }) => (alert === undefined ? [] : [alert]));
  expect(sections.toSorted()).toEqual(alerts.toSorted());
});

test('every alert says what is wrong, what to do, and where the runbook has more', () => {
  for (const { alert, labels, annotations } of readRules()) {
    if (alert === undefined) continue;
    expect(labels?.severity, alert).toMatch(/^(watch|page)$/);
    expect(annotations?.summary.length, alert).toBeGreaterThan(20);
    expect(annotations?.description.length, alert).toBeGreaterThan(80);
    expect(annotations?.runbook_url, alert).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
});
