import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** The version of the package this file belongs to. */
export const VERSION = manifest.parse(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
).version;

export function versionCommand(): Command {
  return new Command('version').description('Print the version').action(() => {
    process.stdout.write(`${VERSION}\n`);
  });
}
