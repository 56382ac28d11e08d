/**
 * Runs the evaluations, each in a process of its own, and writes docs/evaluation.md.
 *   npm run eval [-- --quick]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const FOLDER = import.meta.dirname;
const quick = process.argv.includes('--quick');

const EVALUATIONS = [
  { title: 'Growth alerts, on simulated traffic', file: 'growth.ts', flags: quick ? ['--quick'] : [] },
  { title: 'Redaction, on marked personal data', file: 'redaction.ts', flags: [] },
  { title: 'Privacy by layer', file: 'privacy.ts', flags: [] },
  { title: 'Offline language and concern', file: 'offline.ts', flags: [] },
  { title: 'Coordination, in the demo and among real texts', file: 'coordination.ts', flags: [] },
  { title: 'A real event in a stream of real texts', file: 'event.ts', flags: [] },
  {
    title: 'The same on the embedded log',
    file: 'event.ts',
    flags: ['--through', 'embedded'],
  },
  { title: 'The same on Apache Kafka', file: 'event.ts', flags: ['--through', 'kafka'] },
];

function run(file: string, flags: readonly string[]): Promise<string> {
  process.stderr.write(`${file} ...\n`);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(FOLDER, file), ...flags],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`${file} ended with ${code}`)),
    ),
  );
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
const parts: string[] = [];
for (const { title, file, flags } of EVALUATIONS) {
  const command = `node test/evaluation/${[file, ...flags].join(' ')}`;
  parts.push(`## ${title}\n\n\`${command}\`\n\n${await run(file, flags)}`);
}
writeFileSync(
  join(FOLDER, '../../docs/evaluation.md'),
  `# Evaluation\n\nWritten by \`npm run eval${quick ? ' -- --quick' : ''}\`; never edited by hand. Machine: ${machine}.\n\n${parts.join('\n\n')}\n`,
);
