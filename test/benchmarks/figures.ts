/** Puts a table between its markers in the README, so that no figure there is typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const README = join(import.meta.dirname, '../../README.md');
const BEGIN = '<!-- figures:begin -->';
const END = '<!-- figures:end -->';

export function writeFigures(name: string, table: string): void {
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END);
  if (from < BEGIN.length || to < from) throw new Error(`README.md has no ${BEGIN} ... ${END}`);
  const parts = new Map<string, string>();
  for (const match of text.slice(from, to).matchAll(/<!-- (\w+) -->\n([\s\S]*?)\n<!-- \/\1 -->/g)) {
    parts.set(match[1] ?? '', match[2] ?? '');
  }
  parts.set(name, table);
  const inner = [...parts].map(([part, body]) => `<!-- ${part} -->\n${body}\n<!-- /${part} -->`).join('\n\n');
  writeFileSync(README, `${text.slice(0, from)}\n${inner}\n${text.slice(to)}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export const spread = (values: readonly number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
