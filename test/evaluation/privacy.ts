/**
 * Personal data marked by others, laid into conversations and sent through a running cliowatch: which of it is found again after
 * each privacy layer, and anywhere else that a reader of the aggregate plane, a log file or a disk would see (Clio, figure 5).
 * A surge of one kind of text is laid in, so that alerts are told too. With a key Claude summarizes and names.
 *   node test/evaluation/privacy.ts [--data FOLDER]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA, hasData, jsonLines, NO_DATA } from './data.ts';
import { finderOf, rowSchema } from './privacy/marked.ts';
import { outcomeSchema } from './privacy/outcome.ts';
import { report } from './privacy/page.ts';
import { runApp } from './privacy/running.ts';

const SET = 'presidio-synth-pii';
const { data, run } = parseArgs({
  options: { data: { type: 'string', default: DATA }, run: { type: 'string' } },
}).values;

async function evaluate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-privacy-'));
  try {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', import.meta.filename, '--run', folder, '--data', data],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    const text = Buffer.concat(said).toString('utf8');
    if (code !== 0) throw new Error(`ended with ${code}: ${text.slice(-2_000)}`);
    const outcome = outcomeSchema.parse(JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8')));
    report(outcome, { bytes: Buffer.byteLength(text), found: finderOf(outcome.sought)(text) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!hasData(data, [SET])) process.stdout.write(`${NO_DATA}\n`);
else if (run !== undefined) await runApp(run, jsonLines(data, SET, rowSchema));
else await evaluate();
