/** cliowatch as its users run it: a process of its own, started by its command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
/** The embedding model is written once for all tests, as that takes seconds. */
const MODELS = join(ROOT, '.cache/models');

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Settings that no machine's environment may change. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, NODE_ENV: 'test', ...more };
}

function start(flags: readonly string[], more: Readonly<Record<string, string>>): ChildProcess {
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
  return spawn(process.execPath, [...quiet, 'src/main.ts', ...flags], {
    cwd: ROOT,
    env: environment(more),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs a command to its end, with `input` on its standard input. */
export function cliowatch(
  flags: readonly string[],
  options: { input?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const { child, finished } = open(flags, options.environment ?? {});
  child.stdin?.end(options.input ?? '');
  return finished;
}

/** A command whose standard input stays open: it ends by itself, or by Ctrl-C. */
export function interruptible(
  flags: readonly string[],
  input = '',
): { interrupt(): void; errors(): string; readonly finished: Promise<Finished> } {
  const { child, errors, finished } = open(flags, {});
  child.stdin?.write(input);
  return { interrupt: () => child.kill('SIGINT'), errors, finished };
}

function open(flags: readonly string[], more: Readonly<Record<string, string>>) {
  const child = start(flags, more);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // A command that ends before it has read its input is no failure of the test.
  child.stdin?.on('error', () => undefined);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, errors: () => stderr, finished };
}

/** A data folder for one program, with the model already in it. */
export function dataFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'cliowatch-program-'));
  mkdirSync(MODELS, { recursive: true });
  symlinkSync(MODELS, join(path, 'models'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export type Running = {
  readonly url: string;
  readonly pid: number;
  output(): string;
  /** Ends it as Ctrl-C does, or with another signal; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts `run` or `demo` and resolves when it has told its address, or the one it is `given`, where it listens before. */
export async function running(
  flags: readonly string[],
  more: Readonly<Record<string, string>> = {},
  given?: string,
): Promise<Running> {
  const child = start(flags, more);
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(output);
      if (found !== null) resolve(found[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('close', (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
    if (given !== undefined) void untilListening(given).then(() => resolve(given));
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}

async function untilListening(url: string): Promise<void> {
  for (;;) {
    if (await fetch(`${url}/healthz`).catch(() => null)) return;
    await delay(50);
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
