/** The folder for all that is kept on disk: raw conversations among it, so nobody else on the machine may read it. */
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inData } from './adapters.ts';
import type { Config } from './config.ts';

const OWNER_FOLDER = 0o700;
const OWNER_FILE = 0o600;

/**
 * Makes the folder when it is missing, and sees that files made from now on are the owner's alone: SQLite, which makes
 * most of them, takes no mode. A folder that is there keeps its mode, as it may be one that others share; our own folder
 * and files in it do not.
 */
export function openDataFolder(config: Config): void {
  process.umask(0o077);
  mkdirSync(config.data, { recursive: true, mode: OWNER_FOLDER });
  const log = inData(config, config.log.embedded.path);
  if (existsSync(log)) chmodSync(log, OWNER_FOLDER);
  for (const path of [join(log, 'log.sqlite'), join(log, 'intake.sqlite'), inData(config, config.store.path)])
    closeFiles(path);
  if (config.claude.cache_file.path !== null) closeFiles(inData(config, config.claude.cache_file.path));
  if (config.embedder.cache_path !== null) closeFiles(inData(config, config.embedder.cache_path));
}

/** A database of an earlier version, with the files that SQLite keeps beside it. */
function closeFiles(path: string): void {
  const folder = dirname(path);
  if (!existsSync(path)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(basename(path))) chmodSync(join(folder, name), OWNER_FILE);
  }
}
