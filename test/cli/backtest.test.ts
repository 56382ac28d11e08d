import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { cliowatch, dataFolder } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

let files = 0;
const path = (ending: string): string => join(data.path, `${files++}.${ending}`);
function file(lines: readonly string[]): string {
  const to = path('jsonl');
  writeFileSync(to, lines.join('\n'));
  return to;
}

const MINUTE = 60_000;
const START = Date.parse('2026-03-01T12:00:00Z');
const at = (minute: number): string => new Date(START + minute * MINUTE).toISOString();
const line = (id: string, minute: number, change: object = {}): string =>
  JSON.stringify({
    conversation_id: id,
    account_id: `a-${id}`,
    at: at(minute),
    messages: [{ role: 'user', content: `How do I get a refund for order ${id}?` }],
    ...change,
  });

async function backtest(flags: readonly string[]) {
  const done = await cliowatch(['backtest', ...flags, '-s', `data=${data.path}`]);
  return { ...done, run: done.stdout === '' ? null : JSON.parse(done.stdout).run };
}

describe('a backtest', { timeout: 120_000 }, () => {
  it('takes a time far ahead of the file for a bad line with its number, and nothing is buried inside', async () => {
    const lines = Array.from({ length: 450 }, (_, i) => line(`c-${i}`, i));
    // A month ahead is as wrong, wherever in a chunk the line stands.
    const month = { at: at(30 * 24 * 60) };
    const far = lines
      .toSpliced(370, 0, line('month', 0, month))
      .toSpliced(220, 0, line('early month', 0, month))
      .toSpliced(120, 0, line('far', 0, { at: '2999-01-01T00:00:00Z' }));
    const path = file(far);
    const { run, stderr, code } = await backtest([path]);
    for (const number of [121, 222, 373])
      expect(stderr).toContain(`${path}:${number}: far-future at: far ahead of the lines around it`);
    expect(run).toMatchObject({ conversations: 450, admitted: 450, bad_lines: 3, dead_letters: 0, late: 0 });
    expect(code).toBe(0);
  });

  it('takes a file that lies ahead of the clock as a whole', async () => {
    const lines = Array.from({ length: 5 }, (_, i) =>
      line(`c-${i}`, 0, { at: `2199-01-0${i + 1}T00:00:00Z` }),
    );
    const { run } = await backtest([file(lines)]);
    expect(run).toMatchObject({ conversations: 5, admitted: 5, bad_lines: 0, dead_letters: 0 });
  });

  it('tells how many bad lines it did not list', async () => {
    const { run, stderr } = await backtest([file([line('c', 0), ...Array(1_007).fill('{')])]);
    expect(run).toMatchObject({ bad_lines: 1_007, bad_lines_not_listed: 7 });
    expect(run.first_bad_lines).toHaveLength(1_000);
    expect(stderr).toContain('1007 bad lines (7 of them not listed)');
  });

  it('of a file that breaks off gives the result of what was read, and says where it ended', async () => {
    const packed = gzipSync(Array.from({ length: 400 }, (_, i) => line(`c-${i}`, i)).join('\n'));
    const broken = path('jsonl.gz');
    writeFileSync(broken, packed.subarray(0, packed.length * 0.7));
    const whole = file([line('after', 1_000)]);
    const { run, stderr, code } = await backtest([broken, whole]);
    expect(run.broken_files).toEqual([
      { file: broken, line: run.conversations - 1, reason: 'unexpected end of file' },
    ]);
    expect(run.admitted).toBe(run.conversations);
    expect(run.conversations).toBeGreaterThan(100);
    expect(stderr).toContain('1 files not read to their end');
    expect(code).toBe(3);
  });
});

describe('the assignments of a backtest', { timeout: 120_000 }, () => {
  it('hold one line a conversation, in the order of first appearance, whatever became of it', async () => {
    const longer = { messages: [...Array(3)].map(() => ({ role: 'user', content: 'A refund, please' })) };
    const input = file([
      line('first', 0),
      line('silent', 1, { messages: [{ role: 'assistant', content: 'Hello' }] }),
      line('zero', 2, { retention: 'zero' }),
      'not json',
      line('first', 3),
      ...Array.from({ length: 120 }, (_, i) => line(`more-${i}`, 4)),
      line('first', 5, longer),
      line('last', 6),
    ]);
    const out = path('jsonl');
    expect((await backtest([input, '--assignments', out])).code).toBe(0);
    const placed = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(placed.map(({ conversation_id }) => conversation_id)).toEqual([
      'first',
      'silent',
      'zero',
      ...Array.from({ length: 120 }, (_, i) => `more-${i}`),
      'last',
    ]);
    expect(placed[0].at).toBe(at(5));
    expect(placed[1]).toEqual({
      conversation_id: 'silent',
      at: at(1),
      cluster_id: null,
      generation: 0,
      similarity: 0,
    });
  });
});

describe('the output files of a backtest', { timeout: 60_000 }, () => {
  it('are opened before the work: one that cannot be written is named with its flag', async () => {
    for (const flag of ['--json', '--assignments']) {
      const { stderr, code } = await backtest([file([line('c', 0)]), flag, '/no/such/folder/out']);
      expect(stderr).toContain(`${flag} /no/such/folder/out: cannot be written`);
      expect(stderr).not.toContain('conversations in');
      expect(code).toBe(3);
    }
  });

  it('that fill up while they are written are named too', async ({ skip }) => {
    if (!existsSync('/dev/full')) return skip();
    const { stderr, code } = await backtest([file([line('c', 0)]), '--json', '/dev/full']);
    expect(stderr).toContain('--json /dev/full: cannot be written: ENOSPC');
    expect(code).toBe(3);
  });

  it('are never a file that is read', async () => {
    const input = file([line('c', 0)]);
    const { stderr, code } = await backtest([input, '--assignments', input]);
    expect(stderr).toContain('is the same file as');
    expect(code).toBe(2);
    expect(readFileSync(input, 'utf8')).not.toBe('');
  });
});
