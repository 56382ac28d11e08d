/** What became of clusters. Files of before there was any get the tables too. */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { relationSchema } from '../../domain/generation.ts';
import type { LineageColumn, Store } from '../../ports/store.ts';

export const LINEAGE = `
  CREATE TABLE IF NOT EXISTS generations (
    space TEXT NOT NULL, full INTEGER NOT NULL, generation INTEGER NOT NULL, at INTEGER NOT NULL,
    nodes TEXT NOT NULL, relations TEXT NOT NULL,
    PRIMARY KEY (space, full)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS relations (
    space TEXT NOT NULL, cluster TEXT NOT NULL, generation INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (space, cluster, generation)
  ) STRICT, WITHOUT ROWID;
`;

const nodesSchema = z.array(
  z.object({
    id: z.string(),
    accounts: z.number(),
    conversations: z.number(),
    standing_for: z.number(),
    name: z.string().nullable(),
    audit: z.number().nullable(),
  }),
);
const columnRow = z.object({
  space: z.string(),
  full: z.number(),
  generation: z.number(),
  at: z.number(),
  nodes: z.string(),
  relations: z.string(),
});
const relationRow = z.object({ generation: z.number(), at: z.number(), body: z.string() });
const sinceRow = z.object({ at: z.number().nullable() });

type Lineage = Pick<Store, 'putGeneration' | 'columns' | 'relations' | 'lineageSince'>;

export function lineageIn(
  db: DatabaseSync,
  inTransaction: (run: () => void) => void,
): Lineage & { prune: Store['prune'] } {
  // Told again, a generation may come with less: compaction takes clusters away that an older manifest names.
  const put = db.prepare(`
    INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (space, full) DO UPDATE SET generation = excluded.generation, nodes = excluded.nodes
    WHERE excluded.generation > generation`);
  const relate = db.prepare('INSERT OR IGNORE INTO relations VALUES (?, ?, ?, ?, ?)');
  const pruneColumns = db.prepare('DELETE FROM generations WHERE at < ?');
  const pruneRelations = db.prepare('DELETE FROM relations WHERE at < ?');
  return {
    ...readLineage(db),
    putGeneration({ space, full, generation, at: time, nodes, relations }) {
      const at = Math.round(time);
      // Those of a patch are of what was born: how its full generation came about, it does not know.
      const made = generation === full ? relations : [];
      inTransaction(() => {
        put.run(space, full, generation, at, JSON.stringify(nodes), JSON.stringify(made));
        for (const relation of relations)
          relate.run(space, relation.id, generation, at, JSON.stringify(relation));
      });
    },
    prune(before) {
      inTransaction(() => {
        pruneColumns.run(before);
        pruneRelations.run(before);
      });
    },
  };
}

function readLineage(db: DatabaseSync): Omit<Lineage, 'putGeneration'> {
  const columns = db.prepare('SELECT * FROM generations WHERE space = ? ORDER BY full DESC LIMIT ?');
  const relations = db.prepare(
    'SELECT generation, at, body FROM relations WHERE space = ? AND cluster = ? ORDER BY generation DESC LIMIT ?',
  );
  const since = db.prepare('SELECT min(at) AS at FROM generations WHERE space = ?');
  return {
    columns(space, limit, mostNodes) {
      const found: LineageColumn[] = [];
      let sum = 0;
      for (const raw of columns.iterate(space, limit)) {
        const row = columnRow.parse(raw);
        const nodes = nodesSchema.parse(JSON.parse(row.nodes));
        sum += nodes.length;
        if (sum > mostNodes && found.length > 1) break;
        found.push({ ...row, nodes, relations: z.array(relationSchema).parse(JSON.parse(row.relations)) });
      }
      return found.reverse();
    },
    relations: (space, cluster, limit) =>
      z
        .array(relationRow)
        .parse(relations.all(space, cluster, limit))
        .map(({ generation, at, body }) => ({
          generation,
          at,
          relation: relationSchema.parse(JSON.parse(body)),
        }))
        .reverse(),
    lineageSince: (space) => sinceRow.parse(since.get(space)).at,
  };
}
