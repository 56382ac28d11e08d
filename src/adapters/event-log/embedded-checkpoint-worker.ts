/** Runs in a worker thread: moves committed pages from a WAL into its database, which waits for the disk. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';

const files = new Map<string, DatabaseSync>();

parentPort?.on('message', (path: unknown) => {
  if (typeof path !== 'string') return;
  let file = files.get(path);
  if (file === undefined) {
    file = new DatabaseSync(path, { timeout: 5_000 });
    files.set(path, file);
  }
  // PASSIVE never makes the writer wait.
  file.exec('PRAGMA wal_checkpoint(PASSIVE)');
  parentPort?.postMessage(path);
});
