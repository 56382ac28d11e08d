/** Files that a command writes: opened before the work, so that a wrong path costs a second and not an hour. */
import { existsSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliowatchError, reasonOf } from '../domain/errors.ts';

export type Output = {
  /** All of it, then closes. */
  write(parts: Iterable<string>): Promise<void>;
  /** Closes what was not written. */
  close(): Promise<void>;
};

/**
 * @param flag that named the file, for errors
 * @throws CliowatchError `file/unwritable`
 */
export async function openOutput(flag: string, path: string): Promise<Output> {
  const failed = (cause: unknown): CliowatchError =>
    new CliowatchError('file/unwritable', `${flag} ${path}: cannot be written: ${reasonOf(cause)}`, {
      value: path,
      cause,
    });
  const handle = await open(path, 'w').catch((cause: unknown) => {
    throw failed(cause);
  });
  return {
    async write(parts) {
      try {
        await pipeline(Readable.from(parts), handle.createWriteStream());
      } catch (cause) {
        throw failed(cause);
      }
    },
    close: () => handle.close(),
  };
}

/**
 * Opening empties a file: one that is also read, or written twice, would be lost.
 * @throws CliowatchError `config/output`
 */
export function refuseSameFile(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly string[],
) {
  const taken = new Map(inputs.map((path) => [realPath(path), path]));
  for (const [flag, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const other = taken.get(realPath(path));
    if (other !== undefined)
      throw new CliowatchError('config/output', `${flag} ${path}: is the same file as ${other}`, {
        value: path,
      });
    taken.set(realPath(path), `${flag} ${path}`);
  }
}

const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
