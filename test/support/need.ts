import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program that a test needs, or null when this machine does not have it: the test is then skipped, with
 * one loud line. In CI a missing program is an error, as a skipped test proves nothing.
 */
export function need(binary: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, binary);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  if (process.env.CI) throw new Error(`${binary} is not installed, and CI skips nothing`);
  console.error(`\n!!! SKIPPED: ${binary} is not installed, so what needs it is NOT tested !!!\n`);
  return null;
}
