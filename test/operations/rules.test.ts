import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readRules } from '../../config/tooling/metrics-page.ts';
import { need } from '../support/need.ts';

const promtool = need('promtool');
const CONFIG = join(import.meta.dirname, '../../config/prometheus');

function files(folder: string): string[] {
  return readdirSync(join(CONFIG, folder)).map((file) => join(CONFIG, folder, file));
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(promtool ?? '', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test.skipIf(promtool === null)('promtool takes the settings', () => {
  // Syntax only: the token's file is there in the container, not here.
  const { status, said } = run('check', 'config', '--syntax-only', join(CONFIG, 'prometheus.yml'));
  expect(said).toContain('SUCCESS');
  expect(status).toBe(0);
});

test.skipIf(promtool === null)('promtool takes the rules, and finds none twice', () => {
  const { status, said } = run('check', 'rules', '--lint=all', '--lint-fatal', ...files('rules'));
  expect(said).toContain('SUCCESS');
  expect(status, said).toBe(0);
});

test.skipIf(promtool === null)('every rule does as its examples say', () => {
  const { status, said } = run('test', 'rules', ...files('tests'));
  expect(status, said).toBe(0);
});

const examplesSchema = z.object({
  tests: z.array(
    z.object({
      promql_expr_test: z.array(z.object({ expr: z.string(), exp_samples: z.array(z.unknown()) })),
    }),
  ),
});

test('every alert has an example that fires and one that is quiet', () => {
  const examples = files('tests').flatMap(
    (file) => examplesSchema.parse(parse(readFileSync(file, 'utf8'))).tests,
  );
  const shown = new Set<string>();
  for (const { expr, exp_samples } of examples.flatMap(({ promql_expr_test }) => promql_expr_test)) {
    const alert = expr.match(/^ALERTS\{alertname="(\w+)"/)?.[1];
    if (alert !== undefined) shown.add(`${alert} ${exp_samples.length > 0 ? 'fires' : 'is quiet'}`);
  }
  for (const { alert } of readRules()) {
    if (alert === undefined) continue;
    expect(shown).toContain(`${alert} fires`);
    expect(shown).toContain(`${alert} is quiet`);
  }
});
