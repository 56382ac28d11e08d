/** The console as users get it: built anew when a source is younger than the last build. */
import { glob, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BUILT = folder('../../dist/console');
const CONFIG = folder('../../config/tooling/vite.config.ts');
const SOURCES = folder('../../src/console');

/** Answers with the folder of the built console. */
export async function builtConsole(): Promise<string> {
  const built = await stat(`${BUILT}/index.html`).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (built < (await youngest())) await build({ configFile: CONFIG, logLevel: 'error' });
  return BUILT;
}

async function youngest(): Promise<number> {
  let latest = (await stat(CONFIG)).mtimeMs;
  for await (const entry of glob('**/*', { cwd: SOURCES })) {
    latest = Math.max(latest, (await stat(`${SOURCES}/${entry}`)).mtimeMs);
  }
  return latest;
}
