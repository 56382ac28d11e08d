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
  const bad = { add: () => undefined, end: () => undefined };
  const options = { signal: new AbortController().signal, maxBytes: 1_000, bad };
  for await (const line of readLines([path], options)) lines.push(line.bytes.toString());
  rmSync(folder, { recursive: true });
  expect(lines).toEqual([text]);
});
