import { readFileSync } from 'node:fs';
import { CliowatchError, reasonOf } from '../domain/errors.ts';

/** Text of a PEM file, or null; an error names the setting. */
export function readPem(path: string | null, setting: string): string | null {
  if (path === null) return null;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliowatchError('config/unreadable', `${setting} = ${path}: ${reasonOf(cause)}`, {
      value: path,
      cause,
    });
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new CliowatchError('config/unreadable', `${setting} = ${path}: must be a PEM file`, { value: path });
}
