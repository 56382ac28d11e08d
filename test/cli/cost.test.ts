import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { cliowatch, dataFolder, interruptible } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

const line = (id: string, content: string): string =>
  JSON.stringify({
    conversation_id: id,
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content }],
  });
const lines = [
  ...Array.from({ length: 498 }, (_, i) => line(`c-${i}`, `How do I prune rose ${i}?`)),
  line('same-1', 'How do I get a refund?'),
  line('same-2', 'How do I get a refund?'),
];

describe('cost estimate', { timeout: 60_000 }, () => {
  it('prints calls, tokens and dollars by stage and model, what the cache saves, the basis, and the paper beside it', async () => {
    const file = join(data.path, 'all.jsonl');
    writeFileSync(file, lines.join('\n'));
    const run = await cliowatch(['cost', 'estimate', file]);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^stage +model +calls +input tokens +output tokens +dollars +per 100,000$/m);
    expect(run.stdout).toMatch(/^facets +claude-haiku-5-5 +499 +[\d,]+ +129,740 +\d+\.\d\d +\d+\.\d\d$/m);
    expect(run.stdout).toMatch(/^label +claude-sonnet-5-5 +8 /m);
    expect(run.stdout).toMatch(/^total /m);
    expect(run.stdout).toMatch(/^cache +saves 1 calls/m);
    expect(run.stdout).toMatch(/^batch +replay --batch: \$\d+\.\d\d for facets$/m);
    expect(run.stdout).toMatch(/^paper +\$48\.81 per 100,000/m);
    expect(run.stdout).toContain('3 characters of ASCII a token');
    expect(run.stderr).toContain('500 conversations read, 0 bad lines');
  });

  it('reads packed files and standard input, tells bad lines by number, and answers as JSON', async () => {
    const packed = join(data.path, 'packed.jsonl.gz');
    writeFileSync(packed, gzipSync([lines[0], 'no json', lines[1]].join('\n')));
    const run = await cliowatch(['cost', 'estimate', packed, '-', '--json'], { input: `${lines[2]}\n` });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(`${packed}:2: not JSON`);
    const told = JSON.parse(run.stdout);
    expect(told).toMatchObject({
      conversations: { read: 3, summarized: 3, duplicates: 0 },
      bad_lines: 1,
      saved_by_cache: { calls: 0, dollars: 0 },
      paper_dollars_per_100k: 48.81,
    });
    expect(told.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'facets',
      'label',
      'audit',
      'propose',
      'deduplicate',
      'assign',
      'nest',
    ]);
    expect(told.dollars.low).toBeLessThan(told.dollars.middle);
  });

  it('says which model has no price', async () => {
    const run = await cliowatch(['cost', 'estimate', '-', '-s', 'claude.summarizer_model=model-x'], {
      input: lines.slice(0, 3).join('\n'),
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^facets +model-x +3 .* no price +no price$/m);
    expect(run.stdout).toContain('No price of model-x: add it to claude.prices.');
  });

  it('ends with 3 when a file is not there or breaks off, and 2 for wrong settings', async () => {
    expect((await cliowatch(['cost', 'estimate', join(data.path, 'none.jsonl')])).code).toBe(3);
    const broken = join(data.path, 'broken.jsonl.gz');
    writeFileSync(broken, gzipSync(lines.join('\n')).subarray(0, 2_000));
    const run = await cliowatch(['cost', 'estimate', broken]);
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('facets');
    expect((await cliowatch(['cost', 'estimate', '-', '-s', 'claude.cache=-1'])).code).toBe(2);
  });

  it('ends with 130 at Ctrl-C, with the estimate of what was read', async () => {
    const run = interruptible(['cost', 'estimate', '-'], `${lines[0]}\nno json\n`);
    await expect.poll(() => run.errors(), { timeout: 30_000 }).toContain('-:2: not JSON');
    run.interrupt();
    const { code, stdout } = await run.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^facets +claude-haiku-5-5 +1 /m);
  });
});
