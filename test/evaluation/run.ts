/**
 * Runs the evaluations, each in a process of its own, and writes docs/evaluation.md and the plots beside it. With --only the
 * sections of the others stay.
 *   npm run eval [-- --quick] [--only cost.ts]
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { machine } from '../support/machine.ts';
import { runnerFlags } from '../support/runner-flags.ts';
import { svgOf } from './plot.ts';

const FOLDER = import.meta.dirname;
const DOCS = join(FOLDER, '../../docs');
const PAGE = join(DOCS, 'evaluation.md');
/** Flags of an evaluation, and those that it has when it is to be quick. */
type Evaluation = {
  readonly title: string;
  readonly file: string;
  readonly flags: readonly string[];
  readonly quick?: readonly string[];
};

const EVALUATIONS: readonly Evaluation[] = [
  { title: 'Known topics found again', file: 'reconstruct.ts', flags: [], quick: ['--seeds', '1'] },
  { title: 'Clusters that live', file: 'clusters.ts', flags: [], quick: ['--quick'] },
  {
    title: 'New topics among requests',
    file: 'newborns.ts',
    flags: ['--texts', 'requests'],
    quick: ['--quick'],
  },
  {
    title: 'New topics among titles',
    file: 'newborns.ts',
    flags: ['--texts', 'titles'],
    quick: ['--quick'],
  },
  { title: 'Growth alerts, on simulated traffic', file: 'growth.ts', flags: [], quick: ['--quick'] },
  { title: 'Redaction, on marked personal data', file: 'redaction.ts', flags: [] },
  { title: 'What redaction costs', file: 'redaction-speed.ts', flags: [] },
  { title: 'Privacy by layer', file: 'privacy.ts', flags: [] },
  { title: 'Language, concern and names', file: 'facets.ts', flags: [] },
  { title: 'Coordination, in the demo and among real texts', file: 'coordination.ts', flags: [] },
  { title: 'What Claude would cost', file: 'cost.ts', flags: [] },
  { title: 'A real event in a stream of real texts', file: 'event.ts', flags: [] },
  {
    title: 'The same on the embedded log',
    file: 'event.ts',
    flags: ['--through', 'embedded'],
  },
  { title: 'The same on Apache Kafka', file: 'event.ts', flags: ['--through', 'kafka'] },
];

/** One of several that a file makes is meant by its flags too: --only "event.ts --through kafka". */
const commandOf = ({ file, flags }: Evaluation): string => [file, ...flags].join(' ');

const { quick, only } = runnerFlags(
  'npm run eval',
  new Map(
    EVALUATIONS.toReversed().flatMap((one) => [one.file, commandOf(one)].map((name) => [name, one.title])),
  ),
);

function run(file: string, flags: readonly string[], plots: string): Promise<string> {
  process.stderr.write(`${file} ...\n`);
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      join(FOLDER, file),
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, EVALUATION_PLOTS: plots } },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`${file} ended with ${code}`)),
    ),
  );
}

/** Draws what an evaluation left in `plots`; answers with the lines that show it. */
async function draw(plots: string): Promise<string> {
  mkdirSync(join(DOCS, 'evaluation'), { recursive: true });
  const shown: string[] = [];
  for (const file of readdirSync(plots).sort()) {
    const spec = JSON.parse(readFileSync(join(plots, file), 'utf8'));
    const name = `evaluation/${basename(file, '.json')}.svg`;
    writeFileSync(join(DOCS, name), `${await svgOf(spec)}\n`);
    shown.push(`![${spec.title}](${name})`);
  }
  return shown.join('\n\n');
}

const MACHINE = machine();
const began = performance.now();
const before =
  only.length === 0
    ? []
    : readFileSync(PAGE, 'utf8')
        .trim()
        .split(/\n\n(?=## )/);
const parts: string[] = [];
for (const evaluation of EVALUATIONS) {
  const { title, file, flags: always, quick: whenQuick = [] } = evaluation;
  if (only.length > 0 && !only.includes(file) && !only.includes(commandOf(evaluation))) {
    parts.push(...before.filter((part) => part.startsWith(`## ${title}\n`)));
    continue;
  }
  const flags = quick ? [...always, ...whenQuick] : always;
  const command = `node test/evaluation/${[file, ...flags].join(' ')}`;
  const plots = mkdtempSync(join(tmpdir(), 'cliowatch-plots-'));
  const said = await run(file, flags, plots);
  const shown = await draw(plots);
  parts.push([`## ${title}`, `\`${command}\``, shown, said].filter((part) => part !== '').join('\n\n'));
  rmSync(plots, { recursive: true });
}
process.stderr.write(`${Math.round((performance.now() - began) / 1_000)} s\n`);
writeFileSync(
  PAGE,
  `# Evaluation\n\nWritten by \`npm run eval${quick ? ' -- --quick' : ''}\`; never edited by hand. Machine: ${MACHINE}. The data sets are those of others, and no part of the project.\n\n${parts.join('\n\n')}\n`,
);
