// Runs on any Node from 18, before anything is installed: brings what a command needs, then runs it with the project's Node.
//   node config/tooling/setup.mjs demo [flags]   npm packages and the console, then the demo
//   node config/tooling/setup.mjs test [flags]   the same, and Debian packages and Kafka, then every test
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);
const [task, ...flags] = process.argv.slice(2);
const say = (line) => process.stderr.write(`${line}\n`);
const loud = (line) => process.stderr.write(`\n!!! ${line}\n\n`);

/** The project's own, which `npm ci` brings; the one that runs this may be older. */
const NODE = join(root, 'node_modules/.bin/node');

const environment = { ...process.env };
environment.PATH = `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
// Headers that lie beside the running node spare node-gyp a download, and work for the project's node too: it is N-API.
const prefix = dirname(dirname(process.execPath));
if (environment.npm_config_nodedir === undefined && existsSync(join(prefix, 'include/node/node_api.h'))) {
  environment.npm_config_nodedir = prefix;
}

function run(command, args, what) {
  const done = spawnSync(command, args, { stdio: 'inherit', env: environment });
  if (done.status === 0) return;
  loud(`${what} failed: ${command} ${args.join(' ')}`);
  process.exit(done.status ?? 1);
}

const has = (command) =>
  spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore', env: environment }).status === 0;

function installPackages() {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const stamp = 'node_modules/.cliowatch-installed';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  for (const tool of ['python3', 'make', 'g++']) {
    if (!has(tool))
      loud(`${tool} is needed to compile hnswlib-node; on Debian: apt-get install python3 make g++`);
  }
  say('installing npm packages ...');
  run('npm', ['ci'], 'installing npm packages');
  writeFileSync(stamp, lock);
}

/** Newest change below a folder, ms. */
function newest(folder) {
  let at = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) at = Math.max(at, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  }
  return at;
}

function buildConsole() {
  const page = 'dist/console/index.html';
  if (existsSync(page) && statSync(page).mtimeMs > newest('src/console')) return;
  say('building the console ...');
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', 'config/tooling/vite.config.ts'];
  run(NODE, [...vite, '--logLevel', 'warn'], 'building the console');
}

const DEBIAN = {
  kcat: 'kcat',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  chromium: 'chromium',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
};

function installDebian() {
  const missing = [
    ...new Set(
      Object.entries(DEBIAN)
        .filter(([command]) => !has(command))
        .map(([, name]) => name),
    ),
  ];
  if (missing.length === 0) return;
  const allowed = process.env.NO_APT !== '1' && process.getuid?.() === 0 && has('apt-get');
  if (!allowed) {
    loud(`not installed: ${missing.join(', ')}; what needs them is skipped (or failed, with CI=true)`);
    return;
  }
  say(`installing Debian packages: ${missing.join(', ')} (NO_APT=1 forbids it) ...`);
  const apt = { stdio: 'inherit', env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-qq'], apt);
  const done = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], apt);
  if (done.status !== 0)
    loud(
      `apt-get could not install ${missing.join(', ')}; what needs them is skipped (or failed, with CI=true)`,
    );
}

// node:sqlite is not final in Node 24; kafkajs sets timers in the past, which Node only remarks on.
const QUIET = [
  '--max-semi-space-size=32',
  '--v8-pool-size=1',
  '--no-compact',
  '--no-allocation-site-pretenuring',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
];

/** Ctrl-C belongs to the command: it stops cleanly, and we end as it ends. */
function hand(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

installPackages();
buildConsole();
if (task === 'demo') {
  hand(NODE, [...QUIET, 'src/main.ts', 'demo', ...flags]);
} else if (task === 'test') {
  installDebian();
  mkdirSync('data', { recursive: true, mode: 0o700 });
  hand(NODE, [...QUIET, 'node_modules/vitest/vitest.mjs', 'run', ...flags]);
} else {
  say('usage: node config/tooling/setup.mjs demo|test [flags]');
  process.exit(2);
}
