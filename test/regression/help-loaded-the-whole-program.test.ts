/** Help and version took more than a second, as every command's adapters and models were loaded to declare its flags. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** Tells every module that is loaded, one a line, before its file. */
const HOOK = `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process.stderr.write('loads ' + url + '\\n'); return next(url, context); } });
`;

it.each([[['--help']], [['run', '--help']], [['demo', '--help']], [['version']]])(
  'loads nothing but the command line itself: %s',
  async (flags) => {
    const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
    const args = ['--disable-warning=ExperimentalWarning', '--import', hook, 'src/main.ts', ...flags];
    const { stderr } = await run(process.execPath, args, { cwd: ROOT });
    const loaded = stderr.split('\n').filter((line) => line.startsWith('loads file:'));
    expect(loaded.some((line) => line.endsWith('/src/cli/run.ts'))).toBe(true);
    const heavy = /\/src\/(app|adapters|algorithms)\/|\/node_modules\/(?!commander\/)/;
    expect(loaded.filter((line) => heavy.test(line))).toEqual([]);
  },
);
