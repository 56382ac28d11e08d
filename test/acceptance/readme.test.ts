/** Every command of the README, in a fresh clone, as a newcomer would run it: what it says must be so. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeTraffic } from '../support/conversations.ts';
import { kafkaRuns, sharedKafka } from '../support/shared-kafka.ts';

const ROOT = join(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Lines of all shell blocks, without comments. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap((block) => (block[1] ?? '').split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

const folder = mkdtempSync(join(tmpdir(), 'cliowatch-clone-'));
const clone = join(folder, 'cliowatch');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A port nobody listens on is not known beforehand; the README's is replaced by one for this test. */
const PORT = 20_000 + (process.pid % 20_000);
const here = (command: string): string =>
  command.replaceAll(':8642', `:${PORT}`).replaceAll('localhost:9092', broker);
let broker = 'localhost:9092';

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, npm_config_nodedir, npm_config_cache } = process.env;
  // The project's own Node must be found by the commands themselves, as on a newcomer's machine.
  const path = (PATH ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
  return { PATH: path, HOME, npm_config_nodedir, npm_config_cache, ...more };
}

function sh(script: string, more: Readonly<Record<string, string>> = {}) {
  const done = spawnSync('bash', ['-ec', script], {
    cwd: clone,
    env: environment(more),
    encoding: 'utf8',
    timeout: 400_000,
  });
  return { code: done.status, out: done.stdout, all: done.stdout + done.stderr };
}

/** Starts a command and resolves when its output holds `text`. */
async function start(script: string, text: string | RegExp, more: Readonly<Record<string, string>> = {}) {
  const child = spawn('bash', ['-ec', script], { cwd: clone, env: environment(more), detached: true });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const holds = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
  // Also when its test fails: what still holds the port fails every test after it.
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGINT');
    await ended;
  });
  for (const end = performance.now() + 400_000; !holds(); await delay(100)) {
    if (performance.now() > end || child.exitCode !== null)
      throw new Error(`"${script}" never said ${text}:\n${output}`);
  }
  return { output: () => output };
}

describe('the README', () => {
  beforeAll(() => {
    const done = spawnSync('git', ['clone', '--quiet', ROOT, clone], { encoding: 'utf8' });
    expect(done.stderr).toBe('');
    writeFileSync(join(clone, 'conversation.json'), /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');
    const lines = makeTraffic()
      .slice(0, 600)
      .map((conversation) => JSON.stringify(conversation));
    writeFileSync(join(clone, 'conversations.jsonl'), lines.join('\n'));
  });

  it('1. has no command that is not run here', () => {
    expect(commands.map((command) => command.split(/\s+/).slice(0, 4).join(' '))).toEqual([
      'npm run demo',
      'npm run demo --',
      'npm test',
      'export CLIOWATCH_TOKENS__KEY="$(openssl rand -base64',
      'export CLIOWATCH_LOG__ADAPTER=kafka CLIOWATCH_LOG__PREFIX=cliowatch.',
      'export CLIOWATCH_LOG__KAFKA__BROKERS=\'["localhost:9092"]\' CLIOWATCH_INTAKE__TOPIC=conversations',
      'npm run cliowatch --',
      'npm run cliowatch --',
      'curl -s -X POST',
      'npm run cliowatch --',
      'npm run cliowatch --',
      'npm run cliowatch --',
      'npm run cliowatch --',
    ]);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const [, name] of readme.matchAll(/`npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });

  it('2. `npm run demo` installs what it needs, prints its address and goes live', {
    timeout: 600_000,
  }, async () => {
    const demo = await start('npm run demo', /live at 120 times[\s\S]*scripted/, {
      CLIOWATCH_HTTP__PORT: String(PORT),
    });
    expect(demo.output()).toContain(`http://127.0.0.1:${PORT}`);
    const page = await (await fetch(`http://127.0.0.1:${PORT}/`)).text();
    expect(page).toContain('cliowatch');
  });

  it('2b. the demo takes a file instead', { timeout: 300_000 }, async () => {
    const from = commands.find((command) => command.includes('--from')) ?? '';
    await start(from, /live at 120 times/, { CLIOWATCH_HTTP__PORT: String(PORT) });
  });

  it('3. `npm test` hands its flags to the test runner', { timeout: 300_000 }, () => {
    const done = sh('npm test -- test/algorithms/seen.test.ts', { NO_APT: '1', NO_COLOR: '1' });
    expect(done.code, done.all).toBe(0);
    expect(done.all).toMatch(/Tests\s+\d+ passed/);
  });

  it('4. takes conversations by HTTP and from a file', { timeout: 300_000 }, async () => {
    await start('npm run cliowatch -- run', 'cliowatch: http', {
      CLIOWATCH_HTTP__PORT: String(PORT),
    });
    const [curl = '', replay = ''] = commands.filter((command) => /^curl|-- replay/.test(command)).map(here);
    expect(JSON.parse(sh(curl).out)).toEqual({ accepted: 1 });
    expect(sh(replay).all).toContain('600 conversations sent, 0 bad lines');
  });

  it('4b. runs some of the roles', { timeout: 300_000 }, async () => {
    const some = commands.find((command) => command.includes('--roles')) ?? '';
    await start(some, 'cliowatch: http', { CLIOWATCH_HTTP__PORT: String(PORT) });
    expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200);
  });

  it('5. says whether an alert would have fired', { timeout: 300_000 }, () => {
    expect(sh(commands.find((command) => command.includes('backtest')) ?? '').code).toBe(0);
    expect(JSON.parse(readFileSync(join(clone, 'backtest.json'), 'utf8')).run.conversations).toBe(600);
    expect(sh('npm run cliowatch -- config check').all).toContain('settings are right');
  });

  it('5b. says what a file would cost', { timeout: 300_000 }, () => {
    const done = sh(commands.find((command) => command.includes('cost estimate')) ?? '');
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/^total /m);
  });

  it('6. runs on your Kafka in five lines', { timeout: 400_000 }, async (context) => {
    if (!(await kafkaRuns())) return context.skip();
    broker = (await sharedKafka())?.brokers[0] ?? '';
    const first = commands.findIndex((command) => command.startsWith('export'));
    const five = commands.slice(first, first + 5).map(here);
    expect(five.at(-1)).toBe('npm run cliowatch -- run');
    const program = await start(five.join('\n'), 'cliowatch: http', { CLIOWATCH_HTTP__PORT: String(PORT) });
    expect(program.output()).toContain('created conversations');
    const ready = await fetch(`http://127.0.0.1:${PORT}/readyz`);
    expect(ready.status).toBe(200);
  });
});
