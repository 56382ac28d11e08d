import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import { decodeVector, encodeVector, type UnitVector } from '../../domain/vector.ts';

/** Vectors written together; a crash loses at most so many, which are embedded again. */
const BUFFER = 256;
const FLUSH_MS = 1_000;

interface VectorFile {
  get(key: string): UnitVector | undefined;
  /** Written a little later, together with others. */
  put(key: string, vector: UnitVector): void;
  close(): void;
}

/** A SQLite file of vectors by key and model, the newest `size` of them. Throws `embedder-cache` when it cannot be used. */
export function openVectorFile(options: { path: string; model: string; size: number }): VectorFile {
  const { model, size } = options;
  const database = openDatabase(options.path);
  const select = database.prepare('SELECT vector FROM vectors WHERE key = ? AND model = ?');
  const insert = database.prepare('INSERT OR IGNORE INTO vectors (key, model, vector) VALUES (?, ?, ?)');
  const trim = database.prepare('DELETE FROM vectors WHERE id <= (SELECT MAX(id) FROM vectors) - ?');
  const unwritten = new Map<string, UnitVector>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (unwritten.size === 0) return;
    try {
      database.exec('BEGIN');
      for (const [key, vector] of unwritten) insert.run(key, model, encodeVector(vector));
      trim.run(size);
      database.exec('COMMIT');
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      // A full disk costs speed after a restart, not conversations now.
      process.emitWarning(`vectors are not kept in ${options.path}: ${reasonOf(cause)}`);
    }
    unwritten.clear();
  }

  return {
    get(key) {
      const waiting = unwritten.get(key);
      if (waiting !== undefined || closed) return waiting;
      const text = select.get(key, model)?.vector;
      return typeof text === 'string' ? decodeVector(text) : undefined;
    },
    put(key, vector) {
      if (closed) return;
      unwritten.set(key, vector);
      if (unwritten.size >= BUFFER) flush();
      else timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    close() {
      if (closed) return;
      flush();
      closed = true;
      database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    // A cache may lose its last writes; waiting for the disk would cost more than making them anew.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
    database.exec(`CREATE TABLE IF NOT EXISTS vectors (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL, model TEXT NOT NULL, vector TEXT NOT NULL, UNIQUE (key, model))`);
    return database;
  } catch (cause) {
    throw new CliowatchError('embedder-cache', `cannot keep vectors in ${path}: ${reasonOf(cause)}`, {
      value: path,
      remedy: `delete ${path}, or name another file in embedder.cache_path`,
      cause,
    });
  }
}
