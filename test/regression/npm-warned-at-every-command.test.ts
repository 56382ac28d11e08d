/** Every command of npm, the first one of a newcomer too, began with warnings about a setting that is needed as it is. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const cwd = join(import.meta.dirname, '../..');

it('npm says nothing but what was asked', async () => {
  // As in a fresh shell: npm hands its own settings to what it runs, this test among it.
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { stdout, stderr } = await run('npm', ['run'], { cwd, env: Object.fromEntries(own) });
  expect(stdout).toContain('config/tooling/setup.mjs demo');
  expect(stderr).toBe('');
  expect(readFileSync(join(cwd, '.npmrc'), 'utf8')).toMatch(/^onnxruntime-node-install=skip$/m);
});
