/** Lines of .jsonl and .jsonl.gz files, or of standard input (`-`), with their numbers. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { CliowatchError, reasonOf } from '../domain/errors.ts';

export type Line = { readonly file: string; readonly number: number; readonly text: string };

/** Bytes of all files together, for a progress bar; standard input counts nothing. */
export function totalBytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (file === '-' ? 0 : sizeOf(file)), 0);
}

function sizeOf(file: string): number {
  if (!existsSync(file)) throw new CliowatchError('file/missing', `no file ${file}`, { value: file });
  return statSync(file).size;
}

/** @param onBytes told how many more bytes of the file, as it lies on disk, were read */
export async function* readLines(
  files: readonly string[],
  onBytes: (bytes: number) => void,
): AsyncGenerator<Line> {
  for (const file of files) {
    let number = 0;
    try {
      for await (const text of splitLines(open(file, onBytes))) {
        number++;
        if (text.trim() !== '') yield { file, number, text: text.replace(/\r$/, '') };
      }
    } catch (cause) {
      throw new CliowatchError('file/unreadable', `${file}, after line ${number}: ${reasonOf(cause)}`, {
        value: file,
        cause,
      });
    }
  }
}

/** Splits at line feeds only: U+2028 ends a line for node's readline, and stands unescaped in JSON. */
async function* splitLines(stream: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

function open(file: string, onBytes: (bytes: number) => void): Readable {
  if (file === '-') return process.stdin;
  const raw = createReadStream(file);
  raw.on('data', (chunk) => onBytes(chunk.length));
  if (!file.endsWith('.gz')) return raw;
  const gunzip = createGunzip();
  // An error of the file itself must end the lines, not only the pipe.
  raw.on('error', (error) => gunzip.destroy(error));
  return raw.pipe(gunzip);
}

/** Tells bad lines by file and number: the first ones each, then only how many. */
export class BadLines {
  static readonly #told = 20;
  count = 0;
  readonly first: { file: string; line: number; reason: string }[] = [];

  add(line: Line, reason: string): void {
    this.count++;
    if (this.count > BadLines.#told) return;
    this.first.push({ file: line.file, line: line.number, reason });
    process.stderr.write(`${line.file}:${line.number}: ${reason}\n`);
    if (this.count === BadLines.#told) process.stderr.write('further bad lines are only counted\n');
  }
}
