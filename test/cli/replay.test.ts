import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliowatch, dataFolder, interruptible } from '../support/program.ts';

const data = dataFolder();
afterAll(() => data.remove());

/** A stand-in for the way in: keeps what it took, and has a limit of its own. */
const taken: string[] = [];
const requests: number[] = [];
let limit = 4_194_304;
let answers = true;
let refuseAfter = Number.POSITIVE_INFINITY;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push(body.length);
    if (!answers) return;
    if (body.length > limit) response.writeHead(413).end('{}');
    else if (requests.length > refuseAfter) response.writeHead(403).end('{}');
    else {
      for (const line of body.split('\n')) taken.push(JSON.parse(line).conversation_id);
      response.writeHead(202).end('{}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function reset(): void {
  taken.length = 0;
  requests.length = 0;
  limit = 4_194_304;
  answers = true;
  refuseAfter = Number.POSITIVE_INFINITY;
}

let files = 0;
function file(lines: readonly string[]): string {
  const path = join(data.path, `${files++}.jsonl`);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const line = (id: string, content = 'How do I get a refund?', more: object = {}): string =>
  JSON.stringify({
    conversation_id: id,
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content }],
    ...more,
  });
const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `c-${i}`);

describe('replay', { timeout: 60_000 }, () => {
  it('sends no more bytes at once than a server takes', async () => {
    reset();
    const path = file(ids(400).map((id) => line(id, 'x'.repeat(30_000))));
    const run = await cliowatch(['replay', path, '--to', url]);
    expect(run.stderr).toContain('400 conversations sent, 0 bad lines');
    expect(run.code).toBe(0);
    expect(taken).toEqual(ids(400));
    expect(Math.max(...requests)).toBeLessThan(1_100_000);
  });

  it('halves what is too large for the server, and only what is too large alone is a bad line', async () => {
    reset();
    limit = 2_000;
    const path = file(ids(40).map((id, i) => line(id, 'x'.repeat(i === 17 ? 3_000 : 300))));
    const run = await cliowatch(['replay', path, '--to', url]);
    expect(run.stderr).toContain(`${path}:18: too large for ${url}`);
    expect(run.stderr).toContain('39 conversations sent, 1 bad lines');
    expect(run.code).toBe(0);
    expect(taken).toEqual(ids(40).filter((id) => id !== 'c-17'));
  });

  it('passes over a line of 5 MB, and one that is nested without end', async () => {
    reset();
    const nested = '['.repeat(100_000) + ']'.repeat(100_000);
    const deep = line('deep').replace('{', `{"metadata":{"a":${nested}},`);
    const path = file([line('one'), line('large', 'x'.repeat(5_000_000)), deep, line('two')]);
    const run = await cliowatch(['replay', path, '--to', url]);
    expect(run.stderr).toContain(`${path}:2: too-large`);
    expect(run.stderr).toContain(`${path}:3: metadata: must not be nested deeper`);
    expect(run.stderr).toContain('2 conversations sent, 2 bad lines');
    expect(run.code).toBe(0);
    expect(taken).toEqual(['one', 'two']);
  });

  it('says how many were sent before it failed', async () => {
    reset();
    refuseAfter = 1;
    const run = await cliowatch(['replay', file(ids(300).map((id) => line(id))), '--to', url]);
    expect(run.stderr).toMatch(/^200 conversations sent, 0 bad lines\n.*answered 403/m);
    expect(run.code).toBe(3);
  });

  it('of a file that breaks off sends what was read, and says so', async () => {
    reset();
    const packed = gzipSync(
      ids(3_000)
        .map((id) => line(id, String(Math.sin(id.length))))
        .join('\n'),
    );
    const path = join(data.path, 'broken.jsonl.gz');
    writeFileSync(path, packed.subarray(0, packed.length / 2));
    const run = await cliowatch(['replay', path, '--to', url]);
    expect(run.stderr).toMatch(
      /broken\.jsonl\.gz: cannot be read further than line \d+: unexpected end of file/,
    );
    expect(run.stderr).toContain(
      `${taken.length} conversations sent, 0 bad lines, 1 files not read to their end`,
    );
    expect(taken.length).toBeGreaterThan(500);
    expect(run.code).toBe(3);
  });

  it('shows its defaults as one gives them', async () => {
    expect((await cliowatch(['replay', '--help'])).stdout).toContain('(default: max)');
  });
});

describe('the first Ctrl-C', { timeout: 60_000 }, () => {
  /** Ctrl-C once a command is where it would wait; the machine may be slow, so that no time says when that is. */
  async function interrupted(run: ReturnType<typeof interruptible>, waits: () => boolean) {
    while (!waits()) await delay(20);
    const started = performance.now();
    run.interrupt();
    return { ...(await run.finished), ms: performance.now() - started };
  }

  it('ends a replay of a silent standard input', async () => {
    reset();
    const run = interruptible(['replay', '-', '--to', url], `${line('one')}\nlast\n`);
    const end = await interrupted(run, () => run.errors().includes('-:2: not JSON'));
    expect(end.stderr).toContain('1 conversations sent, 1 bad lines');
    expect(end.code).toBe(130);
    expect(end.ms).toBeLessThan(5_000);
  });

  it('ends a replay to a server that never answers, and says what is not known', async () => {
    reset();
    answers = false;
    const path = file(ids(3).map((id) => line(id)));
    const run = interruptible(['replay', path, '--to', url]);
    const end = await interrupted(run, () => requests.length > 0);
    expect(end.stderr).toContain('0 conversations sent (3 more were under way, and may have arrived)');
    expect(end.code).toBe(130);
    expect(end.ms).toBeLessThan(8_000);
  });

  it.each(['refuses', 'does not answer'])('ends a replay to a Kafka that %s', async (how) => {
    let asked = false;
    const silent = createTcpServer(() => {
      asked = true;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (how === 'refuses') silent.close();
    const port = typeof address === 'object' ? address?.port : 0;
    const flags = ['--to', 'kafka', '-s', `log.kafka.brokers=["127.0.0.1:${port}"]`];
    const run = interruptible(['replay', file([line('one')]), ...flags]);
    const end = await interrupted(run, () => asked || run.errors().includes('ECONNREFUSED'));
    if (how !== 'refuses') silent.close();
    expect(end.stderr).toContain('0 conversations sent, 0 bad lines');
    expect(end.code).toBe(130);
    expect(end.ms).toBeLessThan(8_000);
  });

  it('ends a backtest of a silent standard input, with the result of what was read', async () => {
    const flags = ['backtest', '-', '-s', `data=${data.path}`];
    const run = interruptible(flags, `${line('one')}\nlast\n`);
    const end = await interrupted(run, () => run.errors().includes('-:2: not-json'));
    expect(JSON.parse(end.stdout).run).toMatchObject({ conversations: 1, admitted: 1 });
    expect(end.stderr).toContain('1 conversations in');
    expect(end.code).toBe(130);
    expect(end.ms).toBeLessThan(8_000);
  });
});
