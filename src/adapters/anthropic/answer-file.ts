import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';

/** Answers put between two looks at the bound. */
const TRIM_EVERY = 1_000;
/** ms to wait for another process that writes. */
const BUSY_MS = 5_000;

export type Meant = {
  readonly id: number;
  readonly at: number;
  readonly requests: number;
  readonly key: string;
};

const meantSchema = z.array(
  z.object({ id: z.number(), at: z.number(), requests: z.number(), key: z.string() }),
);

export interface AnswerFile {
  has(key: string): boolean;
  /** undefined: none. */
  get(key: string): unknown;
  /** Throws when the disk does not take it. After close nothing is kept. */
  put(key: string, value: unknown): void;
  /** Message batches that were begun and not read yet, oldest first. */
  batches(): readonly string[];
  /** @param meant that this is */
  batchBegun(id: string, meant: number): void;
  batchRead(id: string): void;
  /** Written before a batch is sent, so that one whose id never came is looked for. @param at ms of the wall @param key of one of its questions */
  batchMeant(at: number, requests: number, key: string): number;
  /** Those that were sent, or not: nobody knows. */
  meant(): readonly Meant[];
  /** It was not begun, or is known by its id. */
  meantNoMore(meant: number): void;
  close(): void;
}

/**
 * A SQLite file of answers by key, the newest `entries` of them about; several processes may use it. It holds hashes and what the
 * model wrote, as it was cleaned; no text of a question. O(log n) each.
 * @throws CliowatchError `file/answers` when it cannot be used
 */
export function openAnswerFile({ path, entries }: { path: string; entries: number }): AnswerFile {
  const database = openDatabase(path);
  const select = database.prepare('SELECT value FROM answers WHERE key = ?');
  const insert = database.prepare(
    'INSERT INTO answers (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const trim = database.prepare('DELETE FROM answers WHERE id <= (SELECT MAX(id) FROM answers) - ?');
  const pending = database.prepare('SELECT batch FROM batches ORDER BY id');
  const begin = database.prepare('INSERT OR IGNORE INTO batches (batch) VALUES (?)');
  const end = database.prepare('DELETE FROM batches WHERE batch = ?');
  const mean = database.prepare('INSERT INTO meant (at, requests, key) VALUES (?, ?, ?)');
  const allMeant = database.prepare('SELECT id, at, requests, key FROM meant ORDER BY id');
  const meanNoMore = database.prepare('DELETE FROM meant WHERE id = ?');
  let puts = 0;
  trim.run(entries);
  return {
    has: (key) => database.isOpen && select.get(key) !== undefined,
    get(key) {
      if (!database.isOpen) return undefined;
      const text = select.get(key)?.value;
      return typeof text === 'string' ? JSON.parse(text) : undefined;
    },
    put(key, value) {
      // What is under way at a stop comes too late.
      if (!database.isOpen) return;
      insert.run(key, JSON.stringify(value));
      if (++puts % TRIM_EVERY === 0) trim.run(entries);
    },
    batches: () =>
      z
        .array(z.object({ batch: z.string() }))
        .parse(pending.all())
        .map(({ batch }) => batch),
    batchBegun(id, meant) {
      // In this order: between the two it is looked for, and found to be known.
      begin.run(id);
      meanNoMore.run(meant);
    },
    batchRead: (id) => void end.run(id),
    batchMeant: (at, requests, key) => Number(mean.run(at, requests, key).lastInsertRowid),
    meant: () => meantSchema.parse(allMeant.all()),
    meantNoMore: (id) => void meanNoMore.run(id),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    // An answer that a power cut loses is asked for again.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(`CREATE TABLE IF NOT EXISTS answers (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY, batch TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS meant (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, requests INTEGER NOT NULL,
        key TEXT NOT NULL)`);
    return database;
  } catch (cause) {
    throw new CliowatchError('file/answers', `cannot keep answers in ${path}: ${reasonOf(cause)}`, {
      value: path,
      remedy: `delete ${path}, or name another file in claude.cache_file.path`,
      cause,
    });
  }
}
