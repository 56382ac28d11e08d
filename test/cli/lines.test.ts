import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type ReadOptions, readLines, totalBytes } from '../../src/cli/lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(content: string | Buffer, ending = 'jsonl'): string {
  const path = join(folder, `${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

async function read(paths: readonly string[], more: Partial<ReadOptions> = {}) {
  const lines: [number, string][] = [];
  let bytes = 0;
  const bad: [number, string][] = [];
  const ends: { file: string; number: number }[] = [];
  const options: ReadOptions = {
    signal: new AbortController().signal,
    maxBytes: 1_000_000,
    bad: {
      add: ({ number }, reason) => bad.push([number, reason]),
      end: (where) => ends.push(where),
    },
    onBytes: (read) => (bytes += read),
    ...more,
  };
  for await (const line of readLines(paths, options)) lines.push([line.number, line.bytes.toString()]);
  return { lines, bytes, bad, ends };
}

it('lines come with their numbers, empty ones passed over and counted, whatever ends them', async () => {
  const path = file('{"a":1}\r\n\n  \n{"b":2}\n{"c":3}');
  expect((await read([path])).lines).toEqual([
    [1, '{"a":1}\r'],
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

it('of a file that ends too soon are those before its end, whatever is read after it', async () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${Math.sin(i)}`).join('\n');
  const packed = gzipSync(text);
  const broken = file(packed.subarray(0, Math.floor(packed.length * 0.8)), 'jsonl.gz');
  const whole = file('after\n');
  const { lines, ends } = await read([broken, whole]);
  const before = lines.slice(0, -1);
  expect(before.length).toBeGreaterThan(10_000);
  expect(
    before.every(([number, line]) => text.includes(line) && line.startsWith(`line ${number - 1} `)),
  ).toBe(true);
  expect(lines.at(-1)).toEqual([1, 'after']);
  expect(ends).toEqual([{ file: broken, number: before.length }]);
  // However slowly it is read, the same lines come.
  let slow = 0;
  const options = {
    signal: new AbortController().signal,
    maxBytes: 1_000,
    bad: { add: () => 0, end: () => 0 },
  };
  for await (const { number } of readLines([broken], options)) {
    slow++;
    if (number % 500 === 0) await delay(2);
  }
  expect(slow).toBe(before.length);
});

it('of a file that is none, or a folder, are none, and that is told', async () => {
  expect((await read([folder])).ends).toEqual([{ file: folder, number: 0 }]);
  expect(() => totalBytes([join(folder, 'none')])).toThrow(/no file/);
});

it('longer than allowed are bad ones, and harm no other', async () => {
  const path = file(`a\n${'x'.repeat(300_000)}\nb\n${'y'.repeat(200_000)}`);
  expect(await read([path], { maxBytes: 1_000 })).toMatchObject({
    lines: [
      [1, 'a'],
      [3, 'b'],
    ],
    bad: [
      [2, 'too-large: 300000 bytes, at most 1000 are taken'],
      [4, 'too-large: 200000 bytes, at most 1000 are taken'],
    ],
  });
});

it('end at once when told so', async () => {
  const stop = new AbortController();
  const path = file('a\n'.repeat(200_000));
  let count = 0;
  const options = { signal: stop.signal, maxBytes: 10, bad: { add: () => 0, end: () => 0 } };
  for await (const _ of readLines([path, path], options)) if (++count === 5) stop.abort();
  expect(count).toBeLessThan(200_000);
});
