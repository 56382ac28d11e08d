import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { dataFolder } from '../support/program.ts';

const folder = dataFolder();
afterAll(() => folder.remove());
const modeOf = (path: string): number => statSync(path).mode & 0o777;

async function runIn(data: string): Promise<void> {
  const flags = [`data=${data}`, 'http.port=0', 'logging.level=silent', 'embedder.cache_path=vectors.sqlite'];
  const config = loadConfig({ environment: {}, flags });
  const app = await startApp({ config, roles: ALL_ROLES, version: '0' });
  for (const name of ['log', '.']) {
    for (const file of readdirSync(join(data, name))) {
      const path = join(data, name, file);
      if (statSync(path).isFile()) expect(modeOf(path) & 0o077, path).toBe(0);
    }
  }
  expect(modeOf(join(data, 'log'))).toBe(0o700);
  await app.stop();
}

it('what is kept on disk is its owner’s alone', { timeout: 120_000 }, async () => {
  const data = join(folder.path, 'new');
  const before = process.umask(0o022);
  await runIn(data);
  process.umask(before);
  expect(modeOf(data)).toBe(0o700);
});

it('files that an earlier version left open are closed at the next start', { timeout: 120_000 }, async () => {
  const data = join(folder.path, 'old');
  mkdirSync(join(data, 'log'), { recursive: true, mode: 0o755 });
  for (const name of ['history.sqlite', 'log/intake.sqlite', 'log/log.sqlite', 'vectors.sqlite']) {
    writeFileSync(join(data, name), '');
    chmodSync(join(data, name), 0o644);
  }
  chmodSync(join(data, 'log'), 0o755);
  await runIn(data);
  rmSync(data, { recursive: true });
});
