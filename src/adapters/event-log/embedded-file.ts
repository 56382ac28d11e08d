/** One SQLite file of the log, and in it one table a partition: offset is the row id, so appends go to the right edge. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { LogRecord } from '../../ports/event-log.ts';

/** A read ends after so many bytes even if more records were asked for: bounds memory and the time a read blocks. */
const READ_BYTES = 2 << 20;
/** Housekeeping works on so many rows or bytes at a time, so that the event loop is held for milliseconds only. */
const SLICE_ROWS = 500;
const SLICE_BYTES = 2 << 20;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, number INTEGER NOT NULL, next INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0, cleaned_to INTEGER NOT NULL DEFAULT 0, clean_bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, number));
  CREATE TEMP TABLE latest (key TEXT PRIMARY KEY, "offset" INTEGER NOT NULL) WITHOUT ROWID;
`;

export class LogFile {
  readonly path: string;
  readonly db: DatabaseSync;
  /** Over its size and nothing may be deleted: takes no more records. */
  full = false;
  readonly #pages: StatementSync;
  readonly #free: StatementSync;
  readonly #pageSize: number;

  constructor(path: string, options: { secureDelete: boolean }) {
    this.path = path;
    this.db = new DatabaseSync(path, { timeout: 5_000 });
    this.db.exec(`
      PRAGMA page_size = 8192;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -32768;
      PRAGMA temp_store = MEMORY;
      PRAGMA secure_delete = ${options.secureDelete ? 'ON' : 'OFF'};
    `);
    // The checkpointer works from its own thread long before this; it only bounds the WAL should that thread be gone.
    this.db.exec('PRAGMA wal_autocheckpoint = 16384');
    this.db.exec(SCHEMA);
    this.#pages = this.db.prepare('PRAGMA page_count');
    this.#free = this.db.prepare('PRAGMA freelist_count');
    this.#pageSize = Number(this.db.prepare('PRAGMA page_size').get()?.page_size);
  }

  /** Bytes of pages in use. Pages of deleted rows are used again before the file grows. */
  usedBytes(): number {
    const pages = Number(this.#pages.get()?.page_count);
    return (pages - Number(this.#free.get()?.freelist_count)) * this.#pageSize;
  }

  /** All of `work` or, when it throws, nothing of it. */
  transaction<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }
}

const WEIGHT = 'coalesce(octet_length(value), 0) + coalesce(length(key), 0) + 16';

/** What `WEIGHT` says of a record about to be written. */
export function recordBytes(key: string | null, value: string | Buffer | null): number {
  return (value === null ? 0 : Buffer.byteLength(value)) + (key?.length ?? 0) + 16;
}

/** The rows of one partition. Callers that delete hold a transaction, to write the partition's counters with it. */
export class PartitionTable {
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #weights: StatementSync;
  readonly #deleteBelow: StatementSync;
  readonly #remember: StatementSync;
  readonly #deleteStale: StatementSync;

  constructor(file: LogFile, id: number) {
    const table = `records_${id}`;
    file.db.exec(
      `CREATE TABLE IF NOT EXISTS ${table} ("offset" INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB)`,
    );
    const prepare = (sql: string): StatementSync => {
      const statement = file.db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#insert = prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?)`);
    this.#read = prepare(
      `SELECT "offset", timestamp, key, value FROM ${table} WHERE "offset" >= ? AND "offset" < ? ORDER BY "offset" LIMIT ?`,
    );
    this.#weights = prepare(
      `SELECT "offset", timestamp, ${WEIGHT} FROM ${table} WHERE "offset" >= ? AND "offset" < ? ORDER BY "offset" LIMIT ?`,
    );
    this.#deleteBelow = prepare(`DELETE FROM ${table} WHERE "offset" < ? RETURNING ${WEIGHT}`);
    this.#remember = prepare(
      `INSERT OR REPLACE INTO temp.latest SELECT key, "offset" FROM ${table} WHERE "offset" >= ? AND "offset" < ?`,
    );
    this.#deleteStale = prepare(
      `DELETE FROM ${table} WHERE "offset" >= ? AND "offset" < ? AND (
         EXISTS (SELECT 1 FROM temp.latest AS l WHERE l.key = ${table}.key AND l."offset" > ${table}."offset")
         OR (value IS NULL AND timestamp < ?)) RETURNING ${WEIGHT}`,
    );
  }

  insert(offset: number, timestamp: number, key: string | null, value: string | Buffer | null): void {
    this.#insert.run(offset, timestamp, key, value);
  }

  /** At most `limit` records in [from, end), fewer when they are large; at least one when there is one. */
  read(topic: string, partition: number, from: number, end: number, limit: number): LogRecord[] {
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of this.#read.iterate(from, end, limit)) {
      const key = row[2];
      const value = heldValue(row[3]);
      records.push({
        topic,
        partition,
        offset: Number(row[0]),
        key: typeof key === 'string' ? key : null,
        value,
        timestamp: Number(row[1]),
      });
      bytes += value?.length ?? 0;
      if (bytes >= READ_BYTES) break;
    }
    return records;
  }

  /** The oldest record at or behind `from`. */
  first(from: number): { offset: number; timestamp: number } | null {
    const row = this.#weights.get(from, Number.MAX_SAFE_INTEGER, 1);
    return row === undefined ? null : { offset: Number(row[0]), timestamp: Number(row[1]) };
  }

  /** The end of a slice of [from, end): small enough to work on at one go, and appended before `before`. */
  slice(from: number, end: number, before = Number.POSITIVE_INFINITY): { end: number; bytes: number } {
    let bytes = 0;
    let rows = 0;
    for (const row of this.#weights.iterate(from, end, SLICE_ROWS + 1)) {
      const tooNew = Number(row[1]) >= before;
      if (tooNew || rows === SLICE_ROWS || bytes >= SLICE_BYTES) return { end: Number(row[0]), bytes };
      bytes += Number(row[2]);
      rows++;
    }
    return { end, bytes };
  }

  /** Answers with the bytes freed. */
  deleteBelow(offset: number): number {
    return sum(this.#deleteBelow.all(offset));
  }

  /** Takes the keys of [from, end) into the scratch table of newest offsets. */
  remember(from: number, end: number): void {
    this.#remember.run(from, end);
  }

  /** Deletes in [from, end) what the scratch table knows a newer record of, and tombstones from before `tombstones`. */
  deleteStale(from: number, end: number, tombstones: number): number {
    return sum(this.#deleteStale.all(from, end, tombstones));
  }
}

function heldValue(held: unknown): LogRecord['value'] {
  if (typeof held === 'string') return held;
  return held instanceof Uint8Array ? Buffer.from(held.buffer, held.byteOffset, held.byteLength) : null;
}

function sum(rows: readonly Record<string, unknown>[]): number {
  let total = 0;
  for (const row of rows) total += Number(row[0]);
  return total;
}
