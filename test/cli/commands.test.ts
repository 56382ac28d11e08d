import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { makeTraffic } from '../support/conversations.ts';
import { cliowatch, dataFolder, running } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());
const here = ['-s', `data=${data.path}`];
const lines = makeTraffic().map((conversation) => JSON.stringify(conversation));

describe('the command line', () => {
  it.each([
    [],
    ['run'],
    ['demo'],
    ['replay'],
    ['backtest'],
    ['cost'],
    ['cost', 'estimate'],
    ['topics'],
    ['topics', 'create'],
    ['config', 'check'],
    ['version'],
  ])('explains itself: %s', async (...command) => {
    const help = await cliowatch([...command, '--help']);
    expect(help.stdout).toContain('Usage: cliowatch');
    expect(help.code).toBe(0);
    // A folder of commands does nothing itself, and a version cannot fail.
    if (!/^(topics|cost|version)$/.test(command.join(' '))) expect(help.stdout).toContain('Exit codes: 0');
  });

  it('refuses by the check of settings what a start refuses', async () => {
    const run = await cliowatch(['config', 'check', ...here, '-s', 'http.host=0.0.0.0'], {
      environment: { CLIOWATCH_HTTP_PORT: '1' },
    });
    expect(run.stderr).toContain('CLIOWATCH_HTTP_PORT: is no setting; the nearest is CLIOWATCH_HTTP__PORT');
    expect(run.code).toBe(2);
    const open = await cliowatch(['config', 'check', ...here, '-s', 'http.host=0.0.0.0']);
    expect(open.stderr).toContain('http.tokens is empty');
    expect(open.code).toBe(2);
  });

  it('ends with 3, not as a wrong setting, when the address is in use', { timeout: 120_000 }, async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const run = await cliowatch(['run', ...here, '-s', `http.port=${port}`]);
    server.close();
    expect(run.stderr).toContain('cannot listen');
    expect(run.code).toBe(3);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await cliowatch(['version'])).stdout).toBe(`${version}\n`);
  });

  it('refuses a role that there is not, and says which there are', async () => {
    const run = await cliowatch(['run', '--roles', 'admit,cook']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('no role "cook"');
    expect(run.stderr).toContain('detect');
  });

  it('refuses settings with path, value and what is allowed, and exits with 2', async () => {
    const run = await cliowatch(['config', 'check', '-s', 'http.port=99999', '-s', 'growth.speed=3']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/http\.port = 99999 \(from flags\): .*65535/);
    expect(run.stderr).toMatch(/growth\.speed = 3 \(from flags\): unknown setting/);
  });

  it('prints the settings without a secret', async () => {
    const run = await cliowatch(['config', 'check'], {
      environment: { ANTHROPIC_API_KEY: 'sk-planted-secret' },
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('api_key: (hidden)');
    expect(run.stdout + run.stderr).not.toContain('sk-planted-secret');
  });

  it('says what to do when nothing listens where a replay is sent', { timeout: 120_000 }, async () => {
    const file = join(data.path, 'one.jsonl');
    writeFileSync(file, `${lines[0]}\n`);
    const run = await cliowatch(['replay', file, '--to', 'http://127.0.0.1:9']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('out of reach');
    expect(run.stderr).toContain('cliowatch run');
  });

  it('names a file that is not there', async () => {
    const run = await cliowatch(['backtest', join(data.path, 'no.jsonl'), ...here]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('no.jsonl');
  });

  it('stops cleanly on Ctrl-C, and a second program cannot take its log meanwhile', {
    timeout: 120_000,
  }, async () => {
    const folder = dataFolder();
    const program = await running(['run', '-s', `data=${folder.path}`, '-s', 'http.port=0']);
    const second = await cliowatch(['run', '-s', `data=${folder.path}`, '-s', 'http.port=0']);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain('another process uses the log');
    expect(await program.stop()).toBe(0);
    folder.remove();
  });
});

describe('backtest', () => {
  const file = join(data.path, 'traffic.jsonl.gz');
  writeFileSync(
    file,
    gzipSync([...lines.slice(0, 10), 'not json', '{"conversation_id": 7}', ...lines.slice(10)].join('\n')),
  );

  it('writes alerts, clusters, counts and where each conversation fell, twice the same', {
    timeout: 240_000,
  }, async () => {
    const answers: string[] = [];
    for (const run of ['first', 'second']) {
      const json = join(data.path, `${run}.json`);
      const assignments = join(data.path, `${run}.jsonl`);
      const done = await cliowatch(['backtest', file, '--json', json, '--assignments', assignments, ...here]);
      expect(done.code).toBe(0);
      expect(done.stderr).toContain(`${file}:11: not-json`);
      expect(done.stderr).toContain(`${file}:12: wrong-schema conversation_id`);
      const { run: figures, ...answer } = JSON.parse(readFileSync(json, 'utf8'));
      expect(figures).toMatchObject({
        conversations: lines.length,
        admitted: lines.length,
        bad_lines: 2,
        late: 0,
      });
      answers.push(JSON.stringify(answer) + readFileSync(assignments, 'utf8'));
    }
    expect(answers[0]).toBe(answers[1]);
    const answer = JSON.parse(readFileSync(join(data.path, 'first.json'), 'utf8'));
    expect(answer.alerts).toContainEqual(
      expect.objectContaining({ kind: 'new', name: expect.stringMatching(/flight|refund/i) }),
    );
    expect(Object.keys(answer.alerts[0])).toEqual(
      expect.arrayContaining([
        'id',
        'incident',
        'kind',
        'cluster_id',
        'name',
        'fired_at',
        'resolved_at',
        'observed',
        'expected',
        'ratio',
        'ratio_low',
        'accounts',
        'reason',
      ]),
    );
    const placed = readFileSync(join(data.path, 'first.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(placed).toHaveLength(lines.length);
    expect(new Set(placed.map(({ conversation_id }) => conversation_id)).size).toBe(lines.length);
    expect(Object.keys(placed[0]).sort()).toEqual([
      'at',
      'cluster_id',
      'conversation_id',
      'generation',
      'similarity',
    ]);
    const hours = answer.hours.reduce((sum: number, { total }: { total: number }) => sum + total, 0);
    expect(hours).toBe(lines.length);
  });

  it('reads standard input', { timeout: 120_000 }, async () => {
    const done = await cliowatch(['backtest', '-', ...here], { input: lines.slice(0, 50).join('\n') });
    expect(JSON.parse(done.stdout).run.conversations).toBe(50);
    expect(done.code).toBe(0);
  });
});
