/** History for queries in one SQLite file. Alerts and audit entries reach it at once and survive `kill -9`. */
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type Alert, alertSchema } from '../../domain/alert.ts';
import { CliowatchError } from '../../domain/errors.ts';
import type { Rollup } from '../../domain/tick.ts';
import type { Store } from '../../ports/store.ts';
import { LINEAGE, lineageIn } from './sqlite-lineage.ts';

const VERSION = 1;

const SCHEMA = `
  CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
  INSERT INTO schema_version VALUES (${VERSION});
  CREATE TABLE rollups (
    space TEXT NOT NULL, cluster TEXT NOT NULL, hour INTEGER NOT NULL,
    conversations INTEGER NOT NULL, accounts INTEGER NOT NULL, expected REAL NOT NULL,
    PRIMARY KEY (space, cluster, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rollups_by_hour ON rollups (hour, space);
  CREATE TABLE alerts (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, pending_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alerts_by_time ON alerts (pending_at);
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL
  ) STRICT;
`;

/** Beside the rollups, as only what is estimated has an error. Files of before there were any get it too. */
const ERRORS = `
  CREATE TABLE IF NOT EXISTS rollup_errors (
    space TEXT NOT NULL, cluster TEXT NOT NULL, hour INTEGER NOT NULL, error REAL NOT NULL,
    PRIMARY KEY (hour, space, cluster)
  ) STRICT, WITHOUT ROWID;
`;

/** Entries of the audit log kept: it is not pruned by age, as event time says nothing about when someone looked. */
const AUDIT_CAP = 1_000_000;
const ROLLUPS_AT_ONCE = 24;

const timelineRow = z.object({
  at: z.number(),
  conversations: z.number(),
  accounts: z.number(),
  expected: z.number(),
  error: z.number().nullable(),
});
const auditRow = z.object({ at: z.number(), who: z.string(), what: z.string(), subject: z.string() });
const bodyRow = z.object({ body: z.string() });

/** Opens or makes the file. Throws CliowatchError `store-version` when another version of cliowatch wrote it. */
export function createSqliteStore(path: string): Store {
  const db = open(path);
  const { flush, ...rollups } = rollupsOf(db);
  const prune = pruneOf(db);
  const { prune: pruneLineage, ...lineage } = lineageIn(db, (run) => inTransaction(db, run));
  return {
    ...rollups,
    ...alertsOf(db),
    ...lineage,
    ...auditOf(db),
    prune(before) {
      flush();
      prune(before);
      pruneLineage(before);
    },
    close() {
      flush();
      db.close();
    },
  };
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  inTransaction(db, () => {
    const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").get() !== undefined;
    if (!made) db.exec(SCHEMA);
    db.exec(ERRORS);
    db.exec(LINEAGE);
  });
  const version = db.prepare('SELECT version FROM schema_version').get()?.version;
  if (version === VERSION) return db;
  db.close();
  throw new CliowatchError('store-version', `${path} has schema version ${version}, not ${VERSION}`, {
    value: version,
    remedy:
      'set store.path to a new file; history is rebuilt from the log, but keep the old file for its audit log',
  });
}

/** All or nothing; immediate, so that two processes wait for each other instead of failing half-way. */
function inTransaction(db: DatabaseSync, run: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    run();
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Hours are written some at a time: one transaction each would take five times as long when a month is rebuilt. The
 * log has those that a crash loses.
 */
function rollupsOf(db: DatabaseSync): Pick<Store, 'putRollup' | 'timeline'> & { flush(): void } {
  // By name: the planner would search the primary key by space, which is nearly all rows.
  const clear = db.prepare('DELETE FROM rollups INDEXED BY rollups_by_hour WHERE hour = ? AND space = ?');
  const insert = db.prepare('INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?, ?, ?)');
  const read = db.prepare(
    'SELECT hour AS at, conversations, accounts, expected, error FROM rollups LEFT JOIN rollup_errors USING (space, cluster, hour) WHERE space = ? AND cluster = ? AND hour >= ? AND hour < ? ORDER BY hour',
  );
  const clearErrors = db.prepare('DELETE FROM rollup_errors WHERE hour = ? AND space = ?');
  const insertError = db.prepare('INSERT OR REPLACE INTO rollup_errors VALUES (?, ?, ?, ?)');
  const waiting: Rollup[] = [];
  function write({ space, hour, cluster, n, a, expected, error }: Rollup): void {
    // A corrected hour may hold fewer clusters than the first one did.
    clear.run(hour, space);
    for (const [i, id] of cluster.entries()) {
      insert.run(space, id, hour, n[i] ?? 0, a[i] ?? 0, expected[i] ?? 0);
    }
    clearErrors.run(hour, space);
    for (const [i, id] of cluster.entries())
      if ((error?.[i] ?? 0) > 0) insertError.run(space, id, hour, error?.[i] ?? 0);
  }
  function flush(): void {
    if (waiting.length === 0) return;
    inTransaction(db, () => waiting.forEach(write));
    waiting.length = 0;
  }
  return {
    putRollup(rollup) {
      waiting.push(rollup);
      if (waiting.length >= ROLLUPS_AT_ONCE) flush();
    },
    timeline(space, cluster, from, to) {
      flush();
      return z
        .array(timelineRow)
        .parse(read.all(space, cluster, from, to))
        .map(({ error, ...point }) => (error === null ? point : { ...point, error }));
    },
    flush,
  };
}

function alertsOf(db: DatabaseSync): Pick<Store, 'putAlert' | 'alerts'> {
  const put = db.prepare(`
    INSERT INTO alerts VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      revision = excluded.revision, pending_at = excluded.pending_at, updated_at = excluded.updated_at, body = excluded.body
    WHERE excluded.revision >= revision`);
  const read = db.prepare(
    'SELECT body FROM alerts WHERE pending_at < ? ORDER BY pending_at DESC, id LIMIT ?',
  );
  return {
    putAlert(alert) {
      put.run(alert.id, alert.revision, alert.pending_at, alert.updated_at, JSON.stringify(alert));
    },
    alerts({ limit, before = Number.MAX_SAFE_INTEGER }) {
      return read
        .all(before, limit)
        .map((row): Alert => alertSchema.parse(JSON.parse(bodyRow.parse(row).body)));
    },
  };
}

function auditOf(db: DatabaseSync): Pick<Store, 'audit' | 'auditTrail'> {
  const append = db.prepare('INSERT INTO audit (at, who, what, subject) VALUES (?, ?, ?, ?)');
  const read = db.prepare('SELECT at, who, what, subject FROM audit ORDER BY id DESC LIMIT ?');
  return {
    audit({ at, who, what, subject }) {
      append.run(at, who, what, subject);
    },
    auditTrail: (limit) => z.array(auditRow).parse(read.all(limit)),
  };
}

function pruneOf(db: DatabaseSync): Store['prune'] {
  const rollups = db.prepare('DELETE FROM rollups WHERE hour < ?');
  const errors = db.prepare('DELETE FROM rollup_errors WHERE hour < ?');
  const alerts = db.prepare('DELETE FROM alerts WHERE updated_at < ?');
  const audit = db.prepare('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?');
  return (before) =>
    inTransaction(db, () => {
      rollups.run(before);
      errors.run(before);
      alerts.run(before);
      audit.run(AUDIT_CAP);
    });
}
