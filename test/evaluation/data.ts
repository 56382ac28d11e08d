/** The data sets of others that evaluations read; none of them is part of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';

/** Beside the repository, unless a flag names another folder. */
export const DATA = resolve(import.meta.dirname, '../../../shared/data');

export const NO_DATA = 'The data sets are not on this machine; nothing was measured.';

const fileOf = (folder: string, name: string): string => join(folder, `${name}.jsonl.gz`);

export const hasData = (folder: string, names: readonly string[]): boolean =>
  names.every((name) => existsSync(fileOf(folder, name)));

/** Rows of JSON lines, gzip. */
export function jsonLines<T extends z.ZodType>(folder: string, name: string, schema: T): z.output<T>[] {
  return gunzipSync(readFileSync(fileOf(folder, name)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)));
}
