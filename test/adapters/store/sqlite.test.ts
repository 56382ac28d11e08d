import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { createSqliteStore } from '../../../src/adapters/store/sqlite.ts';
import { CliowatchError } from '../../../src/domain/errors.ts';
import { storeContract } from '../../contracts/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'cliowatch-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = () => join(folder, `${++files}.sqlite`);

storeContract('SQLite in memory', () => createSqliteStore(':memory:'));
storeContract('SQLite on disk', () => createSqliteStore(freshPath()));

describe('the file', () => {
  const entry = { at: 1, who: 'sam', what: 'read cluster', subject: 'c9' };

  it('holds what was written when it is opened again', () => {
    const path = freshPath();
    const first = createSqliteStore(path);
    first.audit(entry);
    first.putRollup({
      space: 's',
      hour: 0,
      total: 1,
      outliers: 0,
      cluster: ['c1'],
      n: [3],
      a: [2],
      expected: [1],
    });
    first.close();
    const second = createSqliteStore(path);
    expect(second.auditTrail(5)).toEqual([entry]);
    expect(second.timeline('s', 'c1', 0, 1)).toEqual([{ at: 0, conversations: 3, accounts: 2, expected: 1 }]);
    second.close();
  });

  it('serves two processes at once', () => {
    const path = freshPath();
    const [first, second] = [createSqliteStore(path), createSqliteStore(path)];
    first.audit(entry);
    second.audit(entry);
    expect(first.auditTrail(5)).toHaveLength(2);
    first.close();
    second.close();
  });

  it('of before lineage was kept gets its tables', () => {
    const path = freshPath();
    createSqliteStore(path).close();
    const db = new DatabaseSync(path);
    db.exec('DROP TABLE generations; DROP TABLE relations');
    db.close();
    const store = createSqliteStore(path);
    store.putGeneration({ space: 's', full: 1, generation: 1, at: 1.5, nodes: [], relations: [] });
    expect(store.columns('s', 5, 99)).toHaveLength(1);
    store.close();
  });

  it('of another schema version is refused with what to do', () => {
    const path = freshPath();
    createSqliteStore(path).close();
    const db = new DatabaseSync(path);
    db.exec('UPDATE schema_version SET version = 99');
    db.close();
    expect(() => createSqliteStore(path)).toThrow(CliowatchError);
    expect(() => createSqliteStore(path)).toThrow(/schema version 99, not 1/);
  });
});
