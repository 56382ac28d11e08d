/**
 * Runs every bench several times in processes of their own, prints the medians and writes docs/benchmarks.md and the table in the
 * README. With --only the sections of the others stay.
 *   npm run bench [-- --quick] [--only clusters]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../support/machine.ts';
import { runnerFlags } from '../support/runner-flags.ts';
import { clusters } from './clusters-rows.ts';
import { writeFigures } from './figures.ts';
import { kafka } from './kafka-rows.ts';
import { pipeline } from './pipeline-rows.ts';
import { type Part, type Row, runsOf } from './process.ts';
import { start } from './start-rows.ts';

const PAGE = join(import.meta.dirname, '../../docs/benchmarks.md');
const PARTS: readonly Part[] = [pipeline, start, kafka, clusters];
const { quick, only } = runnerFlags('npm run bench', new Map(PARTS.map(({ name, about }) => [name, about])));

const tableOf = (rows: readonly Row[]): string =>
  [
    '| figure (median, range) | goal | measured |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');

/** The rows of a table as they stand on the page. */
function rowsIn(section: string): Row[] {
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

const before =
  only.length === 0
    ? []
    : readFileSync(PAGE, 'utf8')
        .trim()
        .split(/\n\n(?=## )/);
const MACHINE = machine();
const sections: string[] = [];
const shown: Row[] = [];
for (const part of PARTS) {
  const kept = before.find((section) => section.startsWith(`## ${part.title}\n`));
  if (only.length > 0 && !only.includes(part.name)) {
    if (kept !== undefined) sections.push(kept);
    shown.push(...rowsIn(kept ?? '').filter(part.inReadme));
    continue;
  }
  const rows = await part.rows(quick);
  const how = `${part.about} ${runsOf(quick)} runs${quick ? ' (--quick)' : ''} on ${MACHINE}.`;
  sections.push(`## ${part.title}\n\n${how}\n\n${tableOf(rows)}`);
  shown.push(...rows.filter(part.inReadme));
  process.stdout.write(`${tableOf(rows)}\n`);
}
writeFileSync(
  PAGE,
  `# Benchmarks\n\nWritten by \`npm run bench\`, a section anew by \`npm run bench -- --only NAME\`; never edited by hand.\n\n${sections.join('\n\n')}\n`,
);
writeFigures('bench', tableOf(shown));
