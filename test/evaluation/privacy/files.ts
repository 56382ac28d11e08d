/** Every file of a data folder, as whoever has the disk would search it. */
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Bytes searched at one go; they overlap by more than any value is long. */
const PIECE = 8 << 20;
const OVERLAP = 4_096;

type Searched = { readonly bytes: number; readonly found: string[] };

const filesIn = (folder: string): string[] =>
  globSync('**/*', { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();

/** Content of every file, by hash. */
export const hashesOf = (folder: string): Map<string, string> =>
  new Map(
    filesIn(folder).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );

export function search(bytes: Buffer, find: (text: string) => string[]): Searched {
  const found = new Set<string>();
  for (let from = 0; from < bytes.length; from += PIECE) {
    const piece = bytes.subarray(from, from + PIECE + OVERLAP);
    // Bytes that are no text become marks, and the text between them stays.
    for (const value of find(piece.toString('utf8'))) found.add(value);
  }
  return { bytes: bytes.length, found: [...found] };
}

/** As it is searched: figures of JSON that is laid out for people stand alone between blanks, as private ones do. */
export function readForSearch(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.json') ? Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8')))) : bytes;
}

/** The file of the embedded log as it would be without the records of some topics. */
export function withoutTopics(path: string, topics: ReadonlySet<string>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-privacy-log-'));
  try {
    const copy = join(folder, 'log.sqlite');
    const original = new DatabaseSync(path, { readOnly: true });
    original.prepare('VACUUM INTO ?').run(copy);
    original.close();
    const db = new DatabaseSync(copy);
    const partitions = db
      .prepare('SELECT partitions.id AS id, name FROM partitions JOIN topics ON topics.id = partitions.topic')
      .all();
    for (const { id, name } of partitions)
      if (topics.has(String(name))) db.exec(`DROP TABLE records_${Number(id)}`);
    db.exec('VACUUM');
    db.close();
    return readFileSync(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
