import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };

/** The version of the package this file belongs to. */
export const VERSION = manifest.version;

export function versionCommand(): Command {
  return new Command('version').description('Print the version').action(() => {
    process.stdout.write(`${VERSION}\n`);
  });
}
