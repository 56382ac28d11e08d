import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { readLines, totalBytes } from '../../src/cli/lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(content: string | Buffer, ending = 'jsonl'): string {
  const path = join(folder, `${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

async function read(paths: readonly string[]) {
  const lines: [number, string][] = [];
  let bytes = 0;
  for await (const { number, text } of readLines(paths, (more) => (bytes += more)))
    lines.push([number, text]);
  return { lines, bytes };
}

it('lines come with their numbers, empty ones passed over and counted, whatever ends them', async () => {
  const path = file('{"a":1}\r\n\n  \n{"b":2}\n{"c":3}');
  expect((await read([path])).lines).toEqual([
    [1, '{"a":1}'],
    [4, '{"b":2}'],
    [5, '{"c":3}'],
  ]);
});

it('of a compressed file are the same, and the bytes told are those on disk', async () => {
  const text = Array.from({ length: 5_000 }, (_, i) => JSON.stringify({ i, text: 'ü'.repeat(i % 50) })).join(
    '\n',
  );
  const [plain, packed] = [file(text), file(gzipSync(text), 'jsonl.gz')];
  const [one, two] = [await read([plain]), await read([packed])];
  expect(two.lines).toEqual(one.lines);
  expect(one.lines).toHaveLength(5_000);
  expect([one.bytes, two.bytes]).toEqual([totalBytes([plain]), totalBytes([packed])]);
});

it('of several files are numbered in each', async () => {
  expect((await read([file('a\nb\n'), file('c\n')])).lines).toEqual([
    [1, 'a'],
    [2, 'b'],
    [1, 'c'],
  ]);
});

it('of whatever JSON come out as they went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 30 }), async (values) => {
      const { lines } = await read([file(values.map((value) => JSON.stringify(value)).join('\n'))]);
      expect(lines.map(([, text]) => text)).toEqual(values.map((value) => JSON.stringify(value)));
    }),
    { numRuns: 50 },
  );
});

it('of a file that ends too soon, or is none, end in an error that names it', async () => {
  const broken = file(gzipSync('x\n'.repeat(10_000)).subarray(0, 40), 'jsonl.gz');
  await expect(read([broken])).rejects.toMatchObject({
    code: 'file/unreadable',
    message: expect.stringContaining(broken),
  });
  await expect(read([folder])).rejects.toMatchObject({ code: 'file/unreadable' });
  expect(() => totalBytes([join(folder, 'none')])).toThrow(/no file/);
});
