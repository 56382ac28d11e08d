/** Lines of .jsonl and .jsonl.gz files, or of standard input (`-`), with their numbers. */
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fitConversation, isBlank, parseJson } from '../algorithms/conversation-input.ts';
import type { Conversation } from '../domain/conversation.ts';
import { CliowatchError, reasonOf } from '../domain/errors.ts';
import type { BadLines, Where } from './bad-lines.ts';

export type Line = Where & { readonly bytes: Buffer };

export type ReadOptions = {
  /** Ends the reading, also while nothing comes: standard input may be silent for ever. */
  readonly signal: AbortSignal;
  /** A longer line is a bad one, and is not kept in memory. */
  readonly maxBytes: number;
  readonly bad: Pick<BadLines, 'add' | 'end'>;
  /** Told how many more bytes of a file, as it lies on disk, were read. */
  readonly onBytes?: (bytes: number) => void;
};

const LINE_FEED = 0x0a;

/** Bytes of all files together, for a progress bar; standard input counts nothing. */
export function totalBytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (file === '-' ? 0 : sizeOf(file)), 0);
}

function sizeOf(file: string): number {
  if (!existsSync(file)) throw new CliowatchError('file/missing', `no file ${file}`, { value: file });
  return statSync(file).size;
}

/** A file that cannot be read to its end is told as such, and the next one begun: what was read of it counts. */
export async function* readLines(files: readonly string[], options: ReadOptions): AsyncGenerator<Line> {
  const { signal, bad, maxBytes } = options;
  for (const file of files) {
    if (signal.aborted) return;
    let number = 0;
    try {
      for await (const { bytes, length } of splitLines(open(file, options), maxBytes)) {
        number++;
        if (bytes === null)
          bad.add({ file, number }, `too-large: ${length} bytes, at most ${maxBytes} are taken`);
        else if (!isBlank(bytes)) yield { file, number, bytes };
      }
    } catch (cause) {
      if (signal.aborted) return;
      bad.end({ file, number }, reasonOf(cause));
    }
  }
}

/** The conversation of a line; null: it is a bad line, and told as one. */
export function conversationOf(line: Line, bad: ReadOptions['bad']): Conversation | null {
  const json = parseJson(line.bytes);
  if ('fault' in json) {
    bad.add(line, json.fault);
    return null;
  }
  const fit = fitConversation(json.value);
  if ('conversation' in fit) return fit.conversation;
  bad.add(line, `${fit.path.join('.')}: ${fit.message}`);
  return null;
}

/** Splits at line feeds only: U+2028 ends a line for node's readline, and stands unescaped in JSON. */
async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<{ bytes: Buffer | null; length: number }> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const line = (): { bytes: Buffer | null; length: number } => {
    const [first, ...more] = parts;
    const whole = first !== undefined && more.length === 0 ? first : Buffer.concat(parts);
    const made = { bytes: length <= maxBytes ? whole : null, length };
    parts = [];
    length = 0;
    return made;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      take(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}

function open(file: string, { signal, onBytes = () => undefined }: ReadOptions): AsyncIterable<Buffer> {
  if (file === '-') return addAbortSignal(signal, process.stdin);
  const raw = counted(addAbortSignal(signal, createReadStream(file)), onBytes);
  return file.endsWith('.gz') ? gunzipped(raw) : raw;
}

async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/**
 * What was unpacked before an error is handed on before the error is: a stream drops what it holds when it fails, and
 * how much that is would depend on how fast the reader was.
 */
async function* gunzipped(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const unpacked: Buffer[] = [];
  gunzip.on('data', (chunk: Buffer) => unpacked.push(chunk));
  const ended = finished(gunzip);
  // Awaited below; until then a failure must not count as one that nobody looks at.
  ended.catch(() => undefined);
  try {
    for await (const chunk of raw) {
      if (!gunzip.write(chunk)) await Promise.race([once(gunzip, 'drain'), ended]);
      yield* unpacked.splice(0);
    }
    gunzip.end();
    await ended;
  } catch (error) {
    yield* unpacked.splice(0);
    throw error;
  } finally {
    gunzip.destroy();
  }
  yield* unpacked.splice(0);
}
