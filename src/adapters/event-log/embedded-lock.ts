import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CliowatchError } from '../../domain/errors.ts';

/**
 * Takes the folder for this process; answers with the way to let go. SQLite's exclusive lock is one of the operating
 * system's, which ends with the process however that ends, so no stale lock can remain.
 */
export function lockFolder(path: string): () => void {
  const lock = new DatabaseSync(join(path, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new CliowatchError('log-in-use', `another process uses the log in ${path}`, {
      value: path,
      cause,
      remedy:
        'stop the other cliowatch, or give this one a folder of its own (setting data, or log.embedded.path)',
    });
  }
  return () => lock.close();
}
