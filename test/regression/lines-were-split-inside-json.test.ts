import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLines } from '../../src/cli/lines.ts';

it('a line separator within a JSON string ends no line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  const path = join(folder, 'one.jsonl');
  const text = JSON.stringify({ content: 'one\u2028two\u2029three' });
  writeFileSync(path, `${text}\n`);
  const lines: string[] = [];
  for await (const line of readLines([path], () => undefined)) lines.push(line.text);
  rmSync(folder, { recursive: true });
  expect(lines).toEqual([text]);
});
